"""A council at its full size: 70 members, 34 wards, 12 services, 80 officers, and their standing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import AddressChange, Person
from accounts.names import sort_key
from council import calendar, terms
from council.models import (
    Adoption,
    ClosureDay,
    Delegation,
    Holding,
    Post,
    Relationship,
)
from council.models import Council as TheCouncil
from members.models import (
    Committee,
    CommitteeSeat,
    Leadership,
    Member,
    PartyGroup,
    Portfolio,
    Seat,
    Term,
    Ward,
)
from officers.models import Absence, Officer, Service
from protocol.calendar import Calendar

LONG_AGO = date(2016, 1, 1)
# A Monday in a week without bank holidays, in British Summer Time: the day on which all is as it is.
MONDAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MEMBERS, WARDS, SERVICES, OFFICERS = 70, 34, 12, 80
TEAM, CHIEFS = 6, 4
PAUSES = ("[pausing]\nallowed = false", "[pausing]\nallowed = true")


@dataclass
class Council:
    """Ids for the rows of cases, and the people whom the pages are opened as."""

    adoption: Adoption
    members: list[int]
    # By service, TEAM to each: officer `slot` of service `s` is `teams[s * TEAM + slot]`.
    teams: list[int]
    chiefs: list[int]
    services: list[int]
    wards: list[int]
    # The head and the chief officer of each service, by its id.
    leads: dict[int, list[Person]]
    # The first member, as the directory names them.
    first_member: int
    cast: dict[str, Person] = field(default_factory=dict)


def set_up() -> Council:
    """The directories, as an import would leave them, and the cast who open pages.

    alice is a member, della acts for her and two others, bob works in the first service, sam heads
    it, carol directs it and two more; dev is the clerk, mona the protocol's adviser, hana the Head of
    Paid Service, ada administers, otis audits. Another sign-in address waits for a keeper's word.
    """
    calendar.forget()
    terms.forget()
    TheCouncil.objects.create(
        pk=1,
        name="Exampleton Council",
        nation="england",
        bank_holidays=Calendar.for_nation("england").fingerprint,
    )
    ClosureDay.objects.bulk_create(
        ClosureDay(day=date(year, 12, 29), name="Closed") for year in range(2018, 2027)
    )
    adoption = _adopt("bristol")
    wards = Ward.objects.bulk_create(Ward(name=f"Ward {n:02}") for n in range(WARDS))
    services = Service.objects.bulk_create(Service(name=f"Service {n:02}") for n in range(SERVICES))
    members = _members(wards)
    teams, chiefs, posts = _officers(services)
    made = Council(
        adoption=adoption,
        members=[member.person_id for member in members],
        teams=[officer.person_id for officer in teams],
        chiefs=[officer.person_id for officer in chiefs],
        services=[service.pk for service in services],
        wards=[ward.pk for ward in wards],
        first_member=members[0].pk,
        leads={s.pk: [s.head.person, s.chief_officer.person] for s in services},
    )
    _relate(members, teams)
    _appoint(members)
    made.cast = {
        "alice": members[0].person,
        "della": _delegate(members),
        "sam": teams[0].person,
        "bob": teams[1].person,
        "carol": chiefs[0].person,
        **{name: officer.person for name, officer in posts.items()},
        "ada": _keeper("Ada Adams", "administrator"),
        "otis": _keeper("Otis Owen", "auditor"),
    }
    _ask_for_another_address(made.cast["sam"], made.cast["dev"])
    return made


def _adopt(key: str) -> Adoption:
    """A profile of the library, in force since long ago, with pausing allowed."""
    file = settings.BASE_DIR / "protocol" / "library" / f"{key}.toml"
    text = file.read_text(encoding="utf-8").replace(*PAUSES)
    return Adoption.objects.create(
        profile_key=key,
        body="Full Council",
        in_force_from=LONG_AGO,
        text=text,
        digest=Adoption.digest_of(text),
        recorded_at=datetime(2016, 1, 1, 9, tzinfo=UTC),
    )


def _hold(post: str, person: Person) -> None:
    kept, _ = Post.objects.get_or_create(
        key=post, defaults={"title": post.replace("_", " ").capitalize()}
    )
    Holding.objects.create(post=kept, person=person, since=LONG_AGO)


def _person(name: str) -> Person:
    return Person.objects.create(
        name=name,
        sort_name=sort_key(name),
        email=f"{name.split()[0].lower()}@example.org",
        password="!",
        created_at=datetime(2016, 1, 1, tzinfo=UTC),
    )


def _people(kind: str, count: int) -> list[Person]:
    return Person.objects.bulk_create(
        Person(
            name=f"{kind} {n:02}",
            email=f"{kind.lower()}{n}@example.org",
            password="!",
            created_at=datetime(2016, 1, 1, tzinfo=UTC),
        )
        for n in range(count)
    )


def _members(wards: list[Ward]) -> list[Member]:
    groups = PartyGroup.objects.bulk_create(PartyGroup(name=f"Group {n}") for n in range(5))
    members = Member.objects.bulk_create(
        Member(person=person, external_id=f"{n}", group=groups[n % 5])
        for n, person in enumerate(_people("Councillor", MEMBERS))
    )
    Seat.objects.bulk_create(
        Seat(member=member, ward=wards[n % WARDS], since=LONG_AGO)
        for n, member in enumerate(members)
    )
    committees = Committee.objects.bulk_create(Committee(name=f"Committee {n}") for n in range(12))
    CommitteeSeat.objects.bulk_create(
        CommitteeSeat(member=member, committee=committees[n % 12], since=LONG_AGO)
        for n, member in enumerate(members)
    )
    return members


def _officers(services: list[Service]) -> tuple[list[Officer], list[Officer], dict[str, Officer]]:
    """Teams of six with a head each, four directors of three services each, and four with posts."""
    people = _people("Officer", OFFICERS)
    chiefs = Officer.objects.bulk_create(
        Officer(person=people.pop(), service=services[n * 3], job_title="Director", level="chief")
        for n in range(CHIEFS)
    )
    kept = {
        "dev": ("democratic_services", "senior"),
        "mona": ("monitoring_officer", "chief"),
        "hana": ("head_of_paid_service", "head_of_paid_service"),
        "gwen": ("director_of_governance", "chief"),
    }
    posts = {}
    for name, (post, level) in kept.items():
        posts[name] = Officer.objects.create(person=people.pop(), job_title=post, level=level)
        _hold(post, posts[name].person)
    heads = Officer.objects.bulk_create(
        Officer(person=people.pop(), service=s, job_title="Head", level="senior") for s in services
    )
    teams = []
    for n, service in enumerate(services):
        service.head, service.chief_officer = heads[n], chiefs[n // 3]
        teams.append(heads[n])
        teams += Officer.objects.bulk_create(
            Officer(person=people.pop(), service=service, job_title="Officer", manager=heads[n])
            for _ in range(TEAM - 1)
        )
    Service.objects.bulk_update(services, ["head", "chief_officer"])
    return teams, chiefs, posts


def _relate(members: list[Member], teams: list[Officer]) -> None:
    """Absences now and long ago, with bob covering for one; declared relationships."""
    Absence.objects.create(
        officer=teams[TEAM + 2],
        cover=teams[1],
        since=MONDAY - timedelta(days=3),
        until=MONDAY + timedelta(days=11),
    )
    Absence.objects.bulk_create(
        Absence(officer=officer, since=date(2025, 8, 4), until=date(2025, 8, 15))
        for officer in teams
    )
    Relationship.objects.bulk_create(
        Relationship(
            person=member.person, other=officer.person, kind="friend", declared_on=LONG_AGO
        )
        for member, officer in zip(members[:30], teams, strict=False)
    )


def _appoint(members: list[Member]) -> None:
    """What members have besides a seat: terms, the lead of a group, a portfolio."""
    Term.objects.bulk_create(Term(member=member, starts_on=LONG_AGO) for member in members)
    for n, member in enumerate(members[:5]):
        Leadership.objects.create(group=member.group, member=member, since=LONG_AGO)
        Portfolio.objects.create(name=f"Portfolio {n}", member=member, since=LONG_AGO)


def _delegate(members: list[Member]) -> Person:
    person = _person("Della Dunn")
    Delegation.objects.bulk_create(
        Delegation(principal=member.person, delegate=person, since=LONG_AGO)
        for member in members[:3]
    )
    return person


def _keeper(name: str, post: str) -> Person:
    person = _person(name)
    _hold(post, person)
    return person


def _ask_for_another_address(person: Person, by: Person) -> None:
    now = timezone.now()
    AddressChange.objects.create(
        person=person,
        old=person.email,
        new="moved@example.org",
        asked_by=by,
        asked_at=now,
        needs_keeper=True,
        ends_at=now + timedelta(days=30),
    )


def known() -> dict[str, Person]:
    """One of each kind by what they are, in a council that an earlier process set up."""
    service = Service.objects.select_related("head__person", "chief_officer__person").earliest("pk")
    team = Officer.objects.filter(manager=service.head).select_related("person")
    holdings = Holding.objects.select_related("person", "post")
    return {
        "member": Member.objects.select_related("person").earliest("pk").person,
        "officer": team.earliest("pk").person,
        "head of service": service.head.person,
        "chief officer": service.chief_officer.person,
        "clerk": holdings.get(post__key="democratic_services").person,
        "Head of Paid Service": holdings.get(post__key="head_of_paid_service").person,
    }
