"""A letter's words, put into the template and drawn as PDF/UA-1, which screen readers can read.

The words are data to the template and never a part of it: whatever somebody typed, it cannot name a file or
an address. The template reads nothing; all that it could reach is the folder that it stands in.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
# The root of what a template may read: nothing but the template.
ROOT = HERE / "paper"
FONTS = HERE / "fonts"
# A folder that is not there: no package of anybody's, from the network or from a home directory.
NO_PACKAGES = str(ROOT / "packages")
STANDARD = "ua-1"
# A longer word may break anywhere, or it would run off the paper. The template makes a break of the mark, and
# leaves nothing of it in the text: an address that is copied out of the file still works.
LONGEST_WORD = 30
BREAK = "\u200b"
MISSING = re.compile(r'the text (?:contains the disallowed codepoint )?`"(.+?)"`', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
STAND_IN = "□"
UNPRINTED = (
    "Some characters of the message cannot be printed here. A name in square brackets, or □, stands "
    "for each."
)


def press(letter: dict[str, Any], when: int) -> bytes:
    """The letter as a PDF of a moment (seconds since 1970). Its own fonts first, so that the same words are
    the same bytes on every machine; then the machine's too, for other scripts.

    A character that no font here has is named in its place, and the letter says so.
    """
    data = _mapped(letter, _breakable)
    template = (ROOT / "letter.typ").read_bytes()
    missing: set[str] = set()
    for machine in (False, True):
        try:
            return compiled(template, data, when=when, machine=machine)
        except typst.TypstError as error:
            missing = _missing(error.diagnostic)
    said = {character: _said(character) for character in missing}
    shown = _mapped(data, lambda text: text.translate(str.maketrans(said)))
    if any(said.values()):
        shown["note"] = UNPRINTED
    try:
        return compiled(template, shown, when=when, machine=True)
    except typst.TypstError:
        # Still with its structure, and without the promise.
        return compiled(template, shown, when=when, machine=True, standard=None)


def compiled(
    template: bytes,
    data: dict[str, Any],
    *,
    when: int,
    machine: bool = False,
    standard: str | None = STANDARD,
) -> bytes:
    """A template with its data. TypstError where it asks for what it may not have, or a character has no
    glyph and the standard wants one."""
    compiler = typst.Compiler(
        template,
        root=str(ROOT),
        font_paths=_fonts(machine),
        sys_inputs={"letter": json.dumps(data)},
        package_path=NO_PACKAGES,
        package_cache_path=NO_PACKAGES,
    )
    standards = [standard] if standard else []
    return compiler.compile(format="pdf", pdf_standards=standards, timestamp=when)


@cache
def _fonts(machine: bool) -> typst.Fonts:
    """Those beside this file and those that come with the library; the machine's where asked for."""
    return typst.Fonts(include_system_fonts=machine, font_paths=[str(FONTS)])


def _breakable(text: str) -> str:
    pieces = rf"(\S{{{LONGEST_WORD}}})(?=\S)"
    return re.sub(pieces, rf"\1{BREAK}", text)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
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
