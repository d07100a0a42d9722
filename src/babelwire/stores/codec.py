"""Nouns -> compressed JSON and back, by msgspec: typed on the way in, so that a damaged row is an error and no surprise.

Compressed: the translation of a news page (mean of 82 pages, English) takes 4.7 KB instead of 19.9, written in 0.19 ms and read
in 0.06, and what is not written need not be synced. zlib's usual level 6 makes 4.3 KB of it in 0.45 ms.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from babelwire.errors import StoreError
from babelwire.model import Article, Assignment, Entry, Note, Sample, Source, Translation

T = TypeVar("T")
LEVEL = 3
SOURCE = msgspec.json.Decoder(Source)
ENTRY = msgspec.json.Decoder(Entry)
ARTICLE = msgspec.json.Decoder(Article)
TRANSLATION = msgspec.json.Decoder(Translation)
ASSIGNMENT = msgspec.json.Decoder(Assignment)
SAMPLES = msgspec.json.Decoder(tuple[Sample, ...])
NOTES = msgspec.json.Decoder(tuple[Note, ...])
TEXT = msgspec.json.Decoder(str)


def pack_marks(marks: Sequence[int]) -> bytes:
    """Marks of an article (``group.marks``: 31 bits each), or its sketch (``group.twins``: 32), four bytes each: they are
    compared with those of every new article."""
    return struct.pack(f"<{len(marks)}I", *marks)


def unpack_marks(data: bytes) -> tuple[int, ...]:
    """Raises StoreError where the bytes are not what was written."""
    try:
        return struct.unpack(f"<{len(data) // 4}I", data)
    except struct.error as error:
        raise StoreError(f"an article's marks cannot be read ({error}): restore a backup") from error


def pack(value: Any) -> bytes:
    """A noun, or a tuple of them, as bytes.

    Raises StoreError for text that is no Unicode (a lone surrogate).
    """
    try:
        return zlib.compress(msgspec.json.encode(value), LEVEL)
    except UnicodeEncodeError as error:
        raise StoreError(f"a text holds half a character and cannot be stored: {error}") from error


def unpack(kind: msgspec.json.Decoder[T], data: bytes) -> T:
    """The noun that was packed.

    Raises StoreError where the bytes are not what was written.
    """
    try:
        return kind.decode(zlib.decompress(data))
    except (zlib.error, msgspec.MsgspecError) as error:
        raise StoreError(f"a stored body cannot be read ({error}): restore a backup, or upgrade if a newer Babelwire wrote it") from error
