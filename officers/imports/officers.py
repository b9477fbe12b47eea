"""Officers from a file, with their services and their reporting lines.

- An officer is found by email. Somebody who is here already, as a member may be, stays one person.
- The file decides name, job title, level, service and manager of those it lists; a blank job title or
  level leaves what they have, a blank service or manager takes it away.
- A service that is not here yet is added.
- A manager may stand in the file before or after those who report to them.
- Only a file that is said to have everybody ends those who are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from accounts.models import Person
from council.imports import cleaning
from council.imports.kinds import Kind, WholeWork
from council.imports.report import Remark
from council.imports.table import Column, Line
from officers import rules
from officers.actions import officers as actions
from officers.imports.found import Found, change
from officers.models import Officer, Service
from protocol.refusals import Refused

LEVELS = {
    cleaning.key(word): key
    for key, label in Officer.LEVELS
    for word in (key, label, key.replace("_", " "))
}
COLUMNS = (
    Column(
        "email",
        "Needed. The address that they sign in with, and by which they are found again.",
        "email address|e mail|mail|work email",
        needed=True,
    ),
    Column(
        "name", "Needed. The full name.", "full name|officer|officer name|display name", needed=True
    ),
    Column(
        "jobtitle", "The job title. Needed for somebody new.", "job title|title|post|role|position"
    ),
    Column(
        "level",
        "Officer, Senior officer, Chief officer or Head of Paid Service. Officer for somebody new, "
        "where it is blank.",
        "grade|seniority",
    ),
    Column(
        "service",
        "The name of the service. One that is not here yet is added.",
        "department|team|directorate|service area",
    ),
    Column(
        "manager",
        "The email address of whom they report to, here or in this file.",
        "manager email|line manager|reports to|line manager email",
    ),
    Column(
        "lastday",
        "The last day of somebody who leaves, DD/MM/YYYY.",
        "last day|leaving date|left|end date",
    ),
)
SAMPLE = (
    ("pat.lee@example.gov.uk", "Pat Lee", "Director of Place", "Chief officer", "Highways", "", ""),
    ("sam.ford@example.gov.uk", "Sam Ford", "Head of Highways", "Senior officer", "Highways",
     "pat.lee@example.gov.uk", ""),
    ("jo.ng@example.gov.uk", "Jo Ng", "Highways officer", "Officer", "Highways",
     "sam.ford@example.gov.uk", ""),
)  # fmt: skip


class OfficerLines(WholeWork):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.found = Found(self.on)
        self.report.current = len(self.found.current())
        self.services: set[str] = set()
        self.report.leading["services"] = 0

    def identity(self, line: Line) -> str:
        return cleaning.email(line.get("email"))[0]

    def name(self, line: Line) -> str:
        return line.get("name") or line.get("email")

    def order(self, lines: Sequence[Line]) -> Iterable[Line]:
        """Whoever is reported to first; round a circle, the one who stands first."""
        by_email: dict[str, Line] = {}
        for line in lines:
            if email := self.identity(line):
                by_email.setdefault(email, line)
        done: set[int] = set()
        for line in lines:
            above, seen = [line], {line.number}
            while up := by_email.get(cleaning.email(above[-1].get("manager"))[0]):
                if up.number in seen or up.number in done:
                    break
                above.append(up)
                seen.add(up.number)
            for one in reversed(above):
                if one.number not in done:
                    done.add(one.number)
                    yield one

    def take(self, line: Line) -> None:
        email = self.email(line, "email")
        if not email:
            raise Refused("the email is missing, so they could not be found again.")
        name = cleaning.line(line.get("name"))
        if not name:
            raise Refused("the name is missing.")
        officer, last_day = self.found.officers.get(email), self.day(line, "lastday")
        if officer is None or self._comes_back(officer, last_day):
            self._add(line, officer, name, email, last_day)
        elif officer.ended_on is not None and officer.ended_on < self.on:
            self.report.unchanged += 1
        else:
            self._change(line, officer, name, last_day)

    def _comes_back(self, officer: Officer, last_day: date | None) -> bool:
        """Whether somebody who has left, or goes today as after a wrong file, is on the list again.

        Whoever goes later stays going, unless the file has last days and none for them.
        """
        if last_day is None and not officer.person.is_active:
            raise Refused(
                f"{officer} can no longer sign in.",
                instead="Let them in again under “People” first, or give their last day.",
            )
        if officer.ended_on is None:
            return False
        if last_day is None:
            return officer.ended_on <= self.on or "lastday" in self.provided
        return officer.ended_on < self.on <= last_day

    def _add(
        self, line: Line, before: Officer | None, name: str, email: str, last_day: date | None
    ) -> None:
        """Somebody new, or who had left. The address of somebody else makes nobody an officer."""
        person = before.person if before else Person.objects.by_email(email).first()
        if person is not None and not cleaning.share_a_word(person.name, name):
            raise Refused(
                f"{email} is the address of {person.name}.",
                instead="If they are one person, give them the same name in the file.",
            )
        wanted = self._wanted(line, before)
        manager = wanted["manager"]
        if "manager" not in self.provided and manager and rules.has_ended(manager, self.on):
            # Of when they left; the file says nothing of it, and nobody reports to who is gone.
            wanted["manager"] = None
        made = actions.add(name=name, email=email, by=self.by, **wanted)
        if before is not None and made.person.name != name:
            actions.change(officer=made, name=name, email=email, by=self.by, **wanted)
        words = [made.person.name, made.job_title, str(made.service or "no service")]
        if last_day is not None:
            actions.end(officer=made, last_day=last_day, by=self.by)
            words.append(f"until {last_day:%d/%m/%Y}")
        if before is not None:
            words.append("who comes back")
        elif person is not None:
            words.append("already here as a person, who becomes an officer too")
        self._remember(made)
        self.report.created.append(", ".join(words))

    def _change(self, line: Line, officer: Officer, name: str, last_day: date | None) -> None:
        wanted = self._wanted(line, officer)
        said, before = self._differs(officer, name, wanted), officer.person.name
        if said:
            actions.change(
                officer=officer, name=name, email=officer.person.email, by=self.by, **wanted
            )
        words = ": ".join(filter(None, [before, "; ".join(said)]))
        if last_day is not None and officer.ended_on != last_day:
            actions.end(officer=officer, last_day=last_day, by=self.by)
            self.report.ended.append(f"{words}; last day {last_day:%d/%m/%Y}")
        elif said:
            self.report.updated.append(words)
        else:
            self.report.unchanged += 1
        self._remember(officer)

    def _remember(self, officer: Officer) -> None:
        """For the lines that follow; not before the line is sure to stay."""
        self.found.officers[officer.person.email.lower()] = officer
        if officer.service is not None:
            self.found.services[cleaning.key(officer.service.name)] = officer.service

    def _differs(self, officer: Officer, name: str, wanted: dict) -> list[str]:
        """What the line changes, in words."""
        levels = dict(Officer.LEVELS)
        fields = (
            ("Name", officer.person.name, name),
            ("Job title", officer.job_title, wanted["job_title"]),
            ("Level", levels[officer.level], levels[wanted["level"]]),
            ("Service", officer.service, wanted["service"]),
            ("Manager", officer.manager, wanted["manager"]),
        )
        return [change(label, old, new) for label, old, new in fields if old != new]

    def _wanted(self, line: Line, officer: Officer | None) -> dict:
        """What the line asks for; of what it does not speak, what they have."""
        title = cleaning.line(line.get("jobtitle"))
        level = cleaning.key(line.get("level"))
        if level and level not in LEVELS:
            raise Refused(
                f"the level {cleaning.shown(line.get('level'))} is not one of ours.",
                instead=f"Use one of: {', '.join(dict(Officer.LEVELS).values())}.",
            )
        manager = officer.manager if officer else None
        if "manager" in self.provided:
            manager = self.found.officer(self.email(line, "manager"), "manager")
        return {
            "job_title": title or (officer.job_title if officer else ""),
            "level": LEVELS.get(level) or (officer.level if officer else "officer"),
            "service": self._service(line, officer),
            "manager": manager,
        }

    def _service(self, line: Line, officer: Officer | None) -> Service | None:
        if "service" not in self.provided:
            return officer.service if officer else None
        name = cleaning.line(line.get("service"))
        if not name:
            return None
        key = cleaning.key(name)
        self.services.add(key)
        self.report.leading["services"] = len(self.services)
        found = self.found.service(name)
        if found is None:
            found = actions.add_service(name=name, by=self.by)
        return found

    def end_the_rest(self, named: frozenset[str]) -> None:
        # A slip in a line, even in its address, is not a leaving.
        slipped = {cleaning.key(remark.name) for remark in self.report.rejected}
        for email, officer in self.found.officers.items():
            if email in named or officer.ended_on is not None or not officer.person.is_active:
                continue
            if cleaning.key(officer.person.name) in slipped:
                continue
            if self.by is not None and officer.person_id == self.by.pk:
                reason = "you are not in the file, and stay: nobody ends themselves by a file."
                self.report.notes.append(Remark("not in it", officer.person.name, reason))
                continue
            actions.end(officer=officer, last_day=self.on, by=self.by)
            self.report.ended.append(f"{officer.person.name}, who is not in the file")


OFFICERS = Kind(
    key="officer",
    many="officers",
    permission="directory.keep",
    columns=COLUMNS,
    sample=SAMPLE,
    work=OfficerLines,
    to="officer-list",
    above=(("Officers", "officer-list"),),
    about=(
        "Reporting lines come with the officers: each line may name the manager’s email address.",
        "Nobody can sign in until you invite them.",
        "Photographs are not taken over.",
    ),
)
