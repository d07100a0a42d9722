"""Text from strangers made fit to keep: NFC, white space folded, no characters that nobody sees.

Feed and page are cleaned by the same two functions, so a headline compares equal whichever it came from. Removed: C0 and C1
controls, bidirectional overrides, embeddings and isolates (renderers isolate foreign text themselves), tag characters,
zero-width spaces and joiners of words, soft hyphens, private-use characters (icon fonts, and the markers of ``text.inline``),
lone surrogates and non-characters. Kept: ZWJ and ZWNJ, which Persian, Hindi and emoji need, and LRM and RLM.
"""

from __future__ import annotations

import re
import unicodedata

UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u202a-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffc\ufffe\uffff\U0001fffe\U0001ffff\U000e0000-\U0010ffff]"
)

#: A tag that carries attributes: code that somebody wanted run, or markup that was escaped once too often. A tag without any
#: may be what a text is about ("the <title> element"), and stays.
ATTRIBUTED = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,20})[\s/][^<>]{0,2000}=[^<>]{0,2000}>")


def unmarked(text: str) -> str:
    """A headline or teaser without tags that carry attributes, and without their closing tags: they are no words, and what
    stands in titles, feeds and JSON is read by programs that may unescape it once more than they should."""
    if "<" not in text:
        return text
    names = {m[1].lower() for m in ATTRIBUTED.finditer(text)}
    if not names:
        return text
    closing = re.compile(rf"</(?:{'|'.join(sorted(names))})\s*>", re.IGNORECASE)
    return " ".join(closing.sub("", ATTRIBUTED.sub("", text)).split())


def clean(text: str) -> str:
    """The text on one line: NFC, every run of white space (no-break ones too) one space, nothing invisible, ends trimmed."""
    folded = " ".join(text.split())
    return folded if folded.isascii() and folded.isprintable() else " ".join(seen(folded).split())


def fold(text: str) -> str:
    """As ``clean``, for a piece of a longer text: a space at either end is kept."""
    folded = " ".join(text.split())
    if not (folded.isascii() and folded.isprintable()):
        text = seen(text)
        folded = " ".join(text.split())
    if not folded:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{folded}{' ' if text[-1].isspace() else ''}"


def lines(text: str) -> str:
    """As ``clean``, but line breaks and indentation stay (preformatted text, programs)."""
    kept = seen(text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip("\n")


def seen(text: str) -> str:
    """The text in NFC without characters that nobody sees; white space is left alone."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", UNSEEN.sub("", text))
