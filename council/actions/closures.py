"""Days on which the council is closed. Each change makes the clocks be counted again."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from accounts.models import Person
from council import rules
from council.actions.details import raise_calendar_version
from council.models import ClosureDay, Council
from ledger import actions as ledger
from protocol.calendar import Calendar
from protocol.refusals import Refused


@transaction.atomic
def add(*, first: date, name: str, by: Person | None, last: date | None = None) -> list[ClosureDay]:
    """Close the council from the first day to the last (the same, unless given).

    Only its working days are stored. Days in the past may be added: dates are counted again.
    """
    rules.may(by, "council.configure")
    name = rules.words(name, "what the closure is called", 120)
    council = _council()
    taken = set(ClosureDay.objects.values_list("day", flat=True))
    calendar = Calendar.for_nation(council.nation, taken)
    days = rules.days_to_close(first, last or first, calendar, taken)
    closures = [ClosureDay(day=day, name=name) for day in days]
    try:
        with transaction.atomic():
            for closure in closures:
                closure.save(force_insert=True)
    except IntegrityError:
        raise Refused("Somebody else has just added one of these days.") from None
    version = raise_calendar_version()
    ledger.record_many([_entry("closure_day_added", one, version, by) for one in closures])
    return closures


@transaction.atomic
def remove(*, closure: ClosureDay, by: Person | None) -> None:
    """The council is open on that day after all. Dates are counted again, in the past too."""
    rules.may(by, "council.configure")
    deleted, _ = ClosureDay.objects.filter(pk=closure.pk).delete()
    if not deleted:
        raise Refused("Somebody else has already removed this day.")
    version = raise_calendar_version()
    ledger.record_many([_entry("closure_day_removed", closure, version, by)])


def _council() -> Council:
    council = Council.objects.current()
    if council is None:
        raise Refused("The council is not set up yet.", instead="Set it up first.")
    return council


def _entry(verb: str, closure: ClosureDay, version: int, by: Person | None) -> ledger.Entry:
    return ledger.Entry(
        verb=verb,
        subject=f"closure:{closure.pk}",
        actor=by.pk if by else None,
        data={"date_day": closure.day, "calendar_version": version},
    )
