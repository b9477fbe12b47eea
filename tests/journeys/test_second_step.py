"""Somebody sets up an authenticator app, signs in with it, loses it, and is let in again."""

import pytest
from django.urls import reverse

from accounts.models import Person
from tests import cast
from tests.accounts.second_steps import recovery_codes, shown
from tests.factories import PASSWORD
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(visit: Visit, code: str, button: str) -> None:
    visit.page.get_by_label("Code").fill(code)
    visit.press(button)


def knock(visit: Visit, person: Person) -> None:
    visit.page.context.clear_cookies()
    visit.go(reverse("sign-in"))
    visit.page.get_by_label("Email").fill(person.email)
    visit.page.get_by_role("textbox", name="Password").fill(PASSWORD)
    visit.page.get_by_role("textbox", name="Password").press("Enter")


def test_a_second_step_from_the_first_scan_to_the_lost_phone(page, live_server, settings):
    """With the step required, as in production; at both widths."""
    settings.SECOND_STEP_REQUIRED = True
    dev, alice = cast.dev(), cast.alice()
    visit = Visit(page, live_server.url, "second-step")
    visit.as_(alice)
    visit.reads("Set yours up now")
    visit.look("first")
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.get_by_text("I cannot scan it").click()
    secret = page.locator(".eh-key").inner_text().replace(" ", "")
    visit.look("app")
    enter(visit, "123", "Use this app from now on")
    visit.reads("There is a problem")
    visit.look("app-wrong")
    enter(visit, shown(secret), "Use this app from now on")
    visit.reads("From now on you sign in with your password and a code.", "Print these codes")
    visit.look("codes")
    page.get_by_role("button", name="I have kept them").click()
    visit.reads("Your account", "Authenticator app")
    visit.look("account")
    page.get_by_role("link", name="Your second step").click()
    visit.look("mine")
    page.get_by_role("link", name="Make new recovery codes").click()
    visit.look("codes-again")
    knock(visit, alice)
    visit.reads("Confirm that it is you")
    page.get_by_text("I have none of these here").click()
    visit.look("code")
    enter(visit, "000 000", "Sign in")
    visit.reads("That code is not right, or it was used already.")
    visit.look("code-wrong")
    enter(visit, recovery_codes(alice)[0], "Sign in")
    visit.reads("Your casework")
    # Lost: somebody who keeps people, with a second step of their own, takes it away.
    visit.as_(dev)
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.get_by_text("I cannot scan it").click()
    enter(
        visit,
        shown(page.locator(".eh-key").inner_text().replace(" ", "")),
        "Use this app from now on",
    )
    visit.go(reverse("person-page", args=[alice.pk]))
    visit.look("person")
    page.get_by_role("button", name="Take their second step away").click()
    visit.look("take-away")
    visit.press("Take it away")
    visit.reads("is asked to set up another app")
    visit.look("taken-away")
    knock(visit, alice)
    visit.reads("Set yours up now")


def test_who_was_signed_in_for_long_is_asked_who_they_are(page, live_server, settings):
    settings.CONFIRMED_SECONDS = 0
    alice = cast.alice()
    visit = Visit(page, live_server.url, "second-step-confirm")
    visit.as_(alice)
    visit.go(reverse("second-step-app"))
    visit.reads("Confirm that it is you")
    visit.look("confirm")
    page.get_by_role("textbox", name="Your password").fill("no")
    visit.press("Go on")
    visit.reads("That is not your password.")
    settings.CONFIRMED_SECONDS = 600
    page.get_by_role("textbox", name="Your password").fill(PASSWORD)
    visit.press("Go on")
    visit.reads("Set up an authenticator app")
