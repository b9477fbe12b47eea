"""A councillor raises what she raised already, and an officer sees that two are one, in a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from casework.models import Case, Message
from tests import cast
from tests.casework.making import NOW, enquiry, with_bob, world
from tests.journeys.test_drafts import in_the_window
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bristol")


@pytest.fixture
def visit(made, page, live_server):
    return Visit(page, live_server.url, "triage")


def write(visit: Visit, subject: str, body: str, about: Case | None = None) -> None:
    visit.go(reverse("enquiry-log") + (f"?about={about.reference}" if about else ""))
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


@pytest.mark.parametrize("way", ["likely", "reloaded", "adding"])
def test_what_they_are_asked_about_is_not_sent_yet_and_stays_in_the_window(made, visit, way):
    """They go away from the question, and send something else: the words are there, and said to be unsent.

    Seen red with: the words left as sent where it is asked; and where it is added to.
    """
    first = with_bob(made)
    visit.as_(made.alice)
    write(visit, "More potholes in Quay Street", "There is a fourth, by the post box.")
    visit.press("Send the enquiry")
    visit.reads("Is it this one?")
    if way == "reloaded":
        visit.page.reload()
    if way == "adding":
        visit.page.locator(f'button[value="add:{first.reference}"]').click()
        visit.reads("What you typed is in the box below")
    visit.go(reverse("enquiry-add", args=[first.reference]))
    visit.page.get_by_label("What do you want to add?").fill("Something else.")
    visit.press("Add it")
    visit.reads("It is added")
    visit.go(reverse("enquiry-log"))
    visit.reads("in this window. What you typed is below. Nothing has been sent.")
    visit.look(f"not-sent-{way}")
    expect(visit.page.locator("textarea[name=body]")).to_have_value(
        "There is a fourth, by the post box."
    )


@pytest.mark.parametrize("about", [False, True])
@pytest.mark.parametrize("button", ["add", "new", "change"])
def test_what_was_sent_after_the_question_leaves_nothing_in_the_window(made, visit, button, about):
    """Nor is it offered as unsent. Seen red with: nothing marked as sent by the buttons of the question."""
    first, known = with_bob(made), enquiry(made, subject="A lamp is out")
    visit.as_(made.alice)
    write(visit, "More potholes", "A fourth.", about=known if about else None)
    visit.page.get_by_label("Subject").fill("More potholes in Quay Street")
    visit.press("Send the enquiry")
    visit.reads("Is it this one?")
    visit.page.reload()
    if button == "add":
        visit.page.locator(f'button[value="add:{first.reference}"]').click()
        visit.reads("What you typed is in the box below")
        assert len(in_the_window(visit)) == 1
        visit.page.reload()
        visit.press("Add it")
        visit.reads("It is added")
    else:
        if button == "change":
            visit.press("Change what I wrote")
            visit.page.get_by_label("Subject").fill("Still more potholes in Quay Street")
            visit.press("Send the enquiry")
        visit.press("No, it is new: send it")
        visit.reads("The answer is due by")
    assert in_the_window(visit) == []


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
