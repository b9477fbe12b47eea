"""A picture that somebody might have taken with a phone, drawn here so that nobody's is used."""

from __future__ import annotations

import io
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (900, 675)
SKY, ROAD, KERB, HOLE = (178, 197, 214), (104, 104, 108), (171, 168, 160), (58, 56, 56)


def photograph(rng: Random) -> SimpleUploadedFile:
    """A road with a hole in it, a JPEG of some 20 KB."""
    picture = Image.new("RGB", SIZE, SKY)
    draw = ImageDraw.Draw(picture)
    width, height = SIZE
    horizon = height // 3
    draw.rectangle((0, horizon, width, height), fill=KERB)
    draw.polygon(
        [
            (width * 0.42, horizon),
            (width * 0.58, horizon),
            (width * 1.1, height),
            (-width * 0.1, height),
        ],
        fill=ROAD,
    )
    x, y = rng.randrange(300, 560), rng.randrange(430, 540)
    draw.ellipse((x, y, x + rng.randrange(110, 190), y + rng.randrange(36, 60)), fill=HOLE)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=85)
    return SimpleUploadedFile(f"IMG {rng.randrange(1000, 9999)}.jpg", made.getvalue())
