from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from babelwire.text.address import canonical, host, join, redact, same_site, site

#: Two spellings of one article.
ONE = [
    ("http://News.EXAMPLE:80/x", "http://news.example/x"),
    ("https://news.example:443/x", "https://news.example/x"),
    ("https://news.example", "https://news.example/"),
    ("https://news.example/x/../y", "https://news.example/y"),
    ("https://news.example/./y", "https://news.example/y"),
    ("https://news.example/x#comments", "https://news.example/x"),
    ("https://news.example/x?utm_source=a&utm_campaign=b&UTM_ID=1", "https://news.example/x"),
    ("https://news.example/x?fbclid=abc", "https://news.example/x"),
    ("https://news.example/x?gclid=1&gad_source=2&gbraid=3", "https://news.example/x?gad_source=2"),
    ("https://news.example/x?at_medium=RSS&at_campaign=rss", "https://news.example/x"),
    ("https://news.example/x?wt_mc=rss.xy", "https://news.example/x"),
    ("https://news.example/x?mc_cid=1&mc_eid=2", "https://news.example/x"),
    ("https://news.example/x?b=2&a=1", "https://news.example/x?a=1&b=2"),
    ("https://news.example/%7Eann", "https://news.example/~ann"),
    ("https://news.example/s%c3%a3o", "https://news.example/S%C3%A3o".replace("S", "s")),
    ("https://news.example/são", "https://news.example/s%C3%A3o"),
    ("https://zürich.example/x", "https://xn--zrich-kva.example/x"),
    ("https://news.example/x?", "https://news.example/x"),
    ("\n https://news.example/x ", "https://news.example/x"),
    ("https://news.example/x?a=1&&b=2&", "https://news.example/x?a=1&b=2"),
    ("https://news.example/x?ref=rss", "https://news.example/x"),
    ("https://news.example/x?source=Twitter", "https://news.example/x"),
    ("https://news.example/x?cmp=rss&CMP=y", "https://news.example/x"),
    ("https://news.example/x?xtor=RSS-1", "https://news.example/x"),
    ("https://news.example./x", "https://news.example/x"),
    ("https://news.example/x?igshid=1&si=2", "https://news.example/x"),
    ("https://ann:secret@news.example/x", "https://news.example/x"),
]
#: Two articles.
TWO = [
    ("https://news.example/x?id=1", "https://news.example/x?id=2"),
    ("https://news.example/x", "https://news.example/X"),
    ("https://news.example/x%2Fy", "https://news.example/x/y"),
    ("https://news.example/x?p=1", "https://news.example/x"),
    ("https://news.example/?story=1", "https://news.example/?story=2"),
    ("https://news.example/x?q=a%26b", "https://news.example/x?q=a&b"),
    ("https://a.news.example/x", "https://b.news.example/x"),
    ("https://news.example/x?page=2", "https://news.example/x"),
    ("https://news.example/x?q=a+b", "https://news.example/x?q=ab"),
    ("https://news.example/#!/story/1", "https://news.example/#!/story/2"),
    ("https://news.example/x?lang=fr", "https://news.example/x?lang=de"),
    ("https://news.example/x;v=1", "https://news.example/x;v=2"),
    ("https://news.example/x?ref=4711", "https://news.example/x?ref=4712"),
    ("https://news.example/x?a=1&a=2", "https://news.example/x?a=2&a=1"),
    ("https://news.example/x/", "https://news.example/x"),
]


@pytest.mark.parametrize(("a", "b"), ONE)
def test_spellings_of_one_article_are_united(a: str, b: str) -> None:
    assert canonical(a) == canonical(b)


@pytest.mark.parametrize(("a", "b"), TWO)
def test_two_articles_are_kept_apart(a: str, b: str) -> None:
    assert canonical(a) != canonical(b)


