"""The table of who sees what, as data to read (who_sees.toml): for people, and for the tests that hold it.

Nothing decides by it. Were a door to read it, a test of the door by the same table would prove nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("who_sees.toml")
SEES = {
    "no": "No",
    "member": "Yes, the {member}’s side",
    "officers": "Yes, and the officers’ notes",
    "yes": "Yes",
}


class Wrong(ValueError):
    """The table says something that it cannot mean; the words name where."""


@dataclass(frozen=True)
class Row:
    """How somebody stands to it: `key` for the tests, `who` for people, one word of the table a column."""

    key: str
    who: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    key: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def cells_of(self, key: str) -> dict[str, str]:
        return next(
            dict(zip(self.columns, row.cells, strict=True)) for row in self.rows if row.key == key
        )


@dataclass(frozen=True)
class WhoSees:
    """`sets` are the verbs behind each word in a column that begins with "may"."""

    areas: Table
    things: tuple[Table, ...]
    sets: dict[str, frozenset[str]]
    words: dict[str, str]

    def thing(self, key: str) -> Table:
        return next(one for one in self.things if one.key == key)

    def said(self, column: str, cell: str) -> str:
        """A cell in words."""
        return self.words[cell] if column.startswith("may") else SEES[cell]

    def cells(self) -> Iterator[tuple[str, str, str, str]]:
        """Every (table, row, column, word), each "no" among them."""
        for table in (self.areas, *self.things):
            for row in table.rows:
                for column, cell in zip(table.columns, row.cells, strict=True):
                    yield table.key, row.key, column, cell


@cache
def read() -> WhoSees:
    return parse(FILE.read_text(encoding="utf-8"))


def parse(text: str) -> WhoSees:
    """Raises Wrong, naming the place, where a row is short, doubled or says a word that nobody knows."""
    raw = tomllib.loads(text)
    words = raw["sets"].pop("words")
    sets = {name: _verbs(name, raw["sets"]) for name in raw["sets"]}
    if words.keys() != sets.keys():
        raise Wrong(f"[sets] and [sets.words] differ in {sorted(words.keys() ^ sets.keys())}")
    areas = _table("areas", "Pages", raw["areas"])
    things = tuple(_table(one["key"], one["name"], one) for one in raw["thing"])
    found = WhoSees(areas, things, sets, words)
    for table, row, column, cell in found.cells():
        if cell not in (sets if column.startswith("may") else SEES):
            raise Wrong(f"{table}, {row}, {column}: {cell!r} is no word of this table")
    return found


def _verbs(name: str, sets: dict[str, str]) -> frozenset[str]:
    """What a set is of; a set can name others."""
    found: set[str] = set()
    for word in sets[name].split():
        found |= _verbs(word, sets) if word in sets and word != name else {word}
    return frozenset(found)


def _table(key: str, name: str, raw: dict) -> Table:
    columns = tuple(raw["columns"])
    rows = tuple(Row(first, who, tuple(cells)) for first, who, *cells in raw["rows"])
    for row in rows:
        if len(row.cells) != len(columns):
            raise Wrong(f"{key}, {row.key}: {len(row.cells)} words for {len(columns)} columns")
    if len({row.key for row in rows}) != len(rows):
        raise Wrong(f"{key}: a row stands there twice")
    return Table(key, name, columns, rows)
