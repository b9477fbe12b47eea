"""Working days and clear days: the only such arithmetic in the product.

Day one is the first working day after the date of receipt. A working day is not a Saturday, a
Sunday, a bank holiday of the nation, or a day the council has said it is closed. Clear days leave
out both ends. Dates are `datetime.date` throughout: a `datetime` is a TypeError, because the day
it falls on depends on a time zone that this room does not know.

Bank holidays come from bank_holidays.py: published, then computed and *provisional*. Outside
EARLIEST to LATEST every question raises OutOfCalendar: never a wrong date. docs/working-days.md
says which law counts which days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NoReturn

from protocol.bank_holidays import DIVISIONS, EARLIEST, LATEST, holidays, holidays_anywhere

NATIONS: tuple[str, ...] = tuple(DIVISIONS)

_FREEDOM_OF_INFORMATION = "freedom-of-information"
_FIRST = EARLIEST.toordinal()
_SPAN = LATEST.toordinal() - _FIRST + 1
_DATES: tuple[date, ...] = tuple(date.fromordinal(_FIRST + i) for i in range(_SPAN))
_SATURDAY, _SUNDAY = 5, 6

Closures = Mapping[date, str] | Iterable[date] | Iterable[tuple[date, str]]


class OutOfCalendar(ValueError):
    """The question reaches past the days that this calendar covers."""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One calendar day of a count: `number` from 1 where it counts, None where it does not."""

    date: date
    number: int | None
    reason: str

    def __str__(self) -> str:
        return f"{say(self.date)}: {self.reason}"


