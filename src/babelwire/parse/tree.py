"""Text -> the XML tree of a feed or OPML file: repaired where people go wrong, refused where they mean harm.

lxml parses, without DTD, entities, network or huge trees. Before it: the DOCTYPE goes (with every entity bomb and file
reference in it), junk around the root is cut, HTML's named entities and bare ampersands outside CDATA are put right. Refused
are a document without its closing root (a download cut short must not change anything), more than 1,000,000 tags, and more
than 250 attributes on a tag (libxml2 takes 45 s for 100,000). Every step is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from pathlib import Path

from lxml import etree

from babelwire.errors import ParseError

LONGEST = 16_000_000  #: characters
MOST_TAGS = 1_000_000
MOST_ATTRIBUTES = 250
ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(rss|feed|rdf|opml|html)(?=[\s>/])", re.IGNORECASE)
ATTRIBUTES = re.compile(r"[^\s<>/!?][^<>\"']*+(?:\"[^\"<]*+\"[^<>\"']*+|'[^'<]*+'[^<>\"']*+)*+")
DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
DOCTYPE_END = re.compile(r"\]\s*>")
DECLARED = re.compile(r"<!ENTITY\s+([\w.-]{1,40})\s")
BARE = re.compile(r"&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{0,31};)")
REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([#A-Za-z][A-Za-z0-9]*;)")
MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def root_of(text: str, url: str, wanted: str) -> etree._Element:
    """The root element of a feed (``wanted`` names in words what was expected).

    Raises ParseError: no XML of that kind, an HTML page, cut short, too large, too many tags or attributes.
    """
    if len(text) > LONGEST:
        raise ParseError(url, f"has {len(text)} characters, more than the {LONGEST} that are read")
    text, declared = without_doctype(text)
    start = ROOT.search(text)
    if start is None:
        raise ParseError(url, "is empty" if not text.strip() else f"is not {wanted}")
    if start[1].lower() == "html":
        raise ParseError(url, f"is an HTML page, not {wanted}")
    text = _whole(text, start, url)
    _check(text, url)
    root = _parse(text, recover=False)
    if root is None:
        repaired = repair(text, declared)
        root = _parse(repaired, recover=False)
        if root is None:
            root = _parse(repaired, recover=True)
    if root is None:
        raise ParseError(url, f"is not {wanted}: no XML can be read in it")
    return root


def elements(path: str, root: str, tag: str, wanted: str) -> Iterator[etree._Element]:
    """The elements of that name in a file whose root is ``root``, one at a time, however large the file is; nothing is repaired.

    Raises ParseError naming the line: no XML, another root, entities of its own, cut short, too many attributes.
    """
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    try:
        with Path(path).open("rb") as stream:
            first = True
            for event, element in etree.iterparse(stream, events=("start", "end"), remove_comments=True, remove_pis=True, **safe):
                if first:
                    _first(element, root, path, wanted)
                    first = False
                if len(element.attrib) > MOST_ATTRIBUTES:
                    raise ParseError(path, f"line {element.sourceline}: a tag with more than {MOST_ATTRIBUTES} attributes")
                if event == "end" and etree.QName(element).localname == tag:
                    yield element
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise ParseError(path, f"line {error.lineno}: {error.msg}; it is broken or cut short, export it again") from error
    except OSError as error:
        raise ParseError(path, error.strerror or str(error)) from error


def _first(element: etree._Element, root: str, path: str, wanted: str) -> None:
    """Is this root the one, of a document that declares no entities?"""
    name = etree.QName(element).localname
    if name != root:
        raise ParseError(path, f"is not {wanted}: its root is <{name}>, not <{root}>")
    declared = element.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise ParseError(path, "declares entities of its own, which may stand for anything; export it without")


def without_doctype(text: str) -> tuple[str, frozenset[str]]:
    """The text without the document type declaration before its root; the names of the entities it declared."""
    found = DOCTYPE.search(text)
    root = ROOT.search(text) if found else None
    if found is None or (root and root.start() < found.start()):
        return text, frozenset()
    close, subset = text.find(">", found.end()), text.find("[", found.end())
    if 0 <= subset < close:
        end = DOCTYPE_END.search(text, subset)
        close = end.end() - 1 if end else found.end()
    close = max(close, found.end())
    declared = frozenset(DECLARED.findall(text, found.end(), close))
    return text[: found.start()] + text[close + 1 :], declared


def repair(text: str, declared: frozenset[str] = frozenset()) -> str:
    """Ampersands that begin no reference, HTML's named entities, impossible character references and characters put right;
    references to entities that the document declared itself are left out."""

    def _reference(found: re.Match[str]) -> str:
        return "" if found[1][:-1] in declared else _put_right(found[1])

    parts: list[str] = []
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        parts += (REFERENCE.sub(_reference, BARE.sub("&amp;", text[at:start])), text[start : end + 3])
        at = end + 3
    parts.append(REFERENCE.sub(_reference, BARE.sub("&amp;", text[at:])))
    return CONTROL.sub("", "".join(parts))


def _whole(text: str, start: re.Match[str], url: str) -> str:
    """From the root's opening tag to its closing one."""
    closing = f"</{start[0][1:]}"
    end = text.rfind(closing, start.end())
    if end < 0 or text[end + len(closing) :].lstrip()[:1] not in (">", ""):
        raise ParseError(url, f"is cut short: its {start[0]}> is never closed")
    return f"{text[start.start() : end]}{closing}>"


def _check(text: str, url: str) -> None:
    if text.count("<") > MOST_TAGS:
        raise ParseError(url, f"has more than {MOST_TAGS} tags")
    for piece in text.split("<"):
        if len(piece) > MOST_ATTRIBUTES * 4 and (tag := ATTRIBUTES.match(piece)) and tag[0].count("=") > MOST_ATTRIBUTES and _many(tag[0]):
            raise ParseError(url, f"has a tag with more than {MOST_ATTRIBUTES} attributes")


def _many(tag: str) -> bool:
    """Are there that many equals signs outside quotation marks?"""
    return re.sub(r"\"[^\"]*+\"|'[^']*+'", "", tag).count("=") > MOST_ATTRIBUTES


def _parse(text: str, *, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return root if root is not None and isinstance(root.tag, str) else None


def _put_right(name: str) -> str:
    """What stands for a reference that XML may not know; ``name`` with its semicolon."""
    if name[0] == "#":
        return _character(int(name[2:-1], 16) if name[1] in "xX" else int(name[1:-1]))
    return "".join(MARKUP.get(c, c) for c in html5[name]) if name in html5 else f"&amp;{name}"


def _character(number: int) -> str:
    """A numeric reference that XML takes, or nothing; 128 to 159 are meant as windows-1252."""
    if 0x80 <= number < 0xA0:
        return bytes([number]).decode("cp1252", "ignore")
    fine = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    return f"&#{number};" if fine else ""
