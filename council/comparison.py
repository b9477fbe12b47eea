"""Several profiles side by side, topic by topic, in words: for the page and for manage.py protocol."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from council import protocol_words as words
from protocol.profile import SET_BY_COUNCIL, Profile

# Sentences rather than settings: compared only where they are asked for.
PROSE = frozenset({"because", "words", "text", "about", "note"})
# What goes without saying once the posts, the steps and the standards are named.
LEFT_OUT = frozenset({"kind", "promise", "calendar"})
OF_A_POST = frozenset({"holder", "statutory", "same_holder_as"})

Difference = Literal["none", "source", "value"]
DIFFERENCES: dict[Difference, str] = {
    "none": "The same",
    "source": "The same, but not all have a clause for it",
    "value": "Differs",
}
SILENT = "Silent"


@dataclass(frozen=True)
class Cell:
    """What one profile says: in words, and its citation. `words` is "Silent" where it says nothing."""

    words: str
    citation: str = ""
    silent: bool = False

    @property
    def by_council(self) -> bool:
        return self.citation == SET_BY_COUNCIL

    @property
    def line(self) -> str:
        """The same on one line: "7 working days (Br10f)"."""
        return f"{self.words} ({self.citation})" if self.citation else self.words


@dataclass(frozen=True)
class Line:
    """One value: its dotted key, what it is called within its topic, and a cell for each profile."""

    key: str
    name: str
    cells: tuple[Cell, ...]
    difference: Difference

    @property
    def differs(self) -> bool:
        return self.difference != "none"


@dataclass(frozen=True)
class Topic:
    """One part of the profiles. `key` is its anchor."""

    key: str
    title: str
    lines: tuple[Line, ...]

    @property
    def differing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.differs)


def compared(profiles: Iterable[Profile], *, prose: bool = False) -> list[Topic]:
    """The profiles in the order given, topic by topic.

    A value that some documents state in a clause and others leave to the council differs, even where
    it is the same.
    """
    profiles = list(profiles)
    all_values = [{key: (value, src) for key, value, src in one.walk()} for one in profiles]
    keys = dict.fromkeys(key for values in all_values for key in values if _compares(key, prose))
    found: dict[str, list[Line]] = {}
    for key in sorted(keys, key=_order):
        line = _line(key, [values.get(key) for values in all_values], profiles)
        found.setdefault(_topic(key), []).append(line)
    return [Topic(key, words.group(f"{key}."), tuple(lines)) for key, lines in found.items()]


def _line(key: str, held: Sequence[tuple[Any, str] | None], profiles: Sequence[Profile]) -> Line:
    cells = tuple(_cell(key, one, profile) for one, profile in zip(held, profiles, strict=True))
    named = next(profile for one, profile in zip(held, profiles, strict=True) if one)
    return Line(key, inside(key, named), cells, _difference(held))


def _cell(key: str, held: tuple[Any, str] | None, profile: Profile) -> Cell:
    if held is None:
        return Cell(SILENT, silent=True)
    value, source = held
    return Cell(words.value(key, value, profile), source)


def _difference(held: Sequence[tuple[Any, str] | None]) -> Difference:
    if len({one and one[0] for one in held}) > 1:
        return "value"
    return "source" if len({one and one[1] == SET_BY_COUNCIL for one in held}) > 1 else "none"


def inside(key: str, profile: Profile) -> str:
    """What a value is called under the heading of its topic."""
    table = words.table(key.rpartition(".")[0], profile)
    return f"{table}: {words.name(key)}" if table else words.name(key)


def _topic(key: str) -> str:
    return re.split(r"[.\[]", key)[0]


def _order(key: str) -> int:
    """In the order of the parts of a profile; the order within each stays."""
    return list(words.GROUPS).index(_topic(key))


def _compares(key: str, prose: bool) -> bool:
    table, _, name = key.rpartition(".")
    hidden = LEFT_OUT if prose else LEFT_OUT | PROSE
    if table.startswith("posts."):
        hidden |= OF_A_POST
    return bool(table) and name not in hidden
