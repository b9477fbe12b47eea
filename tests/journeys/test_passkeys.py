"""Somebody adds a passkey in a real browser, with Chromium's virtual authenticator, and signs in with it."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from ledger.models import Event
from tests import cast
from tests.journeys.test_second_step import knock
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def device(page, *, present: bool = True) -> tuple:
    """A phone of this browser's that says yes, or one that nobody touches."""
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": present,
    }
    made = browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return browser, made["authenticatorId"]


def test_a_passkey_is_made_and_lets_in(page, live_server, settings):
    settings.SECOND_STEP_REQUIRED = True
    alice = cast.alice()
    visit = Visit(page, live_server.url, "passkeys")
    visit.as_(alice)
    browser, phone = device(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What do you want to call it?").fill("My phone")
    visit.look("add")
    visit.press("Make a passkey")
    visit.reads("My phone is good for signing in from now on.", "Print these codes")
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_role("link", name="Your second step").click()
    visit.reads("My phone")
    visit.look("mine")
    knock(visit, alice)
    visit.reads("Use your passkey")
    visit.look("use")
    visit.press("Use your passkey")
    visit.reads("Your casework")
    last = Event.objects.of("signed_in").order_by("-id")[0]
    assert last.data == {"besides": "webauthn"}
    assert Authenticator.objects.get(type="webauthn").last_used_at
    # Somebody else's phone is not it.
    browser.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": phone})
    device(page)
    knock(visit, alice)
    visit.press("Use your passkey")
    visit.reads("No passkey was used. Try again, or enter a code.")
    visit.look("not-used")
    visit.go(reverse("casework-list"))
    visit.reads("Sign in first.")
