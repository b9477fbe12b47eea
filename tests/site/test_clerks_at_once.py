"""Several clerks at once: exactly one saves, whatever the database (T9)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from council.actions import details, posts
from council.models import Council, Holding
from frontend.seen import marks
from members import actions as members
from officers.actions import absences, officers
from protocol.refusals import Refused, Stale
from tests.factories import (
    AbsenceFactory,
    CouncilFactory,
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    PersonFactory,
    PostFactory,
    ServiceFactory,
    WardFactory,
)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23 10:05+00:00", tick=False)


AT_ONCE = 8


def at_once(work: Callable) -> list:
    """work(0) … work(7) in threads that begin together; results or exceptions."""
    together = threading.Barrier(AT_ONCE)

    def one(number: int):
        try:
            together.wait()
            return work(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def _ward():
    ward = WardFactory(name="Parks")
    seen = marks(members.entry_shown(ward))
    return lambda n: members.change_ward(by=None, ward=_own(ward), name=f"Parks {n}", seen=seen)


def _member():
    member = MemberFactory(person__name="Ann Bell")
    seen = marks(members.member_shown(member))
    return lambda n: members.change_member(by=None, member=_own(member), phone=f"{n}", seen=seen)


def _an_officer():
    officer = OfficerFactory(person__name="Jo Ng", person__email="jo@example.org")
    seen = marks(officers.shown(officer))
    service = officer.service
    return lambda n: officers.change(
        officer=_own(officer), by=None, name="Jo Ng", email="jo@example.org",
        job_title=f"Clerk {n}", level="officer", service=service,
        manager=None, seen=seen,
    )  # fmt: skip


def _a_service():
    service = ServiceFactory(name="Parks")
    seen = marks(officers.service_shown(service))
    return lambda n: officers.change_service(
        service=_own(service), name=f"Parks {n}", head=None, chief_officer=None, by=None, seen=seen
    )


def _an_absence():
    absence = AbsenceFactory(since=date(2026, 12, 1), until=date(2026, 12, 4))
    seen = marks(absences.shown(absence))
    return lambda n: absences.change(
        absence=_own(absence), since=absence.since, until=date(2026, 12, 5 + n), cover=None,
        by=None, seen=seen,
    )  # fmt: skip


def _details():
    seen = marks(details.shown(Council.objects.get()))
    return lambda n: details.change(
        council=Council.objects.get(), name=f"Newton {n}", nation="england", colour="#1d70b8",
        by=None, seen=seen,
    )  # fmt: skip


def _a_holding():
    """Eight clerks each let another person take over from the same holder."""
    holding = HoldingFactory(post__key="monitoring_officer")
    people = [PersonFactory() for _ in range(AT_ONCE)]
    seen = marks(posts.shown(holding.post))
    return lambda n: posts.hold(
        post=_own(holding.post), person=people[n], since=date(2026, 12, 1), instead_of=_own(holding),
        by=None, seen=seen,
    )  # fmt: skip


def _own(row):
    """The row as this clerk's own request loaded it."""
    return type(row).objects.get(pk=row.pk)


RACES = (_ward, _member, _an_officer, _a_service, _an_absence, _details, _a_holding)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__.strip("_"))
def test_of_eight_clerks_at_once_exactly_one_saves(race, figure):
    """N = 8 for each of seven rows. Seen red with: the row read again without a lock (PostgreSQL)."""
    CouncilFactory()
    results = at_once(race())
    losers = [one for one in results if isinstance(one, Exception)]
    assert len(losers) == AT_ONCE - 1
    assert all(isinstance(one, Stale) for one in losers), losers
    figure(
        "T9",
        n=AT_ONCE,
        of=f"clerks at once, {race.__name__.strip('_').replace('_', ' ')}: one wins",
    )


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_record_the_same_holder_at_once_one_does():
    """Seen red with: `one_at_a_time` left out of `hold` (PostgreSQL: one person holds it eightfold)."""
    CouncilFactory()
    post, person = PostFactory(key="monitoring_officer"), PersonFactory()
    results = at_once(
        lambda n: posts.hold(post=_own(post), person=person, since=date(2026, 12, 1), by=None)
    )
    assert sum(isinstance(one, Refused) for one in results) == AT_ONCE - 1, results
    assert Holding.objects.filter(post=post).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_two_who_keep_the_council_do_not_end_each_other_at_once():
    """Seen red with: `one_at_a_time` left out of `end` (PostgreSQL: nobody is left)."""
    CouncilFactory()
    for key in ("democratic_services", "administrator"):
        HoldingFactory(post__key=key)
    held = list(Holding.objects.order_by("pk"))
    at_once(lambda n: posts.end(holding=_own(held[n % 2]), last_day=date(2026, 11, 23), by=None))
    assert Holding.objects.on(date(2026, 11, 24)).count() == 1
