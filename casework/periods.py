"""The stretches of time in which answers are counted. Days in London; the first and last day count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from casework.clocks import LONDON
from frontend.words import shortday

DEFAULT = "month"


@dataclass(frozen=True)
class Period:
    """From `since` to `until`, both days included; None on both sides is all there is."""

    key: str
    title: str
    since: date | None = None
    until: date | None = None

    @property
    def answered(self) -> Q:
        """The cases that were answered in it."""
        return self._within("answered_at")

    @property
    def ended(self) -> Q:
        """The cases that were handed on in it, or ended otherwise."""
        return self._within("closed_at")

    def _within(self, name: str) -> Q:
        if self.since is None:
            return Q(**{f"{name}__isnull": False})
        until = _midnight(self.until + timedelta(days=1))
        return Q(**{f"{name}__gte": _midnight(self.since), f"{name}__lt": until})

    @property
    def days(self) -> str:
        """Its first and last day in words; blank where it has none."""
        return f"{shortday(self.since)} to {shortday(self.until)}" if self.since else ""


def _this_month(today: date) -> tuple[date, date]:
    return today.replace(day=1), today


def _last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _year(today: date) -> tuple[date, date]:
    """Twelve months to today: from the first of the month eleven months ago."""
    months = today.year * 12 + today.month - 1 - 11
    return date(months // 12, months % 12 + 1, 1), today


_PERIODS: dict[str, tuple[str, Callable[[date], tuple[date, date]] | None]] = {
    "month": ("This month", _this_month),
    "last-month": ("Last month", _last_month),
    "year": ("Twelve months", _year),
    "all": ("Since the start", None),
}
CHOICES = [(key, title) for key, (title, _) in _PERIODS.items()]


def period(key: str | None, today: date) -> Period:
    """The period of that key on a day; this month for a key that is not one."""
    key = key if key in _PERIODS else DEFAULT
    title, between = _PERIODS[key]
    return Period(key, title, *between(today)) if between else Period(key, title)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)
