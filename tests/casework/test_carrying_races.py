"""Services are merged while others work: no enquiry is left behind, nobody waits for ever (T9)."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from casework.contributions import actions as contributions
from casework.enquiries import actions, service_requests
from casework.models import Case, Contribution
from council import calendar
from council.actions import importing
from council.models import Council
from ledger.models import Event
from ledger.verification import Tally, verify
from officers.actions import officers, reorganising
from officers.models import Officer, Service, ServiceChange
from protocol.refusals import Refused
from tests.casework.making import NOW, enquiry, fresh, reloaded, with_bob, working_days, world
from tests.factories import OfficerFactory, ServiceFactory
from tests.importing import csv_of, kind

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8
SEED = 20260601


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW, tick=False)
    found = world("bristol")
    for name in ("Parks", "Environment"):
        service = ServiceFactory(name=name)
        service.head = OfficerFactory(service=service, level="senior")
        service.save(update_fields=["head"])
        OfficerFactory(service=service, person__name=f"In {name}")
    yield found
    calendar.forget()


def at_once(work: Callable, count: int = AT_ONCE) -> list:
    """work(0) … in threads that begin together; results or exceptions."""
    together = threading.Barrier(count)

    def one(number: int):
        try:
            together.wait()
            return work(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def named(name: str) -> Service:
    return Service.objects.get(name=name)


def merge(one: str, into: str):
    return reorganising.merge(service=named(one), into=named(into), reason="So.", by=None)


def nothing_left_behind() -> None:
    ended = Service.objects.filter(ended_on__isnull=False)
    assert not Case.objects.open().filter(service__in=ended).exists()
    assert not Contribution.objects.open().filter(service__in=ended).exists()
    assert not Officer.objects.filter(service__in=ended).exists()
    assert not ended.filter(carried_on_by__ended_on__isnull=False).exists()
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_of_eight_who_merge_the_same_service_one_does(made):
    """Seen red with: neither the council nor the services locked (PostgreSQL)."""
    case = enquiry(made)
    results = at_once(lambda n: merge("Highways", ("Parks", "Environment")[n % 2]))
    assert sum(isinstance(one, Refused) for one in results) == AT_ONCE - 1, results
    assert ServiceChange.objects.count() == 1
    assert Event.objects.about(case.key).of("enquiry_moved_by_merger").count() == 1
    nothing_left_behind()


def test_of_those_who_merge_two_into_each_other_one_does(made):
    """Seen red with: neither the council nor the services locked (PostgreSQL: both have ended)."""
    pairs = (("Parks", "Environment"), ("Environment", "Parks"))
    results = at_once(lambda n: merge(*pairs[n % 2]))
    assert sum(isinstance(one, Refused) for one in results) == AT_ONCE - 1, results
    assert Service.objects.filter(ended_on=None).count() >= 2
    nothing_left_behind()


def test_three_round_in_a_circle_leave_one_that_goes_on(made):
    ring = ("Highways", "Parks", "Environment")
    results = at_once(lambda n: merge(ring[n % 3], ring[(n + 1) % 3]), 6)
    assert all(isinstance(one, ServiceChange | Refused) for one in results), results
    assert Service.objects.filter(name__in=ring, ended_on=None).exists()
    nothing_left_behind()


@pytest.mark.parametrize("turn", range(3))
def test_whatever_is_done_at_the_same_moment_nothing_is_left_behind(made, turn):
    """Log, hand over, ask again, ask for a contribution, put an officer in, import, and merge, all at once:
    each is done or is refused in words, and no two wait for each other for ever.

    Seen red with: `held` without its lock (PostgreSQL: an open enquiry of a service that ended).
    """
    dice = random.Random(SEED + turn)
    highways = made.highways
    working = [with_bob(made, subject=f"Working {n}") for n in range(4)]
    answered = [
        actions.answer(case=with_bob(made), by=fresh(made.bob), text="Done.") for _ in range(2)
    ]
    parks = Officer.objects.select_related("person", "service").get(person__name="In Parks")
    joiner = OfficerFactory(person__name="Jo Ng")

    def log(n: int):
        return enquiry(made, service=highways, submission_key=uuid.uuid4(), subject=f"New {n}")

    def reassign(n: int):
        return actions.reassign(
            case=reloaded(working[n % 4]), by=fresh(made.dev), officer=parks, reason="Yours."
        )

    def ask(n: int):
        return contributions.ask(
            case=reloaded(working[n % 4]),
            by=fresh(made.bob),
            text="Do you know?",
            due=working_days(date(2026, 6, 1), 2),
            service=parks.service,
        )

    def again(n: int):
        return actions.ask_again(
            case=reloaded(answered[n % 2]), by=fresh(made.alice), text="Not so."
        )

    def join(n: int):
        officer = Officer.objects.with_line().get(pk=joiner.pk)
        shown = officers.shown(officer) | {"service": highways}
        return officers.change(officer=officer, by=None, **shown)

    def merges(n: int):
        return merge(*(("Highways", "Environment"), ("Parks", "Environment"))[n % 2])

    def imports(n: int):
        """A file that names each of them, one line after the other."""
        lines = [
            (f"new{n}{at}@example.org", f"New {at}", "Officer", name)
            for at, name in enumerate(("Environment", "Parks", "Highways"))
        ]
        content = csv_of(("email", "name", "jobtitle", "service"), *lines)
        return importing.import_file(kind=kind("officer"), content=content, by=None)

    jobs = [log, log, reassign, reassign, ask, again, join, imports, merges, merges]
    dice.shuffle(jobs)
    seats = {"merges": iter((0, 1))}

    def work(number: int):
        job = jobs[number]
        return job(next(seats["merges"]) if job is merges else number)

    results = at_once(work, len(jobs))
    wrong = [one for one in results if isinstance(one, Exception) and not isinstance(one, Refused)]
    assert wrong == [], wrong
    assert ServiceChange.objects.count() == 2
    nothing_left_behind()


# One waits for the other, never both ---------------------------------------------------------------


def until_waiting(pid: int) -> None:
    """Until that backend waits for a lock; real time, and of no transaction's snapshot (PostgreSQL)."""
    for _ in range(20_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted", [pid])
            if cursor.fetchone()[0]:
                return
    raise AssertionError("The merger never waited.")


@pytest.mark.postgresql
@pytest.mark.parametrize("verb", ["ask_again", "take_back"])
def test_what_opens_in_an_old_service_and_a_merger_of_its_successor_never_wait_for_each_other(
    made, verb
):
    """Highways is part of Parks, and Parks is merged on while an enquiry of Highways is opened again: both
    lock the older service first.

    Seen red with: the successor locked before what it took over (deadlock detected).
    """
    if verb == "ask_again":
        case = actions.answer(case=with_bob(made), by=fresh(made.bob), text="Done.")
        by, said = made.alice, {"text": "Not so."}
    else:
        Council.objects.update(online_name="Report", online_address="https://r.example.gov.uk/")
        case = actions.hand_on(
            case=with_bob(made),
            by=fresh(made.bob),
            room=service_requests.ROOM,
            reason="So.",
            said={"reference": "R-1"},
        )
        by, said = made.bob, {"reason": "It is ours."}
    merge("Highways", "Parks")
    between, ready, pids = threading.Event(), threading.Event(), []

    def opens(execute, sql, params, many, context):
        """The old service is held; not yet the one that carries on."""
        found = execute(sql, params, many, context)
        if "FOR SHARE" in sql and not between.is_set():
            between.set()
            assert ready.wait(20)
            until_waiting(pids[0])
        return found

    def work(number: int):
        if number == 0:
            with connection.execute_wrapper(opens):
                return getattr(actions, verb)(case=reloaded(case), by=fresh(by), **said)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        ready.set()
        assert between.wait(20)
        return merge("Parks", "Environment")

    results = at_once(work, 2)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert reloaded(case).service.name == "Environment"
    nothing_left_behind()
