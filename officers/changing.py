"""What hangs on a service that is merged or ended: said, refused and carried over by the rooms whose it is.

Also the one way to keep a service as it is while something is put into it (`taking`, `going`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from accounts.models import Person
from frontend.parts import Row
from ledger.actions import Entry
from officers import rules
from officers.models import Service, ServiceChange
from protocol.refusals import Refused


@dataclass(frozen=True)
class Carried:
    """What a room moved: an event for each, and the people (ids) who have some of it."""

    entries: Sequence[Entry] = ()
    owners: Iterable[int] = ()


def _no_words(service: Service, viewer: Person) -> list[str]:
    return []


def _no_rows(service: Service, into: Service) -> list[Row]:
    return []


def _nothing(change: ServiceChange) -> Carried:
    return Carried()


def _anybody(service: Service, into: Service, by: Person | None) -> None:
    return None


@dataclass(frozen=True)
class Room:
    """What a room above has that names a service.

    `known`: what of it the viewer may know of, as sentences. `rows`: what else the page says before it is done.
    `may` raises Refused where `by` may not bring what is there to the other; never by what is open there, which
    is not everybody's to know. `carry` moves it, in the transaction of the change.
    """

    known: Callable[[Service, Person], list[str]] = _no_words
    rows: Callable[[Service, Service], list[Row]] = _no_rows
    may: Callable[[Service, Service, Person | None], None] = _anybody
    carry: Callable[[ServiceChange], Carried] = _nothing


_rooms: list[Room] = []


def register(room: Room) -> None:
    """A room above has rows that name a service. Registering twice is harmless."""
    if room not in _rooms:
        _rooms.append(room)


def known(service: Service, viewer: Person) -> list[str]:
    """What goes with a service, as far as the viewer may know of it."""
    return [words for room in _rooms for words in room.known(service, viewer)]


def rows(service: Service, into: Service) -> list[Row]:
    """What else changes with it, for the page before it is done."""
    return [row for room in _rooms for row in room.rows(service, into)]


def may(service: Service, into: Service, by: Person | None) -> None:
    for room in _rooms:
        room.may(service, into, by)


def carry(change: ServiceChange) -> list[Carried]:
    return [room.carry(change) for room in _rooms]


def held(service: Service) -> Service:
    """Whoever carries on its work today, itself where it goes on, kept so until the transaction ends.

    Ask before any other row is locked: a merger locks its services first, then what goes with them. One
    query, and one more where it was merged. SQLite has one writer at a time and needs no lock.
    """
    table = connection.ops.quote_name(Service._meta.db_table)
    # A shared lock, which Django has no word for: enquiries to one service never wait for each other.
    lock = " FOR SHARE" if connection.vendor == "postgresql" else ""
    pk: int | None = service.pk
    while pk is not None:
        # Only the table's name is put in; the id is a parameter.
        rows = Service.objects.raw(f"SELECT * FROM {table} WHERE id = %s{lock}", [pk])  # noqa: S608
        found = next(iter(rows))
        pk = found.carried_on_by_id
    return found


def going(service: Service, on: date) -> Service | None:
    """`held`, or None where it has ended and nobody has said who carries on its work."""
    found = held(service)
    return None if rules.has_closed(found, on) else found


def taking(service: Service | None, on: date) -> Service | None:
    """`held`, for what begins in a service: refused where it ended and nobody carries on its work."""
    if service is None:
        return None
    found = held(service)
    if rules.has_closed(found, on):
        raise Refused(f"{found} has ended.", instead="Choose another service.")
    return found
