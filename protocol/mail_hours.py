"""When mail may go: the quiet hours and the hour of the daily mail, all of them the council's.

No protocol says a word about it. Hours are hours of a clock in Europe/London; what comes out is in
UTC, so that the two nights on which the clocks change need nobody's thought. A mail that is held
changes no date of any case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from protocol.calendar import Calendar

LONDON = ZoneInfo("Europe/London")
# Quiet hours span the night and never midday, so that on each working day mail can go.
BEGINS = range(15, 24)
ENDS = range(5, 12)
DAILY = range(6, 21)
# What is made so shortly before the daily mail goes with the next: it may not have been looked at yet.
CUT_OFF = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Going:
    """When a mail goes, and whether as part of the daily mail."""

    at: datetime
    daily: bool = False


@dataclass(frozen=True, slots=True)
class MailHours:
    """The council's hours. None: there are no quiet hours, or no daily mail.

    With `quiet_days`, days that are not working days are quiet from midnight to midnight.
    """

    calendar: Calendar
    quiet_from: int | None = None
    quiet_until: int | None = None
    quiet_days: bool = False
    daily_at: int | None = None

    @property
    def always_open(self) -> bool:
        return self.quiet_from is None and not self.quiet_days

    def opening(self, at: datetime) -> datetime:
        """The first moment, from `at` on, that is not quiet."""
        day = _local(at).date()
        if not self._is_open(day):
            return self._begins(self.calendar.next_working_day(day))
        if at < self._begins(day):
            return self._begins(day)
        if self.quiet_from is None or at < _moment(day, self.quiet_from):
            return at
        return self._begins(self._next_open(day))

    def daily_after(self, at: datetime) -> datetime:
        """When the next daily mail goes, strictly after `at`. LookupError where there is none."""
        if self.daily_at is None:
            raise LookupError("the council sends no daily mail")
        day = _local(at).date()
        if self._is_open(day) and _moment(day, self.daily_at) > at:
            return _moment(day, self.daily_at)
        return _moment(self._next_open(day), self.daily_at)

    def going(
        self, *, mail: str, made: datetime, now: datetime, daily: bool, last_day: date | None = None
    ) -> Going:
        """When a mail goes that was made at `made`; `mail` is a key of MAY_WAIT (events.py).

        `daily`: its reader prefers one mail a day. What is about `last_day` is never held past it:
        then it waits for less, and if need be for nothing.
        """
        if mail == "at_once":
            return Going(now)
        ways = []
        if daily and mail == "daily" and self.daily_at is not None:
            with_the_others = self.daily_after(made + CUT_OFF)
            ways.append(Going(self.opening(max(now, with_the_others)), daily=True))
        ways += [Going(self.opening(now)), Going(self._morning(now))]
        today = _local(now).date()
        in_time = (
            way
            for way in ways
            if last_day is None or today > last_day or _local(way.at).date() <= last_day
        )
        return next(in_time, Going(now))

    def _is_open(self, day: date) -> bool:
        return not self.quiet_days or self.calendar.is_working_day(day)

    def _next_open(self, day: date) -> date:
        return self.calendar.next_working_day(day) if self.quiet_days else day + timedelta(days=1)

    def _begins(self, day: date) -> datetime:
        return _moment(day, self.quiet_until or 0)

    def _morning(self, at: datetime) -> datetime:
        """When the night of `at` ends, whatever day it is."""
        return max(at, self._begins(_local(at).date()))


def fault(
    *, quiet_from: int | None, quiet_until: int | None, daily_at: int | None
) -> tuple[str, str] | None:
    """What is wrong with these hours, with the field to mend; None where nothing is."""
    if quiet_from is None and quiet_until is not None:
        return "quiet_from", "Choose when the quiet hours begin, or no end"
    if quiet_until is None and quiet_from is not None:
        return "quiet_until", "Choose when the quiet hours end, or no beginning"
    allowed = (("quiet_from", quiet_from, BEGINS), ("quiet_until", quiet_until, ENDS))
    for field, hour, hours in (*allowed, ("daily_at", daily_at, DAILY)):
        if hour is not None and hour not in hours:
            return field, "Choose an hour that is on the list"
    if daily_at is None or quiet_from is None or quiet_until is None:
        return None
    if not quiet_until <= daily_at < quiet_from:
        return "daily_at", "Choose an hour for the daily mail that is outside the quiet hours"
    return None


def _local(at: datetime) -> datetime:
    return at.astimezone(LONDON)


def _moment(day: date, hour: int) -> datetime:
    """In UTC, because two times of one zone are compared by their clocks and not by their moments."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON).astimezone(UTC)
