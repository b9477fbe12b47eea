"""Two clerks with the same row open: whoever is second is told, and loses nothing (T9)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import unescape
from itertools import cycle

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from council import calendar
from tests import cast
from tests.factories import (
    AbsenceFactory,
    AdoptionFactory,
    CommitteeFactory,
    CouncilFactory,
    DelegationFactory,
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    PartyGroupFactory,
    PersonFactory,
    PostFactory,
    RelationshipFactory,
    SeatFactory,
    ServiceFactory,
    WardFactory,
)
from tests.sending import opened
from tests.site.test_access import addresses

ROOMS = ("council", "members", "officers")


@pytest.fixture(autouse=True)
def monday(time_machine):
    calendar.forget()
    time_machine.move_to("2026-11-23 10:05+00:00", tick=False)
    yield
    calendar.forget()


def day(name: str, value: str) -> dict[str, str]:
    year, month, number = value.split("-")
    return {f"{name}_day": number, f"{name}_month": month, f"{name}_year": year}


@dataclass(frozen=True)
class Page:
    """A page that changes a row: what the first clerk sends, what the second, and the second's words
    that must still stand there; `says` is what the page tells them of the first's change."""

    make: Callable[[], list]
    first: Callable[[], dict]
    second: Callable[[], dict]
    typed: str
    says: str


def _officer(**changes) -> dict:
    values = {"name": "Jo Ng", "email": "jo@example.org", "job_title": "Clerk", "level": "officer"}
    return values | changes


def _jo() -> list:
    return [
        OfficerFactory(person__name="Jo Ng", person__email="jo@example.org", job_title="Clerk").pk
    ]


def _ends(field: str, make: Callable[[], list]) -> Page:
    """A page that asks for a last day and nothing else."""
    return Page(
        make,
        lambda: day(field, "2026-11-20"),
        lambda: day(field, "2026-11-19"),
        'value="19"',
        "Last day is now: Friday 20 November 2026",
    )


def _named(make: Callable[[], list], **more) -> Page:
    return Page(
        make,
        lambda: {"name": "Parks and trees", **more},
        lambda: {"name": "Parks & rivers", **more},
        "Parks & rivers",
        "Name is now: Parks and trees",
    )


def _a_post() -> list:
    return [PostFactory(key="monitoring_officer").key]


def _holds(name: str) -> dict:
    person = PersonFactory(name=name)
    return {"who": "person", "person": person.pk, "deputy_order": 0, **day("since", "2026-12-1")}


