"""The table of who sees what (protocol/who_sees.toml) as the page "Who sees what" shows it."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.parts import Column
from frontend.terms import say
from protocol import authority, who_sees

NOBODY_ELSE = {"no_role": "Anybody else who signs in", "anonymous": "Whoever has not signed in"}


@dataclass(frozen=True)
class Picture:
    key: str
    title: str
    columns: list[Column]
    rows: list[list[str]]


def pictures() -> list[Picture]:
    """The pages by role first, then each kind of record by how somebody stands to it."""
    found = who_sees.read()
    return [_areas(found.areas), *(_thing(found, table) for table in found.things)]


def _areas(table: who_sees.Table) -> Picture:
    names = {role.key: say(role.name) for role in authority.ROLES} | NOBODY_ELSE
    rows = []
    for row in table.rows:
        held = dict(zip(table.columns, row.cells, strict=True))
        told = {
            word: ", ".join(names[role] for role, cell in held.items() if cell == word)
            for word in ("yes", "no")
        }
        rows.append([say(row.who), told["yes"], told["no"] or "Nobody is kept out"])
    columns = [Column("What", primary=True), Column("Yes"), Column("No")]
    return Picture(table.key, "Pages, by role", columns, rows)


def _thing(found: who_sees.WhoSees, table: who_sees.Table) -> Picture:
    columns = [Column("Who", primary=True)]
    columns += [Column(name[:1].upper() + name[1:]) for name in table.columns]
    rows = [
        [
            _whole(table, number),
            *(say(found.said(*pair)) for pair in zip(table.columns, row.cells, strict=True)),
        ]
        for number, row in enumerate(table.rows)
    ]
    return Picture(table.key, table.name, columns, rows)


def _whole(table: who_sees.Table, number: int) -> str:
    """A row that goes on from the one above ("… who has left the council") as it reads by itself."""
    who = table.rows[number].who
    if not who.startswith("…"):
        return say(who)
    first = next(row.who for row in table.rows[number::-1] if not row.who.startswith("…"))
    return say(f"{first} {who}")
