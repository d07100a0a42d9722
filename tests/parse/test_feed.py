from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from babelwire import parse
from babelwire.errors import ParseError
from babelwire.model import Entry, Feed, Hints, Page, short_hash

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URL = "http://news.example/feeds/all"
FEED = Feed(url=URL, source_id="news")


def read(body: str | bytes, *, headers: dict[str, str] | None = None, feed: Feed = FEED) -> tuple[Hints, tuple[Entry, ...]]:
    raw = body.encode() if isinstance(body, str) else body
    given = headers or {}
    page = Page(url=URL, asked=URL, body=raw, fetched=NOW, content_type=given.get("content-type", ""), headers=given)
    return parse.feed(page, feed, NOW)


def rss(items: str, channel: str = "") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{channel}{items}</channel></rss>'


def item(inside: str) -> Entry:
    return read(rss(f"<item>{inside}</item>"))[1][0]


RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>The &amp; News</title><link>http://news.example/</link><language>en_us</language><ttl>60</ttl>
<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
<skipHours><hour>0</hour><hour>24</hour><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<atom:link rel="hub" href="http://hub.example/"/><atom:link rel="self" href="http://news.example/feeds/all"/>
<item><title>Older</title><link>http://news.example/1?utm_source=rss</link><guid isPermaLink="false">n1</guid>
<pubDate>Sat, 28 Feb 2026 10:00:00 +0100</pubDate><dc:creator>Ann Example</dc:creator><dc:creator>Bob Example</dc:creator>
<category>Politics</category><category>Europe</category>
<description>&lt;p&gt;One &amp;amp; two.&lt;/p&gt;&lt;p&gt;Three.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>The <b>whole</b> text & more.</p>]]></content:encoded></item>
<item><title>Newer</title><link>/2</link><pubDate>Sun, 01 Mar 2026 11:00:00 GMT</pubDate></item>
</channel></rss>"""


def test_rss() -> None:
    hints, entries = read(RSS)
    assert hints == Hints(
        title="The & News",
        language="en-US",
        homepage="http://news.example/",
        ttl=timedelta(hours=1),
        skip_hours=frozenset({0, 3}),
        skip_days=frozenset({6}),
        hub="http://hub.example/",
    )
    newer, older = entries
    assert (newer.title, newer.link) == ("Newer", "http://news.example/2")
    assert older == Entry(
        key=short_hash("news", "http://news.example/1"),
        feed_url=URL,
        source_id="news",
        id="n1",
        link="http://news.example/1?utm_source=rss",
        title="Older",
        summary="One & two.\nThree.",
        content="<p>The <b>whole</b> text & more.</p>",
        authors=("Ann Example", "Bob Example"),
        published=datetime(2026, 2, 28, 9, 0, tzinfo=UTC),
        categories=("Politics", "Europe"),
        language="en-US",
    )


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="http://news.example/fr/">
<title type="html">Les &amp;eacute;chos</title><link href="."/><author><name>La rédaction</name></author>
<entry><id>tag:1</id><title>Plus de &lt;b&gt; et &amp;amp;</title><link rel="alternate" type="application/json" href="1.json"/>
<link rel="alternate" type="text/html" href="un"/><link rel="enclosure" href="x.mp3"/>
<published>2026-02-27T08:00:00Z</published><updated>2026-02-28T08:00:00+01:00</updated>
<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un <em>deux</em></p></div></summary>
<content type="html">&lt;p&gt;Texte&lt;/p&gt;</content><category term="eu" label="Europe"/></entry>
<entry xml:lang="oc" xml:base="oc/"><id>http://news.example/2</id><title type="html">A &lt;b&gt;gras&lt;/b&gt; &amp;amp;amp; b</title>
<link href="dos"/><updated>2026-02-26T08:00:00Z</updated><author><name>Ann</name><email>ann@news.example</email></author></entry>
</feed>"""


