"""A clerk lays the council's protocol beside others, in a browser (the issue, part 8)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.casework.making import NOW, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_protocols_are_compared_and_a_clause_of_ones_own_is_read(
    page: Page, live_server, time_machine
):
    """Br10f beside what Weston leaves open."""
    time_machine.move_to(NOW, tick=True)
    made = world("bristol")
    visit = Visit(page, live_server.url, "comparing")
    visit.as_(made.dev)
    page.set_viewport_size({"width": 1280, "height": 900})
    visit.go(reverse("protocol-page"))
    page.get_by_role("link", name="Compare").first.click()
    visit.reads("Protocols side by side", "Only those are shown.")
    visit.look("as-it-opens")
    for box in page.get_by_role("group", name="Compare with").get_by_role("checkbox").all():
        box.uncheck()
    visit.press("Compare")
    visit.reads("There is a problem", "Select a protocol to compare with")
    visit.look("none-chosen")
    page.get_by_label("Weston-super-Mare").check()
    page.get_by_label("Everything").check()
    visit.press("Compare")
    visit.reads("7 working days", "set by the council", "All are shown.")
    visit.look("with-weston")
    page.get_by_role("link", name="Br10f").first.click()
    expect(page).to_have_url(visit.base + reverse("protocol-page") + "#clause-10f")
    visit.reads("Br10f")
