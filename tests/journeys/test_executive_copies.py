"""A concern of an MP and its reply come to the executive member, who reads no more. In a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from casework.chasing import actions as chasing
from members.models import Portfolio
from tests import cast
from tests.casework.making import NOW, reloaded, with_bob, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_concern_and_its_reply_come_to_the_executive_member(page, live_server, time_machine):
    time_machine.move_to(NOW)
    made = world("blackpool")
    erin = cast.erin()
    asked = {"mp_name": "Jo Mills, Blackpool South", "significance": "routine"}
    case = with_bob(made, service=made.highways, **asked)
    visit = Visit(page, live_server.url, "executive-copies")
    visit.as_(made.bob)
    visit.go(case.get_absolute_url())
    visit.reads("Nobody has said to whose portfolio the service belongs.")
    visit.look("waits")
    Portfolio.objects.create(name="Roads", member=erin.member, since=NOW.date())
    visit.as_(made.dev)
    visit.go(reverse("overview-show"))
    visit.look("overview")
    page.get_by_role("link", name="1 copy waiting").click()
    visit.look("portfolios")
    page.get_by_role("link", name="Highways").click()
    page.get_by_label("To which portfolio does it belong?").select_option("Roads")
    visit.look("portfolio")
    visit.press("Save")
    visit.reads("Saved.", "Erin Ellis")
    chasing.chase(now=NOW)
    visit.as_(made.bob)
    visit.go(reloaded(case).get_absolute_url())
    page.get_by_label("Your answer").fill("It is lit again.")
    visit.press("Send the answer")
    visit.reads("copied to Erin Ellis")
    visit.look("answered")
    visit.as_(erin)
    visit.go(reverse("copy-list"))
    visit.look("list")
    page.get_by_role("link", name="Enquiry from").click()
    visit.reads("A concern copied to you", "Jo Mills, Blackpool South", "There are three of them.")
    visit.look("concern")
    expect(page.locator("main")).not_to_contain_text(case.reference)
