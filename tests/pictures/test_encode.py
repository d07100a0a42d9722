"""Strangers' pictures read and written anew: what comes out is ours, and nothing that comes in does harm."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from babelwire import confined
from babelwire.errors import PictureError
from babelwire.pictures import encode
from babelwire.pictures.encode import Ask, Sized

URL = "https://gazette.example/pier.jpg"


def drawn(width: int = 1600, height: int = 900, kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(out, kind, **options)
    return out.getvalue()


def opened(one: Sized) -> Image.Image:
    return Image.open(io.BytesIO(one.body))


def refused(body: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        encode.encode(Ask(URL, body))
    return caught.value.why


def test_two_widths_in_two_formats() -> None:
    made = encode.encode(Ask(URL, drawn()))
    assert [(s.width, s.height, s.ending) for s in made] == [(640, 360, "webp"), (640, 360, "jpg"), (1280, 720, "webp"), (1280, 720, "jpg")]
    for one in made:
        assert opened(one).size == (one.width, one.height)
        assert opened(one).format == {"jpg": "JPEG", "webp": "WEBP"}[one.ending]


def test_a_picture_is_never_made_larger() -> None:
    assert {(s.width, s.height) for s in encode.encode(Ask(URL, drawn(500, 300)))} == {(500, 300)}
    assert {s.width for s in encode.encode(Ask(URL, drawn(900, 600)))} == {640, 900}


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "I;16"), ("WEBP", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L")]
)
def test_every_kind_of_pixels(kind: str, mode: str) -> None:
    body = drawn(kind=kind, mode=mode)
    assert [opened(s).mode for s in encode.encode(Ask(URL, body))] == ["RGB"] * 4


def test_nothing_but_pixels_comes_through_and_they_stand_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010E] = "SECRET PLACE"
    body = drawn(1600, 800, exif=exif, comment=b"SECRET", icc_profile=b"SECRET" * 50) + b"<script>SECRET</script>"
    made = encode.encode(Ask(URL, body))
    assert made[0].height > made[0].width, "turned"
    for one in made:
        assert b"SECRET" not in one.body and not opened(one).getexif()


def test_what_is_transparent_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (400, 400), (255, 0, 0, 0)).save(out, "PNG")
    made = encode.encode(Ask(URL, out.getvalue()))
    assert all(c > 250 for c in opened(made[-1]).convert("RGB").getpixel((200, 200)))  # type: ignore[union-attr]


def moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (400, 300), color) for color in ("red", "green", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def huge(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND", b"")


def test_what_is_refused_and_why() -> None:
    assert refused(moving("GIF")) == "it is no JPEG, PNG or WebP"
    assert refused(moving("WEBP")) == "it moves" and refused(moving("PNG")) == "it moves"
    assert refused(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>') == "it is no JPEG, PNG or WebP"
    assert refused(b"") == refused(b"<html>not found</html>") == "it is no JPEG, PNG or WebP"
    assert refused(drawn(159, 400)).startswith("it is too small")
    assert "too" in refused(huge(60_000, 60_000)) and "too" in refused(huge(9_000, 9_000)) and "too large" in refused(huge(21_000, 200))
    assert refused(drawn()[:5000]).startswith("it cannot be read")
    assert refused(huge(1000, 1000)).startswith("it cannot be read"), "pixels that are not there"


def test_broken_pictures_are_refused_and_never_a_bug() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        body = drawn(400, 300, kind=kind)
        for at in range(0, len(body), max(1, len(body) // 40)):
            broken = body[:at] + bytes(b ^ 0x5A for b in body[at : at + 8]) + body[at + 8 :]
            try:
                assert encode.encode(Ask(URL, broken))
            except PictureError as error:
                assert error.url == URL


@pytest.fixture(scope="module")
def pool() -> Iterator[confined.Pool]:
    made = confined.Pool("babelwire.pictures.worker", "picture", cpu_seconds=5.0)
    yield made
    made.close()


def test_a_child_says_nothing_beside_its_answers() -> None:
    """What it prints would stand between the lines of a log."""
    command = [sys.executable, "-m", "babelwire.pictures.worker", "5", "1000000000"]
    done = subprocess.run(command, input=b"", capture_output=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_in_a_child_it_is_the_same(pool: confined.Pool) -> None:
    assert [s.width for s in pool.ask(Ask(URL, drawn()), list[Sized])] == [640, 640, 1280, 1280]
    with pytest.raises(confined.Overrun, match="it moves"):
        pool.ask(Ask(URL, moving("WEBP")), list[Sized])
