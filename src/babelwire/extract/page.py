"""Page -> tree: decoded, looked over before it is parsed, parsed once, hidden text taken out.

The look-over is one linear pass that refuses what would keep libxml2 busy for minutes: 100,000 attributes on one tag
(45 s), hundreds of thousands of tags, megabytes of blanks. Of 436 real pages the largest has 2.6 MB, 9,892 tags, 334
attributes on one tag, so the limits leave room. It is no wall: the worker's limits on CPU and memory are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from babelwire.errors import ExtractError
from babelwire.model import Page
from babelwire.text import address, charset

Element = Any  #: lxml has no types

MAX_LETTERS = 3_000_000
MAX_TAGS = 40_000
MAX_ATTRIBUTES = 2_000

LONG_TAG = 4_000  #: letters between two "<", from which on attributes are counted
LONG = re.compile(f"<[^<]{{{LONG_TAG}}}")
MAX_BREAKS = 500  #: from which on runs of <br> are shortened
TAG = re.compile(r"<[a-zA-Z]")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
LONG_NAME = 2_000
LONG_NAMES = re.compile(
    rf"\s(?:class|style|id)\s*=\s*(?:\"[^\"<>]{{{LONG_NAME},}}\"|'[^'<>]{{{LONG_NAME},}}')",
    re.IGNORECASE,
)
RUNS = (" " * 200, "\n" * 200, "\t" * 200, "\r\n" * 100, " \n" * 100)
BLANKS = re.compile(r"\s(?<!\s\s)\s{199,}")  # only from where a run begins; a sign to look for first is what makes it fast
BREAKS = re.compile(r"(?:<br\s*/?>\s*){4,}", re.IGNORECASE)
PROGRAM = re.compile(r"<(script|style|SCRIPT|STYLE)\b")
PROGRAM_ENDS = {name: re.compile(rf"</{name}\b[^>]*>", re.IGNORECASE) for name in ("script", "style")}
DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
#: libxml2 silently drops the text below its 256th level: on such pages containers become paragraphs.
DEEP_TAGS = re.compile(r"</?(?:div|section|span|font|center|b|i)\b[^<>]*>", re.IGNORECASE)
NEVER_SHOWN = [
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "iframe",
    "object",
    "embed",
    "button",
    "select",
    "textarea",
    "input",
    "dialog",
    "canvas",
    "audio",
    "video",
]
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SINGLE_CONTROLS = tuple(map(chr, (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)))
#: A reference to one of them: it comes out of the parser as the character, which lxml gives but does not take.
REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|5[5-7]\d{3}|6553[45])|x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]|d[89a-f][0-9a-f]{2}))(?![0-9a-f])",
    re.IGNORECASE,
)
HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|(?:left|top|text-indent)\s*:\s*-\d{4,}|"
    r"(?<!-)(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)|clip\s*:\s*rect\(\s*[01]|opacity\s*:\s*0\s*(?:;|!|$)",
    re.IGNORECASE,
)
HIDING_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|visuallyhidden|screen-?reader(?:-text|-only)?|a11y-hidden|u-hidden-visually|hidden-text)(?:\s|$)",
    re.IGNORECASE,
)
HIDING_WORDS = ("hidden", "sr-only", "screen")  #: one of them is in each class that hides
CLASS_NAMES = etree.XPath("descendant::*/@class", smart_strings=False)
#: What may be hidden or the site's frame, in the order of the page; found here, since asking each element for its attributes takes long.
HIDING = " | ".join(f"descendant::*/@{name}/.." for name in ("style", "hidden", "aria-hidden", "role", "id"))
MARKED = etree.XPath(f"{HIDING} | descendant::nav | descendant::form | descendant::footer")
MARKED_OR_CLASSED = etree.XPath(f"{MARKED.path} | descendant::*/@class/..")
#: No part of any article: everything after this is done on less.
FRAME = frozenset(("nav", "form"))
FRAME_IDS = frozenset(("comments", "disqus_thread"))
IN_STORY = frozenset(("article", "main", "blockquote"))
LETTERS = etree.XPath("string-length(.)")  #: a quarter of what joining its texts takes
#: lxml.html chooses the class of an element in Python, each time one is touched: a quarter of an extraction's time, for
#: methods of form fields that nobody here calls.
CLASSES = etree.ElementDefaultClassLookup(
    element=lxml_html.HtmlElement,
    comment=lxml_html.HtmlComment,
    pi=lxml_html.HtmlProcessingInstruction,
    entity=lxml_html.HtmlEntity,
)


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed page. Its readers look and do not touch: who changes it takes a copy."""

    url: str
    base: str  #: what relative links are relative to
    root: Element
    body: Element
    data: tuple[str, ...] = ()  #: JSON-LD documents, unread
    licences: tuple[str, ...] = ()  #: where rel=license links lead


