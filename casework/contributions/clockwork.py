"""The clock of a contribution, as actions start, pause and stop it. It moves no other."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from casework import clocks
from casework.models import Case, Clock, Contribution
from council.calendar import current, for_council
from council.models import Council
from protocol.calendar import Calendar


def start(case: Case, due: date, now: datetime) -> Clock:
    """By that date: so many working days from today, so that a closure day moves it as it moves others."""
    council = Council.objects.current()
    calendar = for_council(council)
    today = timezone.localdate(now)
    clock = Clock(
        case=case,
        promise="contribute",
        round=case.round,
        days=calendar.between(today, due),
        clause=case.profile.contributions.clause or "",
        started_on=today,
        original_due=due,
        standard_due=due,
        due=due,
        pauses=[],
        calendar_version=council.calendar_version if council else 1,
    )
    clock.next_step_at = clocks.next_step_at(clock, case.profile, calendar, taken=frozenset())
    clock.save(force_insert=True)
    return clock


def pause_all(case: Case, now: datetime) -> None:
    """With the enquiry: nobody is chased for words about what waits for the member."""
    _running(case).update(paused_on=timezone.localdate(now), next_step_at=None)


def resume_all(case: Case, now: datetime) -> None:
    calendar = current()
    for clock in _running(case).filter(paused_on__isnull=False).select_related("contribution"):
        _close_pause(clock, now, calendar)
        clock.next_step_at = clocks.next_step_at(clock, case.profile, calendar, taken=_taken(clock))
        _keep(clock)


def stop(contribution: Contribution, now: datetime) -> None:
    """For good; a pause that it stood in ends with it."""
    clock = Clock.objects.select_related("contribution").get(pk=contribution.clock_id)
    if clock.paused_on:
        _close_pause(clock, now, current())
    clock.stopped_at, clock.next_step_at = now, None
    _keep(clock)
    contribution.due = clock.due


def _running(case: Case):
    return Clock.objects.running().filter(case=case, promise="contribute").order_by("pk")


def _close_pause(clock: Clock, now: datetime, calendar: Calendar) -> None:
    clock.pauses = [
        *clock.pauses,
        [clock.paused_on.isoformat(), timezone.localdate(now).isoformat()],
    ]
    clock.paused_on = None
    clocks.recount(clock, calendar)


def _taken(clock: Clock) -> frozenset[str]:
    return frozenset(clock.steps.filter(due=clock.due).values_list("step", flat=True))


def _keep(clock: Clock) -> None:
    clock.save(
        update_fields=["pauses", "paused_on", "standard_due", "due", "stopped_at", "next_step_at"]
    )
    Contribution.objects.filter(clock=clock).update(due=clock.due)
