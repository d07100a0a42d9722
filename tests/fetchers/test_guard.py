from __future__ import annotations

from ipaddress import ip_address

import pytest

from babelwire.errors import AddressRefused, ConfigError
from babelwire.fetchers.guard import Guard, Refused

CLOSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255
240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::7f00:1 64:ff9b:1::808:808
100::1 2001::1 2001:0:7f00:1::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 2002:c0a8:1:: 3fff::1 5f00::1
fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 ff0e::1 ::ffff:100.64.0.1 ::ffff:224.0.0.1 64:ff9b::e000:1 2620:4f:8000::1 4000::1
"""
OPEN = """
1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 192.167.0.1 198.17.0.1 198.20.0.1 223.255.255.255
2606:4700::1111 2a00:1450:4001::200e ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1 ::8.8.8.8
"""


@pytest.mark.parametrize("address", CLOSED.split())
def test_closed_addresses(address: str) -> None:
    assert not Guard().allows(ip_address(address))


@pytest.mark.parametrize("address", OPEN.split())
def test_open_addresses(address: str) -> None:
    assert Guard().allows(ip_address(address))


def test_an_allowed_network_opens_itself_and_nothing_else() -> None:
    guard = Guard(networks=("127.41.0.0/24", "fd00:1::/64"))
    assert guard.allows(ip_address("127.41.0.9"))
    assert guard.allows(ip_address("::ffff:127.41.0.9"))
    assert guard.allows(ip_address("fd00:1::5"))
    for closed in ("127.0.0.1", "127.41.1.1", "fd00:2::5", "10.0.0.1"):
        assert not guard.allows(ip_address(closed))


@pytest.mark.parametrize("wrong", ["10.0.0.1/8", "local", "300.0.0.0/8"])
def test_a_range_that_is_none(wrong: str) -> None:
    with pytest.raises(ConfigError, match="allow_networks"):
        Guard(networks=(wrong,))


#: One closed host, or none, in every spelling that some parser somewhere understands.
REFUSED = [
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7F.0.0.1/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.1/",
    "http://127.0.0.0x1/",
    "http://00000127.0.0.1/",
    "http://127.000.000.001/",
    "http://3232235777/",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
    "http://127．0．0．1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%00.example.com/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[::1%25lo]/",
    "http://user@example.com/",
    "http://user:secret@example.com/",
    "http://:@example.com/",
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1@example.com/",
    "http://example.com\\@127.0.0.1/",
    "http://127.0.0.1\\@example.com/",
    "http:\\\\127.0.0.1/",
    "http://example.com/\r\nHost: x",
    "http://example.com/a b",
    "http://exa\tmple.com/",
    "http://example.com:22/",
    "http://example.com:0/",
    "http://example.com:65536/",
    "http://example.com:8080/",
    "http://example.com:80:80/",
    "http:///etc/passwd",
    "http://",
    "http:example.com",
    "//example.com/",
    "example.com",
    "file:///etc/passwd",
    "ftp://example.com/",
    "gopher://example.com/",
    "javascript:alert(1)",
    "data:text/html,x",
    "jar:http://example.com/!/",
    "http://ex*mple.com/",
    "http://example..com/",
    "http://.example.com/",
    "http://[example.com]/",
    "http://169.254.169.254/latest/meta-data/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_addresses_that_are_refused_as_they_stand(url: str) -> None:
    with pytest.raises(AddressRefused):
        Guard().url(url)


@pytest.mark.parametrize(
    ("url", "as_asked"),
    [
        ("http://example.com", "http://example.com"),
        ("HTTPS://EXAMPLE.com:443/a?b=c#d", "https://example.com/a?b=c"),
        ("http://example.com./a", "http://example.com./a"),
        ("http://münchen.de/ä", "http://xn--mnchen-3ya.de/%C3%A4"),
        ("http://ⓔxample.com/", "http://example.com/"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
        ("http://a_b.example.com/", "http://a_b.example.com/"),
        ("http://1.2.3.example.com/", "http://1.2.3.example.com/"),
        ("http://127.0.0.1.example.com/", "http://127.0.0.1.example.com/"),
        ("https://example.com:8443/", "https://example.com:8443/"),
    ],
)
def test_addresses_that_may_be_tried(url: str, as_asked: str) -> None:
    assert str(Guard(ports=(8443,)).url(url)) == as_asked


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "64:ff9b::7f00:1", "fe80::1%lo"])
def test_the_last_check_is_on_the_address_connected_to(address: str) -> None:
    import socket

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(Refused):
        Guard().socket((family, socket.SOCK_STREAM, 6, "", (address, 80)))
    with pytest.raises(Refused, match="port"):
        Guard().socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 25)))
