"""Pictures are drawn anew: what is kept holds the picture and nothing that was hidden behind it."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

from PIL import Image, ImageOps

from documents.inspection.base import Unsound, holds_a_disguise

# Programs name pictures by what they once were: whichever of these it is, it is drawn as its name says.
FORMATS = ("JPEG", "PNG", "WEBP")
SAVED_AS = {
    "jpeg": ("JPEG", {"quality": 90}),
    "png": ("PNG", {}),
    "webp": ("WEBP", {"quality": 88}),
}
MOST_PIXELS = 100_000_000
WHITE = (255, 255, 255, 255)


def look(path: Path, kind: str, redrawn: Path) -> set[str]:
    """Draw the picture anew into `redrawn`, upright, without where and when it was taken."""
    if holds_a_disguise(path.read_bytes()) or zipfile.is_zipfile(path):
        raise Unsound("disguise")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Image.MAX_IMAGE_PIXELS = None
        try:
            with Image.open(path, formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Unsound("too_many_pixels")
                _redraw(picture, kind, redrawn)
        except Unsound:
            raise
        except Exception as error:
            # Whatever a parser says of a broken file: to us it is no picture.
            raise Unsound("not_its_kind") from error
    return set()


def _redraw(picture: Image.Image, kind: str, redrawn: Path) -> None:
    # Of an animation, or of the several pictures that some phones keep in one, the first.
    picture.load()
    upright = ImageOps.exif_transpose(picture) or picture
    if upright.mode not in ("L", "RGB", "RGBA"):
        # Palettes, CMYK, 16 bits and the rest, with what is clear in them kept so.
        upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    if kind == "jpeg" and upright.mode == "RGBA":
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, WHITE), upright)
        upright = upright.convert("RGB")
    # A fresh picture: what else the file said of itself stays behind.
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    name, options = SAVED_AS[kind]
    clean.save(redrawn, name, **options)
