"""An officer asks another service, who gives what is needed; it goes into the answer. In a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from casework.models import Case, Contribution
from tests import cast
from tests.casework.making import NOW, at, reloaded, with_bob, working_days, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_another_service_is_asked_and_its_words_go_into_the_answer(page, live_server, time_machine):
    time_machine.move_to(NOW)
    made = world("bristol")
    gita = cast.gita()
    case = with_bob(made)
    visit = Visit(page, live_server.url, "contributions")
    visit.as_(made.bob)
    asked(visit, case)
    late = working_days(NOW.date(), 5)
    time_machine.move_to(at(late))
    visit.as_(gita)
    given(visit)
    visit.as_(made.bob)
    answered(visit, reloaded(case))
    visit.as_(made.alice)
    visit.go(case.get_absolute_url())
    visit.reads("asked another service for part of the answer", "It is ours, and lit again.")
    expect(visit.page.locator("body")).not_to_contain_text("Housing")
    visit.look("member")
    visit.as_(made.dev)
    visit.go(case.get_absolute_url())
    visit.look("clerk")


def asked(visit: Visit, case: Case) -> None:
    """Once with nothing chosen; what was typed is still there."""
    page = visit.page
    visit.go(reverse("enquiry-ask-service", args=[case.reference]))
    visit.look("ask")
    page.get_by_label("What do you need from them?").fill("Whose lamp is it?")
    visit.press("Ask them")
    visit.reads("There is a problem", "Choose a service, or an officer")
    expect(page.get_by_label("What do you need from them?")).to_have_value("Whose lamp is it?")
    visit.look("ask-again")
    page.get_by_label("Which service do you ask?").select_option(label="Housing")
    page.get_by_label("Let them read what").check()
    visit.press("Ask them")
    visit.reads("They have been asked", "Asked of other services", "Housing")
    visit.look("asked")


def given(visit: Visit) -> None:
    """It waits with the team: Gita finds it there, reads what she needs and gives it."""
    page = visit.page
    visit.go(reverse("team-list"))
    visit.look("team")
    page.get_by_role("link", name="Potholes in Quay Street").click()
    visit.reads("Whose lamp is it?", "There are three of them.")
    visit.look("contribution")
    page.get_by_role("link", name="Take it on").click()
    visit.look("take-on")
    visit.press("Take it on")
    visit.go(reverse("work-list"))
    visit.look("work")
    page.get_by_role("link", name="Potholes in Quay Street").click()
    page.get_by_label("Your contribution").fill("It is ours, and lit again.")
    visit.press("Give your contribution")
    visit.reads("They have your contribution")
    expect(page.locator("body")).not_to_contain_text("There are three of them.")
    visit.look("given")


def answered(visit: Visit, case: Case) -> None:
    visit.go(case.get_absolute_url())
    visit.look("to-use")
    visit.page.get_by_role("link", name="Use in your answer").click()
    expect(visit.page.get_by_label("Your answer")).to_have_value("It is ours, and lit again.")
    visit.look("answer")
    visit.press("Send the answer")
    assert Contribution.objects.get().state == "given"
