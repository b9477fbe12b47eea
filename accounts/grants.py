"""What gives people their roles: from when, until when, by whose act. Each room states those that it keeps.

A grant is a row of a room (a member, an officer, a post held, a delegation), and whoever wrote it stands in
the ledger. Reads only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from accounts.models import Person
from frontend.parts import State
from frontend.terms import say
from frontend.words import day, moment
from ledger.models import Event
from protocol import authority

# Whom the ledger has as having done something, and when: the actor's id (None: the product itself).
Act = tuple[int | None, datetime]
NOT_KNOWN = "Not in the ledger"
PRODUCT = "Evenhand, or a command"
STATES = {"today": "Today", "coming": "Later", "ended": "Ended"}
COLOURS = {"today": "green", "coming": "yellow", "ended": "grey"}


@dataclass(frozen=True)
class Grant:
    """`what` in words; `facts` as protocol/authority.py reads them; `since` None where no day was kept."""

    person: Person
    what: str
    facts: frozenset[str]
    since: date | None
    until: date | None
    act: Act | None
    # Of a delegation: for whom.
    principal: int | None = None

    def state(self, on: date) -> str:
        if self.until is not None and self.until < on:
            return "ended"
        return "coming" if self.since is not None and self.since > on else "today"

    @property
    def roles(self) -> tuple[authority.Role, ...]:
        return authority.roles_for(self.facts)


Provider = Callable[[Iterable[int] | None], Iterable[Grant]]
_providers: dict[str, Provider] = {}


def register(room: str, provider: Provider) -> None:
    """Let a room state its grants: all, or those to and for some people. Registering again replaces."""
    _providers[room] = provider


def every(people: Iterable[int] | None = None) -> list[Grant]:
    """All there are and were, by the holder's name, the latest first of each."""
    found = [grant for provider in _providers.values() for grant in provider(people)]
    found.sort(key=lambda one: one.since or date.min, reverse=True)
    return sorted(found, key=lambda one: (one.person.sort_name, one.person.name, one.person.pk))


def acts(subjects: Iterable[str], *verbs: str) -> dict[str, Act]:
    """By subject, the last act of these verbs. One query."""
    events = Event.objects.about(*subjects).of(*verbs)
    rows = events.values_list("subject", "actor", "at")
    return {subject: (actor, at) for subject, actor, at in rows}


def names_of(grants: Iterable[Grant]) -> dict[int, str]:
    """Of whoever made them. One query."""
    ids = {grant.act[0] for grant in grants if grant.act} - {None}
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def made_by(grant: Grant, names: Mapping[int, str]) -> str:
    if grant.act is None:
        return NOT_KNOWN
    actor, at = grant.act
    return f"{names.get(actor, PRODUCT) if actor else PRODUCT}, {moment(at)}"


def roles_in(grant: Grant) -> list[str]:
    return [say(role.name) for role in grant.roles]


def row(grant: Grant, names: Mapping[int, str], on: date) -> list[object]:
    """What a table shows of one, without its holder: what, roles, from, until, by whom, state."""
    state = grant.state(on)
    return [
        grant.what,
        roles_in(grant) or "None",
        day(grant.since) if grant.since else "Not recorded",
        day(grant.until) if grant.until else "Not set",
        made_by(grant, names),
        State(STATES[state], COLOURS[state]),
    ]


def rows(grants: Iterable[Grant]) -> list[list[object]]:
    grants, today = list(grants), timezone.localdate()
    names = names_of(grants)
    return [row(grant, names, today) for grant in grants]
