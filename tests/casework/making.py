"""A council at work, and enquiries in it. Every enquiry is made by `actions.log`, never by a row."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Person
from casework.enquiries import actions
from casework.models import Case, Clock
from council import calendar, terms
from council.models import Adoption
from ledger.models import Event, Notice
from members.models import Ward
from officers.models import Service
from protocol import profile
from tests import cast
from tests.factories import (
    AdoptionFactory,
    CouncilFactory,
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    PostFactory,
    ServiceFactory,
    profile_text,
)

LONDON = ZoneInfo("Europe/London")
# A Monday in a week without bank holidays, in British Summer Time.
MONDAY = date(2026, 6, 1)


def at(day: date, hour: int = 10, minute: int = 0, second: int = 0) -> datetime:
    """A moment in London."""
    return datetime.combine(day, time(hour, minute, second), tzinfo=LONDON)


NOW = at(MONDAY)


@dataclass
class World:
    """One council with one service, Highways: Bob works in it, Sam heads it, Carol directs it."""

    adoption: Adoption
    alice: Person
    bob: Person
    sam: Person
    carol: Person
    dev: Person
    posts: dict[str, Person] = field(default_factory=dict)

    @property
    def highways(self) -> Service:
        return Service.objects.get(name="Highways")

    @property
    def harbour(self) -> Ward:
        return Ward.objects.get(name="Harbour")

    @property
    def profile(self):
        return self.adoption.profile


def world(key: str = "bristol", *, changed: dict[str, str] | None = None) -> World:
    """A council that adopted a profile long ago, and the cast in their places.

    `changed` replaces lines of the profile's text: what a council sets for itself.
    """
    calendar.forget()
    terms.forget()
    CouncilFactory()
    text = profile_text(key)
    for old, new in (changed or {}).items():
        assert old in text, f"{key} has no {old!r}"
        text = text.replace(old, new, 1)
    adoption = AdoptionFactory(profile=key, text=text)
    made = World(
        adoption=adoption,
        alice=cast.alice(),
        carol=cast.carol(),
        sam=cast.sam(),
        bob=cast.bob(),
        dev=cast.dev(),
    )
    made.posts["democratic_services"] = made.dev
    for post in _posts(adoption.profile):
        made.posts[post] = _holder(post)
    return made


# The posts that the five ladders and routes lead to. A council's mayor or chair is a member.
OFFICERS = {
    "head_of_paid_service": ("Hana Hughes", "head_of_paid_service"),
    "monitoring_officer": ("Mona Murray", "chief"),
    "director_of_governance": ("Gwen Gray", "chief"),
    "town_clerk": ("Tess Todd", "chief"),
    "proper_officer": ("Prue Park", "chief"),
}
MEMBERS = {"town_mayor": "Max Moss", "chair_of_council": "Max Moss"}


def _posts(found) -> list[str]:
    same = {key for key, post in found.posts.items() if post.same_holder_as}
    return [key for key in (*OFFICERS, *MEMBERS) if key in found.posts and key not in same]


def _holder(post: str) -> Person:
    if post in MEMBERS:
        person = MemberFactory(person__name=MEMBERS[post]).person
    else:
        name, level = OFFICERS[post]
        person = OfficerFactory(
            person__name=name,
            level=level,
            service=ServiceFactory(name="Democratic and legal services"),
        ).person
    HoldingFactory(post__key=post, person=person)
    return person


def hold(post: str, person: Person, **dates) -> None:
    HoldingFactory(post=PostFactory(key=post), person=person, **dates)


def enquiry(made: World, **changes) -> Case:
    """An enquiry of Alice's for Highways, logged by her at NOW; anything may be changed."""
    asked = {
        "by": made.alice,
        "member": made.alice,
        "subject": "Potholes in Quay Street",
        "body": "There are three of them.",
        "channel": "online",
        "submission_key": uuid.uuid4(),
        "service": made.highways,
        "ward": None,
        "now": NOW,
    }
    return actions.log(**{**asked, **changes})


def with_bob(made: World, **changes) -> Case:
    """An enquiry that Bob has taken on: given to him by whoever had it."""
    case = enquiry(made, **changes)
    now = changes.get("now", NOW)
    if case.owner_id is None:
        return actions.accept(case=case, by=fresh(made.bob), now=now)
    return actions.allocate(case=case, by=fresh(made.dev), officer=made.bob.officer, now=now)


def fresh(person: Person) -> Person:
    """The person as the next request would load them: nothing of their standing is remembered."""
    return Person.objects.with_capacities().get(pk=person.pk)


def reloaded(case: Case) -> Case:
    return Case.objects.for_page().get(pk=case.pk)


def clock(case: Case, promise: str = "answer") -> Clock:
    return Clock.objects.select_related("case__adoption").get(case=case, promise=promise)


def verbs(case: Case) -> list[str]:
    return list(Event.objects.about(case.key).order_by("seq").values_list("verb", flat=True))


def last_event(case: Case) -> Event:
    return Event.objects.about(case.key).order_by("-seq").first()


def told(event: Event) -> set[str]:
    return set(Notice.objects.filter(event=event).values_list("recipient", flat=True))


def working_days(since: date, count: int) -> date:
    """So many working days on, by the calendar that the council has now."""
    return calendar.current().add(since, count)


def every_day(since: date, days: int) -> list[date]:
    return [since + timedelta(days=n) for n in range(days)]


@contextmanager
def nothing_written():
    """No row of any table changes inside: what is refused leaves no trace but the record that it was."""
    before = _everything()
    yield
    assert _everything() == before


def _everything() -> dict[str, list]:
    from django.apps import apps
    from django.db.models import Q

    rooms = ("casework", "ledger")
    of_refusals = {
        "Event": Q(verb="request_refused"),
        "Stream": Q(key__startswith="system:"),
        "Bounded": Q(),
    }
    found = {}
    for room in rooms:
        for model in apps.get_app_config(room).get_models():
            rows, name = model.objects.order_by("pk"), model.__name__
            if name in of_refusals:
                rows = rows.filter(~of_refusals[name]) if of_refusals[name] else rows.none()
            found[name] = list(rows.values())
    return found


LIBRARY = profile.LIBRARY
