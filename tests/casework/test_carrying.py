"""A service is merged or ends: its open enquiries go on with its successor, and so does the sight of them.

No protocol says how a council reorganises; every promise of it runs on (docs/adr/0018).
"""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.enquiries import actions
from casework.models import Case
from ledger.models import Event
from ledger.verification import Tally, verify
from tests import cast
from tests.casework.carrying import (
    clocks,
    merge,
    restricted,
    sees,
    two_services,
)
from tests.casework.making import (
    NOW,
    World,
    enquiry,
    fresh,
    last_event,
    reloaded,
    with_bob,
)
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return two_services()


# What goes along ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["merge", "end"])
def test_what_is_open_goes_along_with_its_owner_and_its_dates(made, kind):
    """Seen red with: `carry` that moves the cases without an owner alone."""
    queue, mine = enquiry(made), with_bob(made, subject="A lamp")
    before = clocks(), mine.owner_id, mine.owner_since, mine.next_due
    change = merge(made, kind=kind)
    for case in (queue, mine):
        assert reloaded(case).service == made.environment
        event = last_event(case)
        assert event.verb == f"enquiry_moved_by_{'merger' if kind == 'merge' else 'ending'}"
        assert event.actor == made.dev.pk
        assert event.data == {
            "version": case.version + 1,
            "service_before": change.service_id,
            "service_now": made.environment.pk,
        }
        assert event.data["version"] == reloaded(case).version
    mine = reloaded(mine)
    assert (clocks(), mine.owner_id, mine.owner_since, mine.next_due) == before
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_what_was_answered_keeps_the_old_name_and_says_who_has_it_now(made, client):
    """Seen red with: `mine` without `open()`."""
    case = actions.answer(case=with_bob(made), by=fresh(made.bob), text="They are filled.")
    merge(made)
    assert reloaded(case).service == made.highways
    assert last_event(case).verb == "enquiry_answered"
    for person in (made.alice, made.dev):
        client.force_login(person)
        assert "Highways, now Environment" in client.get(case.get_absolute_url()).content.decode()


def test_the_history_says_from_where_and_why(made, client):
    """Seen red with: the two verbs, of a merger and of an ending, the other way round."""
    case = with_bob(made)
    merge(made)
    client.force_login(made.alice)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "The enquiry moved from Highways to Environment, as these were merged" in page
    assert "Highways, now" not in page


# Who may see --------------------------------------------------------------------------------------


def test_the_new_head_and_team_see_it_at_once_and_the_old_head_as_one_of_the_team(made):
    """And a lead who works in neither. Seen red with: facts of a service that leave out what it took over, for
    officers; for leads.
    """
    lead = OfficerFactory(level="chief", service=None)
    made.environment.chief_officer = lead
    made.environment.save()
    case, old = enquiry(made), actions.answer(case=with_bob(made), by=fresh(made.bob), text="Done.")
    assert not sees(made.ella, case)
    assert not sees(made.ella, old)
    merge(made)
    for person in (made.ella, made.evan, made.sam, made.bob, lead.person):
        assert sees(person, case), person
        assert sees(person, old), person
    assert not sees(made.gita, case)
    assert not sees(made.gita, old)


def test_where_it_ends_its_officers_keep_what_is_theirs_and_see_nothing_else(made):
    """Seen red with: `heads` of a service that was carried on left to its old head."""
    mine, queue = with_bob(made, subject="Mine"), enquiry(made)
    merge(made, kind="end")
    assert sees(made.bob, mine)
    assert not sees(made.bob, queue)
    assert not sees(made.sam, mine)
    assert not sees(made.sam, queue)
    assert sees(made.ella, mine)
    assert sees(made.ella, queue)


def test_what_is_restricted_goes_along_and_opens_to_nobody(made):
    """Seen red with: `carry` that asks `visible_to` for what it moves."""
    case = restricted(with_bob(made, subject="Secret"))
    merge(made)
    assert reloaded(case).service == made.environment
    assert sees(made.bob, case)
    assert sees(made.alice, case)
    for person in (made.ella, made.evan, made.sam, made.carol, made.dev):
        assert not sees(person, case), person


def test_what_goes_along_is_counted_as_far_as_the_viewer_may_know_of_it(made, client):
    """The same words, at the cost of the same queries, whether or not anything restricted is there.

    Seen red with: `known` that counts the cases without `visible_to`.
    """
    address = reverse("service-end", args=[made.highways.pk]) + f"?into={made.environment.pk}"

    def read(person) -> tuple[str, int]:
        client.force_login(person)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as cost:
            page = client.get(address).content.decode()
        return page[page.index("What will happen") : page.index("</dl>")], len(cost)

    empty = {one: read(person) for one, person in (("dev", made.dev), ("ada", cast.ada()))}
    assert "open enquir" not in empty["dev"][0]
    restricted(with_bob(made, subject="Secret"))
    ada = made.dev.__class__.objects.get(name="Ada Adams")
    assert {"dev": read(made.dev), "ada": read(ada)} == empty
    with_bob(made)
    enquiry(made)
    assert "2 open enquiries that you can see" in read(made.dev)[0]
    assert read(ada) == empty["ada"]


def test_the_ledger_says_nothing_of_how_many(made):
    """Seen red with: the number of what goes along in the event."""
    restricted(with_bob(made))
    merge(made)
    event = Event.objects.of("service_merged").get()
    assert set(event.data) == {"change", "service_before", "service_now", "date_from"}


# How much it costs --------------------------------------------------------------------------------


def many(made: World, number: int) -> None:
    """Cases as rows: Bob has every other one, the rest wait in the queue; every tenth is restricted."""
    first = with_bob(made)
    row = Case.objects.filter(pk=first.pk).values().get()
    Case.objects.bulk_create(
        Case(**{
            **row,
            "id": None,
            "reference": f"EN-{n:06}",
            "owner_id": row["owner_id"] if n % 2 else None,
            "sensitivity": "ordinary" if n % 10 else "restricted",
            "submission_key": uuid.uuid4(),
        })
        for n in range(number)
    )  # fmt: skip


def cost(made: World, number: int) -> tuple[int, int]:
    many(made, number)
    open_now = Case.objects.open().filter(service=made.highways).count()
    with CaptureQueriesContext(connection) as queries:
        merge(made)
    assert not Case.objects.open().filter(service=made.highways).exists()
    return len(queries), open_now


MOST_STATEMENTS = 45


@pytest.mark.parametrize("number", [1, 1000])
def test_a_thousand_cases_take_as_many_statements_as_one(made, number):
    """Seen red with: an event recorded for each case by itself."""
    statements, moved = cost(made, number)
    print(f"{moved} cases in {statements} statements")
    assert moved == number + 1
    assert statements <= MOST_STATEMENTS
    assert Event.objects.of("enquiry_moved_by_merger").count() == moved
    assert Case.objects.filter(service=made.environment).count() == moved