def read(page: Page) -> Tree:
    """The tree of an HTML answer.

    Raises ExtractError: not HTML, too large, made to keep a parser busy, empty.
    """
    kind = page.content_type.partition(";")[0].strip().lower()
    if kind and not ("html" in kind or "xml" in kind or kind == "text/plain"):
        raise ExtractError(page.url, f"the answer is {kind}, not a web page")
    return parse(charset.decode(page.body[: 4 * MAX_LETTERS], page.content_type), page.url)


def parse(html: str, url: str) -> Tree:
    """The tree of HTML text; hidden parts are taken out. Raises ExtractError as ``read``."""
    root = _parsed(_looked_over(html, url), url)
    body = root.find("body")
    if body is None:
        raise ExtractError(url, "the page is empty")
    data = tuple(e.text for e in root.iter("script") if "ld+json" in (e.get("type") or "") and e.text)
    licences = tuple(h for e in root.iter("a", "link") if "license" in (e.get("rel") or "").split() and (h := e.get("href")) is not None)
    _drop_unseen(body)
    base = next(iter(root.xpath("//base/@href")), "")
    return Tree(url, _base(url, base), root, body, data, licences)


def _parsed(html: str, url: str) -> Element:
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    parser.set_element_class_lookup(CLASSES)
    try:
        root = lxml_html.document_fromstring(html, parser=parser)
        if any("depth" in e.message for e in parser.error_log.filter_from_errors()):
            root = lxml_html.document_fromstring(DEEP_TAGS.sub("<p>", html), parser=parser)
        if "&#" in html and REFERENCE.search(html):
            _clean(root)
    except (etree.LxmlError, ValueError) as error:
        if "unknown error" in str(error):  # what libxml2 says when it gets no memory; its parser recovers from all else
            raise MemoryError from error
        raise ExtractError(url, f"the page cannot be parsed: {error}") from error
    return root


def _base(url: str, href: str) -> str:
    return (address.join(url, href) or url) if href else url


# ---------------------------------------------------------------------------------------------- before parsing


def _looked_over(html: str, url: str) -> str:
    """The text to parse: without programs, long runs of blanks and breaks; of bearable size and shape."""
    declaration = DECLARATION.match(html)
    text = _without_programs(html[declaration.end() :] if declaration else html)
    if _has_controls(text):
        text = _without_programs(CONTROLS.sub("", text))
    if any(run in text for run in RUNS):
        text = BLANKS.sub("\n", text)
    if text.count("<br") > MAX_BREAKS:
        text = BREAKS.sub("<br><br>", text)
    if len(text) > MAX_LETTERS:
        raise ExtractError(url, f"the page is too long ({len(text):,} characters without programs; at most {MAX_LETTERS:,} are read)")
    if not text.strip():
        raise ExtractError(url, "the page is empty")
    return _shapely(text, url)


def _has_controls(text: str) -> bool:
    """Is there one of ``CONTROLS``? Looking for one character at a time is three times as fast as a pattern of them all."""
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character
        return True
    return any(sign in text for sign in SINGLE_CONTROLS)


