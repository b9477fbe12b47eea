"""Where a person stands today: the facts that rooms state about them, and what follows.

Rooms above register what they know (`register`), so that this room need not look upward. The answer
is kept on the Person object, which lives for one request: a change of post, group or role takes
effect on the next click.

Somebody with several capacities acts in one of them at a time (`Person.acting_in`, which the request
sets): `of` then states the facts of that one alone. Whether they are in conflict is a question about the
person, whatever they act as: it is asked of `whole`. docs/adr/0023-capacities-and-grants.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from protocol import authority, capacity

Provider = Callable[[object, date], Iterable[str]]
_providers: dict[str, Provider] = {}


def register(room: str, provider: Provider) -> None:
    """Let a room state facts about a person on a day. Registering again replaces."""
    _providers[room] = provider


@dataclass(frozen=True)
class Standing:
    facts: frozenset[str]
    # The key of the one capacity that the facts are of; "" where they are all that there are.
    capacity: str = ""

    @cached_property
    def roles(self) -> tuple[authority.Role, ...]:
        return authority.roles_for(self.facts)

    @cached_property
    def permissions(self) -> frozenset[str]:
        return authority.permissions_for(self.facts)

    @cached_property
    def parted(self) -> dict[str, frozenset[str]]:
        """The facts of each capacity by its key (protocol/capacity.py)."""
        return capacity.parted(self.facts)

    def may(self, permission: str) -> bool:
        if permission not in authority.PERMISSIONS:
            raise KeyError(f"no such permission: {permission}")
        return permission in self.permissions

    def ids(self, fact: str) -> frozenset[int]:
        """The ids that a fact names: `ids("acts_for")` of `acts_for:12` is {12}."""
        start = fact + ":"
        return frozenset(int(f[len(start) :]) for f in self.facts if f.startswith(start))

    def keys(self, fact: str) -> frozenset[str]:
        start = fact + ":"
        return frozenset(f[len(start) :] for f in self.facts if f.startswith(start))


NOBODY = Standing(frozenset())


def whole(person, on: date | None = None) -> Standing:
    """Where this person stands on a day (today unless told), in every capacity. The disabled have no facts."""
    if person is None or not person.is_authenticated or not person.is_active:
        return NOBODY
    day = on or timezone.localdate()
    kept: dict[date, Standing] = person.__dict__.setdefault("_standing", {})
    if day not in kept:
        facts = {fact for provider in _providers.values() for fact in provider(person, day)}
        kept[day] = Standing(frozenset(facts))
    return kept[day]


def of(person, on: date | None = None) -> Standing:
    """The same, in the one capacity that they act in. Somebody who is not at a page, such as whoever is
    sent a mail, acts in all of theirs; and so does whoever has no more than one.
    """
    where = whole(person, on)
    chosen = getattr(person, "acting_in", None)
    if chosen is None or len(where.parted) < 2:
        return where
    key = chosen if chosen in where.parted else next(iter(where.parted))
    kept: dict[tuple, Standing] = person.__dict__.setdefault("_acting", {})
    return kept.setdefault((key, where), Standing(where.parted[key], key))
