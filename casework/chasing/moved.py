"""Why the due date of a clock moved: which days the council closed, or opened, since it was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from casework.models import Clock
from frontend.words import day
from ledger.models import Event

HOLIDAYS = ("bank_holidays_changed", "council_changed")
CALENDAR = ("closure_day_added", "closure_day_removed", *HOLIDAYS)
# More days than these are told by how many they are.
MOST_NAMED = 3


def changes_since(version: int) -> list[Event]:
    """What raised the version of the calendar above this one, oldest first; one query."""
    raised = Event.objects.of(*CALENDAR).filter(data__calendar_version__gt=version)
    return list(raised.order_by("id"))


def why(clock: Clock, before: date, version: int, changes: Iterable[Event]) -> dict[str, Any]:
    """For the event of a clock that was due `before`, as counted under `version` of the calendar.

    `closed` and `opened` are the days inside its count that are closed now and were not, and the other
    way round. A day that was closed and opened again is neither.
    """
    span = (clock.started_on, max(before, clock.due))
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    nation = False
    for change in changes:
        if change.data["calendar_version"] <= version:
            continue
        if change.verb in HOLIDAYS:
            nation = True
            continue
        on = change.data["date_day"]
        if span[0] < date.fromisoformat(on) <= span[1]:
            first.setdefault(on, change.verb)
            last[on] = change.verb
    moved = sorted(on for on in last if first[on] == last[on])
    return {
        "closed": [on for on in moved if last[on] == "closure_day_added"],
        "opened": [on for on in moved if last[on] == "closure_day_removed"],
        "nation": nation,
    }


def because(data: Mapping[str, Any]) -> str:
    """The reason in words, to follow a colon: "the council is closed on Friday 5 June 2026"."""
    found = []
    if data.get("closed"):
        found.append(f"the council is closed on {_days(data['closed'])}")
    if data.get("opened"):
        found.append(f"the council is open after all on {_days(data['opened'])}")
    if data.get("nation"):
        found.append("other bank holidays count now")
    return " and ".join(found) or "the council’s closure days changed"


def _days(listed: list[str]) -> str:
    days = [date.fromisoformat(one) for one in listed]
    if len(days) <= MOST_NAMED:
        *others, last = map(day, days)
        return f"{', '.join(others)} and {last}" if others else last
    return f"{len(days)} days from {day(days[0])} to {day(days[-1])}"
