"""What somebody typed is never lost without a word: it is given back where it cannot be sent."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from casework.enquiries import actions
from casework.models import Case, Message
from tests.casework.making import NOW, at, fresh, last_event, with_bob, world
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bristol")


def words(page) -> str:
    return unescape(page.content.decode())


# A form that is sent again ------------------------------------------------------------------------


def typed(made, page, **changes) -> dict:
    once = re.search(r'name="once" value="([^"]+)"', words(page)).group(1)
    return {
        "once": once,
        "subject": "Potholes",
        "body": "There are three of them.",
        "service": made.highways.pk,
        "ward": "none",
        "nature": "council",
        **changes,
    }


def test_back_and_other_words_asks_before_it_makes_a_second_enquiry(made, client):
    """The page comes again with the words and a fresh key; sent once more, it is another enquiry.

    Seen red with: the first enquiry returned whatever is said; and with the old key kept.
    """
    client.force_login(made.alice)
    address = reverse("enquiry-log")
    form = client.get(address)
    client.post(address, typed(made, form))
    first = Case.objects.get()
    other = {"subject": "Flooding", "body": "Ash Road is under water."}
    again = client.post(address, typed(made, form, **other))
    assert again.status_code == 422
    said = words(again)
    assert f"You sent this form already, and it made enquiry {first.reference}." in said
    assert 'value="Flooding"' in said
    assert "Ash Road is under water." in said
    assert Case.objects.count() == 1
    done = client.post(address, typed(made, again, **other), follow=True)
    assert "is with" in words(done)
    assert sorted(Message.objects.values_list("body", flat=True)) == [
        "Ash Road is under water.",
        "There are three of them.",
    ]


# A case that left their sight ---------------------------------------------------------------------

LONG = "The crane comes on Friday.\nThe holes are filled by Monday."


def answer_to(client, reference: str, **changes):
    sent = {"version": "3", "text": LONG, **changes}
    return client.post(reverse("enquiry-answer", args=[reference]), sent)


def unmarked(page) -> str:
    """Without the tokens that differ at every drawing."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())


def passed_on(made) -> Case:
    """Bob had it, and somebody gave it to another service while he wrote."""
    case = with_bob(made)
    housing = OfficerFactory(service__name="Housing")
    dev = fresh(made.dev)
    return actions.reassign(case=case, by=dev, officer=housing, reason="Theirs.", now=NOW)


def test_what_was_written_comes_back_when_the_case_is_out_of_sight(made, client):
    """Seen red with: the Http404 raised on."""
    case = passed_on(made)
    client.force_login(made.bob)
    page = answer_to(client, case.reference)
    assert page.status_code == 404
    assert LONG in words(page).replace("\r\n", "\n")
    assert "Nothing was sent or saved." in words(page)
    assert not Message.objects.filter(body=LONG).exists()


def test_it_says_the_same_of_a_case_that_is_not_theirs_and_of_none(made, client):
    """What is typed is given back, and nothing else differs; asking without words is as it was.

    Seen red with: the reference put into the page; and the page given only where there is a case.
    """
    case = passed_on(made)
    client.force_login(made.bob)
    theirs, none = (answer_to(client, one) for one in (case.reference, "E-NOSUCH1"))
    assert unmarked(theirs) == unmarked(none)
    assert "Housing" not in words(theirs)
    for sent in ({"text": "", "version": ""}, {"text": "No."}):
        pages = [answer_to(client, one, **sent) for one in (case.reference, "E-NOSUCH1")]
        assert unmarked(pages[0]) == unmarked(pages[1])
        assert "Page not found" in words(pages[0])
    asked = [client.get(reverse("enquiry-answer", args=[r])) for r in (case.reference, "E-NOSUCH1")]
    assert {page.status_code for page in asked} == {404}
    assert unmarked(asked[0]) == unmarked(asked[1])
    assert "Page not found" in words(asked[0])


# A case that moved on meanwhile -------------------------------------------------------------------


def test_a_refusal_by_the_state_shows_what_happened_meanwhile(made, client):
    """Bob answered while Sam wrote an answer: Sam has their words, and reads who was first.

    Seen red with: `changed` left out where `rules.may` refuses.
    """
    case = with_bob(made)
    seen = case.version
    actions.answer(case=case, by=fresh(made.bob), text="It is done.", now=at(NOW.date(), 11))
    client.force_login(made.sam)
    page = answer_to(client, case.reference, version=seen)
    assert page.status_code == 409
    assert "The crane comes on Friday." in words(page)
    assert "What happened while you had this open" in words(page)
    assert "Bob Baker answered" in words(page)
    assert last_event(case).verb == "enquiry_answered"


def test_a_refusal_shows_nothing_where_nothing_happened(made, client):
    """Rubbish for a version is no version. Seen red with: `int` of anything."""
    case = with_bob(made)
    actions.answer(case=case, by=fresh(made.bob), text="It is done.", now=at(NOW.date(), 11))
    client.force_login(made.sam)
    for version in (case.version, "", "x", "²", "9" * 30):
        page = answer_to(client, case.reference, version=version)
        assert page.status_code == 409
        assert "What happened while you had this open" not in words(page)


def test_any_refusal_shows_what_happened_meanwhile(made, client):
    """The date that Bob gives is refused, and Sam wrote a note meanwhile: Bob reads of both.

    Seen red with: what changed shown only where the refusal says that somebody was first.
    """
    case = with_bob(made)
    seen = case.version
    actions.note(case=case, by=fresh(made.sam), text="The crane is broken.", now=NOW)
    client.force_login(made.bob)
    sunday = {"new_date_day": "14", "new_date_month": "6", "new_date_year": "2026"}
    sent = {"version": seen, "reason": "The crane is away.", **sunday}
    page = client.post(reverse("enquiry-extend", args=[case.reference]), sent)
    assert page.status_code == 409
    assert "is not a working day" in words(page)
    assert "What happened while you had this open" in words(page)
    assert "note" in words(page).partition("What happened while")[2].partition("</ul>")[0]
