"""Plain text and CSV: text that is only text, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from documents.inspection.base import PROGRAMS, Unsound, holds_a_disguise

CONTROLS = frozenset(range(32)) - {9, 10, 12, 13} | {127}
# Whoever writes about a page may name a tag in their text; a page begins with one.
HEAD = 4096


def look(path: Path, kind: str) -> set[str]:
    content = path.read_bytes()
    if content.startswith(PROGRAMS) or holds_a_disguise(content[:HEAD]):
        raise Unsound("disguise")
    text = _text(content)
    if kind == "csv":
        _runs_nothing(text)
    return set()


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(letter) in CONTROLS for letter in set(text)):
            raise Unsound("not_its_kind")
        return text
    raise Unsound("not_its_kind")


def _runs_nothing(text: str) -> None:
    try:
        for row in csv.reader(io.StringIO(text)):
            if any(_is_formula(cell) for cell in row):
                raise Unsound("formulas")
    except csv.Error as error:
        raise Unsound("not_its_kind") from error


def _is_formula(cell: str) -> bool:
    """A telephone number begins with + and a sum of money with -; a command has brackets or a bar."""
    cell = cell.strip().lstrip("\t")
    if cell.startswith(("=", "@")):
        return True
    return cell.startswith(("+", "-")) and any(mark in cell for mark in "(|!")
