"""This council's calendar: its nation's working days less its own closure days."""

from __future__ import annotations

from django.db import connection

from council.models import ClosureDay, Council
from protocol.calendar import Calendar

DEFAULT_NATION = "england"

_kept: dict[tuple[int, int, str], Calendar] = {}
_MOST_KEPT = 8


def current() -> Calendar:
    """The calendar of the council; England's, without closure days, before one is set up.

    One query once the process has seen this version of the calendar, two before.
    """
    return for_council(Council.objects.current())


def for_council(council: Council | None) -> Calendar:
    """The calendar of a council that is already loaded: no query where its version is known.

    Inside a transaction nothing is remembered: what it reads may yet be rolled back, and the same
    version number be used for other days.
    """
    if council is None:
        return Calendar.for_nation(DEFAULT_NATION)
    key = (council.pk, council.calendar_version, council.nation)
    calendar = _kept.get(key)
    if calendar is None:
        days = ClosureDay.objects.values_list("day", "name")
        calendar = Calendar.for_nation(council.nation, dict(days))
        if not connection.in_atomic_block:
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            _kept[key] = calendar
    return calendar


def bank_holidays(nation: str) -> str:
    """Which bank holidays this process counts by: another list has another fingerprint.

    Without closure days, whose changes are recorded as they are made. Worked out once a process.
    """
    return Calendar.for_nation(nation).fingerprint


def forget() -> None:
    """Forget every calendar: for a process whose database was replaced under it, as in tests."""
    _kept.clear()
