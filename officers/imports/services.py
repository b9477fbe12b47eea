"""Services from a file, with who heads them and which chief officer answers for them."""

from __future__ import annotations

from council.imports import cleaning
from council.imports.kinds import Kind, Work
from council.imports.table import Column, Line
from officers.actions import officers as actions
from officers.imports.found import Found, change
from officers.models import Officer, Service
from protocol.refusals import Refused

COLUMNS = (
    Column(
        "service",
        "Needed. The name of the service.",
        "name|service name|team|department",
        needed=True,
    ),
    Column(
        "head",
        "The email address of the head of service, who is an officer here.",
        "head of service|head email|head of service email",
    ),
    Column(
        "chiefofficer",
        "The email address of the chief officer who answers for it.",
        "chief officer|director|chief officer email|director email",
    ),
)
SAMPLE = (
    ("Highways", "sam.ford@example.gov.uk", "pat.lee@example.gov.uk"),
    ("Parking", "", "pat.lee@example.gov.uk"),
)


class ServiceLines(Work):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.found = Found(self.on)
        self.report.current = len([one for one in self.found.services.values() if self._open(one)])

    def _open(self, service: Service) -> bool:
        return service.ended_on is None or service.ended_on >= self.on

    def identity(self, line: Line) -> str:
        return cleaning.key(cleaning.line(line.get("service")))

    def name(self, line: Line) -> str:
        return line.get("service")

    def take(self, line: Line) -> None:
        name = cleaning.line(line.get("service"))
        if not name:
            raise Refused("the name of the service is missing.")
        service = self.found.service(name)
        head = self._leader(line, "head", service.head if service else None)
        chief = self._leader(line, "chiefofficer", service.chief_officer if service else None)
        if service is None:
            made = actions.add_service(name=name, head=head, chief_officer=chief, by=self.by)
            self.found.services[cleaning.key(name)] = made
            self.report.created.append(f"{made.name}, headed by {head or 'nobody'}")
            return
        fields = (
            ("Name", service.name, name),
            ("Head", service.head, head),
            ("Chief officer", service.chief_officer, chief),
        )
        said = [change(label, old, new) for label, old, new in fields if old != new]
        if not said:
            self.report.unchanged += 1
            return
        before = service.name
        actions.change_service(
            service=service, name=name, head=head, chief_officer=chief, by=self.by
        )
        self.report.updated.append(f"{before}: {'; '.join(said)}")

    def _leader(self, line: Line, column: str, now: Officer | None) -> Officer | None:
        """Whoever the line names; whoever it is now, where the file has no such column."""
        if column not in self.provided:
            return now
        part = "head" if column == "head" else "chief officer"
        return self.found.officer(self.email(line, column), part)


SERVICES = Kind(
    key="service",
    many="services",
    permission="directory.keep",
    columns=COLUMNS,
    sample=SAMPLE,
    work=ServiceLines,
    to="service-list",
    above=(("Officers", "officer-list"), ("Services", "service-list")),
    about=(
        "Import the officers first: heads and chief officers are named by their email addresses.",
        "No service is merged or ended by a file: do that on its page. A line that names one that has ended, "
        "or by a name that it had before, is left out, and you are told what to write.",
    ),
)
