"""Somebody types, loses their session, and finds it again; in two windows, off line, and without JavaScript."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from accounts import actions
from accounts.models import Draft
from casework.enquiries import actions as enquiries
from casework.models import Case, Message
from tests.casework.making import NOW, fresh, reloaded, with_bob, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "The crane comes on Friday.\nThe holes are filled by Monday."


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bristol")


@pytest.fixture
def case(made) -> Case:
    return with_bob(made)


@pytest.fixture
def visit(page, live_server, case) -> Visit:
    """The browser's own clock does not stand still, so the pause in the typing passes."""
    return Visit(page, live_server.url, "drafts")


def address(case: Case, verb: str) -> str:
    return reverse(f"enquiry-{verb}", args=[case.reference])


def lose_the_session(visit: Visit) -> None:
    visit.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def test_what_was_typed_survives_a_lost_session(visit, made, case):
    """Typed and never sent. Seen red with: the script not loaded."""
    visit.as_(made.bob)
    visit.go(case.get_absolute_url())
    box = visit.page.get_by_label("Your answer")
    box.fill(WORDS)
    visit.reads("Draft saved at")
    expect(visit.page.get_by_role("button", name="Save and come back later")).to_be_hidden()
    visit.look("saved")
    lose_the_session(visit)
    visit.go(case.get_absolute_url())
    visit.as_(made.bob)
    visit.go("/work/")
    visit.reads("You have begun an answer")
    visit.look("work-list")
    visit.page.get_by_role("link", name="You have begun an answer").click()
    visit.reads("Your draft is below.")
    expect(visit.page.get_by_label("Your answer")).to_have_value(WORDS)
    visit.look("opened-again")
    visit.press("Send the answer")
    visit.reads("has your answer")
    assert Message.objects.get(kind="answer").body == WORDS
    visit.page.wait_for_timeout(2500)
    assert not Draft.objects.exists()


def test_words_typed_a_moment_before_the_page_is_left_are_kept(visit, made, case):
    """No pause in which they would be saved. Seen red with: nothing done when the page is hidden."""
    visit.as_(made.bob)
    visit.go(address(case, "note"))
    visit.page.get_by_label("Your note").fill(WORDS)
    visit.go("/work/")
    visit.go(address(case, "note"))
    visit.page.reload()
    expect(visit.page.get_by_label("Your note")).to_have_value(WORDS)
    visit.press("Delete the draft")
    visit.reads("The draft is deleted. Nothing was sent.")
    expect(visit.page.get_by_label("Your note")).to_have_value("")
    visit.look("deleted")


def test_signed_out_while_typing_the_line_says_so_and_sending_loses_nothing(visit, made, case):
    visit.as_(made.bob)
    visit.go(address(case, "note"))
    lose_the_session(visit)
    visit.page.get_by_label("Your note").fill(WORDS)
    visit.reads("Not saved: you were signed out.")
    visit.look("signed-out")
    visit.press("Add the note")
    visit.reads("What you typed is kept")
    assert not Draft.objects.exists()


def test_off_line_the_line_says_so_and_the_words_are_saved_once_it_is_back(visit, made, case):
    """Seen red with: no saving when the browser is on line again."""
    visit.as_(made.bob)
    visit.go(address(case, "note"))
    visit.page.context.set_offline(True)
    visit.page.get_by_label("Your note").fill(WORDS)
    visit.reads("Not saved: you are offline. What you typed is still on this page.")
    visit.look("offline")
    visit.page.context.set_offline(False)
    visit.reads("Draft saved at")
    assert Draft.objects.count() == 1


def test_two_windows_and_the_newer_words_are_never_lost_unasked(visit, made, case):
    """Seen red with: a script that saves again with the newer mark by itself."""
    visit.as_(made.bob)
    visit.go(address(case, "note"))
    second = visit.page.context.new_page()
    second.goto(visit.base + address(case, "note"))
    second.get_by_label("Your note").fill("Newer words.")
    expect(second.locator("body")).to_contain_text("Draft saved at")
    visit.page.get_by_label("Your note").fill("Older words.")
    visit.reads("You have a newer draft of this. It was saved in another window")
    visit.look("two-windows")
    assert Draft.objects.get().fields["text"] == "Newer words."
    visit.press("Keep what is on this page")
    visit.reads("Draft saved at")
    assert Draft.objects.get().fields["text"] == "Older words."