def say(day: date) -> str:
    """The date as people write it: "Friday 14 March 2025"."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


# Guards -------------------------------------------------------------------------------------------


def _refuse_date(day: object) -> None:
    """Called for anything whose type is not exactly date: lets a harmless subclass through."""
    if isinstance(day, datetime):
        raise TypeError(
            f"{day!r} is a datetime: turn it into the local date first, so that a late evening "
            "does not become the next day."
        )
    if not isinstance(day, date):
        raise TypeError(f"{day!r} is not a date.")


def _refuse_count(days: object) -> None:
    if isinstance(days, bool) or not isinstance(days, int):
        raise TypeError(f"{days!r} is not a whole number of days.")


def _out(what: str) -> NoReturn:
    raise OutOfCalendar(
        f"{what} is outside the calendar, which covers {say(EARLIEST)} to {say(LATEST)}."
    )


def _index(day: date) -> int:
    """Where the day stands in the tables. Raises TypeError, OutOfCalendar."""
    if type(day) is not date:
        _refuse_date(day)
    index = day.toordinal() - _FIRST
    if not 0 <= index < _SPAN:
        _out(say(day))
    return index


def _pairs(closures: Closures) -> Iterator[tuple[date, str]]:
    items = closures.items() if isinstance(closures, Mapping) else closures
    for item in items:
        day, name = item if isinstance(item, tuple) else (item, "")
        if type(day) is not date:
            _refuse_date(day)
        yield day, str(name or "")


# The calendar -------------------------------------------------------------------------------------


class Calendar:
    """The working days of one nation, less a council's closure days. It never changes.

    Get one from `for_nation` or `for_freedom_of_information`. `earliest` and `latest` are the days
    covered; `proclaimed_to` is the last day of the published list. `fingerprint` (16 hex digits)
    differs whenever a day does, in any process: Council keeps one to know when dates have gone stale.
    """

    __slots__ = (
        "_days",
        "_holidays",
        "_upto",
        "_working",
        "closures",
        "earliest",
        "fingerprint",
        "latest",
        "nation",
        "proclaimed_to",
    )

    def __init__(self, nation: str, closures: Mapping[date, str]) -> None:
        anywhere = nation == _FREEDOM_OF_INFORMATION
        self._holidays, self.proclaimed_to = (
            holidays_anywhere() if anywhere else holidays(DIVISIONS[nation])
        )
        self.nation = nation
        self.closures = MappingProxyType(dict(closures))
        self.earliest, self.latest = EARLIEST, LATEST
        self._working = bytearray(day.weekday() < _SATURDAY for day in _DATES)
        for day in (*self._holidays, *self.closures):
            if EARLIEST <= day <= LATEST:
                self._working[day.toordinal() - _FIRST] = 0
        # _days: every working day in order; _upto[i]: how many are on or before the i-th day.
        self._days = [day for day, works in zip(_DATES, self._working, strict=True) if works]
        self._upto: list[int] = []
        total = 0
        for works in self._working:
            total += works
            self._upto.append(total)
        self.fingerprint = hashlib.sha256(nation.encode() + self._working).hexdigest()[:16]

    def __repr__(self) -> str:
        return f"<Calendar {self.nation}, {len(self.closures)} closure days>"

    @classmethod
    def for_nation(cls, nation: str, closures: Closures = frozenset()) -> Calendar:
        """The calendar of a nation (see NATIONS) less the council's closure days.

        `closures` is dates, (date, name) pairs, or a mapping of date to name. The same nation and
        closures give the same object. A closure day outside the calendar changes nothing. Raises
        ValueError for another nation, TypeError for a closure that is not a date.
        """
        if nation not in DIVISIONS:
            raise ValueError(f"{nation!r} is not a nation. Choose one of: {', '.join(NATIONS)}.")
        if type(closures) is not frozenset:
            closures = frozenset(_pairs(closures))
        return _build(nation, closures)

    @classmethod
    def for_freedom_of_information(cls) -> Calendar:
        """The calendar of the Freedom of Information Act 2000, s.10(6): a bank holiday in any part
        of the United Kingdom does not count, and a council's own closure day does. The Scottish
        Act counts otherwise."""
        return _build(_FREEDOM_OF_INFORMATION, frozenset())

    def is_working_day(self, day: date) -> bool:
        """Does the day count? Raises OutOfCalendar, TypeError (as every method here does)."""
        return bool(self._working[_index(day)])

    def is_provisional(self, day: date) -> bool:
        """Is the day after the published list, so that a proclamation may still change it?"""
        _index(day)
        return day > self.proclaimed_to

    def why_closed(self, day: date) -> str | None:
        """Why the day does not count, in plain English; None for a working day."""
        index = _index(day)
        if self._working[index]:
            return None
        if day.weekday() >= _SATURDAY:
            return "Sunday" if day.weekday() == _SUNDAY else "Saturday"
        if day in self._holidays:
            return self._holidays[day].reason
        name = self.closures[day]
        return f"Council closed: {name}" if name else "Council closed"

    def next_working_day(self, day: date) -> date:
        """The first working day strictly after `day`."""
        return self.add(day, 1)

    def add(self, start: date, days: int) -> date:
        """The `days`-th working day strictly after `start`; before it when negative.

        Nought gives `start` itself, whether or not it is a working day.
        """
        if type(start) is not date:
            _refuse_date(start)
        if type(days) is not int:
            _refuse_count(days)
        index = start.toordinal() - _FIRST
        if not 0 <= index < _SPAN:
            _out(say(start))
        if days > 0:
            place = self._upto[index] + days - 1
            if place < len(self._days):
                return self._days[place]
        elif days < 0:
            place = self._upto[index] - self._working[index] + days
            if place >= 0:  # a negative place would quietly count from the far end
                return self._days[place]
        else:
            return start
        _out(f"{abs(days)} working days {'after' if days > 0 else 'before'} {say(start)}")

    def between(self, start: date, end: date) -> int:
        """Working days in (start, end]; negative when `end` is the earlier."""
        return self._upto[_index(end)] - self._upto[_index(start)]

    def due_date(self, received: date, days: int) -> date:
        """The last day of a promise of `days` working days (1 or more).

        Day one is the first working day after `received`: received on Saturday 1 March 2025, ten
        working days end on Friday 14 March 2025. Raises ValueError where `days` is under 1.
        """
        due = self.add(received, days)
        if days < 1:
            raise ValueError(f"A promise is for 1 working day or more, not {days}.")
        return due

    def explain(self, received: date, days: int) -> list[CountedDay]:
        """The count behind `due_date`, one entry a calendar day from receipt to the due date."""
        due = self.due_date(received, days)
        closed = self.why_closed(received)
        first = "day of receipt" if closed is None else f"day of receipt: {closed}"
        counted = [CountedDay(received, None, first)]
        number = 0
        for ordinal in range(received.toordinal() + 1, due.toordinal() + 1):
            day = date.fromordinal(ordinal)
            closed = self.why_closed(day)
            if closed is None:
                number += 1
                counted.append(CountedDay(day, number, f"day {number}"))
            else:
                counted.append(CountedDay(day, None, closed))
        return counted

    def clear_days_between(self, start: date, end: date, *, working: bool = True) -> int:
        """Clear days from `start` to `end`: neither of them counts. Nought where `end` is not
        later. `working=False` counts calendar days; which one is the caller's instrument to say.
        """
        first, last = _index(start), _index(end)
        if last <= first:
            return 0
        return self._upto[last - 1] - self._upto[first] if working else last - first - 1

    def add_clear_days(self, start: date, days: int, *, working: bool = True) -> date:
        """The first day that leaves `days` clear days after `start`.

        Negative `days` goes back: the last day that leaves so many clear days before `start`, as
        for a notice before a meeting. With `working` the answer is itself a working day.
        """
        if type(days) is not int:
            _refuse_count(days)
        step = days + 1 if days >= 0 else days - 1
        if working:
            return self.add(start, step)
        index = _index(start) + step
        if not 0 <= index < _SPAN:
            _out(f"{abs(days)} clear days {'after' if days >= 0 else 'before'} {say(start)}")
        return _DATES[index]


@lru_cache(maxsize=32)
def _build(nation: str, closures: frozenset[date | tuple[date, str]]) -> Calendar:
    """Calendars by all that they depend on, so that a new closure day is a new calendar."""
    named: dict[date, str] = {}
    for day, name in sorted(_pairs(closures)):
        named[day] = "; ".join(filter(None, (named.get(day, ""), name)))
    return Calendar(nation, named)


def due_date(
    received: date, days: int, *, nation: str = "england", closures: Closures = frozenset()
) -> date:
    """The due date in one call: see `Calendar.for_nation` and `Calendar.due_date`."""
    return Calendar.for_nation(nation, closures).due_date(received, days)
