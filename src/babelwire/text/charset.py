"""Bytes -> text: BOM, then valid UTF-8, then what the header says, then what the document says, then windows-1252.

As browsers do, a label means the larger set that people mean by it (iso-8859-1: windows-1252; gb2312: gb18030). Valid UTF-8
beats a declaration: of 990 real pages 7 lie about it. A header that says Latin-1 loses against a document that says
something else and can be read so: servers add it to everything. The codecs are Python's; no library that we have decides.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{1,40})", re.IGNORECASE)
ESCAPES = re.compile(rb"\x1b[$(]|~\{")  # ISO-2022 and HZ: seven bits, so always valid UTF-8 too
LATIN = "cp1252"
MEANT = {
    "iso8859-1": LATIN,
    "ascii": LATIN,
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
    "iso8859-9": "cp1254",
}
LABELS = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac_cyrillic",
    "unicode": "utf-8",
}
#: Text codecs of Python that are no character sets of the web.
NEVER = frozenset({"utf-7", "unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "mbcs", "oem"})


def decode(body: bytes, content_type: str = "") -> str:
    """The text of an answer (HTML, XML or plain). Never fails: what cannot be read becomes U+FFFD."""
    for mark, name in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for start, name in WIDE:
        if body.startswith(start):
            return body.decode(name, "replace")
    declared = list(_declared(body, content_type))
    if declared and declared[0].startswith(("iso2022", "hz")) and ESCAPES.search(body):
        return body.decode(declared[0], "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _eight_bits(body, declared)


def _eight_bits(body: bytes, declared: list[str]) -> str:
    if (text := _nearly_utf8(body)) is not None:
        return text
    names = [n for n in declared if n != "utf-8"]
    for name in names:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return body.decode(names[0] if names else LATIN, "replace")


def _nearly_utf8(body: bytes) -> str | None:
    """UTF-8 with a few broken places (cut in a letter, one pasted line) is still UTF-8."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore")) - broken
    return text if foreign > 4 * broken else None


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    head = body[:4096]
    if head.lstrip()[:5] == b"<?xml":
        head = head.partition(b"?>")[0]
    header, document = _known(DECLARED.search(content_type.encode("ascii", "replace"))), _known(DECLARED.search(head))
    if header == LATIN and document not in (None, LATIN, "utf-8"):
        header, document = document, header
    yield from (name for name in (header, document) if name)


def _known(found: re.Match[bytes] | None) -> str | None:
    if found is None:
        return None
    label = found[1].decode("ascii").lower()
    try:
        name = codecs.lookup(LABELS.get(label, label)).name
        b"a".decode(name)  # refuses rot13, base64, zlib ...: no text encodings
    except (LookupError, UnicodeError):
        return None
    return None if name.replace("_", "-") in NEVER or name.startswith(("utf-16", "utf-32")) else MEANT.get(name, name)