@pytest.mark.parametrize("url", sorted({u for pair in ONE + TWO for u in pair}))
def test_the_canonical_spelling_is_its_own(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


@pytest.mark.parametrize("text", ["", "mailto:a@b.example", "urn:uuid:1", "http://[bad", "not an address", "http://e.example:99999/"])
def test_what_is_no_web_address_stays(text: str) -> None:
    assert canonical(f" {text} ") == text


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_no_text_breaks_it(path: str, query: list[str]) -> None:
    for url in (path, f"http://news.example/{path}?{'&'.join(query)}"):
        once = canonical(url)
        assert canonical(once) == once
        assert isinstance(redact(url), str)
        joined = join("http://news.example/a/", url)
        assert joined is None or joined.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://NEWS.example.:8080/", "news.example"),
        ("http://[::1]/", "::1"),
        ("http://zürich.example/", "xn--zrich-kva.example"),
        ("mailto:x", ""),
        ("", ""),
    ],
)
def test_host(url: str, name: str) -> None:
    assert host(url) == name


@pytest.mark.parametrize(
    ("name", "registered"),
    [
        ("www.news.example", "news.example"),
        ("news.example", "news.example"),
        ("a.b.paper.co.uk", "paper.co.uk"),
        ("www.diario.com.ar", "diario.com.ar"),
        ("ann.blogspot.com", "ann.blogspot.com"),
        ("www.ann.wordpress.com", "ann.wordpress.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("localhost", "localhost"),
        ("www.t.co", "t.co"),
    ],
)
def test_site(name: str, registered: str) -> None:
    assert site(name) == registered


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("https://www.news.example/a", "http://m.news.example/b", True),
        ("https://ann.blogspot.com/", "https://bob.blogspot.com/", False),
        ("https://a.co.uk/", "https://b.co.uk/", False),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
        ("https://notnews.example/", "https://news.example/", False),
        ("", "", False),
    ],
)
def test_same_site(a: str, b: str, same: bool) -> None:
    assert same_site(a, b) is same


@pytest.mark.parametrize(
    ("href", "joined"),
    [
        ("c", "http://news.example/a/c"),
        (" /c?d=e ", "http://news.example/c?d=e"),
        ("//other.example/x", "http://other.example/x"),
        ("https://other.example", "https://other.example"),
        ("../up", "http://news.example/up"),
        ("a b", "http://news.example/a/a%20b"),
        ("é", "http://news.example/a/%C3%A9"),
        ("?q=1", "http://news.example/a/b?q=1"),
        ("", None),
        ("   ", None),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("mailto:ann@news.example", None),
        ("tel:1", None),
        ("file:///etc/passwd", None),
        ("http://ann@other.example/", None),
        ("http://ann:p@other.example/", None),
        ("http:\\\\other.example", None),
        ("/a\\b", None),
        ("http://[bad", None),
        ("http://other.example:99999/", None),
        ("http://other.example:x/", None),
        ("http:///x", None),
        ("https:", None),
        ("http://oth\u200ber.example/", None),
        ("http://other.example/\u202egpj.exe", None),
    ],
)
def test_join(href: str, joined: str | None) -> None:
    found = join("http://news.example/a/b", href)
    assert found == joined or (joined is None and found is not None and found.startswith("http://news.example/") and ":" not in found[5:])


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ann:secret@news.example/feed", "https://***@news.example/feed"),
        ("https://news.example/feed?token=abc&page=2", "https://news.example/feed?token=***&page=2"),
        (
            "https://news.example/feed?api_key=1&apikey=2&Access_Token=3",
            "https://news.example/feed?api_key=***&apikey=***&Access_Token=***",
        ),
        ("https://news.example/feed?x=0123456789abcdef0123456789abcdef", "https://news.example/feed?x=***"),
        (
            "https://news.example/a/long-headline-of-a-story-about-2026?page=2",
            "https://news.example/a/long-headline-of-a-story-about-2026?page=2",
        ),
        ("not an address", "not an address"),
    ],
)
def test_redact(url: str, shown: str) -> None:
    assert redact(url) == shown
