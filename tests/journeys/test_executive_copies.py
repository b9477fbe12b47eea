"""A concern of an MP and its reply come to the executive member, who reads no more. In a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from casework.chasing import actions as chasing
from casework.enquiries import actions, service_requests
from casework.portfolios import actions as portfolios
from council.models import Council
from members.models import Portfolio
from tests import cast
from tests.casework.making import NOW, fresh, reloaded, with_bob, world
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
    page.get_by_role("link", name="Concern from").click()
    visit.reads("A concern copied to you", "Jo Mills, Blackpool South", "There are three of them.")
    visit.look("concern")
    expect(page.locator("main")).not_to_contain_text(case.reference)
    page.get_by_role("link", name="Answer from").click()
    visit.reads("An answer copied to you", "It is lit again.")
    visit.look("reply")


def test_an_officer_asks_about_the_holder_and_puts_the_mp_right(page, live_server, time_machine):
    time_machine.move_to(NOW)
    made = world("blackpool")
    erin = cast.erin()
    Council.objects.update(online_name="Report it", online_address="https://report.example.gov.uk/")
    Portfolio.objects.create(name="Roads", member=erin.member, since=NOW.date())
    portfolios.belongs(service=made.highways, name="Roads", by=fresh(made.dev))
    asked = {"mp_name": "Jo Mils", "significance": "routine", "service": made.highways}
    private = {"confidential": True, "confidential_why": "The resident’s health"}
    case = with_bob(made, **asked, **private)
    visit = Visit(page, live_server.url, "executive-copies-private")
    visit.as_(made.bob)
    visit.go(case.get_absolute_url())
    visit.reads("whoever wrote it is asked before it is copied to Erin Ellis")
    visit.look("asks")
    visit.go(reverse("copy-agreed", args=[case.reference]))
    visit.look("agreed")
    visit.press("They agreed")
    visit.reads("It is on record that they agreed.")
    visit.go(reverse("mp-name", args=[case.reference]))
    page.get_by_label("Which Member of Parliament raised it?").fill("Jo Mills, Blackpool South")
    visit.look("name")
    visit.press("Save")
    visit.reads("Saved.", "Jo Mills, Blackpool South")
    visit.look("named")
    there = {"room": service_requests.ROOM, "said": {"reference": "RI-20417"}}
    actions.hand_on(
        case=reloaded(case), by=fresh(made.bob), reason="It is for the crew.", now=NOW, **there
    )
    visit.as_(erin)
    visit.go(reverse("copy-list"))
    visit.look("list")
    page.get_by_role("link", name="Why it was handed on").click()
    visit.reads("How a concern ended here", "Report it, with the reference RI-20417")
    visit.look("ending")
