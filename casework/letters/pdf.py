"""A letter as a PDF that screen readers can read (PDF/UA-1).

The words of a letter are data to the template and never a part of it: whatever somebody typed, it cannot
name a file or an address. The template reads nothing; all that it could reach is the folder it stands in.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import typst

from casework.letters.letter import Letter
from frontend.branding import BLACK, HEX, WHITE, contrast

# The root of what a template may read: nothing but the template.
ROOT = Path(__file__).parent / "paper"
# A folder that is not there: no package of anybody's, from the network or from a home directory.
NO_PACKAGES = str(ROOT / "packages")
STANDARD = "ua-1"
# A longer word may break anywhere, or it would run off the paper.
LONGEST_WORD = 30
BREAK = "\u200b"
MISSING = re.compile(r'the text (?:contains the disallowed codepoint )?`"(.+?)"`', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
STAND_IN = "□"
UNPRINTED = (
    "Some characters of the message cannot be printed here. A name in square brackets, or □, stands "
    "for each."
)


def render(letter: Letter) -> bytes:
    """The same letter gives the same bytes. Takes time by its length alone: measured in the ADR.

    A character that no font here has is named in its place, and the letter says so.
    """
    data = _data(letter)
    try:
        return _compiled(data, letter)
    except typst.TypstError as error:
        missing = _missing(error.diagnostic)
    said = {character: _said(character) for character in missing}
    shown = _replaced(data, str.maketrans(said))
    if any(said.values()):
        shown["note"] = UNPRINTED
    try:
        return _compiled(shown, letter)
    except typst.TypstError:
        # Still with its structure, and without the promise.
        return _compiled(shown, letter, standard=None)


def _compiled(data: dict[str, Any], letter: Letter, standard: str | None = STANDARD) -> bytes:
    return compiled(_template(), data, when=int(letter.sent_at.timestamp()), standard=standard)


def compiled(
    template: bytes, data: dict[str, Any], *, when: int, standard: str | None = STANDARD
) -> bytes:
    """A template with its data, as a PDF of a moment (seconds since 1970). TypstError where it asks for
    what it may not have, or a character has no glyph and the standard wants one."""
    compiler = typst.Compiler(
        template,
        root=str(ROOT),
        font_paths=_fonts(),
        sys_inputs={"letter": json.dumps(data)},
        package_path=NO_PACKAGES,
        package_cache_path=NO_PACKAGES,
    )
    standards = [standard] if standard else []
    return compiler.compile(format="pdf", pdf_standards=standards, timestamp=when)


@cache
def _template() -> bytes:
    return (ROOT / "letter.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Those that come with the library, first; then the machine's, for other scripts."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


def _data(letter: Letter) -> dict[str, Any]:
    """The letter with every long word able to break, and the colour where it can be read on white."""
    colour = letter.colour if HEX.fullmatch(letter.colour) else BLACK
    found = {
        "colour": colour if contrast(colour, WHITE) >= 4.5 else BLACK,
        "council": letter.council,
        "address": [*letter.address, *([letter.email] if letter.email else [])],
        "marking": letter.marking,
        "confidential": letter.confidential,
        "to": letter.to,
        "about": letter.about,
        "heading": letter.heading,
        "document": f"{letter.heading}, {letter.reference}",
        "greeting": letter.greeting,
        "paragraphs": letter.paragraphs,
        "closing": letter.closing,
        "name": letter.name,
        "capacity": [one for one in (letter.title, letter.service) if one],
        "copied": [*letter.copied, *letter.enclosed],
        "foot": letter.foot,
        "reference": letter.reference,
        "note": "",
    }
    return _mapped(found, _breakable)


def _breakable(text: str) -> str:
    pieces = rf"(\S{{{LONGEST_WORD}}})(?=\S)"
    return re.sub(pieces, rf"\1{BREAK}", text)


def _replaced(data: dict[str, Any], table: dict[int, str]) -> dict[str, Any]:
    return _mapped(data, lambda text: text.translate(table))


def _mapped(value: Any, change) -> Any:
    """The same shape, with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(one, change) for key, one in value.items()}
    return [_mapped(one, change) for one in value]


def _missing(diagnostic: str) -> set[str]:
    """Every character that could not be printed, as the library names them."""
    texts = (
        ESCAPED.sub(lambda found: chr(int(found[1], 16)), one)
        for one in MISSING.findall(diagnostic)
    )
    return set("".join(texts))


def _said(character: str) -> str:
    """What stands for it: nothing for what nobody sees, the name of a sign, a box for a letter."""
    sort = unicodedata.category(character)
    if sort in {"Cc", "Cf", "Zl", "Zp", "Mn", "Me"}:
        return ""
    name = unicodedata.name(character, "") if sort.startswith("S") else ""
    return f"[{name.lower()}]" if name else STAND_IN
