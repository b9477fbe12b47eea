"""What hangs on a service that is merged or ended, said and carried over by the rooms whose it is.

Also the one way to keep a service as it is while something is put into it (`taking`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from accounts.models import Person
from ledger.actions import Entry
from officers import rules
from officers.models import Service, ServiceChange
from protocol.refusals import Refused


@dataclass(frozen=True)
class Carried:
    """What a room moved: an event for each, and the people (ids) who have some of it."""

    entries: Sequence[Entry] = ()
    owners: Iterable[int] = ()


# What of it the viewer may know of, as sentences; and carrying it over, in the transaction of the change.
Known = Callable[[Service, Person], list[str]]
Carry = Callable[[ServiceChange], Carried]
_rooms: list[tuple[Known, Carry]] = []


def register(known: Known, carry: Carry) -> None:
    """A room above has rows that name a service. Registering twice is harmless."""
    if (known, carry) not in _rooms:
        _rooms.append((known, carry))


def known(service: Service, viewer: Person) -> list[str]:
    """What goes with a service, as far as the viewer may know of it."""
    return [sentence for say, _ in _rooms for sentence in say(service, viewer)]


def carry(change: ServiceChange) -> list[Carried]:
    return [move(change) for _, move in _rooms]


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


def taking(service: Service | None, on: date) -> Service | None:
    """`held`, for what begins in a service: refused where it ended and nobody carries on its work."""
    if service is None:
        return None
    found = held(service)
    if rules.has_closed(found, on):
        raise Refused(f"{found} has ended.", instead="Choose another service.")
    return found
