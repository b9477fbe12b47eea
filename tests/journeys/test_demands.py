"""An officer flags a demand, their manager considers it, and the member learns nothing. In a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from casework.demands import actions
from casework.holding import Recipient
from casework.models import Demand
from tests.casework.demands import flag
from tests.casework.making import NOW, fresh, with_bob, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_demand_is_flagged_and_considered_and_the_member_learns_nothing(
    page, live_server, time_machine
):
    """Mo30: told what to do, and not asked."""
    time_machine.move_to(NOW)
    made = world("model")
    case = with_bob(made)
    visit = Visit(page, live_server.url, "demands")
    visit.as_(made.bob)
    visit.go(case.get_absolute_url())
    visit.look("case")
    page.get_by_role("link", name="Flag a demand").click()
    visit.look("flag")
    visit.press("Flag it")
    visit.reads("There is a problem", "Enter what was asked of you")
    page.get_by_label("What was asked of you").fill("She told me to close the road by noon.")
    page.get_by_label("I was told what to do, and not asked.").check()
    visit.press("Flag it")
    visit.reads("Select what you did with the instruction")
    visit.look("flag-again")
    page.get_by_label("I do nothing until my manager says what to do").check()
    visit.press("Flag it")
    visit.reads("Sam Stone is asked to consider it", "To be considered", "Mo30")
    visit.look("flagged")
    visit.go(case.get_absolute_url())
    visit.reads("Demands that were flagged")
    visit.look("case-flagged")
    visit.go(reverse("demand-flag", args=[case.reference]))
    visit.reads("You have flagged a demand about this already")
    visit.look("refused")
    visit.as_(made.sam)
    visit.go(reverse("work-list"))
    visit.look("work")
    page.get_by_role("link", name="An instruction").click()
    visit.reads("She told me to close the road by noon.")
    visit.look("to-consider")
    visit.press("Close it with this")
    visit.reads("Select what comes of it")
    visit.look("consider-again")
    page.get_by_label("It is not done: the member cannot instruct officers").check()
    page.get_by_label("In your words").fill("I rang her. The road stays open.")
    visit.press("Close it with this")
    visit.reads("The officer who flagged it is told", "Sam Stone considered it")
    visit.look("considered")
    visit.as_(made.dev)
    visit.go(reverse("overview-show"))
    visit.look("overview")
    visit.go(reverse("demand-list"))
    visit.look("list")
    visit.as_(made.alice)
    visit.go(case.get_absolute_url())
    expect(page.locator("body")).not_to_contain_text("emand")
    visit.look("member")
    assert Demand.objects.get().state == "considered"


def test_what_is_written_about_one_that_somebody_else_closes_comes_back(
    page, live_server, time_machine
):
    """Carol writes while Sam closes it."""
    time_machine.move_to(NOW)
    made = world("model")
    demand = flag(with_bob(made), made.bob)
    actions.bring(demand, Recipient(made.carol.pk), NOW)
    visit = Visit(page, live_server.url, "demands-closed")
    visit.as_(made.carol)
    visit.go(demand.get_absolute_url())
    page.get_by_label("Talked with the member").check()
    page.get_by_label("In your words").fill("I rang her, and she will write once a week.")
    asked = {"outcome": "talked", "text": "We spoke.", "now": NOW}
    actions.consider(demand=demand, by=fresh(made.sam), **asked)
    visit.press("Close it with this")
    visit.reads("This demand is closed", "What you typed")
    expect(page.get_by_role("textbox", name="Your words")).to_have_value(
        "I rang her, and she will write once a week."
    )
    visit.look("closed")
    expect(page.locator("body")).not_to_contain_text("Sam Stone")
