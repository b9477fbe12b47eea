"""Whoever is asked for a contribution loses their session while they write it, and nothing else."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Draft
from casework.contributions import actions
from casework.models import Contribution, Message
from tests import cast
from tests.casework.making import NOW, fresh, with_bob, working_days, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "The lamp is ours.\nIt was lit again on Friday."


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    found = world("bristol")
    found.gita = cast.gita()
    return found


@pytest.fixture
def one(made) -> Contribution:
    due = working_days(NOW.date(), 3)
    asked = {"officer": made.gita.officer, "text": "Whose lamp is it?", "due": due}
    actions.ask(case=with_bob(made), by=fresh(made.bob), now=NOW, **asked)
    return Contribution.objects.get()


def test_what_was_typed_survives_a_lost_session_and_goes_with_the_sending(
    page, live_server, made, one
):
    """Seen red with: the script not loaded on the page of a contribution."""
    visit = Visit(page, live_server.url, "contribution-drafts")
    visit.as_(made.gita)
    visit.go(one.get_absolute_url())
    page.get_by_label("Your contribution").fill(WORDS)
    visit.reads("Draft saved at")
    expect(page.get_by_role("button", name="Save and come back later")).to_be_hidden()
    visit.look("saved")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    visit.as_(made.gita)
    visit.go(reverse("work-list"))
    visit.look("work-list")
    page.get_by_role("link", name="You have begun your contribution").click()
    visit.reads("Your draft is below. Nothing has been sent.")
    expect(page.get_by_label("Your contribution")).to_have_value(WORDS)
    visit.look("opened-again")
    box = page.get_by_label("Your contribution")
    box.fill(f"{WORDS}\nThank you.")
    visit.press("Give your contribution")
    visit.reads("They have your contribution")
    assert Message.objects.get(kind="contribution").body == f"{WORDS}\nThank you."
    page.wait_for_timeout(2500)
    assert not Draft.objects.exists()


def test_what_was_called_back_while_they_wrote_can_be_copied(page, live_server, made, one):
    visit = Visit(page, live_server.url, "contribution-drafts")
    visit.as_(made.gita)
    visit.go(reverse("contribution-decline", args=[one.key]))
    page.get_by_label("Why can your service not do this").fill(WORDS)
    visit.reads("Draft saved at")
    visit.look("declining")
    actions.call_back(contribution=Contribution.objects.get(), by=fresh(made.bob), now=NOW)
    visit.go(one.get_absolute_url())
    visit.look("called-back")
    page.get_by_role("link", name="You have begun to say that your service cannot").click()
    visit.reads("Your draft", "It was lit again on Friday.", "Copy it if you need it.")
    visit.look("to-copy")
