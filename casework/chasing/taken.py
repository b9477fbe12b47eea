"""The steps of its ladder that a clock has taken, and what becomes of them where its date moves or it runs on.

A step is taken once for the date in force (ChaseStep). So that nobody is told twice, whatever tells of a
step takes it, and whatever moves a date carries over what has been told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone

from casework import clocks as counting
from casework.models import ChaseStep, Clock
from ledger import actions as ledger
from ledger.models import Event
from protocol.calendar import Calendar
from protocol.profile.parts import Step


def of(clocks: Iterable[Clock]) -> dict[int, list[ChaseStep]]:
    """The steps already taken, for the dates now in force."""
    in_force = {clock.pk: clock.due for clock in clocks}
    found: dict[int, list[ChaseStep]] = defaultdict(list)
    for step in ChaseStep.objects.filter(clock__in=in_force).order_by("pk"):
        if step.due == in_force[step.clock_id]:
            found[step.clock_id].append(step)
    return found


def keys_of(clock: Clock) -> frozenset[str]:
    return frozenset(step.step for step in of([clock])[clock.pk])


def broken(clocks: Sequence[Clock]) -> set[int]:
    """Those of which a breach by the date in force has been told. No query where there are none."""
    if not clocks:
        return set()
    found = of(clocks)
    return {c.pk for c in clocks if _breach(c).key in {step.step for step in found[c.pk]}}


def take_breach(clock: Clock, told: Sequence[str], now: datetime) -> None:
    """An action recorded the breach before any sweep: where the clock runs on, none records it again, and
    what was to come before it is passed over. `told`: the recipients of its notices.
    """
    breach = _breach(clock)
    rows = [
        ChaseStep(clock=clock, step=step.key, due=clock.due, at=now, sent=False, told=[])
        for step in clock.case.profile.ladder_for(clock.promise)
        if step.offset < breach.offset
    ]
    rows.append(
        ChaseStep(
            clock=clock,
            step=breach.key,
            due=clock.due,
            at=now,
            sent=bool(told),
            told=list(told),
        )
    )
    ChaseStep.objects.bulk_create(rows, ignore_conflicts=True)


def _breach(clock: Clock) -> Step:
    """There is one wherever a promise can be broken (clocks.is_broken)."""
    ladder = clock.case.profile.ladder_for(clock.promise)
    return next(step for step in ladder if step.kind == "breach")


def carry_over(moved: Iterable[tuple[Clock, date]], calendar: Calendar, now: datetime) -> None:
    """Steps taken for the old date stand for the new one where their time has come by it too.

    Nobody is told twice because the council closed for a day; what the new date puts off is taken
    again when it comes. `moved`: each clock with the date that it had.
    """
    clocks = {clock.pk: (clock, before) for clock, before in moved}
    if not clocks:
        return
    rows = list(ChaseStep.objects.filter(clock__in=clocks))
    there = {(row.clock_id, row.due, row.step) for row in rows}
    carried = []
    for row in rows:
        clock, before = clocks[row.clock_id]
        if row.due != before or (row.clock_id, clock.due, row.step) in there:
            continue
        if row.step in _come(clock, calendar, now):
            row.due = clock.due
            carried.append(row)
    if carried:
        ChaseStep.objects.bulk_update(carried, ["due"])


def _come(clock: Clock, calendar: Calendar, now: datetime) -> set[str]:
    """The steps whose time has come by the date in force. A promise is broken from midnight, whenever in
    the day the ladder says so.
    """
    late = timezone.localdate(now) > clock.due
    timed = counting.steps(clock, clock.case.profile, calendar)
    return {step.key for at, step in timed if at <= now or (late and step.kind == "breach")}


def remind_after_all(clock: Clock, now: datetime) -> None:
    """A clock runs on: its last reminder, where that was dropped because it had stopped, goes now.

    Only where it still holds: once the date has passed the breach is told of instead.
    """
    today = timezone.localdate(now)
    reminders = Event.objects.about(clock.case.key).of("chase_reminded", "chase_due")
    mine = reminders.filter(data__promise=clock.promise, data__date_due=clock.due.isoformat())
    last = mine.order_by("seq").last()
    holds = {"chase_reminded": today < clock.due, "chase_due": today == clock.due}
    if last is not None and holds[last.verb]:
        ledger.take_up(events=[last.pk], now=now)
