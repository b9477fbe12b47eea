"""Somebody at a browser: what every journey does, and the pictures that it leaves to look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Person
from tests.factories import PASSWORD

PATIENCE = 15  # seconds
WIDTHS = {"phone": 390, "desk": 1280}


class Visit:
    """One browser and several people. Pictures land in var/screens/<folder>/."""

    def __init__(self, page: Page, base: str, folder: str) -> None:
        self.page, self.base = page, base
        page.set_default_timeout(PATIENCE * 1000)
        self.folder = Path(settings.BASE_DIR) / "var" / "screens" / folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.taken = 0
        for person in Person.objects.all():
            person.set_password(PASSWORD)
            person.save()

    def as_(self, person: Person) -> None:
        """Sign in by email and password, as people do."""
        self.page.context.clear_cookies()
        self.go(reverse("sign-in"))
        self.page.get_by_label("Email").fill(person.email)
        self.page.get_by_role("textbox", name="Password").fill(PASSWORD)
        # A demonstration has a button for each persona as well.
        self.page.get_by_role("textbox", name="Password").press("Enter")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def reads(self, *words: str) -> None:
        for one in words:
            expect(self.page.locator("body")).to_contain_text(one)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait, with the browser's messages coming in, until `true()`; fail after its patience."""
        end = monotonic() + PATIENCE
        while not true():
            assert monotonic() < end, "it did not come to pass"
            self.page.wait_for_timeout(20)

    def look(self, name: str) -> None:
        """Keep a picture at each width; nothing may stick out sideways on a phone."""
        self.taken += 1
        # A click waits until the next page has begun, not until it is there.
        self.page.wait_for_load_state()
        for width_name, width in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            path = self.folder / f"{self.taken:02}-{name}-{width_name}.png"
            self.page.screenshot(path=path, full_page=True)
