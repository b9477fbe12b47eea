"""A real provider of OpenID Connect, run here: somebody connects their account, and comes in by it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings as product
from django.urls import reverse

from accounts import actions
from accounts.models import Person
from tests import cast
from tests.accounts import councils_provider
from tests.accounts.second_steps import give_app, shown
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NODE = shutil.which("node")
SCRIPT = Path(__file__).parent / "provider.mjs"


@pytest.fixture(scope="module")
def issuer(live_server):
    """The provider's address. It knows ours, and sends nobody anywhere else."""
    if not NODE:
        pytest.skip("Node is not installed, so no provider could be run")
    process = subprocess.Popen(
        [NODE, str(SCRIPT), live_server.url + reverse("single-sign-on-return")],
        cwd=product.BASE_DIR,
        env={},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    # What it says before is for whoever would put it to use in earnest.
    yield next(line for line in process.stdout if line.startswith("http")).strip()
    process.terminate()
    process.wait(10)
    process.stdout.close()


@pytest.fixture
def alice(transactional_db) -> Person:
    return cast.alice()


@pytest.fixture
def dev(transactional_db) -> Person:
    return cast.dev()


@pytest.fixture
def visit(page, live_server, settings, issuer, alice, dev) -> Visit:
    councils_provider.offer(settings, issuer)
    settings.BASE_URL = live_server.url
    return Visit(page, live_server.url, "single-sign-on")


def at_the_provider(visit: Visit, who: str) -> None:
    """Its own two pages: who they are, and that we may know it (the first time)."""
    page = visit.page
    page.wait_for_url(f"{product.OIDC_ISSUER}/**")
    page.locator("[name=login]").fill(who)
    page.locator("[name=password]").fill("anything")
    page.locator("[type=submit]").click()
    page.locator("[type=submit]").click()
    page.wait_for_url(f"{visit.base}/**")


def test_a_council_account_from_connecting_to_losing_it(visit, page, alice, dev):
    visit.as_(alice)
    visit.go(reverse("account"))
    visit.look("account-before")
    page.get_by_role("link", name="Connect").click()
    visit.look("connect")
    visit.press("Connect it")
    at_the_provider(visit, "alice-there")
    visit.reads("From now on you can sign in with your council account.", "Connected")
    visit.look("account-after")
    secret = give_app(alice)
    visit.press("Sign out")
    visit.reads("You have signed out.")
    visit.look("door")
    # Still signed in there: nothing is asked but the click here, and our own second step.
    visit.press("Sign in with your council account")
    visit.reads("Confirm that it is you")
    page.get_by_label("Code").fill(shown(secret))
    visit.press("Sign in")
    visit.reads("Your casework")
    visit.press("Sign out")
    visit.reads("You may still be signed in to your council account here")
    visit.look("signed-out")
    # Somebody whom nobody connected.
    page.context.clear_cookies()
    visit.go(f"{reverse('sign-in')}?next={reverse('account')}")
    visit.press("Sign in with your council account")
    at_the_provider(visit, "a-stranger")
    visit.reads("That account is not connected to anybody who may sign in here.")
    visit.look("unknown")
    # Whoever keeps people sees it, and takes it away.
    visit.as_(dev)
    visit.go(reverse("person-page", args=[alice.pk]))
    visit.reads("Single sign-on")
    visit.look("person")
    page.get_by_role("button", name="Disconnect their single sign-on").click()
    visit.look("person-disconnect")
    visit.press("Disconnect it")
    visit.reads("is disconnected, and signed out everywhere")


def test_whoever_was_invited_comes_in_and_confirms_without_a_password(visit, settings, page):
    """The provider is asked anew for the confirmation, and says when it was given."""
    settings.OIDC_LINKS_BY_EMAIL = True
    ines = actions.add_person(name="Ines Iqbal", email="ines@example.org", by=None)
    actions.invite(person=ines, by=None)
    page.context.clear_cookies()
    visit.go(reverse("sign-in"))
    visit.press("Sign in with your council account")
    at_the_provider(visit, "ines")
    visit.go(reverse("account"))
    visit.reads("Ines Iqbal", "Connected")
    settings.CONFIRMED_SECONDS = 0
    page.get_by_role("link", name="Disconnect").click()
    visit.reads("Confirm that it is you")
    visit.look("confirm")
    settings.CONFIRMED_SECONDS = 600
    visit.press("Confirm with your council account")
    page.wait_for_url(f"{product.OIDC_ISSUER}/**")
    page.locator("[name=login]").fill("ines")
    page.locator("[name=password]").fill("anything")
    page.locator("[type=submit]").click()
    visit.reads("It is your only way in")
    visit.look("only-way-in")


def test_where_there_is_no_script_the_way_there_is_a_link(visit, page, new_context):
    """And the policy of forms stays closed to every other site."""
    plain = new_context(java_script_enabled=False).new_page()
    plain.goto(visit.base + reverse("sign-in"))
    plain.get_by_role("button", name="Sign in with your council account").click()
    plain.wait_for_url(f"{product.OIDC_ISSUER}/**")
    assert plain.locator("[name=login]").is_visible()
