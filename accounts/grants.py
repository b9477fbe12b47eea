"""What gives people their roles: from when, until when, by whose act. Each room states those that it keeps.

A grant is a row of a room (a member, an officer, a post held, a delegation), and whoever wrote it stands in
the ledger. Reads only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import Person
from frontend.parts import State
from frontend.terms import say
from frontend.words import shortday
from ledger.models import Event
from protocol import authority

NOT_KNOWN = "Not in the ledger"
PRODUCT = "Evenhand, or a command"
STATES = {"today": "Today", "coming": "Later", "ended": "Ended"}
COLOURS = {"today": "green", "coming": "yellow", "ended": "grey"}


@dataclass(frozen=True)
class Grant:
    """`what` in words; `facts` as protocol/authority.py reads them; `since` None where no day was kept.

    `key` is how the ledger names it; of a holding, which has no name of its own, its post's and `holding`.
    """

    person: Person
    what: str
    facts: frozenset[str]
    since: date | None
    until: date | None
    key: str
    holding: int | None = None

    def state(self, on: date) -> str:
        if self.until is not None and self.until < on:
            return "ended"
        return "coming" if self.since is not None and self.since > on else "today"

    @property
    def roles(self) -> tuple[authority.Role, ...]:
        return authority.roles_for(self.facts)


Provider = Callable[[Person | None], Iterable[Grant]]
Lender = Callable[[Person], Iterable[tuple[str, list[str]]]]
_providers: dict[str, Provider] = {}
_lenders: dict[str, Lender] = {}
# What the ledger calls the making, or the last change, of a grant.
VERBS = ("entry_added", "post_held", "delegation_made", "delegation_limited")


def register(room: str, provider: Provider, lender: Lender | None = None) -> None:
    """Let a room state its grants, all of them or those of one person; and who acts for a person, with what
    they may do and until when, in words. Registering again replaces.
    """
    _providers[room] = provider
    if lender:
        _lenders[room] = lender


def every(person: Person | None = None) -> list[Grant]:
    """All there are and were, or one person's: by the holder's name, the latest first of each."""
    found = [grant for provider in _providers.values() for grant in provider(person)]
    found.sort(key=lambda one: one.since or date.min, reverse=True)
    return sorted(found, key=lambda one: (one.person.sort_name, one.person.name, one.person.pk))


def lent_by(person: Person) -> list[tuple[str, list[str]]]:
    """Who acts for a person, today or later."""
    return [one for lender in _lenders.values() for one in lender(person)]


@dataclass(frozen=True)
class Act:
    """Who did something by the ledger, and when; `who` is None for the product itself."""

    who: str | None
    at: datetime


def acts(grants: Iterable[Grant]) -> dict[tuple[str, int | None], Act]:
    """By key and holding, the last act that made or changed it. One query."""
    keys = {grant.key for grant in grants}
    names = Person.objects.filter(pk=OuterRef("actor")).values("name")
    events = Event.objects.about(*keys).of(*VERBS).annotate(who=Subquery(names)) if keys else ()
    return {
        (event.subject, event.data.get("holding")): Act(event.who, event.at) for event in events
    }


def made_by(grant: Grant, made: Mapping[tuple[str, int | None], Act]) -> str:
    """Who recorded it, and on which day: "Dev Desai, 1 Jun 2026"."""
    act = made.get((grant.key, grant.holding))
    if act is None:
        return NOT_KNOWN
    return f"{act.who or PRODUCT}, {shortday(timezone.localdate(act.at))}"


def roles_in(grant: Grant) -> list[str]:
    return [say(role.name) for role in grant.roles]


def rows(grants: Iterable[Grant]) -> list[list[object]]:
    """What a table shows of each, without its holder: what, roles, from, until, by whom, state. One query."""
    grants, today = list(grants), timezone.localdate()
    made = acts(grants)
    return [_row(grant, made_by(grant, made), grant.state(today)) for grant in grants]


def _row(grant: Grant, by: str, state: str) -> list[object]:
    return [
        grant.what,
        roles_in(grant) or "None",
        shortday(grant.since) if grant.since else "Not recorded",
        shortday(grant.until) if grant.until else "Not set",
        by,
        State(STATES[state], COLOURS[state]),
    ]
