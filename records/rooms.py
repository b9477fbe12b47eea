"""What this room has to know of what the rooms above keep: each registers, in its AppConfig.ready().

Registering twice is harmless. A prefix is the kind in a key: "case" in "case:12".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from django.db.models import QuerySet

from accounts.models import Person


@dataclass(frozen=True)
class Item:
    """One thing that can be held, kept or erased, as a person who may see it reads of it."""

    about: str
    reference: str
    subject: str
    href: str
    state: str
    # None while it is open: what is being dealt with is not erased whole.
    ended_on: date | None
    # When all of it was erased.
    erased_on: date | None = None
    # Where what was looked for stands in it.
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Erasing:
    """One erasure as its room carries it out; `by` None is the product, after a restore."""

    about: str
    extent: str
    because: str
    by: Person | None
    at: datetime


@dataclass(frozen=True)
class Room:
    """`find` and `items` go through the room's own door. `due` is what ended before a day with an outcome and
    was not erased: keys with the day of the end. `references` are those of keys that exist. `erase` runs in
    the caller's transaction and records its event. `forget` looks for terms in what belongs to no item.
    """

    prefix: str
    name: str
    outcomes: Mapping[str, str]
    # Months that the product proposes, by outcome, where the council has set none.
    proposed: Mapping[str, int]
    find: Callable[[Person, Sequence[str]], list[Item]]
    items: Callable[[Person, Iterable[str]], list[Item]]
    due: Callable[[str, date], Iterable[tuple[str, date]]]
    references: Callable[[Iterable[str]], dict[str, str]]
    erase: Callable[[Erasing], None]
    # The names of what went; and, after a restore, the same by those names.
    forget: Callable[[Sequence[str]], list[str]]
    forget_again: Callable[[Iterable[str]], None]
    # After the commit, outside any transaction: make the room's indexes anew.
    clear: Callable[[], None]


_rooms: dict[str, Room] = {}
# So many rows are held against somebody's sight at once.
AT_ONCE = 500


def register(room: Room) -> None:
    _rooms[room.prefix] = room


def all_of_them() -> list[Room]:
    return list(_rooms.values())


def of(about: str) -> Room:
    return _rooms[about.partition(":")[0]]


def items(person: Person, abouts: Iterable[str]) -> list[Item]:
    """Those that the person may see, in the order given."""
    wanted = list(dict.fromkeys(abouts))
    found = {
        item.about: item
        for room in all_of_them()
        for item in room.items(person, [a for a in wanted if a.startswith(f"{room.prefix}:")])
    }
    return [found[about] for about in wanted if about in found]


def first_seen(person: Person, rows: QuerySet, most: int) -> tuple[list[tuple[Any, Item]], bool]:
    """The first `most` of these rows about what a person may see, each with its item; and whether there are
    more. However much stands before them that they may not see, it keeps nothing of theirs away.
    """
    found: list[tuple[Any, Item]] = []
    for start in count(0, AT_ONCE):
        some = list(rows[start : start + AT_ONCE])
        seen = {item.about: item for item in items(person, (row.about for row in some))}
        found += [(row, seen[row.about]) for row in some if row.about in seen]
        if len(found) > most or len(some) < AT_ONCE:
            return found[:most], len(found) > most
    raise AssertionError("count() has no end")
