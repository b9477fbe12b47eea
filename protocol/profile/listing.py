"""A profile, or several side by side, as lines of plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, zip_longest
from textwrap import wrap
from typing import Any

from protocol.profile.base import SET_BY_COUNCIL
from protocol.profile.whole import Profile

# Sentences rather than settings: shown with one profile, left out of a comparison.
PROSE = frozenset({"because", "words", "text", "about", "note"})
OF_THE_PROFILE = frozenset({"key", "title", "council", "document", "cite_prefix"})
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


def compared(profiles: Sequence[Profile], width: int, *, prose: bool = False) -> Iterator[str]:
    """Several profiles side by side: first the values that differ, then those that do not.

    A value whose source is a clause shows it; a star marks what a council set. A value that some
    documents state and others leave to the council counts as a difference.
    """
    width = max(NARROWEST, min(width, 2 * WIDEST))
    columns = [{key: (value, source) for key, value, source in one.walk()} for one in profiles]
    keys = [key for key in _merged(columns) if prose or key.split(".")[-1] not in PROSE]
    keys = [key for key in keys if key not in OF_THE_PROFILE]
    differing = [key for key in keys if _differ([one.get(key) for one in columns])]
    agreeing = [key for key in keys if key not in set(differing)]
    if any(some and _abreast(some, width) < len(profiles) for some in (differing, agreeing)):
        yield from wrap(
            f"{width} columns are too few for {len(profiles)} side by side: the rest stand below. "
            f"Use a wider terminal, or --width {24 * len(profiles)}, to have them in one row.",
            width,
        )
        yield ""
    for heading, some in (("Where they differ", differing), ("The same in all", agreeing)):
        if some:
            yield f"{heading} ({len(some)})"
            yield from _table(profiles, columns, some, width)
            yield ""
    yield f"* {SET_BY_COUNCIL}    - not in this profile"


def _merged(columns: Sequence[dict[str, Any]]) -> list[str]:
    """All keys, each after the one that it follows in the first profile that has it."""
    merged: list[str] = []
    for column in columns:
        place = 0
        for key in column:
            if key in merged:
                place = merged.index(key) + 1
            else:
                merged.insert(place, key)
                place += 1
    return merged


def _differ(cells: Sequence[tuple[Any, str] | None]) -> bool:
    values = {None if cell is None else said(cell[0]) for cell in cells}
    stated = {None if cell is None else cell[1] == SET_BY_COUNCIL for cell in cells}
    return len(values) > 1 or len(stated) > 1


def _table(
    profiles: Sequence[Profile],
    columns: Sequence[dict[str, tuple[Any, str]]],
    keys: Sequence[str],
    width: int,
) -> Iterator[str]:
    """As many profiles side by side as fit at a readable width; the rest below them."""
    key_width = _key_width(keys, width)
    abreast = min(len(profiles), _abreast(keys, width))
    cell = (width - key_width) // abreast - len(GAP)
    for start in range(0, len(profiles), abreast):
        some = range(start, min(start + abreast, len(profiles)))
        widths = (key_width, *(cell for _ in some))
        yield from _columns(("", *(profiles[place].key for place in some)), widths)
        yield "-" * width
        for key in keys:
            cells = (_cell(columns[place].get(key)) for place in some)
            yield from _columns((key, *cells), widths)


def _key_width(keys: Sequence[str], width: int) -> int:
    return min(max(len(key) for key in keys), width // 3)


def _abreast(keys: Sequence[str], width: int) -> int:
    """How many profiles fit side by side: a third of the width at most goes to the names of keys."""
    return max(1, (width - _key_width(keys, width)) // 16)


def _cell(cell: tuple[Any, str] | None) -> str:
    if cell is None:
        return "-"
    value, source = cell
    if source == SET_BY_COUNCIL:
        return f"{said(value)} *"
    return f"{said(value)} ({source})" if source else said(value)


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
