"""The pictures of an article, each with its caption and credit. Their texts never stand in the body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from babelwire.extract.blocks import Found, inline, resolved
from babelwire.extract.meta import Declared
from babelwire.extract.page import Element, Tree
from babelwire.model import NO_TEXT, Inline, Picture
from babelwire.text import address
from babelwire.text.clean import clean

MOST = 20
SMALL = 100  #: pixels; smaller ones are icons, portraits, counters
NO_PICTURE = re.compile(
    r"(?:^|[/_.-])(?:logo|icons?|avatar|sprite|pixel|spacer|blank|placeholder|transparent|1x1|gravatar|emoji|badge|button|loading)(?:[/_.-]|$)",
    re.IGNORECASE,
)
CREDIT_CLASS = re.compile(r"credit|copyright|photographer|(?:image|photo|img)[-_]*(?:source|author|by)|agency", re.IGNORECASE)
CREDIT_TEXT = re.compile(
    r"\s*[(\[]?\s*("
    r"(?:photos?|photographs?|images?|pictures?|credits?|photo credit|fotos?|bild(?:er)?|imagen|crédits?(?: photo)?|fotografia"
    r"|quelle|source|bron|фото)"
    r"\s*(?:by\s|de\s|von\s|:|/)\s*[^.()]{2,80}"
    r"|©[^.()]{2,80}"
    r"|[A-Z][\w. ]{1,40}/(?:AP|AFP|Reuters|Getty[\w ]*|EPA|dpa|PA|EFE|ANSA|Lusa|NTB|TT)[\w /]*)"
    r"[)\]]?\s*\.?$"
)


def pictures(
    tree: Tree, declared: Declared, found: Sequence[Found], images: Iterable[tuple[int, Element]], span: range
) -> tuple[Picture, ...]:
    """Those that stand within ``span`` (numbers of blocks), in the order of the page; else the one the page names for sharing."""
    figures: dict[Element, Picture] = {}
    for place, image in images:
        if place not in span or len(figures) >= MOST:
            continue
        frame = _frame(image)
        made = _picture(tree, image, [f for f in found if f.caption and _within(f.element, frame)] if frame is not None else [])
        key = image if frame is None else frame
        if made and key not in figures and all(made.url != p.url for p in figures.values()):
            figures[key] = made
    return tuple(figures.values()) or _shared(tree, declared)


def _picture(tree: Tree, image: Element, captions: Sequence[Found]) -> Picture | None:
    url = _address(tree, image)
    if not url or _is_small(image) or (not captions and NO_PICTURE.search(url)):
        return None
    caption, credit = _caption(tree, captions)
    alt = clean(image.get("alt") or "")
    width, height = _pixels(image, "width"), _pixels(image, "height")
    return Picture(url=url, alt="" if alt == caption.text else alt, caption=caption, credit=credit, width=width, height=height)


def _address(tree: Tree, image: Element) -> str | None:
    """Where the image is: the real one where the page loads it late, the largest of a set."""
    given = image.attrib
    for name in ("data-src", "data-original", "data-lazy-src", "data-hi-res-src", "src"):
        if (value := given.get(name)) and not value.startswith("data:") and (joined := address.join(tree.base, value)):
            return joined
    for name in ("srcset", "data-srcset"):
        if listed := [part.split() for part in given.get(name, "").split(", ") if part.split()]:
            return address.join(tree.base, max(listed, key=_declared_width)[0])
    return None


def _declared_width(part: list[str]) -> float:
    found = re.fullmatch(r"([\d.]{1,8})[wx]", part[1]) if len(part) > 1 else None
    try:
        return float(found[1]) if found else 0.0
    except ValueError:
        return 0.0


def _pixels(image: Element, name: str) -> int | None:
    found = re.fullmatch(r"\s*(\d{1,5})(?:px)?\s*", image.get(name) or "")
    return int(found[1]) if found and int(found[1]) else None


def _is_small(image: Element) -> bool:
    return any((size := _pixels(image, side)) is not None and size < SMALL for side in ("width", "height"))


def _frame(image: Element) -> Element | None:
    """The figure around an image, or the nearest element that holds it and something that calls itself a caption."""
    above = list(image.iterancestors())[:5]
    figure = next((e for e in above if e.tag == "figure"), None)
    if figure is not None:
        return figure
    return next((e for e in above if e.tag not in ("a", "picture", "p", "body", "article", "main", "html")), None)


def _within(element: Element, frame: Element) -> bool:
    return element is frame or any(e is frame for e in element.iterancestors())


def _caption(tree: Tree, captions: Sequence[Found]) -> tuple[Inline, str]:
    """(caption, credit) of a picture's caption blocks."""
    credit = ""
    texts: list[Inline] = []
    for found in captions[:4]:
        marked = next((e for e in found.element.iter() if isinstance(e.tag, str) and CREDIT_CLASS.search(e.get("class") or "")), None)
        text = resolved(found.block.inline, tree.base)
        if marked is not None:
            named = inline(marked, tree.base).text
            credit = credit or named
            text = _without(text, named)
        if text and all(text.text != t.text for t in texts):
            texts.append(text)
    whole = texts[0] if texts else NO_TEXT
    for more in texts[1:]:
        whole = Inline(f"{whole.text} {more.text}", whole.spans)
    if not credit and (tail := CREDIT_TEXT.search(whole.text)):
        credit, whole = tail[1].strip(), _cut(whole, tail.start())
    return whole, re.sub(r"^(?:photo(?:graph)?|image|credit|foto|bild)\s*:\s*", "", credit, flags=re.IGNORECASE)


def _without(text: Inline, part: str) -> Inline:
    if part and text.text.endswith(part):
        return _cut(text, len(text.text) - len(part))
    if part and text.text.startswith(part):
        return Inline(text.text[len(part) :].lstrip())
    return text


def _cut(text: Inline, end: int) -> Inline:
    kept = text.text[:end].rstrip()
    return Inline(kept, tuple(s for s in text.spans if s.end <= len(kept)))


def _shared(tree: Tree, declared: Declared) -> tuple[Picture, ...]:
    """The picture the page names for sharing, if it names one of its own."""
    url = address.join(tree.base, declared.meta("og:image:secure_url", "og:image", "twitter:image", "twitter:image:src"))
    if not url or NO_PICTURE.search(url) or url.lower().endswith(".svg"):
        return ()
    return (Picture(url=url, alt=declared.meta("og:image:alt", "twitter:image:alt")),)
