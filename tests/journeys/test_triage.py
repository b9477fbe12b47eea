"""A councillor raises what she raised already, and an officer sees that two are one, in a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse

from casework.models import Case, Message
from tests import cast
from tests.casework.making import NOW, enquiry, with_bob, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bristol")


@pytest.fixture
def visit(made, page, live_server):
    return Visit(page, live_server.url, "triage")


def write(visit: Visit, subject: str, body: str) -> None:
    visit.go(reverse("enquiry-log"))
    visit.page.get_by_label("Subject").fill(subject)
    visit.page.locator("textarea[name=body]").fill(body)
    visit.page.get_by_label("Service", exact=True).select_option(label="Highways")
    visit.page.get_by_label("Ward", exact=True).select_option(label="Not known")


def test_what_was_raised_already_is_added_to_and_what_is_new_is_sent(made, visit):
    first = with_bob(made)
    enquiry(made, subject="Potholes on the quay, Quay Street")
    visit.as_(made.alice)
    write(visit, "More potholes in Quay Street", "There is a fourth, by the post box.")
    visit.press("Send the enquiry")
    visit.reads("Is it one of these?", "Nothing has been sent yet", first.reference)
    visit.look("is-it-one-of-these")
    visit.page.locator(f'button[value="add:{first.reference}"]').click()
    visit.reads("What you typed is in the box below", "There is a fourth")
    visit.look("add-to-it")
    visit.press("Add it")
    visit.reads("It is added")
    assert "post box" in Message.objects.get(kind="addition", case=first).body
    visit.look("added")
    write(visit, "More potholes in Quay Street", "Another matter.")
    visit.press("Send the enquiry")
    visit.press("Change what I wrote")
    visit.page.get_by_label("Subject").fill("Still more potholes in Quay Street")
    visit.press("Send the enquiry")
    visit.press("No, it is new: send it")
    assert Case.objects.filter(subject="Still more potholes in Quay Street").count() == 1


def test_an_officer_links_two_and_closes_one_as_a_duplicate(made, visit):
    first, second = with_bob(made), with_bob(made, subject="The quay needs mending")
    visit.as_(made.bob)
    visit.go(reverse("enquiry-link", args=[second.reference]))
    visit.look("link")
    visit.page.get_by_label("Reference of the other enquiry").fill("E-AAAAAAA")
    visit.page.get_by_label("This is a duplicate of the other").check()
    visit.page.get_by_label("Why do they belong together?").fill("The same three holes.")
    visit.press("Link the two")
    visit.reads("There is no enquiry with that reference that you may see")
    visit.look("link-refused")
    visit.page.get_by_label("Reference of the other enquiry").fill(first.reference.lower())
    visit.press("Link the two")
    visit.reads("The two are linked", "Linked enquiries", "The same three holes.")
    visit.look("linked")
    visit.go(reverse("enquiry-close-duplicate", args=[second.reference]))
    visit.look("close-as-duplicate")
    visit.page.get_by_label("What should the member know about it?").fill(
        "You raised it on Monday."
    )
    visit.press("Close it as a duplicate")
    visit.reads("Closed as a duplicate")
    visit.look("closed-for-the-officer")
    visit.as_(made.alice)
    visit.go(second.get_absolute_url())
    visit.reads("You will be answered in the other enquiry", first.reference)
    visit.look("closed-for-the-member")


def test_an_officer_sends_it_for_another_member_and_links_the_two(made, visit):
    case, erin = with_bob(made), cast.erin()
    visit.as_(made.bob)
    write(visit, "Potholes, Quay Street", "Erin rang: three of them.")
    visit.page.get_by_label("Which member is it from?").select_option(label=erin.name)
    visit.page.get_by_label("How did it reach you?").select_option(label="Phone")
    visit.press("Send the enquiry")
    visit.reads("Is it this one?", "from Alice Archer")
    visit.look("another-members")
    visit.page.locator(f'button[value="link:{case.reference}"]').click()
    visit.reads(f"It is linked with {case.reference}")
    visit.look("sent-and-linked")
