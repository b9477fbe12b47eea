"""Who opens what: people signed in, in browsers that pass the whole of the product's middleware."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client
from django.urls import reverse

from accounts.models import Person
from bench.council_at_scale import known
from bench.faults import CannotRun
from bench.long_case import latest
from casework.models import Case

Work = Callable[[], object]


@dataclass
class Scene:
    """One database as it is being measured: who is in it, and in which browsers they are signed in."""

    cast: dict[str, Person] = field(default_factory=known)
    browsers: dict[str, Client] = field(default_factory=dict)
    long: Case = field(default_factory=lambda: latest("closed"))
    short: Case = field(default_factory=lambda: latest("closed", back=1))
    logged: int = 0

    def browser(self, who: str) -> Client:
        """Every middleware is passed, the check of forms included; the session is kept."""
        if who not in self.browsers:
            browser = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
            browser.force_login(self.cast[who])
            # The first page of a session also writes to it.
            browser.get(reverse("account"))
            self.browsers[who] = browser
        return self.browsers[who]


@dataclass(frozen=True)
class Scenario:
    """One thing to measure: `make` readies one run, unmeasured, and returns the work that is measured.

    `floor` names what it is held against, and is empty for a floor. A floor that `is_machine` runs no
    code of the product. Where it `counts`, the work returns how many things it did.
    """

    name: str
    who: str
    make: Callable[[Scene, str], Work]
    floor: str = ""
    is_machine: bool = False
    counts: bool = False


def page(name: str, query: str = "") -> Callable[[Scene, str], Work]:
    def make(scene: Scene, who: str) -> Work:
        return _opening(scene, who, f"{reverse(name)}{query and '?'}{query}")

    return make


def case_page(which: str) -> Callable[[Scene, str], Work]:
    def make(scene: Scene, who: str) -> Work:
        return _opening(scene, who, reverse("case-page", args=[getattr(scene, which).reference]))

    return make


def _opening(scene: Scene, who: str, address: str) -> Work:
    browser = scene.browser(who)

    def work() -> None:
        status = browser.get(address).status_code
        if status != 200:
            raise CannotRun(f"{address} answered {status} to {who}, so it cannot be measured.")

    return work


class Hidden(HTMLParser):
    """What a form carries without showing it: its key, and the mark that it is ours."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.found[given["name"] or ""] = given.get("value") or ""

    @classmethod
    def of(cls, html: str) -> dict:
        parser = cls()
        parser.feed(html)
        return parser.found
