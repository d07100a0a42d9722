"""A stranger's picture -> pictures of our own: decoded, turned upright, scaled, written anew, in a limited child process.

What comes out holds nothing of what came in but its pixels: no metadata, no place, no colour profile, no second file behind the
first. JPEG, PNG and WebP are read. Drawings (SVG) are programs and are not; what moves (GIF, animated WebP and PNG) would be shown
as one frame of a story told in many, so it is left to the source, too.
"""

from __future__ import annotations

import io
import warnings

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError

from babelwire.errors import PictureError

READ = ("JPEG", "PNG", "WEBP")
WIDTHS = (640, 1280)  #: pixels of what is written; a smaller picture is never made larger
LEAST = 160  #: pixels of a side below which it is no picture of an event
PIXELS = 40_000_000  #: of a picture that is opened at all
MOST = 20_000  #: pixels of a side
FORMATS = (("webp", {"quality": 78, "method": 4}), ("jpg", {"quality": 80, "optimize": True, "progressive": True}))
Image.MAX_IMAGE_PIXELS = PIXELS


class Ask(msgspec.Struct, array_like=True):
    """What a child is asked for."""

    url: str
    body: bytes


class Sized(msgspec.Struct, array_like=True):
    """One picture of our own."""

    width: int
    height: int
    ending: str
    body: bytes


def encode(ask: Ask) -> list[Sized]:
    """The picture in each width and format, narrowest first. Raises PictureError: it cannot be read, or is none that is shown."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _encode(_opened(ask))
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(ask.url, _why(error)) from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError) as error:  # what Pillow's readers raise
        raise PictureError(ask.url, f"it cannot be read: {error}") from error


# ---------------------------------------------------------------------------------------------- the small steps


def _opened(ask: Ask) -> Image.Image:
    image = Image.open(io.BytesIO(ask.body), formats=READ)
    if getattr(image, "n_frames", 1) > 1:
        raise PictureError(ask.url, "it moves")
    if min(image.size) < LEAST:
        raise PictureError(ask.url, f"it is too small ({image.width} x {image.height})")
    if max(image.size) > MOST or image.width * image.height > PIXELS:
        raise PictureError(ask.url, f"it is too large ({image.width} x {image.height})")
    if image.format == "JPEG":
        image.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))  # decodes no more than is needed
    image.load()
    return image


def _encode(image: Image.Image) -> list[Sized]:
    image = _flat(ImageOps.exif_transpose(image))
    made = []
    for width in sorted({min(w, image.width) for w in WIDTHS}):
        height = max(1, round(image.height * width / image.width))
        scaled = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
        for ending, options in FORMATS:
            out = io.BytesIO()
            scaled.save(out, "JPEG" if ending == "jpg" else "WEBP", **options)
            made.append(Sized(width, height, ending, out.getvalue()))
    return made


def _flat(image: Image.Image) -> Image.Image:
    """In plain colours, on white where it is transparent, without anything beside its pixels."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        whole = image.convert("RGBA")
        flat = Image.new("RGB", whole.size, "white")
        flat.paste(whole, mask=whole.getchannel("A"))
        return flat
    flat = Image.new("RGB", image.size)
    flat.paste(image.convert("RGB"))
    return flat


def _why(error: Exception) -> str:
    return "it is no JPEG, PNG or WebP" if isinstance(error, UnidentifiedImageError) else "it has too many pixels"
