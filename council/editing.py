"""Two people who change the same row: nobody's change is lost without a word (T9).

The page sends back marks of what it showed of the row (frontend/seen.py), the action holds the row
still and compares. `accounts` keeps versions of its own for people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import Person
from council.models import Council
from frontend.seen import differing
from ledger.models import Event
from protocol.refusals import Refused, Stale

# What may have changed a row that somebody else has open.
CHANGES = (
    "absence_changed",
    "absence_removed",
    "council_changed",
    "delegation_ended",
    "delegation_limited",
    "entry_added",
    "entry_changed",
    "entry_ended",
    "mp_named",
    "officer_moved",
    "officer_without_service",
    "person_changed",
    "post_ended",
    "post_held",
    "relationship_ended",
    "service_ended",
    "service_merged",
)


class Overtaken(Stale):
    """The row is no longer as the page showed it. `fields` of `now` are those that changed."""

    def __init__(self, now: Mapping[str, Any], fields: list[str]):
        super().__init__(
            "Somebody else changed this while you had it open.",
            instead="What you typed is kept. Read what changed, then send it again if it still "
            "holds.",
        )
        self.now = now
        self.fields = fields


def as_seen(row: Model, seen: str | None, shown: Callable[[Any], Mapping[str, Any]]) -> None:
    """Hold a row still for this transaction, and read it again: an hour may have passed.

    `shown` gives what its page shows of the row; `seen` is the marks that came back from the page,
    None for the product itself. Raises Overtaken where they differ, Refused where the row is gone.
    """
    # Not the key: somebody may point at the row meanwhile (PostgreSQL; SQLite has one writer).
    rows = type(row)._default_manager.select_for_update(no_key=True)
    try:
        row.refresh_from_db(from_queryset=rows)
    except row.DoesNotExist:
        raise Refused("Somebody else has removed this.") from None
    if seen is None:
        return
    now = shown(row)
    if fields := differing(seen, now):
        raise Overtaken(now, fields)


def one_at_a_time() -> None:
    """Wait until whoever else is here is done: for rules that look at more rows than one.

    Every room takes this lock before rows of its own that nobody else locks.
    """
    list(Council.objects.select_for_update(no_key=True).filter(pk=1))


@dataclass(frozen=True, slots=True)
class Change:
    """Who last changed a row, and when."""

    by: str
    at: datetime


def last_change(keys: Iterable[str]) -> Change | None:
    """The last change of any of these keys of the ledger; None where it has none."""
    event = Event.objects.about(*keys).of(*CHANGES).last()
    if event is None:
        return None
    who = Person.objects.filter(pk=event.actor).values_list("name", flat=True).first()
    return Change(by=who or "Evenhand", at=event.at)