def test_atom() -> None:
    hints, (first, second) = read(ATOM)
    assert (hints.title, hints.language, hints.homepage) == ("Les échos", "fr", "http://news.example/fr/")
    assert (first.title, first.link, first.id) == ("Plus de <b> et &amp;", "http://news.example/fr/un", "tag:1")
    assert (first.summary, first.content, first.categories) == ("Un deux", "<p>Texte</p>", ("Europe",))
    assert (first.published, first.updated) == (datetime(2026, 2, 27, 8, tzinfo=UTC), datetime(2026, 2, 28, 7, tzinfo=UTC))
    assert (first.authors, first.language) == (("La rédaction",), "fr")
    assert (second.title, second.link, second.authors, second.language) == (
        "A gras &amp; b",
        "http://news.example/fr/oc/dos",
        ("Ann",),
        "oc",
    )


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="http://news.example/"><title>N</title><link>http://news.example/</link><dc:language>it</dc:language></channel>
<item rdf:about="http://news.example/1"><title>Uno</title><link>http://news.example/1</link><dc:date>2026-02-28T10:00:00+02:00</dc:date></item></rdf:RDF>"""
RDF090 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
<channel><title>N</title></channel><item><title>Eins</title><link>http://news.example/1</link></item></rdf:RDF>"""
ATOM03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>N</title><entry><title mode="escaped" type="text/html">A &amp;amp; b</title>
<link rel="alternate" href="http://news.example/1"/><issued>2026-02-28T10:00:00Z</issued><modified>2026-02-28T11:00:00Z</modified>
<content mode="base64" type="text/html">PHA+ZMOpasOgIHZ1PC9wPg==</content></entry></feed>"""
MEDIA = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><title>V</title><entry><id>1</id><title>Film</title>
<media:group><media:title>Other</media:title><media:description>Said below it</media:description></media:group></entry></feed>"""


def test_rdf() -> None:
    hints, (entry,) = read(RDF)
    assert (hints.language, entry.title, entry.link, entry.published) == (
        "it",
        "Uno",
        "http://news.example/1",
        datetime(2026, 2, 28, 8, tzinfo=UTC),
    )
    assert read(RDF090)[1][0].title == "Eins"


def test_atom_03() -> None:
    (entry,) = read(ATOM03)[1]
    assert (entry.title, entry.content) == ("A & b", "<p>déjà vu</p>")
    assert (entry.published, entry.updated) == (datetime(2026, 2, 28, 10, tzinfo=UTC), datetime(2026, 2, 28, 11, tzinfo=UTC))


def test_media_rss() -> None:
    (entry,) = read(MEDIA)[1]
    assert (entry.title, entry.summary) == ("Film", "Said below it")


JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "N <b>", "home_page_url": "http://news.example/", "language": "pt-br",
"hubs": [{"type": "WebSub", "url": "http://hub.example/"}], "authors": [{"name": "Redação"}], "items": [
{"id": 7, "url": "/1", "title": "Um <i> &amp;", "content_text": "a <b>\\n\\nc", "summary": "s", "date_published": "2026-02-28T10:00:00-03:00", "tags": ["x"]},
{"id": "http://news.example/2", "content_html": "<p>Só o texto que não tem título</p>", "authors": [{"name": "Ana"}, 5]}, "rubbish", {}]}"""


def test_json_feed() -> None:
    hints, (first, second) = read(JSON)
    assert (hints.title, hints.language, hints.hub) == ("N <b>", "pt-BR", "http://hub.example/")
    assert (first.id, first.link, first.title, first.content) == (
        "7",
        "http://news.example/1",
        "Um <i> &amp;",
        "<p>a &lt;b&gt;</p><p>c</p>",
    )
    assert (first.authors, first.published, first.categories) == (("Redação",), datetime(2026, 2, 28, 13, tzinfo=UTC), ("x",))
    assert (second.title, second.link, second.authors) == ("Só o texto que não tem título", "http://news.example/2", ("Ana",))


# ---------------------------------------------------------------------------------------------- titles and texts


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Plain", "Plain"),
        ("Fish &amp; chips", "Fish & chips"),
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("AT&T & co", "AT&T & co"),
        ("R&D; A&B;", "R&D; A&B;"),
        ("caf&eacute;&hellip; &nbsp;x", "café… x"),
        ("&amp;eacute;t&amp;eacute;", "été"),
        ("&lt;b&gt;Bold&lt;/b&gt; words", "Bold words"),
        ("<![CDATA[<b>Bold</b> &amp; words]]>", "Bold & words"),
        ("a <b>naked</b> tag", "a naked tag"),
        ("How the &lt;script&gt; tag works", "How the <script> tag works"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Hello", "<script>alert(1)</script>Hello"),
        ("1 &lt; 2 and 3 &gt; 2", "1 < 2 and 3 > 2"),
        ("if a&lt;b then", "if a<b then"),
        ("&#8220;Quoted&#8221; &#147;too&#148; &#x80;", "“Quoted” “too” €"),
        ("a&#0;b&#xFFFE;c&#xD800;d", "abcd"),
        ("a\u202eb\u2066c\u200bd\u00ade\ufefff\U000e0041g", "abcdefg"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("e\u0301te\u0301", "été"),
        ("  two\n   lines\t", "two lines"),
        ("x\x0b\x0cy\x1b[31m", "xy[31m"),
    ],
)
def test_titles_of_rss_become_plain_text(said: str, title: str) -> None:
    assert item(f"<title>{said}</title><link>http://news.example/1</link>").title == title


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p>\n<p>Two <a href='x'>three</a>.</p>", "One.\nTwo three."),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>x</li><li>y</li></ul>", "x\ny"),
        ("<script>var a = '<p>no</p>';</script>yes", "yes"),
        ("<style>p { }</style><p>yes</p><!-- no -->", "yes"),
        ("before<!-- never closed", "before"),
        ("<script>never closed", ""),
        ("<p title='a > b'>yes</p>", "yes"),
        ('<p title="unclosed>yes</p>', "yes"),
        ("<p>1 &lt; 2 &amp;amp; 3</p>", "1 < 2 &amp; 3"),
        ("<svg><text>no</text></svg><iframe srcdoc='x'>no</iframe>yes<br>", "yes"),
        ("<p>x</P><SCRIPT>no</ScRiPt >y", "x\ny"),
    ],
)
def test_summaries_lose_their_markup(html: str, text: str) -> None:
    assert item(f"<title>t</title><description><![CDATA[{html}]]></description>").summary == text


def test_a_summary_is_not_cut_where_the_feed_escaped_twice() -> None:
    assert item("<title>t</title><description>&amp;lt;p&amp;gt;x</description>").summary == "<p>x"


# ---------------------------------------------------------------------------------------------- keys, links, dates


def test_one_article_twice_in_a_feed_is_one_entry_the_latest() -> None:
    twice = "<item><title>{}</title><link>http://news.example/1{}</link><pubDate>{}</pubDate></item>"
    body = (
        twice.format("old", "", "27 Feb 2026 10:00 GMT")
        + twice.format("new", "?utm_medium=x", "28 Feb 2026 10:00 GMT")
        + twice.format("dateless", "#c", "")
    )
    (entry,) = read(rss(body))[1]
    assert entry.title == "new"


def test_one_id_with_three_links_is_three_entries() -> None:
    body = "".join(
        f"<item><title>{n}</title><guid isPermaLink='false'>same</guid><link>http://news.example/{n}</link></item>" for n in range(3)
    )
    entries = read(rss(body))[1]
    assert [e.title for e in entries] == ["0", "1", "2"]
    assert {e.id for e in entries} == {"same"}


def test_keys_are_the_sources_own() -> None:
    other = read(RSS, feed=Feed(url=URL, source_id="other"))[1]
    assert not {e.key for e in other} & {e.key for e in read(RSS)[1]}


@pytest.mark.parametrize(
    ("inside", "link"),
    [
        ("<link>http://news.example/1</link>", "http://news.example/1"),
        ("<link>\n  /1\n</link>", "http://news.example/1"),
        ("<guid>http://news.example/g</guid>", "http://news.example/g"),
        ("<guid isPermaLink='true'>http://news.example/g</guid>", "http://news.example/g"),
        ("<guid isPermaLink='false'>http://news.example/g</guid>", None),
        ("<guid>n1</guid>", None),
        ("<link>javascript:alert(1)</link><guid>n1</guid>", None),
        ("<link>http://user:pass@news.example/1</link><guid>n1</guid>", None),
        ("<link></link><guid>http://news.example/g</guid>", "http://news.example/g"),
        ("<link>http://news.example/?a=1&b=2</link>", "http://news.example/?a=1&b=2"),
        ("<link xmlns='http://www.w3.org/2005/Atom' href='/atom'/>", "http://news.example/atom"),
        (
            "<link>http://feeds.example/~r/1</link><o:origLink xmlns:o='http://rssnamespace.org/feedburner/ext/1.0'>http://news.example/1</o:origLink>",
            "http://news.example/1",
        ),
    ],
)
def test_links(inside: str, link: str | None) -> None:
    assert item(f"<title>t</title>{inside}").link == link


def test_entries_without_a_link_are_known_by_their_id() -> None:
    entry = item("<title>t</title><guid isPermaLink='false'>n1</guid>")
    assert (entry.key, entry.id) == (short_hash("news", "n1"), "n1")


def test_an_item_that_says_nothing_is_none() -> None:
    assert read(rss("<item><pubDate>1 Jan 2026 10:00 GMT</pubDate></item><item/>"))[1] == ()


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("Sat, 28 Feb 2026 10:00:00 GMT", "2026-02-28T10:00:00"),
        ("Sat, 28 Feb 2026 10:00:00 -0500", "2026-02-28T15:00:00"),
        ("Sat, 28 Feb 2026 10:00:00 EST", "2026-02-28T15:00:00"),
        ("Sat, 28 Feb 2026 10:00:00 CEST", "2026-02-28T08:00:00"),
        ("28 Feb 26 10:00", "2026-02-28T10:00:00"),
        ("Sat Feb 28 10:00:00 2026", "2026-02-28T10:00:00"),
        ("2026-02-28T10:00:00Z", "2026-02-28T10:00:00"),
        ("2026-02-28T10:00:00.123456+05:30", "2026-02-28T04:30:00"),
        ("2026-02-28 10:00:00 +0100", "2026-02-28T09:00:00"),
        ("2026-02-28T24:00:00Z", "2026-03-01T00:00:00"),
        ("20260228T100000Z", "2026-02-28T10:00:00"),
        ("2026-02-28", "2026-02-28T00:00:00"),
        ("2026-02", "2026-02-01T00:00:00"),
        ("2026", "2026-01-01T00:00:00"),
        ("2026-03-02T11:00:00Z", "2026-03-02T11:00:00"),
        ("2026-03-02T13:00:00Z", None),
        ("2099-01-01T00:00:00Z", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("2026-02-30T10:00:00Z", None),
        ("2026-13-01", None),
        ("2026-02-28T10:00:00+99:99", None),
        ("yesterday", None),
        ("9" * 5000, None),
        ("", None),
    ],
)
def test_dates(said: str, moment: str | None) -> None:
    expected = datetime.fromisoformat(moment + "+00:00") if moment else None
    assert item(f"<title>t</title><pubDate>{said}</pubDate>").published == expected


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("<author>ann@news.example (Ann Example)</author>", ("Ann Example",)),
        ("<author>Ann Example &lt;ann@news.example&gt;</author>", ("Ann Example",)),
        ("<author>ann@news.example</author>", ()),
        ("<author>Ann &amp;amp; Bob</author>", ("Ann & Bob",)),
        ("<author>A</author><author>B</author><author>A</author>", ("A", "B")),
    ],
)
def test_authors(said: str, names: tuple[str, ...]) -> None:
    assert item(f"<title>t</title>{said}").authors == names


@pytest.mark.parametrize(
    ("own", "feeds", "channel", "language"),
    [
        ("oc", "fr", "en", "oc"),
        ("", "fr", "en", "fr"),
        ("", None, "EN_gb", "en-GB"),
        ("<script>", None, "english!", None),
        ("", None, "", None),
    ],
)
def test_language(own: str, feeds: str | None, channel: str, language: str | None) -> None:
    body = rss(f"<item xml:lang='{own.replace('<', '&lt;')}'><title>t</title></item>", f"<language>{channel}</language>")
    assert read(body, feed=Feed(url=URL, source_id="news", language=feeds))[1][0].language == language


# ---------------------------------------------------------------------------------------------- withdrawals, hints


def test_withdrawals() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>N</title>
    <at:deleted-entry ref="tag:1" when="2026-02-28T10:00:00Z"><link href="http://news.example/1"/></at:deleted-entry>
    <at:deleted-entry ref="http://news.example/2" when="2026-02-28T09:00:00Z"/>
    <entry><id>3</id><title>Third</title><link href="http://news.example/3"/><category term="WITHDRAWN"/></entry>
    <entry><id>1</id><title>First</title><link href="http://news.example/1"/><updated>2026-02-28T12:00:00Z</updated></entry></feed>"""
    entries = {e.link: e for e in read(body)[1]}
    assert {link: e.withdrawn for link, e in entries.items()} == {
        "http://news.example/1": False,
        "http://news.example/2": True,
        "http://news.example/3": True,
    }
    assert entries["http://news.example/2"].key == short_hash("news", "http://news.example/2")


