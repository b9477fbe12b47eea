"""Closure days from a file: one day a line, or a first and a last."""

from __future__ import annotations

from datetime import date

from council.actions import closures as actions
from council.imports import cleaning
from council.imports.kinds import Kind, Work
from council.imports.table import Column, Line
from council.models import ClosureDay
from frontend.words import count
from protocol.refusals import Refused

COLUMNS = (
    Column(
        "firstday",
        "Needed. The day, DD/MM/YYYY, or the first of several.",
        "first day|day|date|from|start|start date|closure day",
        needed=True,
    ),
    Column(
        "lastday", "The last of several days. Blank for one day.", "last day|to|until|end|end date"
    ),
    Column(
        "name",
        "Needed. What the closure is called.",
        "closure|description|reason|title",
        needed=True,
    ),
)
SAMPLE = (
    ("29/12/2026", "31/12/2026", "Christmas closure"),
    ("04/01/2027", "", "Extra day after New Year"),
)


class ClosureLines(Work):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.known = dict(ClosureDay.objects.values_list("day", "name"))
        self.report.current = len(self.known)

    def identity(self, line: Line) -> str:
        first = cleaning.day(line.get("firstday"))[0]
        return str(first) if first else ""

    def name(self, line: Line) -> str:
        return line.get("name") or line.get("firstday")

    def take(self, line: Line) -> None:
        first, name = self.day(line, "firstday"), cleaning.line(line.get("name"))
        last = self.day(line, "lastday") or first
        if first is None:
            raise Refused("the day is missing.")
        if not name:
            raise Refused("what the closure is called is missing.")
        if self._there(first, last):
            self.report.unchanged += 1
            return
        added = actions.add(first=first, last=last, name=name, by=self.by)
        self.known.update((one.day, one.name) for one in added)
        until = f" to {last:%d/%m/%Y}" if last != first else ""
        days = count(len(added), "working day")
        self.report.created.append(f"{name}, {first:%d/%m/%Y}{until} ({days})")

    def _there(self, first: date, last: date) -> bool:
        """Whether each working day of the span is closed already."""
        if last < first:
            return False
        days = {date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)}
        closed = {day for day in days if day in self.known}
        return bool(closed) and actions.all_closed(days - closed)


CLOSURES = Kind(
    key="closure",
    one="closure day",
    many="closure days",
    permission="council.configure",
    columns=COLUMNS,
    sample=SAMPLE,
    work=ClosureLines,
    to="closure-list",
    above=(("Council", "council-show"), ("Closure days", "closure-list")),
    about=(
        "Weekends and bank holidays need not be in the file: they are not counted anyway.",
        "The dates of open cases are counted again once you confirm.",
        "No closure day is removed by a file. Remove it on its page.",
    ),
)
