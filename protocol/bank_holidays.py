"""Bank holidays: the published list, its corrections, and the years after it.

The list is GOV.UK's as packaged, read offline. Years after it are computed from statute and custom
and marked provisional. Only calendar.py reads this: everything else asks a Calendar.

Sources: Banking and Financial Dealings Act 1971 s.1 and Sch. 1; St Andrew's Day Bank Holiday
(Scotland) Act 2007 s.1; Freedom of Information Act 2000 s.10(6). See docs/working-days.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from dateutil.easter import easter
from govuk_bank_holidays.bank_holidays import BankHolidays

EARLIEST = date(2012, 1, 1)
LATEST = date(2040, 12, 31)
DIVISIONS = {
    "england": "england-and-wales",
    "wales": "england-and-wales",
    "scotland": "scotland",
    "northern-ireland": "northern-ireland",
}
_NOTES_ELSEWHERE = {
    "england-and-wales": (),
    "scotland": ("in Scotland",),
    "northern-ireland": ("in Northern Ireland",),
}
_SATURDAY = 5
_LEAST_A_YEAR = 8  # no division has had fewer; a year with fewer was not read whole


class Unreadable(RuntimeError):
    """The packaged list was not read whole: no date can be trusted."""


class Correction(NamedTuple):
    """A proclaimed bank holiday that the packaged list lacks, and why it is right."""

    division: str
    date: date
    title: str
    why: str


CORRECTIONS: tuple[Correction, ...] = (
    Correction(
        "scotland",
        date(2026, 6, 15),
        "World Cup bank holiday",
        "Royal Proclamation given on 3 February 2026 under s.1(3) of the 1971 Act, for Scotland "
        "alone; the packaged list was made before it.",
    ),
)


class Holiday(NamedTuple):
    """One bank holiday: its title, remarks such as "substitute day", and whether it is computed."""

    title: str
    notes: tuple[str, ...] = ()
    provisional: bool = False

    @property
    def reason(self) -> str:
        """Why the day does not count, for a person: "Good Friday (bank holiday)"."""
        notes = self.notes
        if "bank holiday" not in " ".join((self.title, *notes)).lower():
            notes = ("bank holiday", *notes)
        if self.provisional:
            notes = (*notes, "provisional")
        return f"{self.title} ({', '.join(notes)})" if notes else self.title


def _on_monday(year: int, month: int, *, last: bool = False) -> date:
    """The first Monday of the month, or the last of a month of 31 days."""
    day = date(year, month, 31 if last else 1)
    return day + timedelta(days=-day.weekday() if last else (-day.weekday()) % 7)


def computed(division: str, year: int) -> dict[date, Holiday]:
    """The bank holidays of a year that nobody has proclaimed yet.

    Schedule 1 to the 1971 Act with the days that are proclaimed every year. A fixed day that falls
    on a weekend moves to the next weekday that is not a bank holiday already.
    """
    scotland = division == "scotland"
    days = {
        easter(year) - timedelta(days=2): "Good Friday",
        _on_monday(year, 5): "Early May bank holiday",
        _on_monday(year, 5, last=True): "Spring bank holiday",
        _on_monday(year, 8, last=not scotland): "Summer bank holiday",
    }
    fixed = [(1, 1, "New Year’s Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day")]
    if scotland:
        fixed += [(1, 2, "2nd January"), (11, 30, "St Andrew’s Day")]
    else:
        days[easter(year) + timedelta(days=1)] = "Easter Monday"
    if division == "northern-ireland":
        fixed += [(3, 17, "St Patrick’s Day"), (7, 12, "Battle of the Boyne (Orangemen’s Day)")]
    found = {day: Holiday(title, (), True) for day, title in days.items()}
    weekend = []
    for month, number, title in sorted(fixed):
        day = date(year, month, number)
        if day.weekday() < _SATURDAY:
            found[day] = Holiday(title, (), True)
        else:
            weekend.append((day, title))
    for day, title in weekend:
        while day.weekday() >= _SATURDAY or day in found:
            day += timedelta(days=1)
        found[day] = Holiday(title, ("substitute day",), True)
    return found


@cache
def holidays(division: str) -> tuple[Mapping[date, Holiday], date]:
    """All bank holidays of a division from EARLIEST to LATEST, and the last day of the list.

    Kept for the life of the process: it is packaged data, and a new package is a new process.
    Raises Unreadable where the packaged list was not read whole.
    """
    events = BankHolidays(use_cached_holidays=True).get_holidays(division=division)
    found = {
        event["date"]: Holiday(event["title"], (event["notes"].lower(),) if event["notes"] else ())
        for event in events
    }
    last = max(found)
    listed_to = last.year if last.month == 12 else last.year - 1
    found |= {c.date: Holiday(c.title) for c in CORRECTIONS if c.division == division}
    for year in range(EARLIEST.year, listed_to + 1):
        if sum(day.year == year for day in found) < _LEAST_A_YEAR:
            raise Unreadable(
                f"The bank holidays of {year} for {division} were not read whole. "
                "Install the pinned requirements again."
            )
    for year in range(listed_to + 1, LATEST.year + 1):
        found = computed(division, year) | found  # what is listed already stands
    return MappingProxyType(found), date(min(listed_to, LATEST.year), 12, 31)


@cache
def holidays_anywhere() -> tuple[Mapping[date, Holiday], date]:
    """Bank holidays in any part of the United Kingdom: what FOI leaves out (s.10(6))."""
    found: dict[date, Holiday] = {}
    listed_to = LATEST
    for division, note in _NOTES_ELSEWHERE.items():
        listed, to = holidays(division)
        listed_to = min(listed_to, to)
        for day, holiday in listed.items():
            found.setdefault(day, holiday._replace(notes=(*holiday.notes, *note)))
    return MappingProxyType(found), listed_to
