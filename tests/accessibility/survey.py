"""Goes through the pages as each person, looks at whatever is new on one, and keeps what is wrong."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import resolve
from playwright.sync_api import Page as Screen

from accounts import standing
from accounts.models import Person
from accounts.permissions import ACCESS
from tests.accessibility.council import Things
from tests.accessibility.looking import DESK, PHONE, Reading, looked_at, settled
from tests.accessibility.pages import Page

# The first form of the page that asks for something, with everything in it taken out.
EMPTIED = """() => {
  const asks = (one) => one.matches("textarea, select, input:not([type=hidden], [type=submit])");
  const form = [...document.querySelectorAll("main form[method=post]")]
    .find((one) => [...one.elements].some(asks));
  if (!form) return false;
  const fields = [...form.elements].filter(asks);
  for (const one of fields) {
    if (one.type === "checkbox" || one.type === "radio") one.checked = false;
    else if (one.tagName === "SELECT") one.selectedIndex = one.options[0]?.value ? -1 : 0;
    else one.value = "";
  }
  form.dataset.emptied = "yes";
  return true;
}"""
SENT = "() => document.querySelector('form[data-emptied]').requestSubmit()"
LEADS_NOWHERE = """() => [...document.querySelectorAll(".govuk-error-summary a")]
  .filter((one) => !document.getElementById(one.hash.slice(1))).map((one) => one.textContent)"""
FOCUSED = "document.activeElement.className.includes('govuk-error-summary')"

# Where the heading alone would say too little, or the council's name twice.
TITLES = {
    "adoption-show": "The protocol from ",
    "contribution-page": "Contribution: ",
    "council-show": "Council",
    "letter-page": "Letter ",
    "protocol-page": "The protocol",
}


def resolve_view(path: str) -> object:
    return resolve(path.partition("?")[0]).func


def may_open(path: str, person: Person | None) -> bool:
    """What the address declares; tests/site/test_access.py sees that others are refused."""
    access = getattr(resolve_view(path), ACCESS)
    if access == "public":
        return True
    if person is None:
        return False
    mine = standing.of(person)
    return access == "signed in" or any(mine.may(key) for key in access.split(" or "))


class Survey:
    """`wrong` is everything found, in words. `tried`, `looked` and `sent` are how much was done."""

    def __init__(self, screen: Screen, base: str) -> None:
        screen.set_default_timeout(15_000)
        self.screen, self.base = screen, base
        self.wrong: list[str] = []
        self.tried = self.looked = self.sent = 0
        self.titles: dict[str, set[str]] = defaultdict(set)
        self._clients: dict[str, Client] = {}
        # What has been looked at, by the view that it is part of.
        self._seen: dict[object, set[str]] = defaultdict(set)
        self._forms: set[tuple[str, str]] = set()
        self.folder = Path(settings.BASE_DIR) / "var" / "screens" / "accessibility"

    def table(
        self, pages: Iterable[Page], who: dict[str, Person | None], things: Things, when: str
    ) -> None:
        """Every page as everybody. What a person may not open is counted, and looked at once."""
        for page in pages:
            shown = [role for role, one in who.items() if self._page(page, role, one, things, when)]
            if not shown:
                self.wrong.append(f"{page}: nobody sees it {when}")

    def _page(self, page: Page, role: str, person, things: Things, when: str) -> bool:
        path, label = page.path(things), f"{page} as {role}, {when}"
        if not may_open(path, person):
            return False
        answer = self.client(role, person).get(path)
        if answer.status_code == 302:
            return False
        self.tried += 1
        shown = answer.status_code == 200
        seen = Reading(answer.content.decode())
        if shown:
            self._titled(page.name, seen, label)
        new = self._is_new(resolve_view(path) if shown else None, seen)
        form = self._new_form(path, seen) if shown and not page.nothing else False
        if new or form:
            self.enter(role)
            self.screen.goto(self.base + path)
        if new:
            self.look(label)
        if form:
            self.send_empty(label)
        return shown

    def _is_new(self, view: object, page: Reading) -> bool:
        """Is there anything on the page, or around it, that was not there before? Remember it."""
        known, around = self._seen[view], self._seen["around"]
        new = not (page.main <= known and page.around <= around)
        known |= page.main
        around |= page.around
        return new

    def _new_form(self, path: str, page: Reading) -> bool:
        """Does the page have a form that was not sent empty before? Remember it."""
        asking = [(action or path, fields) for action, fields in page.forms if fields]
        if not asking:
            return False
        action, fields = asking[0]
        key = (resolve(urlsplit(action).path).url_name, " ".join(sorted(set(fields))))
        new = key not in self._forms
        self._forms.add(key)
        return new

    def client(self, role: str, person: Person | None) -> Client:
        if role not in self._clients:
            self._clients[role] = Client()
            if person is not None:
                self._clients[role].force_login(person)
        return self._clients[role]

    def be(self, role: str) -> None:
        """Be somebody who has been met, or the visitor."""
        self.client(role, None)
        self.enter(role)

    def enter(self, role: str) -> None:
        """Let the browser be this person: by the cookie, since signing in is tested elsewhere."""
        self.screen.context.clear_cookies()
        cookie = self._clients[role].cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie:
            given = {"name": cookie.key, "value": cookie.value, "url": self.base}
            self.screen.context.add_cookies([given])

    def go(self, path: str, label: str) -> None:
        self.screen.goto(self.base + path)
        self.look(label)

    def press(self, words: str) -> None:
        with self.screen.expect_navigation():
            self.screen.get_by_role("button", name=words, exact=True).click()

    def look(self, label: str) -> None:
        """Look at what is open. EVENHAND_PICTURES=1 keeps a picture at each width for people to see."""
        settled(self.screen)
        self.looked += 1
        self.wrong += [f"{label}: {fault}" for fault in looked_at(self.screen)]
        if os.environ.get("EVENHAND_PICTURES") == "1":
            self.picture(re.sub(r"[^a-z0-9]+", "-", label.lower()))

    def picture(self, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for size in (PHONE, DESK):
            self.screen.set_viewport_size(size)
            path = self.folder / f"{self.looked:03}-{name}-{size['width']}.png"
            self.screen.screenshot(path=path, full_page=True)

    def send_empty(self, label: str) -> None:
        """Send the page's form with nothing in it; the answer says so and keeps nobody out."""
        assert self.screen.evaluate(EMPTIED), f"{label}: no form to send"
        self.sent += 1
        with self.screen.expect_navigation():
            self.screen.evaluate(SENT)
        self.is_refused(f"{label}, sent empty")

    def is_refused(self, label: str) -> None:
        """The page that is open says what is wrong, first of all in its title, and leads to it."""
        if not self.screen.locator(".govuk-error-summary").count():
            self.wrong.append(f"{label}: it was taken")
            return
        self.screen.wait_for_function(FOCUSED)
        if not self.screen.title().startswith("Error: "):
            self.wrong.append(f"{label}: the title is {self.screen.title()!r}")
        for words in self.screen.evaluate(LEADS_NOWHERE):
            self.wrong.append(f"{label}: the error {words!r} leads nowhere")
        view = resolve_view(urlsplit(self.screen.url).path)
        if self._is_new(("refused", view), Reading(self.screen.content())):
            self.look(label)

    def _titled(self, name: str, seen: Reading, label: str) -> None:
        if len(seen.headings) != 1:
            self.wrong.append(f"{label}: {len(seen.headings)} headings of the first level")
        self.titles[seen.own_words].add(name)
        first, words = "".join(seen.headings[:1]), seen.own_words
        expected = TITLES.get(name, first)
        if not first or not (words.startswith(expected) or expected.startswith(words)):
            self.wrong.append(f"{label}: the title {words!r} is not the heading {first!r}")
