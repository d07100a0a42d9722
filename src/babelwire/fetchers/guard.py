"""Which addresses a request may go to. Checked on the text of the address, on every resolved IP address, and on the very
address a socket is made for, so that odd notations, DNS answers that change and redirects all meet the same table.

The table is ours because ``ipaddress.is_global`` says yes to NAT64, 6to4, IPv4-compatible, site-local and multicast
addresses (Python 3.11.7; CVE-2024-4032), and because an allow-list must be able to open one range and nothing else.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterable
from concurrent.futures import Executor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from babelwire.errors import AddressRefused, ConfigError

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network


def _networks(text: str) -> tuple[IPNetwork, ...]:
    return tuple(ip_network(n) for n in text.split())


#: IANA special-purpose registries (v4 and v6, 2025-10), multicast and deprecated ranges: none of them is the public web.
CLOSED_V4 = _networks("""
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24
    192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
""")
#: Of IPv6 only 2000::/3 is given out; the closed parts of it (Teredo, 6to4, documentation ...) follow. All else is refused.
OPEN_V6 = IPv6Network("2000::/3")
CLOSED_V6 = _networks("2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20")
#: (network, bits to the right of the IPv4 address inside): the inner address decides.
WRAPPED = (
    (IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (IPv6Network("::/96"), 0),  # IPv4-compatible
    (IPv6Network("::ffff:0:0:0/96"), 0),  # IPv4-translated (SIIT)
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
)

HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
NUMERIC = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$")  # WHATWG: a host that ends in a number is meant as IPv4
CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


class Guard:
    """The rule: ports 80, 443 and ``ports``; public addresses and those in ``networks`` (CIDR). Raises ConfigError for a wrong range."""

    def __init__(self, networks: Iterable[str] = (), ports: Iterable[int] = ()) -> None:
        self.ports = frozenset({80, 443, *ports})
        self.networks = tuple(_network(n) for n in networks)

    def url(self, text: str) -> URL:
        """The address, parsed, if a request for it may be tried. Raises AddressRefused."""
        if CONTROL.search(text):
            raise AddressRefused(text, "has blanks, control characters or backslashes")
        try:
            url = URL(text)
            port = url.port
        except (ValueError, TypeError) as error:
            raise AddressRefused(text, f"is no address ({error})") from error
        if url.scheme not in ("http", "https"):
            raise AddressRefused(text, "is not http or https")
        if url.raw_user is not None or url.raw_password is not None:
            raise AddressRefused(text, "carries a user name or password")
        if port not in self.ports:
            raise AddressRefused(text, f"port {port} is not allowed; [fetch] allow_ports can open it")
        self._host(text, (url.raw_host or "").lower())
        return url.with_fragment(None) if url.raw_fragment else url

    def _host(self, text: str, name: str) -> None:
        """Names pass, to be checked when they are resolved; IP addresses must be plain and allowed."""
        if "%" in name:
            raise AddressRefused(text, "IPv6 zones and percent signs are not allowed in a host")
        if ":" in name or NUMERIC.search(name):
            self._literal(text, name)
        elif not HOST.fullmatch(name):
            raise AddressRefused(text, "has no valid host name")

    def _literal(self, text: str, name: str) -> None:
        try:
            address = ip_address(name)
        except ValueError as error:
            raise AddressRefused(text, "is an odd way to write an IP address") from error
        if not self.allows(address):
            raise AddressRefused(text, f"{address} is not a public address; [fetch] allow_networks can open it")

    def allows(self, address: IPAddress) -> bool:
        """May this IP address be contacted?"""
        inner = unwrap(address)
        if any(address in n or inner in n for n in self.networks):
            return True
        return is_public(inner)

    def check(self, host: str, addresses: Iterable[str]) -> None:
        """Raise Refused if any of the addresses a name stands for is closed: a name that has both kinds is not trusted."""
        for text in addresses:
            try:
                address = ip_address(text)
            except ValueError as error:  # a zone id: link-local
                raise Refused(f"{host} stands for {text}, which is not a public address") from error
            if not self.allows(address):
                raise Refused(f"{host} stands for {address}, which is not a public address; [fetch] allow_networks can open it")

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """aiohttp's socket factory: the last check, on the address that is connected to. Raises Refused."""
        family, kind, protocol, _, target = info
        self.check(str(target[0]), [str(target[0])])
        if target[1] not in self.ports:
            raise Refused(f"port {target[1]} is not allowed")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made


class Refused(OSError):
    """A connection was refused by the guard. An OSError so that it passes through aiohttp's connector."""


class GuardedResolver(AbstractResolver):
    """Resolves with the system's resolver, in threads of its own, and refuses names with any closed address."""

    def __init__(self, guard: Guard, executor: Executor) -> None:
        self._guard = guard
        self._executor = executor

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """As aiohttp wants it. Raises OSError (Refused) where the name has no address or a closed one."""
        found = await asyncio.get_running_loop().run_in_executor(self._executor, lookup, host, port, family)
        self._guard.check(host, [str(info[4][0]) for info in found])
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [ResolveResult(hostname=host, host=str(info[4][0]), port=port, family=info[0], proto=info[2], flags=flags) for info in found]

    async def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)


def lookup(host: str, port: int, family: int) -> list[tuple[Any, ...]]:
    """What the system says a name stands for; separate so that a test can put another in its place."""
    return list(socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM))


def unwrap(address: IPAddress) -> IPAddress:
    """The IPv4 address inside a mapped, compatible, translated, NAT64 or 6to4 address; else the address itself."""
    if isinstance(address, IPv6Address) and int(address) > 1:
        for network, shift in WRAPPED:
            if address in network:
                return IPv4Address((int(address) >> shift) & 0xFFFFFFFF)
    return address


def is_public(address: IPAddress) -> bool:
    """Is this address, with nothing wrapped in it, one of the public internet?"""
    if isinstance(address, IPv4Address):
        return not any(address in n for n in CLOSED_V4)
    return address in OPEN_V6 and not any(address in n for n in CLOSED_V6)


def _network(text: str) -> IPNetwork:
    try:
        return ip_network(text)
    except ValueError as error:
        raise ConfigError(f"fetch.allow_networks: {text!r} is not a range of addresses (like 10.1.0.0/16): {error}") from error