@pytest.mark.parametrize(
    ("channel", "headers", "ttl"),
    [
        ("<ttl>30</ttl>", {"cache-control": "public, max-age=7200"}, timedelta(hours=2)),
        ("<ttl>300</ttl>", {"cache-control": "max-age=60"}, timedelta(hours=5)),
        ("<ttl>99999999999</ttl>", {}, None),
        ("<ttl>999999</ttl>", {}, timedelta(days=7)),
        ("<ttl>soon</ttl>", {"cache-control": "no-cache, max-age=0"}, None),
        ("<updatePeriod xmlns='http://purl.org/rss/1.0/modules/syndication/'>daily</updatePeriod>", {}, timedelta(days=1)),
        ("", {}, None),
    ],
)
def test_how_long_a_feed_may_be_left_alone(channel: str, headers: dict[str, str], ttl: timedelta | None) -> None:
    assert read(rss("", channel), headers=headers)[0].ttl == ttl


def test_a_hub_may_stand_in_the_header() -> None:
    header = {"link": '<http://news.example/feeds/all>; rel="self", <http://hub.example/h>; rel="hub"'}
    assert read(rss(""), headers=header)[0].hub == "http://hub.example/h"


# ---------------------------------------------------------------------------------------------- not a feed


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "is empty"),
        ("   \n", "is empty"),
        ("just words", "is not a feed"),
        ("<!doctype html><html><head><title>x</title></head></html>", "is an HTML page, not a feed"),
        (
            "<html><head><link rel=alternate type=application/rss+xml href=/real.xml></head></html>",
            "it announces http://news.example/real.xml",
        ),
        (RSS[: len(RSS) // 2], "cut short"),
        (ATOM[:-7], "cut short"),
        ("<rss", "is not a feed"),
        ("<opml><body/></opml>", "but not a feed"),
        ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><x/></rdf:RDF>", "but not a feed"),
        (JSON[: len(JSON) // 2], "no complete JSON"),
        ("[1, 2]", "not a JSON Feed"),
        ('{"items": "x"}', "not a JSON Feed"),
        ('{"error": "not found"}', "not a JSON Feed"),
    ],
)
def test_what_is_no_complete_feed_is_an_error_that_says_what_it_is(body: str, why: str) -> None:
    with pytest.raises(ParseError, match=why) as caught:
        read(body)
    assert caught.value.url == URL


@pytest.mark.parametrize(
    "body", [rss(""), ATOM.split("<entry>")[0] + "</feed>", '{"version": "https://jsonfeed.org/version/1", "items": []}']
)
def test_an_empty_feed_is_a_feed(body: str) -> None:
    assert read(body)[1] == ()


@pytest.mark.parametrize(
    "body",
    [
        "\ufeff" + RSS,
        "\n\n  " + RSS,
        "<br />\n<b>Warning</b>: mysql_connect()\n" + RSS,
        RSS + "\n<!-- cached --><script>x</script>",
        RSS.replace('<?xml version="1.0" encoding="UTF-8"?>', '<!DOCTYPE rss [<!ENTITY x "y">]>'),
        RSS.replace("<title>Older</title>", "<title>Older</title>\x00\x08<x>&undefined; & </x>"),
        RSS.replace("<title>Older</title>", "<title>Older</title><broken><b></broken>"),
        RSS[:-1],
    ],
    ids=["bom", "blank lines", "junk before", "junk after", "doctype", "controls", "tags", "last bracket"],
)
def test_feeds_with_common_faults_are_read(body: str) -> None:
    assert {e.title for e in read(body)[1]} == {"Older", "Newer"}


def test_encodings_that_lie() -> None:
    body = rss("<item><title>“déjà vu”</title><link>http://news.example/1</link></item>").replace('"1.0"', '"1.0" encoding="utf-8"')
    assert read(body.encode("cp1252"), headers={"content-type": "text/xml; charset=utf-8"})[1][0].title == "“déjà vu”"
