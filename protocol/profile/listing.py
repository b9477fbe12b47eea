"""A profile, and tables side by side, as lines of plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, zip_longest
from textwrap import wrap
from typing import Any

from protocol.profile.whole import Profile

NARROWEST = 60
WIDEST = 160
GAP = "  "


def said(value: Any) -> str:
    """A value as people read it: yes or no, 1 June 2027, a list with commas, or the word itself."""
    if value is True:
        return "yes"
    if value is False:
        return "no"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return str(value)


def shown(profile: Profile, width: int) -> Iterator[str]:
    """One profile, grouped, each value with its source; then the clauses that it lists."""
    width = max(NARROWEST, min(width, WIDEST))
    rows = [(key, said(value), citation) for key, value, citation in profile.walk()]
    key_width = min(max(len(_within(key)) for key, _, _ in rows), width * 2 // 5)
    source_width = min(max(len(citation) for _, _, citation in rows), width // 4)
    widths = (key_width, width - key_width - source_width - 2 * len(GAP) - 2, source_width)
    yield profile.title
    for group, members in groupby(rows, key=lambda row: _group(row[0])):
        yield ""
        yield group
        for key, value, citation in members:
            yield from _columns((_within(key), value, citation), widths, indent="  ")
    yield ""
    yield "clauses that this profile lists, in the product's words"
    longest = min(max(len(citation) for citation in profile.abouts), width * 2 // 5)
    for citation, about in profile.abouts.items():
        widths = (longest, width - longest - len(GAP) - 2)
        yield from _columns((citation, about), widths, indent="  ")


def abreast(
    heads: Sequence[str], tables: Sequence[tuple[str, Sequence[Sequence[str]]]], width: int
) -> Iterator[str]:
    """Titled tables of rows, each row a name and a cell under each head. Where the terminal is too
    narrow for all of them, the rest stand below, and a first line says so.
    """
    width = max(NARROWEST, min(width, 2 * WIDEST))
    if any(_fitting(rows, width) < len(heads) for _, rows in tables):
        yield from wrap(
            f"{width} columns are too few for {len(heads)} side by side: the rest stand below. "
            f"Use a wider terminal, or --width {24 * len(heads)}, to have them in one row.",
            width,
        )
        yield ""
    for title, rows in tables:
        yield title
        yield from _table(heads, rows, width)
        yield ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """As many side by side as fit at a readable width; the rest below them."""
    name_width = _name_width(rows, width)
    fitting = min(len(heads), _fitting(rows, width))
    cell = (width - name_width) // fitting - len(GAP)
    for start in range(0, len(heads), fitting):
        some = slice(start, start + fitting)
        widths = (name_width, *(cell for _ in heads[some]))
        yield from _columns(("", *heads[some]), widths)
        yield "-" * width
        for name, *cells in rows:
            yield from _columns((name, *cells[some]), widths)


def _name_width(rows: Sequence[Sequence[str]], width: int) -> int:
    return min(max(len(name) for name, *_ in rows), width // 3)


def _fitting(rows: Sequence[Sequence[str]], width: int) -> int:
    """How many fit side by side: a third of the width at most goes to the names of the rows."""
    return max(1, (width - _name_width(rows, width)) // 16)


def _columns(cells: Sequence[str], widths: Sequence[int], indent: str = "") -> Iterator[str]:
    wrapped = [
        wrap(cell, max(width, 8), break_on_hyphens=False) or [""]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for line in zip_longest(*wrapped, fillvalue=""):
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        yield (indent + GAP.join(padded)).rstrip()


def _group(key: str) -> str:
    return key.split(".")[0].split("[")[0] if "." in key else "profile"


def _within(key: str) -> str:
    return key.split(".", 1)[1] if "." in key else key
