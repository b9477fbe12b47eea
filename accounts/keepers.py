"""Who keeps people today: the rooms above know who holds what, and this room asks them.

A room registers a finder of ids (`register`). It may name more people than keep anything: each is
asked for the permission besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from accounts import standing
from accounts.models import Person
from ledger.models import Event

Finder = Callable[[date], Iterable[int]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Let a room name people who may be keepers on a day. Registering twice is harmless."""
    if finder not in _finders:
        _finders.append(finder)


def besides(*others: Person | None) -> list[Person]:
    """Everybody who keeps people today and may sign in, without these."""
    ids = {pk for finder in _finders for pk in finder(timezone.localdate())}
    ids -= {person.pk for person in others if person is not None}
    people = Person.objects.reachable().with_capacities().filter(pk__in=ids)
    return [person for person in people if standing.of(person).may("people.invite")]


def known(keeper: Person, now: datetime) -> bool:
    """Whether they first signed in at least ADDRESS_WAITS ago, by the ledger, which nobody can backdate.

    Otherwise one keeper could make a second one and approve with that.
    """
    signed_in = Event.objects.about(keeper.key).of("signed_in")
    return signed_in.filter(at__lte=now - settings.ADDRESS_WAITS).exists()
