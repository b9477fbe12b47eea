"""Absences from a file: who is away from when to when, and who covers."""

from __future__ import annotations

from council.imports import cleaning
from council.imports.kinds import Kind, Work
from council.imports.table import Column, Line
from officers.actions import absences as actions
from officers.imports.found import Found, change
from officers.models import Absence
from protocol.refusals import Refused

COLUMNS = (
    Column(
        "email",
        "Needed. The officer’s email address.",
        "officer|officer email|email address",
        needed=True,
    ),
    Column(
        "firstday",
        "Needed. The first day away, DD/MM/YYYY.",
        "first day|from|since|start|start date",
        needed=True,
    ),
    Column(
        "lastday",
        "Needed. The last day away, DD/MM/YYYY.",
        "last day|to|until|end|end date",
        needed=True,
    ),
    Column(
        "cover",
        "The email address of whoever covers. Blank for nobody.",
        "cover email|covered by|deputy",
    ),
)
SAMPLE = (("jo.ng@example.gov.uk", "21/12/2026", "04/01/2027", "sam.ford@example.gov.uk"),)


class AbsenceLines(Work):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.found = Found(self.on)
        rows = Absence.objects.select_related("officer__person", "cover__person")
        self.known = {(one.officer_id, one.since): one for one in rows}
        self.report.current = len(self.known)

    def identity(self, line: Line) -> str:
        email, since = cleaning.email(line.get("email"))[0], cleaning.day(line.get("firstday"))[0]
        return f"{email} {since}" if email and since else ""

    def name(self, line: Line) -> str:
        return line.get("email")

    def take(self, line: Line) -> None:
        email = self.email(line, "email")
        since, until = self.day(line, "firstday"), self.day(line, "lastday")
        if not email or since is None or until is None:
            raise Refused("the email address, the first day or the last day is missing.")
        officer = self.found.officer(email, "officer")
        known = self.known.get((officer.pk, since))
        cover = known.cover if known else None
        if "cover" in self.provided:
            cover = self.found.officer(self.email(line, "cover"), "cover")
        if known is None:
            made = actions.record(
                officer=officer, since=since, until=until, cover=cover, by=self.by
            )
            self.known[officer.pk, since] = made
            covered = f", covered by {cover}" if cover else ""
            self.report.created.append(f"{officer}, {since:%d/%m/%Y} to {until:%d/%m/%Y}{covered}")
            return
        fields = (
            ("Last day", f"{known.until:%d/%m/%Y}", f"{until:%d/%m/%Y}"),
            ("Cover", known.cover, cover),
        )
        said = [change(label, old, new) for label, old, new in fields if old != new]
        if not said:
            self.report.unchanged += 1
            return
        actions.change(absence=known, since=since, until=until, cover=cover, by=self.by)
        self.report.updated.append(f"{officer}, from {since:%d/%m/%Y}: {'; '.join(said)}")


ABSENCES = Kind(
    key="absence",
    many="absences",
    permission="directory.keep",
    columns=COLUMNS,
    sample=SAMPLE,
    work=AbsenceLines,
    to="absence-list",
    above=(("Officers", "officer-list"), ("Absence", "absence-list")),
    about=(
        "An absence is found again by the officer and its first day.",
        "No absence is removed by a file. Remove it on its page.",
        "The reason for an absence is not taken over: no column is read for it.",
    ),
)
