"""Content codings, undone piece by piece under a ceiling: gzip, deflate, br, zstd, at most two of them.

zlib, brotli and zstd do the work. Ours is the ceiling: HTTP clients decode a whole chunk before anyone can look at its
size (httpx 0.28: 2 GB of memory for a brotli bomb of 1.7 KB), and none says when a compressed stream ends too early.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli
from backports import zstd

ACCEPT = "gzip, deflate, br, zstd"
PIECE = 65_536
MOST = 2


class CodingError(ValueError):
    """The body is not what its Content-Encoding says, ends too early, or is larger than allowed."""


class Decoder(Protocol):
    """One coding. ``feed`` gives what the data decodes to in pieces of bounded size; ``done`` says whether the stream is complete."""

    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def done(self) -> bool: ...


class Zlib:
    """gzip (members may follow each other) and deflate, with or without zlib's header."""

    def __init__(self, gzip: bool) -> None:
        self._bits = 31 if gzip else 0
        self._stream = zlib.decompressobj(31) if gzip else None

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream is None:  # deflate: servers mean either zlib's format or the bare one
                self._stream = zlib.decompressobj(15 if data[0] & 0x0F == 8 else -15)
            yield self._stream.decompress(data, PIECE)
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._stream.unused_data
                if self._bits != 31 or data[:1] != b"\x1f":
                    return  # rubbish after the end is ignored, as browsers do
                self._stream = zlib.decompressobj(31)
        while self._stream is not None and not self._stream.eof and (rest := self._stream.decompress(b"", PIECE)):
            yield rest

    def done(self) -> bool:
        return self._stream is not None and self._stream.eof


class Brotli:
    """br."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield self._stream.process(data, output_buffer_limit=PIECE)
        while not self._stream.can_accept_more_data():
            yield self._stream.process(b"", output_buffer_limit=PIECE)

    def done(self) -> bool:
        return bool(self._stream.is_finished())


class Zstd:
    """zstd; frames may follow each other. RFC 9659: windows of at most 8 MB."""

    def __init__(self) -> None:
        self._stream = self._new()

    @staticmethod
    def _new() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data or not (self._stream.needs_input or self._stream.eof):
            if self._stream.eof:
                self._stream = self._new()
            yield self._stream.decompress(data, PIECE)
            data = self._stream.unused_data if self._stream.eof else b""

    def done(self) -> bool:
        return self._stream.eof


class Chain:
    """The codings of a Content-Encoding header, undone one after the other; each may give at most ``most`` bytes.

    Raises CodingError for a coding that we did not ask for and for more than two.
    """

    def __init__(self, header: str, most: int) -> None:
        names = [n for n in (part.strip().lower() for part in header.split(",")) if n not in ("", "identity")]
        if len(names) > MOST:
            raise CodingError(f"{len(names)} content codings, one upon the other")
        self._decoders = [_decoder(name) for name in reversed(names)]
        self._left = [most] * len(names)

    def feed(self, data: bytes, stage: int = 0) -> Iterator[bytes]:
        """What the data decodes to, piece by piece. Raises CodingError."""
        if stage == len(self._decoders):
            yield data
            return
        try:
            for piece in self._decoders[stage].feed(data):
                self._left[stage] -= len(piece)
                if self._left[stage] < 0:
                    raise CodingError("the answer is too long when unpacked")
                if piece:
                    yield from self.feed(piece, stage + 1)
        except (zlib.error, brotli.error, zstd.ZstdError) as error:
            raise CodingError(f"the compressed answer is broken ({error})") from error

    def done(self) -> bool:
        """Is every stream complete?"""
        return all(decoder.done() for decoder in self._decoders)


def _decoder(name: str) -> Decoder:
    if name in ("gzip", "x-gzip"):
        return Zlib(gzip=True)
    if name == "deflate":
        return Zlib(gzip=False)
    if name == "br":
        return Brotli()
    if name == "zstd":
        return Zstd()
    raise CodingError(f"content coding {name!r}, which was not asked for")