PAGES = {
    "council-edit": Page(
        list,
        lambda: {"name": "Newton Council", "nation": "england", "colour": "#1d70b8"},
        lambda: {"name": "Exampleton Council", "nation": "england", "colour": "#00ff00"},
        "#00ff00",
        "Name of the council is now: Newton Council",
    ),
    "post-hold": Page(
        _a_post,
        lambda: _holds("Ann Bell"),
        lambda: _holds("Cat Dean"),
        "Cat Dean",
        "Who holds it is now: Ann Bell, holder from Tuesday 1 December 2026",
    ),
    "holding-end": _ends("last_day", lambda: [HoldingFactory(post__key="monitoring_officer").pk]),
    "relationship-end": _ends("last_day", lambda: [RelationshipFactory().pk]),
    "delegation-end": _ends("last_day", lambda: [DelegationFactory().pk]),
    "delegation-edit": Page(
        lambda: [DelegationFactory().pk],
        lambda: {"may": ["raise"]},
        lambda: {"may": ["answer"]},
        'value="answer" checked',
        "What they may do besides reading is now: Raise enquiries",
    ),
    "officer-edit": Page(
        _jo,
        lambda: _officer(level="chief"),
        lambda: _officer(job_title="Head of Law"),
        "Head of Law",
        "Level is now: Chief officer",
    ),
    "officer-end": _ends("last_day", lambda: [OfficerFactory().pk]),
    "service-edit": Page(
        lambda: [ServiceFactory(name="Parks").pk],
        lambda: {"name": "Parks", "head": OfficerFactory(person__name="Ann Bell").pk},
        lambda: {"name": "Parks & rivers"},
        "Parks & rivers",
        "Head of service is now: Ann Bell",
    ),
    "absence-edit": Page(
        lambda: [AbsenceFactory(since=date(2026, 12, 1), until=date(2026, 12, 4)).pk],
        lambda: {**day("since", "2026-12-1"), **day("until", "2026-12-9")},
        lambda: {**day("since", "2026-12-2"), **day("until", "2026-12-4")},
        'value="2"',
        "Last day away is now: Wednesday 9 December 2026",
    ),
    "member-edit": Page(
        lambda: [
            MemberFactory(person__name="Ann Bell", person__email="ann@example.org", group=None).pk
        ],
        lambda: {"name": "Ann Bell", "email": "ann@example.org", "phone": "0117 900 0001"},
        lambda: {"name": "Ann Bell", "email": "ann@example.org", "key_posts": "Chair of Licensing"},
        "Chair of Licensing",
        "Phone is now: 0117 900 0001",
    ),
    "member-end": _ends("until", lambda: [MemberFactory().pk]),
    "term-edit": Page(
        lambda: [_term().pk],
        lambda: {**day("starts_on", "2024-5-6"), **day("ends_on", "2028-5-5")},
        lambda: {**day("starts_on", "2024-5-7")},
        'value="7"',
        "Last day is now: Friday 5 May 2028",
    ),
    "ward-edit": _named(lambda: [WardFactory(name="Parks").pk]),
    "ward-end": _ends("until", lambda: [WardFactory().pk]),
    "group-edit": _named(lambda: [PartyGroupFactory(name="Parks").pk]),
    "group-end": _ends("until", lambda: [PartyGroupFactory().pk]),
    "committee-edit": _named(lambda: [CommitteeFactory(name="Parks").pk], kind="other"),
    "committee-end": _ends("until", lambda: [CommitteeFactory().pk]),
    "seat-end": _ends("until", lambda: [SeatFactory().pk]),
    "committee-seat-end": _ends("until", lambda: [_held("CommitteeSeat").pk]),
    "leadership-end": _ends("until", lambda: [_held("Leadership").pk]),
    "portfolio-end": _ends("until", lambda: [_held("Portfolio").pk]),
}
# What another clerk may have changed, and this page would only take away.
REMOVES = {
    "absence-remove": (
        "absence-edit",
        lambda: {**day("since", "2026-12-1"), **day("until", "2026-12-9")},
        "Until is now: Wednesday 9 December 2026",
    )
}
# These need nothing of the kind: doing it a second time is refused in words, and nothing is typed.
NOTHING_TO_LOSE = {
    "adoption-withdraw",
    "closure-remove",
    "committee-reopen",
    "group-reopen",
    "member-reinstate",
    "ward-reopen",
}


def _term():
    model = apps.get_model("members", "Term")
    return model.objects.create(member=MemberFactory(), starts_on=date(2024, 5, 6))


def _held(name: str):
    member = MemberFactory()
    needs = {
        "CommitteeSeat": {"committee": CommitteeFactory},
        "Leadership": {"group": lambda: member.group},
        "Portfolio": {},
    }[name]
    model = apps.get_model("members", name)
    found = {key: make() for key, make in needs.items()}
    return model.objects.create(member=member, since=date(2024, 5, 6), **found)


@pytest.fixture
def clerks(db) -> tuple[Client, Client]:
    """Dev and Ada, each in a browser of their own; Dev is the first to save."""
    CouncilFactory()
    AdoptionFactory(profile="bristol")
    found = []
    for person in (cast.dev(), cast.ada()):
        client = Client()
        client.force_login(person)
        found.append(client)
    return tuple(found)


