"""The council's colour as a stylesheet: served from our own origin, because the CSP allows no inline style."""

import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")
WHITE, BLACK = "#ffffff", "#000000"
DEFAULT_COLOUR = "#1d4f76"


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb", 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours "#rrggbb", 1 to 21 (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Return white or black, whichever reads better on the colour. One always passes 4.5:1."""
    return WHITE if contrast(colour, WHITE) >= contrast(colour, BLACK) else BLACK


def stylesheet(colour: str) -> str:
    """Return the whole of branding.css for a council's colour "#rrggbb".

    Anything that is not such a colour gives the default: nothing a person typed reaches the CSS.
    A colour too pale to be seen as a line on white (3:1, WCAG 1.4.11) keeps the header only.
    """
    if not HEX.fullmatch(colour or ""):
        colour = DEFAULT_COLOUR
    line = colour if contrast(colour, WHITE) >= 4.5 else BLACK
    return (
        ":root {\n"
        f"  --council-colour: {colour};\n"
        f"  --council-text: {text_on(colour)};\n"
        f"  --govuk-brand-colour: {line};\n"
        "}\n"
    )
