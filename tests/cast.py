"""The people that tests are about. Each function makes one person, quickly, and returns the Person.

Alice raises, Bob works, Carol leads, Dev keeps order, Mona and Hana hold statutory posts,
Ada administers, Otis audits; Charlie must be refused.
"""

from __future__ import annotations

from accounts.models import Person
from officers.models import Service
from tests.factories import (
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    PartyGroupFactory,
    PersonFactory,
    ServiceFactory,
    WardFactory,
)


def alice() -> Person:
    """Member for Harbour ward, in the Harbour Independents."""
    return _member("Alice Archer", "Harbour", "Harbour Independents")


def erin() -> Person:
    """Member for Hillside ward, in another group than Alice: must never see Alice's casework."""
    return _member("Erin Ellis", "Hillside", "Hillside Alliance")


def norris() -> Person:
    """A member of no group, for Harbour ward too: shares Alice's ward and nothing else."""
    return _member("Norris Noone", "Harbour", None)


def bob() -> Person:
    """Officer in Highways; managed by Sam, or Carol, where they were made first."""
    return _officer("Bob Baker", "Highways", "officer", "Highways officer")


def gita() -> Person:
    """Officer in Housing, another service than Bob's."""
    return _officer("Gita Gill", "Housing", "officer", "Housing officer")


def sam() -> Person:
    """Senior officer who heads Highways."""
    person = _officer("Sam Stone", "Highways", "senior", "Head of Highways")
    _lead(person, head=person.officer)
    return person


def carol() -> Person:
    """Chief officer who answers for Highways."""
    person = _officer("Carol Clarke", "Highways", "chief", "Director of Place")
    _lead(person, chief_officer=person.officer)
    return person


def dev() -> Person:
    """Democratic services clerk: keeps the directories, invites people."""
    return _holder("Dev Desai", "democratic_services", "Democratic services officer")


def mona() -> Person:
    """Monitoring officer."""
    return _holder("Mona Murray", "monitoring_officer", "Monitoring Officer")


def hana() -> Person:
    """Head of Paid Service, the last in the officers' line."""
    return _holder("Hana Hughes", "head_of_paid_service", "Chief Executive", "head_of_paid_service")


def ada() -> Person:
    """Administrator: keeps people and settings and reads no case."""
    person = PersonFactory(name="Ada Adams", email="ada@example.org")
    HoldingFactory(post__key="administrator", person=person)
    return person


def otis() -> Person:
    """Auditor: reads the ledger."""
    person = PersonFactory(name="Otis Owen", email="otis@example.org")
    HoldingFactory(post__key="auditor", person=person)
    return person


def charlie() -> Person:
    """Signs in and has no capacity, post or role: must be refused."""
    return PersonFactory(name="Charlie Cross", email="charlie@example.org")


def everybody() -> dict[str, Person]:
    """The whole cast by name."""
    return {make.__name__: make() for make in CAST}


def _address(name: str) -> str:
    return f"{name.split()[0].lower()}@example.org"


def _member(name: str, ward: str, group: str | None) -> Person:
    return MemberFactory(
        person__name=name,
        person__email=_address(name),
        ward=WardFactory(name=ward),
        group=PartyGroupFactory(name=group) if group else None,
    ).person


def _officer(name: str, service: str, level: str, job_title: str) -> Person:
    team = ServiceFactory(name=service)
    team.refresh_from_db()
    return OfficerFactory(
        person__name=name,
        person__email=_address(name),
        service=team,
        level=level,
        job_title=job_title,
        manager=team.head or team.chief_officer if level == "officer" else None,
    ).person


def _lead(person: Person, **leader) -> None:
    Service.objects.filter(pk=person.officer.service_id).update(**leader)


def _holder(name: str, post: str, job_title: str, level: str = "senior") -> Person:
    person = _officer(name, "Democratic and legal services", level, job_title)
    HoldingFactory(post__key=post, person=person)
    return person


CAST = (alice, erin, norris, carol, sam, bob, gita, dev, mona, hana, ada, otis, charlie)
