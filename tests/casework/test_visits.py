"""What was answered since a member was last here: what a visit is, and what noting it costs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework import visits
from casework.enquiries import actions
from casework.models import Case, Visit
from tests.casework.making import NOW, World, at, fresh, with_bob, world
from tests.factories import DelegationFactory, OfficerFactory, PersonFactory

pytestmark = pytest.mark.django_db
TUESDAY, LATER = date(2026, 6, 2), date(2026, 7, 14)


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("bristol")


@pytest.fixture
def alice(made, time_machine):
    """`alice(moment)`: what her page says is answered at a moment, as (title, references)."""
    browser = Client()

    def look(moment, client: Client = browser) -> tuple[str, list[str]]:
        time_machine.move_to(moment, tick=False)
        page = client.get(reverse("casework-list"))
        if page.status_code == 302:
            client.force_login(made.alice)
            page = client.get(reverse("casework-list"))
        found = next(one for one in page.context["sections"] if one.key == "answered")
        return found.title, [item.reference for item in found.items]

    return look


def answered(made: World, moment) -> Case:
    case = with_bob(made, now=moment)
    return actions.answer(case=case, by=fresh(made.bob), text="Done.", now=moment)


def test_the_first_visit_shows_what_was_answered_in_the_last_fourteen_days(made, alice):
    old, new = answered(made, NOW), answered(made, at(date(2026, 6, 10)))
    assert alice(at(date(2026, 6, 15), 9)) == (
        "Answered in the last 14 days",
        [new.reference, old.reference],
    )
    assert Visit.objects.get().before is None


def test_the_next_shows_what_was_answered_since_the_one_before_however_long_ago(made, alice):
    """Latest first. Seen red with: 14 days whatever came before."""
    seen = answered(made, NOW)
    assert alice(at(TUESDAY, 9))[1] == [seen.reference]
    first = answered(made, at(TUESDAY, 11))
    second = answered(made, at(date(2026, 7, 13), 11))
    assert alice(at(LATER, 15, 5)) == (
        "Answered since your last visit, Tuesday 2 June at 9am",
        [second.reference, first.reference],
    )
    assert alice(at(LATER + timedelta(days=1)))[1] == []


def test_what_came_while_they_were_here_is_shown_again_the_next_time(made, alice):
    """It counts from when a visit begins: she may have left that page open and never looked again.

    Seen red with: from when she was last seen.
    """
    alice(at(TUESDAY, 9))
    case = answered(made, at(TUESDAY, 9, 10))
    alice(at(TUESDAY, 9, 20))
    assert alice(at(LATER))[1] == [case.reference]


def test_a_visit_lasts_until_half_an_hour_without_a_click(made, alice):
    """Two hours with a click every twenty minutes are one visit; the break after them ends it.

    Seen red with: another visit with every half hour; and with none while the session lasts.
    """
    case = answered(made, NOW)
    alice(at(TUESDAY, 9))
    for minutes in range(0, 121, 20):
        title, listed = alice(at(TUESDAY, 9) + timedelta(minutes=minutes))
        assert (title, listed) == ("Answered in the last 14 days", [case.reference])
    title, listed = alice(at(TUESDAY, 11, 31))
    assert (title, listed) == ("Answered since your last visit, Tuesday 2 June at 9am", [])


def test_clicks_on_any_page_keep_a_visit_going(made, alice, time_machine):
    """She reads a case for an hour. Seen red with: the visits to this page alone."""
    client = Client()
    alice(at(TUESDAY, 9), client)
    for minutes in range(10, 61, 10):
        time_machine.move_to(at(TUESDAY, 9) + timedelta(minutes=minutes), tick=False)
        client.get(reverse("casework-all"))
    assert alice(at(TUESDAY, 10, 5), client)[0] == "Answered in the last 14 days"


def test_two_browsers_at_the_same_time_are_one_visit(made, alice):
    """A phone and a desk. The one that was opened first changes nothing afterwards."""
    phone, desk = Client(), Client()
    alice(at(TUESDAY, 9), phone)
    for client, minute in ((desk, 10), (phone, 20), (desk, 29)):
        assert alice(at(TUESDAY, 9, minute), client)[0] == "Answered in the last 14 days"
    assert Visit.objects.get().before is None


def test_each_has_visits_of_their_own_and_a_delegate_too(made, alice, time_machine):
    alice(at(TUESDAY, 9))
    delegate = OfficerFactory(service__name="Member support").person
    DelegationFactory(principal=made.alice, delegate=delegate)
    case = answered(made, at(TUESDAY, 8))
    time_machine.move_to(at(TUESDAY, 12), tick=False)
    client = Client()
    delegate.acted_as = f"for:{made.alice.pk}"
    delegate.save()
    client.force_login(fresh(delegate))
    page = client.get(reverse("casework-list"))
    section = next(one for one in page.context["sections"] if one.key == "answered")
    assert section.title == "Answered in the last 14 days"
    assert [item.reference for item in section.items] == [case.reference]
    assert alice(at(TUESDAY, 12))[1] == []


def test_open_cases_are_never_crowded_out_by_answered_ones(made, alice, monkeypatch):
    """Seen red with: one list of both, soonest due first, cut at its end."""
    monkeypatch.setattr("casework.casework_home.MOST", 3)
    for _ in range(4):
        answered(made, NOW)
    waiting = with_bob(made, now=at(TUESDAY))
    alice(at(TUESDAY, 11))
    client = Client()
    client.force_login(made.alice)
    sections = client.get(reverse("casework-list")).context["sections"]
    listed = {one.key: [item.reference for item in one.items] for one in sections}
    assert listed["open"] == [waiting.reference]
    assert len(listed["answered"]) == 3


def test_a_visit_is_written_once_and_read_in_one_query(made, alice):
    """Seen red with: `note` that writes whenever it is called."""
    client = Client()
    alice(at(TUESDAY, 9), client)
    with CaptureQueriesContext(connection) as asked:
        for minute in range(1, 25):
            alice(at(TUESDAY, 9, minute), client)
    about = [one["sql"] for one in asked if "casework_visit" in one["sql"]]
    assert len(about) == 24
    assert all(sql.startswith("SELECT") for sql in about)
    # The session is noted every five minutes, as it is for everybody.
    written = [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE"))]
    assert len(written) <= 5


@pytest.mark.django_db(transaction=True)
def test_of_eight_requests_that_begin_a_visit_one_begins_it(at_once):
    """N = 8 twice. Seen red with: `create`, which fails for seven of them."""
    person = PersonFactory()
    first, second = at(TUESDAY, 9), at(LATER, 9)
    assert at_once(lambda number: visits.note(person=person, began=first)) == [None] * 8
    moments = [second + timedelta(seconds=number) for number in range(8)]
    results = at_once(lambda number: visits.note(person=person, began=moments[number]))
    assert results == [first] * 8
    assert Visit.objects.get().before == first
