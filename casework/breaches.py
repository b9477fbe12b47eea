"""Promises broken: the record of each, and whether its case still owes an explanation.

A breach is recorded once for a clock. A closure day can put off its date afterwards; it then asks for
nothing until the new date has passed as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from casework import moving
from casework.chasing import taken
from casework.models import Breach, Case, Clock


def keep(clocks: list[Clock], now: datetime) -> list[Clock]:
    """Record that these were broken. Returns those of which that is news: first broken, or late again
    by a date that was put off. One that was explained stays explained.
    """
    if not clocks:
        return []
    known = {breach.clock_id: breach for breach in Breach.objects.filter(clock__in=clocks)}
    new = [clock for clock in clocks if clock.pk not in known]
    Breach.objects.bulk_create(
        [Breach(clock=c, recorded_at=now, due=c.due, clause=c.clause) for c in new]
    )
    again = [c for c in clocks if c.pk in known and known[c.pk].explained_at is None]
    redate(again)
    settle([clock.case for clock in (*new, *again)], timezone.localdate(now))
    told = taken.broken(again)
    return [*new, *(clock for clock in again if clock.pk not in told)]


def redate(clocks: Iterable[Clock]) -> None:
    """A breach that waits for its explanation is of the date in force."""
    dates = {clock.pk: clock.due for clock in clocks}
    waiting = list(Breach.objects.filter(clock__in=dates, explained_at=None))
    for breach in waiting:
        breach.due = dates[breach.clock_id]
    if waiting:
        Breach.objects.bulk_update(waiting, ["due"])


def unexplained(cases: Iterable[Case], on: date) -> list[Breach]:
    """The breaches that stand and wait for their explanation, earliest first."""
    waiting = Breach.objects.filter(clock__case__in=cases, explained_at=None)
    rows = waiting.select_related("clock").order_by("due", "pk")
    return [breach for breach in rows if breach.stands(on)]


def unlearned(case: Case, on: date) -> list[Breach]:
    """The breaches of the case's round that stand, and of which nobody said what was learned."""
    found = Breach.objects.filter(clock__case=case, clock__round=case.round, learned=None)
    return [b for b in found.select_related("clock").order_by("due", "pk") if b.stands(on)]


def settle(cases: Iterable[Case], on: date) -> None:
    """Say of each case whether it awaits an explanation: while a breach that stands has none."""
    found = {case.pk: case for case in cases}
    if not found:
        return
    waiting = {breach.clock.case_id for breach in unexplained(found, on)}
    Case.objects.filter(pk__in=waiting).update(awaits_explanation=True)
    Case.objects.filter(pk__in=found.keys() - waiting).update(awaits_explanation=False)
    for pk, case in found.items():
        case.awaits_explanation = pk in waiting


def record_late(*, case: Case, clocks: list[Clock], now: datetime) -> None:
    """Of clocks that stopped after their date: a breach is on record even where no sweep came first, and
    where they run on none tells of it again.
    """
    for clock in keep(clocks, now):
        told = moving.record(
            case=case,
            verb="breach_recorded",
            by=None,
            at=now,
            data={"promise": clock.promise, "date_due": clock.due},
        )
        taken.take_breach(clock, told, now)
