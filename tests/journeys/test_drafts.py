"""Somebody types, loses their session, and finds it again; in two windows, off line, and without JavaScript."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from accounts import actions
from accounts.models import Draft, Person
from casework.enquiries import actions as enquiries
from casework.models import Case, Message
from tests.casework.making import NOW, fresh, reloaded, with_bob, world
from tests.factories import PASSWORD
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = "What do you want to know, or to happen?"
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


def sign_in_here(visit: Visit, person: Person) -> None:
    """On the page that asks for it, which leads back."""
    visit.page.get_by_label("Email").fill(person.email)
    visit.page.get_by_role("textbox", name="Password").fill(PASSWORD)
    visit.page.get_by_role("textbox", name="Password").press("Enter")
    expect(visit.page.get_by_role("button", name="Sign out")).to_be_visible()


def in_the_window(visit: Visit) -> list[str]:
    """What lies there of an enquiry that is not sent."""
    visit.page.wait_for_load_state()  # the scripts that forget have run
    found = "Object.entries(sessionStorage).filter(([key]) => key.startsWith('draft:')).map(([, one]) => one)"
    return visit.page.evaluate(found)


def raise_one(visit: Visit, words: str = WORDS, address: str = "") -> None:
    visit.go(address or reverse("enquiry-log"))
    visit.page.get_by_label("Subject").fill("Lamp")
    visit.page.get_by_label(BODY).fill(words)
    visit.page.get_by_label("Ward", exact=True).select_option(label="Not known")


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
    visit.go(reverse("work-list"))
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
    visit.go(reverse("work-list"))
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
        visit.page.wait_for_load_state()
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
    sign_in_here(visit, made.alice)
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


def test_what_was_sent_is_not_offered_again(visit, made):
    """On the ordinary way, with no reload in between. Seen red with: `sent` put only where something was
    typed since the last keeping.
    """
    visit.as_(made.alice)
    raise_one(visit)
    visit.reads("Kept in this window")
    visit.press("Send the enquiry")
    visit.reads("is with")
    assert in_the_window(visit) == []
    visit.go(reverse("enquiry-log"))
    expect(visit.page.get_by_label(BODY)).to_have_value("")


def test_signing_out_a_moment_after_typing_leaves_nothing_in_the_window(visit, made):
    """Mo134; Bl2.5. Seen red with: the words put back as the page was left, and no
    marker on the page that follows."""
    visit.as_(made.alice)
    raise_one(visit)
    visit.press("Sign out")
    visit.reads("You have signed out.")
    assert in_the_window(visit) == []


@pytest.mark.parametrize("public", ["sign-in", "privacy"])
def test_a_page_drawn_for_nobody_leaves_nothing_in_the_window(visit, made, public):
    """Mo134; Bl2.5. They signed out in another tab; the page that asks them to sign in again keeps it.

    Seen red with: no marker on the page.
    """
    visit.as_(made.alice)
    raise_one(visit)
    visit.reads("Kept in this window")
    visit.page.context.clear_cookies()
    visit.go(reverse("work-list"))
    assert len(in_the_window(visit)) == 1
    visit.go(reverse(public))
    assert in_the_window(visit) == []


def test_what_the_address_fills_in_is_another_enquiry(visit, made, case):
    """Seen red with: one key for both."""
    visit.as_(made.alice)
    raise_one(visit, "The first.")
    visit.reads("Kept in this window")
    about = f"{reverse('enquiry-log')}?about={case.reference}"
    raise_one(visit, "The second.", about)
    visit.reads("Kept in this window")
    visit.go(reverse("enquiry-log"))
    expect(visit.page.get_by_label(BODY)).to_have_value("The first.")
    visit.go(about)
    expect(visit.page.get_by_label(BODY)).to_have_value("The second.")
    visit.go(reverse("casework-list"))
    visit.page.context.clear_cookies()
    visit.go(reverse("enquiry-log"))
    sign_in_here(visit, Person.objects.get(pk=made.bob.pk))
    expect(visit.page.get_by_label("Subject")).to_have_value("")
    assert in_the_window(visit) == [], "another person's go, whatever their place"


def test_a_banner_of_something_else_takes_nothing_that_was_not_sent(visit, made):
    """The form had an error; then a view was saved. Seen red with: `sent` left on what was drawn again."""
    visit.as_(made.alice)
    raise_one(visit)
    visit.page.get_by_label("Subject").fill("")
    visit.press("Send the enquiry")
    visit.reads("There is a problem")
    visit.go(reverse("casework-all") + "?figure=open")
    visit.page.get_by_role("link", name="Save this view").click()
    visit.press("Save")
    visit.reads("is saved")
    visit.go(reverse("enquiry-log"))
    expect(visit.page.get_by_label(BODY)).to_have_value(WORDS)
    visit.reads("Nothing has been sent.")


def test_what_is_turned_away_is_neither_kept_nor_brought_back(visit, made):
    """Mo134; Bl2.5. Seen red with: no autocomplete="off"; the nature not asked for before keeping."""
    visit.as_(made.alice)
    raise_one(visit)
    visit.reads("Kept in this window")
    visit.page.get_by_text("Is it about something other").click()
    visit.page.get_by_label("Wrongdoing inside the council").check()
    visit.reads("Nothing that you typed is kept in this window.")
    visit.look("turned-away")
    assert in_the_window(visit) == []
    visit.press("Send the enquiry")
    visit.reads("Nothing that you typed was saved, and nobody was told.")
    visit.page.go_back()
    expect(visit.page.get_by_label(BODY)).to_have_value("")
    visit.page.get_by_label("Subject").press("a")
    visit.reads("Kept in this window")
    assert WORDS.partition("\n")[0] not in repr(in_the_window(visit))
    assert "whistleblowing" not in repr(in_the_window(visit))


def test_what_is_sent_off_line_stays_on_the_page(visit, made, case):
    """Seen red with: the sending not held."""
    visit.as_(made.bob)
    visit.go(address(case, "note"))
    visit.page.get_by_label("Your note").fill(WORDS)
    visit.page.context.set_offline(True)
    visit.press("Add the note")
    visit.reads("Not sent: you are offline. What you typed is still on this page.")
    visit.look("sent-offline")
    visit.page.context.set_offline(False)
    visit.page.wait_for_timeout(1200)
    visit.press("Add the note")
    visit.reads("Potholes in Quay Street")
    expect(visit.page.get_by_label("Your note")).to_have_count(0)
    assert Message.objects.get(kind="note").body == WORDS


def test_a_sending_that_fails_and_a_signing_out_keep_the_last_words(visit, made, case):
    """Before a pause in which they would be saved. Seen red with: the saving stopped on both."""
    note = address(case, "note")
    visit.as_(made.bob)
    visit.go(note)
    visit.page.get_by_label("Your note").fill(WORDS)

    def fail(route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=502, body="Bad gateway")
        else:
            route.continue_()

    visit.page.route(f"**{note}", fail)
    visit.press("Add the note")
    visit.reads("Bad gateway")
    visit.page.unroute(f"**{note}")
    visit.go(note)
    expect(visit.page.get_by_label("Your note")).to_have_value(WORDS)
    visit.page.get_by_label("Your note").fill("The last words.")
    visit.press("Sign out")
    visit.reads("You have signed out.")
    assert Draft.objects.get().fields["text"] == "The last words."


def test_what_is_sent_a_moment_after_typing_leaves_no_draft(visit, made, case):
    """The saving goes along with the sending, and is no draft after it."""
    visit.as_(made.bob)
    visit.go(address(case, "note"))
    visit.page.get_by_label("Your note").fill(WORDS)
    visit.press("Add the note")
    expect(visit.page.get_by_label("Your note")).to_have_count(0)
    visit.page.wait_for_timeout(1000)
    assert Message.objects.get(kind="note").body == WORDS
    assert not Draft.objects.exists()


def test_after_their_own_act_elsewhere_it_is_kept_when_they_ask(visit, made, case):
    """And the focus is not lost with the button. Seen red with: a mark of ""."""
    visit.as_(made.bob)
    visit.go(address(case, "answer"))
    enquiries.note(case=reloaded(case), by=fresh(made.bob), text="Mine.", now=NOW)
    visit.page.get_by_label("Your answer").fill(WORDS)
    visit.reads("You changed this in another window")
    visit.page.get_by_role("button", name="Keep what is on this page").press("Enter")
    visit.reads("Draft saved at")
    expect(visit.page.get_by_label("Your answer")).to_be_focused()
    assert Draft.objects.get().fields["text"] == WORDS.replace("\n", "\r\n")


def test_signed_in_again_elsewhere_the_line_says_what_to_do(visit, made, case):
    visit.as_(made.bob)
    visit.go(address(case, "note"))
    lose_the_session(visit)
    second = Visit(visit.page.context.new_page(), visit.base, "drafts")
    second.go(reverse("sign-in"))
    sign_in_here(second, Person.objects.get(pk=made.bob.pk))
    visit.page.get_by_label("Your note").fill(WORDS)
    visit.reads("Not saved: you signed in again in another window. Copy your words")


def test_where_the_script_did_not_come_the_button_stands(visit, made, case):
    """The script hides the button itself: where it did not come, the button is there."""
    visit.as_(made.bob)
    visit.page.route("**/drafts*.js", lambda route: route.abort())
    visit.go(address(case, "note"))
    expect(visit.page.get_by_role("button", name="Save and come back later")).to_be_visible()


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


def test_a_saving_that_its_own_page_overtook_is_no_other_windows(visit, made, case):
    """The page was hidden while the first saving was on its way, and sent it again. Seen red with: the
    answer taken for another window's.
    """
    visit.as_(made.bob)
    visit.go(address(case, "note"))
    savings = []
    visit.page.route(f"**{reverse('draft-save')}", lambda route: savings.append(route))
    visit.page.get_by_label("Your note").fill(WORDS)
    with visit.page.expect_request(f"**{reverse('draft-save')}"):
        pass
    hide = "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden', configurable: true});"
    with visit.page.expect_request(f"**{reverse('draft-save')}"):
        visit.page.evaluate(f"{hide} document.dispatchEvent(new Event('visibilitychange'))")
    # A request is told before it is handed to whoever holds it.
    visit.until(lambda: len(savings) == 2)
    first, second = savings
    with visit.page.expect_response(f"**{reverse('draft-save')}") as saved:
        second.continue_()
    assert saved.value.status == 200
    with visit.page.expect_response(f"**{reverse('draft-save')}") as refused:
        first.continue_()
    assert refused.value.status == 409
    visit.page.wait_for_timeout(300)
    visit.reads("Draft saved at")
    expect(visit.page.locator("body")).not_to_contain_text("newer draft")
    visit.page.unroute(f"**{reverse('draft-save')}")
    visit.page.get_by_label("Your note").fill("More.")
    with visit.page.expect_response(f"**{reverse('draft-save')}") as saved:
        pass
    assert saved.value.status == 200
    assert Draft.objects.get().fields["text"] == "More."


def test_sign_out_pressed_twice_signs_out_once(visit, made, case):
    """It waits for the last words, and people press again. Seen red with: each press sent."""
    visit.as_(made.bob)
    visit.go(address(case, "note"))
    visit.page.get_by_label("Your note").fill(WORDS)
    asked = []
    visit.page.on(
        "request", lambda one: asked.append(one.url) if one.url.endswith("/sign-out/") else None
    )
    held = []
    visit.page.route(f"**{reverse('draft-save')}", lambda route: held.append(route))
    button = visit.page.get_by_role("button", name="Sign out")
    button.click(no_wait_after=True)
    button.click(no_wait_after=True)
    visit.until(lambda: held)
    visit.page.wait_for_timeout(300)
    for one in held:
        one.continue_()
    visit.reads("You have signed out.")
    assert len(asked) == 1
    assert Draft.objects.get().fields["text"] == WORDS.replace("\n", "\r\n")