def _without_programs(text: str) -> str:
    """Without style sheets and scripts that are no data. Step by step: one pattern would be quadratic on unclosed ones."""
    kept: list[str] = []
    at = 0
    while (start := PROGRAM.search(text, at)) is not None:
        end = PROGRAM_ENDS[start[1].lower()].search(text, start.end())
        kept.append(text[at : start.start()])
        if end is None:
            return "".join(kept)
        if "ld+json" in text[start.start() : start.start() + 200]:
            kept.append(text[start.start() : end.end()])
        at = end.end()
    kept.append(text[at:])
    return "".join(kept)


def _shapely(text: str, url: str) -> str:
    """Refuse more tags, or more attributes of one tag, than any newspaper writes; leave out endless class names."""
    if text.count("<") > MAX_TAGS and sum(1 for _ in TAG.finditer(text)) > MAX_TAGS:
        raise ExtractError(url, f"the page has more than {MAX_TAGS:,} tags")
    if not LONG.search(text):
        return text
    pieces = text.split("<")
    for n, piece in enumerate(pieces):
        if len(piece) >= LONG_NAME:
            if len(piece) >= LONG_TAG and piece[:1].isalpha() and _attributes(piece) > MAX_ATTRIBUTES:
                raise ExtractError(url, f"a <{piece.split()[0][:20]}> tag has more than {MAX_ATTRIBUTES:,} attributes")
            pieces[n] = LONG_NAMES.sub("", piece)
    return "<".join(pieces)


def _attributes(tag: str) -> int:
    """How many attributes a tag has, at most; what stands after it may count too when its end is in quotes."""
    return len(QUOTED.sub("", tag).partition(">")[0].split())


# ---------------------------------------------------------------------------------------------- hidden text


def _drop_unseen(body: Element) -> None:
    """Take out what a reader does not see (never shown, hidden by attribute, style or class), and the site's frame.

    What holds much of the page's text stays: hiding it all is an effect that a script undoes, and a form or a list of
    comments that big is a wrapper or a forum.
    """
    drop_all(list(body.iter(*NEVER_SHOWN)))
    hidden, frame = [], []
    classes = "\n".join(CLASS_NAMES(body)).lower()
    for element in (MARKED_OR_CLASSED if any(word in classes for word in HIDING_WORDS) else MARKED)(body):
        given = element.items()
        if _is_hidden(given):
            hidden.append((element, 2))
        if _is_frame(element, given):
            frame.append((element, 3))
    if hidden or frame:
        whole = LETTERS(body)
        for element, share in hidden + frame:
            if element.getparent() is not None and LETTERS(element) <= whole / share:
                _drop(element)


def _is_hidden(given: Sequence[tuple[str, str]]) -> bool:
    """By attributes."""
    for name, value in given:
        if (
            (name == "class" and HIDING_CLASS.search(value))
            or (name == "style" and HIDING_STYLE.search(value))
            or (name == "hidden" and value != "until-found")
            or (name == "aria-hidden" and value == "true")
        ):
            return True
    return False


def _is_frame(element: Element, given: Sequence[tuple[str, str]]) -> bool:
    tag = element.tag
    if tag in FRAME:
        return True
    for name, value in given:
        if (name == "id" and value in FRAME_IDS) or (name == "role" and value == "navigation"):
            return True
    return tag == "footer" and not any(e.tag in IN_STORY for e in element.iterancestors())


def drop_all(elements: Iterable[Element]) -> None:
    """Take elements out of their tree; the text after them stays."""
    for element in elements:
        _drop(element)


def _drop(element: Element) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _clean(root: Element) -> None:
    """Take what no XML may hold out of every text of a tree."""
    for element in root.iter():
        for part in ("text", "tail"):
            text = getattr(element, part)
            if text and CONTROLS.search(text):
                setattr(element, part, CONTROLS.sub("", text))
