"""Closure days from a file: one day a line, or a first and a last."""

from __future__ import annotations

from datetime import date

from council import rules
from council.actions import closures as actions
from council.imports import cleaning
from council.imports.kinds import Kind, Work
from council.imports.report import Remark
from council.imports.table import Column, Line
from council.models import ClosureDay, Council
from frontend.words import count
from protocol.calendar import Calendar
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
        council = Council.objects.current()
        if council is None:
            raise Refused("The council is not set up yet.", instead="Set it up first.")
        self.calendar = Calendar.for_nation(council.nation)
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
        if rules.closed_already(first, last, self.calendar, self.known):
            self._known(line, first, name)
            return
        added = actions.add(first=first, last=last, name=name, by=self.by)
        self.known.update((one.day, one.name) for one in added)
        until = f" to {last:%d/%m/%Y}" if last != first else ""
        days = count(len(added), "working day")
        self.report.created.append(f"{name}, {first:%d/%m/%Y}{until} ({days})")

    def _known(self, line: Line, first: date, name: str) -> None:
        self.report.unchanged += 1
        there = self.known.get(first, name)
        if cleaning.key(there) != cleaning.key(name):
            reason = (
                f"closed already, as “{there}”, which stays. Remove it on its page to rename it."
            )
            self.report.notes.append(Remark(line.place, name, reason))


CLOSURES = Kind(
    key="closure",
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
