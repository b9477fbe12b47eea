"""How a contribution reads on a page: its state, its date, who has it. No queries."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from casework import clocks
from casework import phrases as cases
from casework.contributions.moving import was_late
from casework.models import Contribution
from frontend.parts import Due, State
from frontend.words import shortday, weekday
from protocol import lifecycle
from protocol.calendar import Calendar

COLOURS = {
    lifecycle.ASKED: "blue",
    lifecycle.GIVEN: "green",
    lifecycle.DECLINED: "orange",
    lifecycle.CALLED_BACK: "grey",
}


def state(contribution: Contribution) -> State:
    return State(contribution.words, COLOURS[contribution.state])


def due(contribution: Contribution, on: date, calendar: Calendar) -> Due:
    """ "Due Friday 4 December (day 2 of 3)"; when it was given, and whether that was late."""
    clock = contribution.clock
    if contribution.ended_at:
        ended = weekday(timezone.localdate(contribution.ended_at), on)
        if was_late(contribution):
            was_due = weekday(contribution.due, on)
            return Due(f"{contribution.words} {ended}, late: was due {was_due}", "late")
        return Due(f"{contribution.words} {ended}", "done")
    if clock.paused_on:
        return Due(f"Paused since {weekday(clock.paused_on, on)}", "paused")
    now = clocks.count(clock, on, calendar)
    if now.overdue:
        return cases.late(clock.due, on, calendar)
    count = f" (day {now.day} of {now.of})" if now.day else ""
    if on == clock.due:
        return Due(f"Due today{count}", "soon")
    count = count or f" ({cases.working_days(now.of)})"
    soon = calendar.between(on, clock.due) <= 1
    return Due(f"Due {weekday(clock.due, on)}{count}", "soon" if soon else "calm")


def holder(contribution: Contribution) -> str:
    """Who has it, in words that leave nobody wondering."""
    if contribution.owner:
        return f"{contribution.owner.name}, {contribution.service.name}"
    return f"{contribution.service.name}, not yet given to an officer"


def asked(contribution: Contribution) -> list[str]:
    """By whom, and below it when."""
    return [contribution.asked_by.name, shortday(contribution.asked_at)]
