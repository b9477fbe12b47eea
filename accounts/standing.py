"""Where a person stands today: the facts that rooms state about them, and what follows.

Rooms above register what they know (`register`), so that this room need not look upward. The answer
is kept on the Person object, which lives for one request: a change of post, group or role takes
effect on the next click.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from protocol import authority

Provider = Callable[[object, date], Iterable[str]]
_providers: dict[str, Provider] = {}


def register(room: str, provider: Provider) -> None:
    """Let a room state facts about a person on a day. Registering again replaces."""
    _providers[room] = provider


@dataclass(frozen=True)
class Standing:
    facts: frozenset[str]

    @cached_property
    def roles(self) -> tuple[authority.Role, ...]:
        return authority.roles_for(self.facts)

    @cached_property
    def permissions(self) -> frozenset[str]:
        return authority.permissions_for(self.facts)

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


def of(person, on: date | None = None) -> Standing:
    """Where this person stands on a day (today unless told). The disabled have no facts."""
    if person is None or not person.is_authenticated or not person.is_active:
        return NOBODY
    day = on or timezone.localdate()
    kept: dict[date, Standing] = person.__dict__.setdefault("_standing", {})
    if day not in kept:
        facts = {fact for provider in _providers.values() for fact in provider(person, day)}
        kept[day] = Standing(frozenset(facts))
    return kept[day]