def test_a_case_that_moved_on_is_told_and_the_words_can_be_copied(visit, made, case):
    visit.as_(made.bob)
    visit.go(address(case, "answer"))
    visit.page.get_by_label("Your answer").fill(WORDS)
    visit.reads("Draft saved at")
    enquiries.hold(case=reloaded(case), by=fresh(made.sam), text="Soon.", now=NOW)
    visit.go(address(case, "answer"))
    visit.reads("Since you wrote it:", "holding reply")
    visit.look("since")
    enquiries.answer(case=reloaded(case), by=fresh(made.sam), text="Mended.", now=NOW)
    visit.go(address(case, "answer"))
    visit.reads("Copy it if you need it.")
    visit.look("too-late")


def test_an_enquiry_that_is_being_raised_lies_in_the_window_alone(visit, made, case):
    """Until a button says that it is a council matter; and there no longer than it should.

    Seen red with: nothing forgotten where somebody signs out; where it was sent; where it was diverted.
    """
    visit.as_(made.alice)
    log, body = reverse("enquiry-log"), "What do you want to know, or to happen?"

    def kept() -> int:
        keys = "Object.keys(sessionStorage).filter((one) => one.startsWith('draft:')).length"
        return visit.page.evaluate(keys)

    def type_it() -> None:
        visit.go(log)
        visit.page.get_by_label("Subject").fill("Lamp")
        visit.page.get_by_label(body).fill(WORDS)
        visit.page.get_by_label("Ward", exact=True).select_option(label="Not known")

    type_it()
    visit.reads("Kept in this window until you close it or sign out.")
    visit.look("raise-kept")
    assert not Draft.objects.exists()
    lose_the_session(visit)
    visit.go(log)
    visit.as_(made.alice)
    visit.go(log)
    expect(visit.page.get_by_label(body)).to_have_value(WORDS)
    visit.reads("in this window. What you typed is below.")
    visit.look("raise-again")
    visit.press("Send the enquiry")
    visit.reads("is with")
    assert kept() == 0
    type_it()
    visit.page.get_by_text("Is it about something other").click()
    visit.page.get_by_label("Wrongdoing inside the council").check()
    visit.press("Send the enquiry")
    visit.reads("Nothing that you typed was saved, and nobody was told.")
    assert kept() == 0
    type_it()
    visit.reads("Kept in this window")
    visit.press("Sign out")
    visit.reads("You have signed out.")
    assert kept() == 0
    visit.as_(made.bob)
    visit.go(log)
    expect(visit.page.get_by_label("Subject")).to_have_value("")


def test_without_javascript_a_button_keeps_it(made, case, live_server, new_context):
    """And nothing on the page promises what would need a script."""
    page = new_context(java_script_enabled=False).new_page()
    visit = Visit(page, live_server.url, "drafts-plain")
    visit.as_(made.bob)
    visit.go(address(case, "hold"))
    page.get_by_label("What can you tell the member now?").fill(WORDS)
    page.screenshot(path=visit.folder / "hold.png", full_page=True)
    visit.press("Save and come back later")
    visit.reads("Your draft is saved. Nothing was sent.", "You have begun a holding reply")
    page.screenshot(path=visit.folder / "case.png", full_page=True)
    page.get_by_role("link", name="You have begun a holding reply").click()
    expect(page.get_by_label("What can you tell the member now?")).to_have_value(WORDS)
    visit.press("Delete the draft")
    visit.reads("The draft is deleted. Nothing was sent.")
    visit.as_(made.alice)
    visit.go(reverse("enquiry-log"))
    page.get_by_label("Subject").fill("Lamp")
    page.get_by_label("What do you want to know, or to happen?").fill(WORDS)
    visit.press("Save and come back later")
    visit.reads("You began an enquiry on")
    page.screenshot(path=visit.folder / "casework.png", full_page=True)
    actions.clear_drafts(now=NOW)
    assert Draft.objects.count() == 1