def _rows() -> dict[str, list]:
    """Every row of the rooms, and who the people are."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    found = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    return found | {"Person": list(Person.objects.order_by("pk").values("name", "email"))}


# Each page once; the long run of T9 goes round them 1,000 times in all.
STALE = int(os.environ.get("EVENHAND_STALE") or len(PAGES))


@pytest.mark.django_db
def test_the_second_is_told_what_changed_and_by_whom_and_loses_no_text(clerks, figure):
    """T9. Seen red with: `as_seen` that compares nothing; marks of a form that are the same for every
    value; `show_again` that shows what the row has in place of what was typed."""
    names = [name for name, _ in zip(cycle(PAGES), range(STALE), strict=False)]
    for name in names:
        with transaction.atomic():
            _the_second_is_told(name, clerks)
            transaction.set_rollback(True)
        calendar.forget()
    figure("T9", n=len(names), of=f"stale saves of {len(PAGES)} pages, none silent, no text lost")


def _the_second_is_told(name: str, clerks) -> None:
    page, (dev, ada) = PAGES[name], clerks
    address = reverse(name, args=page.make())
    firsts, seconds = page.first(), page.second()
    shown_to_dev, shown_to_ada = opened(dev, address), opened(ada, address)
    assert dev.post(address, shown_to_dev | firsts).status_code == 302
    before = _rows()
    answer = ada.post(address, shown_to_ada | seconds)
    words = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert _rows() == before
    assert page.typed in words
    assert "Somebody else changed this while you had it open" in words
    assert page.says in words
    assert "Dev Desai changed it on Monday 23 November 2026 at 10:05am" in words


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["council-edit", "officer-edit", "member-edit", "absence-edit"])
def test_sent_again_it_is_saved_and_undoes_nothing_by_the_way(name, clerks):
    """What the second left as it was shows what the first made of it, and so stays.

    Seen red with: `show_again` that keeps every field as it was sent.
    """
    page, (dev, ada) = PAGES[name], clerks
    arguments = page.make()
    address = reverse(name, args=arguments)
    shown = opened(ada, address)
    dev.post(address, opened(dev, address) | page.first())
    again = ada.post(address, shown | page.second()).context["form"]
    sends = {key: value for key, value in again.data.items() if key != "csrfmiddlewaretoken"}
    assert ada.post(address, sends).status_code == 302
    room = {"council-edit": "council.Council", "officer-edit": "officers.Officer"} | {
        "member-edit": "members.Member",
        "absence-edit": "officers.Absence",
    }
    row = apps.get_model(room[name]).objects.get(pk=(arguments or [1])[0])
    both = {
        "council-edit": {"name": "Newton Council", "brand_colour": "#00ff00"},
        "officer-edit": {"level": "chief", "job_title": "Head of Law"},
        "member-edit": {"phone": "0117 900 0001", "key_posts": "Chair of Licensing"},
        "absence-edit": {"since": date(2026, 12, 2), "until": date(2026, 12, 9)},
    }[name]
    assert {field: getattr(row, field) for field in both} == both


@pytest.mark.django_db
@pytest.mark.parametrize("name", REMOVES)
def test_what_somebody_has_just_changed_is_not_removed_unseen(name, clerks):
    """Seen red with: the marks left off the page that removes."""
    other, values, says = REMOVES[name]
    dev, ada = clerks
    arguments = PAGES[other].make()
    shown = opened(ada, reverse(name, args=arguments))
    address = reverse(other, args=arguments)
    assert dev.post(address, opened(dev, address) | values()).status_code == 302
    before = _rows()
    answer = ada.post(reverse(name, args=arguments), shown)
    assert answer.status_code == 409
    assert says in unescape(answer.content.decode())
    assert _rows() == before


@pytest.mark.django_db
def test_a_page_that_lost_its_marks_is_refused_and_keeps_the_text(clerks):
    dev, _ = clerks
    ward = WardFactory(name="Parks")
    answer = dev.post(reverse("ward-edit", args=[ward.pk]), {"name": "Rivers"})
    assert answer.status_code == 422
    assert "This page has lost its place" in answer.content.decode()
    assert "Rivers" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("junk", ["x", "name", "name:", " ", "name:\x00", "x" * 5000])
def test_marks_that_nobody_sent_overwrite_nothing(clerks, junk):
    dev, _ = clerks
    ward = WardFactory(name="Parks")
    address = reverse("ward-edit", args=[ward.pk])
    assert dev.post(address, {"name": "Rivers", "seen": junk}).status_code in {409, 422}
    ward.refresh_from_db()
    assert ward.name == "Parks"


@pytest.mark.django_db
def test_saving_what_nobody_else_touched_is_refused_to_nobody(clerks):
    """Her own saves, one after the other, and another row's change are none of it."""
    dev, ada = clerks
    one, other = WardFactory(name="Parks"), WardFactory(name="Quays")
    address = reverse("ward-edit", args=[one.pk])
    shown = opened(ada, address)
    for name in ("Docks", "Shore"):
        there = reverse("ward-edit", args=[other.pk])
        dev.post(there, opened(dev, there) | {"name": name})
    assert ada.post(address, shown | {"name": "Rivers"}).status_code == 302
    assert ada.post(address, opened(ada, address) | {"name": "Streams"}).status_code == 302


def test_every_page_that_changes_a_row_of_the_directory_is_among_these():
    """A new page is found by its address: it has a row in it, and its name says that it changes it."""
    changing = ("edit", "end", "hold", "remove", "withdraw", "reopen", "reinstate")
    found = {
        address.name
        for address in addresses()
        if address.view.__module__.split(".")[0] in ROOMS
        and address.name.rpartition("-")[2] in changing
    }
    # tests/officers/test_reorganising.py: it names another service in its address.
    assert found - NOTHING_TO_LOSE - {"service-end"} == {*PAGES, *REMOVES}
