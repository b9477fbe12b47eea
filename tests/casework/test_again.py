"""Sending the same words twice is one enquiry; raising a matter again starts from what is known."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from casework.enquiries import actions
from casework.models import Case
from tests import cast
from tests.casework.making import NOW, World, enquiry, fresh, with_bob, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("bristol")


def typed(made: World, **changes) -> dict:
    """What Alice's browser sends; each time from a form that was fetched afresh."""
    return {
        "subject": "Potholes",
        "body": "There are three of them.",
        "service": made.highways.pk,
        "ward": made.harbour.pk,
        "nature": "council",
        "once": str(uuid.uuid4()),
        # They were asked whether it is one that they raised, and said no (test_duplicate_pages.py).
        "likely": "new",
    } | changes


def send(client, made: World, **changes) -> str:
    answer = client.post(reverse("enquiry-log"), typed(made, **changes))
    assert answer.status_code == 302
    return answer["Location"]


def test_going_back_and_sending_again_is_one_enquiry(made, client, time_machine):
    """The browser fetches a form with a new key. Seen red with: only the key compared."""
    client.force_login(made.alice)
    first = send(client, made)
    time_machine.shift(timedelta(minutes=59))
    assert send(client, made) == first
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"ward": "none"},
        {"service": ""},
        {"subject": "Potholes again"},
        {"body": "There are four of them."},
        {"interest": "friend"},
    ],
)
def test_whatever_is_changed_makes_it_another(made, client, changed):
    """Nothing that was typed the second time is lost. Seen red with: only the words compared."""
    client.force_login(made.alice)
    send(client, made)
    send(client, made, **changed)
    assert Case.objects.count() == 2


def test_the_same_words_on_another_day_are_another_enquiry(made, client, time_machine):
    client.force_login(made.alice)
    send(client, made)
    time_machine.shift(timedelta(minutes=61))
    # The session has ended meanwhile.
    browser = Client()
    browser.force_login(made.alice)
    send(browser, made)
    assert Case.objects.count() == 2


def test_a_member_who_can_no_longer_ask_again_is_led_to_the_answer_and_to_another_enquiry(
    made, client, time_machine
):
    case = with_bob(made)
    actions.answer(case=case, by=fresh(made.bob), text="Filled.", now=NOW)
    time_machine.move_to(NOW + timedelta(days=30))
    client.force_login(made.alice)
    page = client.get(case.get_absolute_url())
    assert [link.text for link in page.context["page"].onward] == [
        "Read the answer",
        "Raise another enquiry about this",
    ]
    answer, again = (link.href for link in page.context["page"].onward)
    assert f'id="{answer[1:]}"' in page.content.decode()
    form = client.get(again).context["form"]
    assert form["subject"].value() == case.subject
    assert form["body"].value().startswith(f"This is about {case.reference}.")
    assert form["service"].value() == case.service_id


def test_nobody_learns_from_a_form_about_a_case_that_they_may_not_see(made, client):
    """Seen red with: the case looked up without `visible_to`."""
    case = enquiry(made)
    client.force_login(cast.erin())
    for about in (case.reference, "E-0000000", "x\x00", "x" * 5000):
        page = client.get(reverse("enquiry-log"), {"about": about})
        assert page.context["form"]["subject"].value() in (None, "")


def test_an_open_enquiry_offers_no_second_one(made, client):
    case = with_bob(made)
    client.force_login(made.alice)
    assert client.get(case.get_absolute_url()).context["page"].onward == []
