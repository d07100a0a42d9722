"""The page's own tree as blocks: kinds, levels, marked stretches at the right letters, white space."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from babelwire.extract.blocks import inline, resolved, walk, words
from babelwire.model import BlockKind, Inline, SpanKind
from tests.extract.pages import PARAGRAPHS, take, texts

BASE = "https://daily.example/news/1"


def blocks(body: str) -> list[tuple[str, str]]:
    return [(f.block.kind.value, f.text) for f in walk(html.fromstring(f"<body>{body}</body>"))[0]]


def marked(text: Inline) -> list[tuple[str, str]]:
    return [(s.kind.value, text.text[s.start : s.end]) for s in text.spans]


def test_kinds() -> None:
    body = "<h2>Head</h2><p>Text</p><blockquote><p>One</p><p>Two</p></blockquote><pre>a\n  b</pre><div>Bare <div>inner</div> after</div>"
    assert blocks(body) == [
        ("heading", "Head"),
        ("paragraph", "Text"),
        ("quote", "One"),
        ("quote", "Two"),
        ("code", "a\n  b"),
        ("paragraph", "Bare"),
        ("paragraph", "inner"),
        ("paragraph", "after"),
    ]


def test_lists_keep_order_and_depth() -> None:
    found, _ = walk(html.fromstring("<div><ol><li>one<ul><li>deep</li></ul></li><li>two</li></ol></div>"))
    assert [(f.text, f.block.level, f.block.ordered) for f in found] == [("one", 0, True), ("deep", 1, False), ("two", 0, True)]


def test_tables_of_data_are_rows_and_layout_tables_are_not() -> None:
    table = "<table><tr><th>City</th><th>Rain</th></tr><tr><td>Low Weir</td><td>12 <b>mm</b></td></tr></table>"
    found, _ = walk(html.fromstring(f"<div>{table}</div>"))
    assert [(f.block.kind, f.text, f.block.header) for f in found] == [
        (BlockKind.ROW, "City\tRain", True),
        (BlockKind.ROW, "Low Weir\t12 mm", False),
    ]
    assert marked(found[1].block.inline) == [("strong", "mm")]
    layout = "<table><tr><td><p>One.</p><p>Two.</p><p>Three.</p></td><td>Side</td></tr><tr><td>a</td><td>b</td></tr></table>"
    assert blocks(layout)[0] == ("paragraph", "One.")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One sentence.<br>Another one.</p>", ["One sentence.", "Another one."]),
        ("<p>A line broken<br>in the middle</p>", ["A line broken in the middle"]),
        ("<p>Poem<br><br>second</p>", ["Poem", "second"]),
        ("<p>Two.<br/><b>Bold</b> start</p>", ["Two.", "Bold start"]),
        ("<p> a \n\t b\u00a0c </p>", ["a b c"]),
        ("<p>a<b> b </b>c</p>", ["a b c"]),
        ("<p>x\u202ey\u200bz</p>", ["xyz"]),
        ("<p>e\u0301</p>", ["é"]),
    ],
)
def test_breaks_and_white_space(body: str, expected: list[str]) -> None:
    assert [t for _, t in blocks(body)] == expected


def test_marked_stretches_are_at_their_words() -> None:
    body = "<p>He <em>really </em>said <a href='/x?a=1'>so, <strong>twice</strong></a> in <code>main()</code>, <span translate=no>Babelwire</span>.</p>"
    text = inline(html.fromstring(body), BASE)
    assert marked(text) == [
        ("emphasis", "really"),
        ("link", "so, twice"),
        ("strong", "twice"),
        ("code", "main()"),
        ("keep", "Babelwire"),
    ]
    assert next(s.href for s in text.spans if s.kind is SpanKind.LINK) == "https://daily.example/x?a=1"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "java\nscript:x", "#top", "mailto:a@b.example", "data:text/html,x", "http://u:p@h.example/"]
)
def test_links_that_we_would_not_follow_are_text(href: str) -> None:
    found = walk(html.fromstring(f'<p>see <a href="{href}">this</a></p>'))[0][0]
    assert resolved(found.block.inline, BASE) == Inline("see this")


def test_a_link_around_blocks_marks_each() -> None:
    found, _ = walk(html.fromstring("<div><a href='/a'><p>One</p><p>Two</p></a></div>"))
    assert [marked(f.block.inline) for f in found] == [[("link", "One")], [("link", "Two")]]


def test_captions_are_known_as_such() -> None:
    body = "<figure><img src=a.jpg><figcaption>In a figure</figcaption></figure><div><img src=b.jpg><p class=wp-caption-text>By its class</p></div><p>No</p>"
    found, images = walk(html.fromstring(f"<div>{body}</div>"))
    assert [(f.text, f.caption) for f in found] == [("In a figure", True), ("By its class", True), ("No", False)]
    assert [place for place, _ in images] == [0, 1]


TREES = st.recursive(
    st.text(alphabet="ab .\u00a0é<&", max_size=6).map(lambda t: t.replace("<", "&lt;").replace("&", "&amp;")),
    lambda inner: st.tuples(st.sampled_from(["b", "i", "a href='/x'", "p", "div", "span", "li", "ul"]), st.lists(inner, max_size=4)).map(
        lambda t: f"<{t[0]}>{''.join(t[1])}</{t[0].split()[0]}>"
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_no_word_is_lost_and_no_span_leaves_its_text(tree: str) -> None:
    root = html.fromstring(f"<div>{tree}</div>")
    found, _ = walk(root)
    letters = "".join(words("".join(root.itertext())))
    assert "".join("".join(f.words) for f in found) == letters
    for one in found:
        assert one.text == one.text.strip()
        for span in one.block.inline.spans:
            assert 0 <= span.start < span.end <= len(one.text)
            assert one.text[span.start : span.end].strip() == one.text[span.start : span.end]


def test_words_of_scripts_without_spaces_are_signs() -> None:
    assert words("昨日は Apple 社") == ("昨", "日", "は", "Apple", "社")
    assert words("It’s a2") == ("It", "s", "a2")


def test_structure_of_an_article() -> None:
    body = PARAGRAPHS + "<h3>Costs</h3><p>They are known, and <a href='/c'>published</a>, says the council of the valley in its letter.</p>"
    article = take(body)
    assert article.blocks[-2].kind is BlockKind.HEADING and article.blocks[-2].level == 3
    assert article.blocks[-1].inline.spans[0].href == "https://daily.example/c"
    assert len(texts(article)) == 8
