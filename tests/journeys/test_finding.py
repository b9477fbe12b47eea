"""A case of two years ago, found in a real browser by the councillor who raised it and by an officer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from casework.enquiries import actions
from tests.casework.making import NOW, enquiry, fresh, with_bob, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_case_of_two_years_ago_is_found(page: Page, live_server, time_machine):
    time_machine.move_to(NOW, tick=True)
    made = world("bristol")
    then = NOW - timedelta(days=730)
    old = with_bob(made, subject="The fountain in Castle Park", now=then)
    old = actions.answer(
        case=old, by=fresh(made.bob), text="The pump has a new bearing <and> seal.", now=then
    )
    actions.close(case=old, by=fresh(made.bob), outcome="resolved", now=then)
    for number in range(30):
        enquiry(made, subject=f"Potholes in Quay Street, number {number}")

    visit = Visit(page, live_server.url, "finding")
    visit.as_(made.alice)
    page.set_viewport_size({"width": 390, "height": 900})
    page.get_by_role("link", name="Find a case").click()
    page.get_by_label("Words or a reference").fill("fountain bearings")
    visit.press("Find")
    visit.reads("1 case, the best match first", old.reference, "new bearing")
    assert page.locator("mark").first.inner_text() == "bearing"
    visit.look("found-by-the-member")
    page.get_by_role("link", name="The fountain in Castle Park").click()
    visit.reads("The pump has a new bearing")

    visit.as_(made.bob)
    page.set_viewport_size({"width": 1280, "height": 900})
    box = page.get_by_role("searchbox", name="Reference or words")
    box.fill(old.reference.lower().replace("-", ""))
    box.press("Enter")
    visit.reads("1 case, the best match first", old.reference)
    # What is chosen besides keeps the words.
    page.get_by_label("Status").select_option("received")
    visit.press("Apply filters")
    visit.reads("Nothing was found")
    page.get_by_role("link", name="Clear all").click()
    visit.reads("1 case, the best match first")
    page.get_by_label("Words or a reference").fill("potholes")
    visit.press("Find")
    visit.reads("30 cases, the best match first", "Showing 1 to 25 of 30")
    visit.look("found-by-the-officer")
    page.get_by_label("Words or a reference").fill("x" * 201)
    visit.press("Find")
    expect(page).to_have_title("Error: Find a case: “" + "x" * 39 + "…” – Exampleton Council")
    expect(page.get_by_label("Words or a reference")).to_have_value("x" * 201)
    visit.look("too-long")


def test_a_list_is_saved_under_a_name_and_is_a_click_away(page: Page, live_server, time_machine):
    time_machine.move_to(NOW, tick=True)
    made = world("bristol")
    for number in range(3):
        with_bob(made, subject=f"Potholes in Quay Street, number {number}")
    enquiry(made, subject="The fountain in Castle Park")
    visit = Visit(page, live_server.url, "saved-views")
    visit.as_(made.dev)
    page.set_viewport_size({"width": 1280, "height": 900})
    visit.go("/cases/")
    page.get_by_label("Status").select_option("with_officer")
    visit.press("Apply filters")
    visit.reads("3 cases")
    page.get_by_role("link", name="Save this view").click()
    expect(page.get_by_label("Name of the view")).to_have_value("With an officer")
    page.get_by_label("Name of the view").fill("")
    visit.press("Save")
    visit.reads("Enter the name of the view")
    visit.look("a-view-without-a-name")
    page.get_by_label("Name of the view").fill("Being dealt with")
    visit.press("Save")
    visit.reads("“Being dealt with” is saved. It stands above your lists.", "3 cases")
    visit.look("a-view-saved")
    visit.go("/find/")
    page.get_by_role("link", name="Being dealt with").click()
    visit.reads("All cases", "3 cases")
    page.get_by_role("link", name="Change your views").click()
    visit.look("the-views")
    visit.press("Delete Being dealt with")
    visit.reads("“Being dealt with” is deleted. No case was changed.", "No saved views")
    visit.look("no-views")
