"""Pictures for the demo world: quiet little landscapes, drawn anew for each article from its name, so that none is stored."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 675)
Colour = tuple[int, int, int]
SKIES: dict[str, tuple[Colour, Colour]] = {
    "day": ((142, 178, 204), (240, 226, 200)),
    "dawn": ((96, 112, 150), (246, 196, 154)),
    "night": ((8, 14, 34), (36, 52, 92)),
    "indoors": ((58, 44, 36), (150, 112, 78)),
    "cave": ((14, 14, 20), (60, 52, 58)),
}


def draw(scene: str, name: str) -> bytes:
    """A JPEG of the scene; the same name gives the same picture."""
    dice = random.Random(name)
    sky, paint = SCENES[scene]
    image = _sky(*SKIES[sky])
    paint(ImageDraw.Draw(image), dice)
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(0.8)).save(out, "JPEG", quality=82)
    return out.getvalue()


def _sky(top: Colour, bottom: Colour) -> Image.Image:
    mask = Image.linear_gradient("L").resize(SIZE)
    return Image.composite(Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), mask)


def _shade(colour: Colour, by: float) -> Colour:
    red, green, blue = (max(0, min(255, round(c * by))) for c in colour)
    return red, green, blue


def _ridge(pen: ImageDraw.ImageDraw, dice: random.Random, height: float, rise: float, colour: Colour) -> None:
    """A line of hills: three waves of random phase."""
    width, bottom = SIZE
    waves = [(dice.uniform(0.6, 2.2) * n, dice.uniform(0, math.tau), rise / n) for n in (1, 2, 4)]
    line = [(x, height + sum(a * math.sin(math.tau * f * x / width + p) for f, p, a in waves)) for x in range(0, width + 8, 8)]
    pen.polygon([(0, bottom), *line, (width, bottom)], fill=colour)


def _hills(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    pen.ellipse((880, 90, 970, 180), fill=(255, 240, 206))
    base = dice.choice([(92, 118, 96), (104, 104, 120), (120, 108, 80)])
    for n in range(4):
        _ridge(pen, dice, 300 + 95 * n, 46 - 6 * n, _shade(base, 1.25 - 0.25 * n))


def _harbour(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    pen.ellipse((200, 200, 290, 290), fill=(255, 232, 196))
    _ridge(pen, dice, 350, 18, (92, 96, 120))
    pen.rectangle((0, 390, *SIZE), fill=(70, 96, 122))
    for n in range(60):
        x, y = dice.randrange(SIZE[0]), 400 + dice.randrange(270)
        pen.line((x, y, x + 20 + n, y), fill=(108, 134, 156), width=2)
    for _ in range(3):
        x, y = dice.randrange(120, 980), dice.randrange(420, 560)
        pen.polygon([(x, y), (x + 170, y), (x + 140, y + 42), (x + 26, y + 42)], fill=(132, 48, 42))
        pen.rectangle((x + 60, y - 36, x + 108, y), fill=(236, 230, 216))
        pen.line((x + 84, y - 36, x + 84, y - 130), fill=(40, 36, 34), width=4)


def _night(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    for _ in range(700):
        x, y, r = dice.randrange(SIZE[0]), dice.randrange(560), dice.choice([0, 0, 1, 1, 2])
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(255, 250, dice.randrange(200, 256)))
    _ridge(pen, dice, 560, 34, (10, 12, 20))
    pen.polygon([(560, 560), (600, 540), (750, 330), (706, 300)], fill=(4, 5, 9))
    pen.polygon([(640, 470), (560, 640), (580, 640), (650, 500), (720, 640), (742, 640)], fill=(4, 5, 9))


def _field(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    _ridge(pen, dice, 330, 26, (96, 112, 92))
    pen.rectangle((0, 400, *SIZE), fill=(206, 168, 92))
    for _ in range(1500):
        x, y = dice.randrange(SIZE[0]), dice.randrange(400, SIZE[1])
        pen.line((x, y, x + dice.randrange(-6, 7), y - 20 - (y - 400) // 6), fill=_shade((222, 186, 104), dice.uniform(0.7, 1.1)), width=2)
    pen.rectangle((820, 290, 950, 400), fill=(196, 170, 140))
    pen.polygon([(806, 292), (964, 292), (885, 236)], fill=(150, 84, 62))


def _river(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    _ridge(pen, dice, 290, 40, (86, 112, 92))
    pen.polygon([(520, 350), (640, 350), (1000, 675), (160, 675)], fill=(96, 134, 150))
    pen.rectangle((180, 330, 1020, 392), fill=(148, 136, 122))
    for x in (300, 530, 760):
        pen.pieslice((x, 340, x + 150, 520), 180, 360, fill=(60, 74, 82))


def _tower(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    _ridge(pen, dice, 560, 20, (110, 100, 90))
    left = dice.randrange(420, 620)
    pen.rectangle((left, 210, left + 190, 620), fill=(172, 146, 118))
    pen.polygon([(left - 18, 212), (left + 208, 212), (left + 95, 92)], fill=(122, 70, 56))
    pen.ellipse((left + 40, 260, left + 150, 370), fill=(246, 240, 224), outline=(60, 50, 44), width=5)
    pen.line((left + 95, 315, left + 95, 275), fill=(40, 34, 30), width=6)
    pen.line((left + 95, 315, left + 124, 330), fill=(40, 34, 30), width=6)


def _stage(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    pen.polygon([(430, 0), (560, 0), (1000, 600), (160, 600)], fill=(176, 136, 96))
    pen.rectangle((0, 560, *SIZE), fill=(84, 56, 40))
    for n in range(14):
        x, y = 180 + n * 62, 430 + dice.randrange(-18, 19)
        pen.ellipse((x, y, x + 40, y + 44), fill=_shade((206, 164, 130), dice.uniform(0.7, 1.1)))
        pen.polygon([(x - 8, y + 150), (x + 48, y + 150), (x + 32, y + 42), (x + 8, y + 42)], fill=(52, 68, 96))


def _shelves(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    for row in range(4):
        floor = 150 + row * 155
        x = 60
        while x < 1120:
            wide, tall = dice.randrange(22, 60), dice.randrange(70, 118)
            pen.rectangle((x, floor - tall, x + wide - 4, floor), fill=_shade((200, 160, 106), dice.uniform(0.45, 1.15)))
            x += wide
        pen.rectangle((40, floor, 1160, floor + 14), fill=(70, 46, 32))


def _workshop(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    pen.rectangle((0, 470, *SIZE), fill=(106, 76, 52))
    pen.rectangle((760, 70, 1060, 330), fill=(206, 222, 226), outline=(80, 62, 48), width=10)
    for n in range(9):
        x = 90 + n * 68
        pen.line((x, 120, x + dice.randrange(-8, 9), 200 + dice.randrange(60)), fill=(40, 34, 32), width=10)
    for centre, radius in ((340, 96), (520, 64), (690, 120)):
        pen.ellipse((centre - radius, 470 - 2 * radius, centre + radius, 470), fill=(226, 220, 206), outline=(90, 74, 60), width=6)


def _cave(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    pen.polygon([(600, 430), (60, 120), (60, 660)], fill=(92, 84, 80))
    for side, height in ((0, 1), (SIZE[1], -1)):
        for n in range(22):
            x, tall = n * 58 + dice.randrange(-14, 15), dice.randrange(60, 260)
            pen.polygon([(x, side), (x + 56, side), (x + 28, side + height * tall)], fill=_shade((44, 40, 46), dice.uniform(0.6, 1.3)))
    pen.ellipse((590, 400, 640, 450), fill=(240, 206, 120))
    pen.polygon([(586, 560), (646, 560), (632, 448), (600, 448)], fill=(170, 66, 44))


Paint = Callable[[ImageDraw.ImageDraw, random.Random], None]
SCENES: dict[str, tuple[str, Paint]] = {
    "hills": ("day", _hills),
    "harbour": ("dawn", _harbour),
    "night": ("night", _night),
    "field": ("day", _field),
    "river": ("day", _river),
    "tower": ("dawn", _tower),
    "stage": ("indoors", _stage),
    "shelves": ("indoors", _shelves),
    "workshop": ("indoors", _workshop),
    "cave": ("cave", _cave),
}
