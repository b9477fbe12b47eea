"""What a member sees first: their casework in the order of what needs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone

from casework import phrases, scope
from casework.enquiries.drafting import Begun
from casework.models import Case
from frontend.parts import Due, Link, State
from frontend.words import clock, weekday
from protocol import lifecycle
from protocol.calendar import Calendar

RECENT = timedelta(days=14)
# More than a member has open at once; the rest is a link away.
MOST = 60


@dataclass(frozen=True)
class Item:
    """One case as a card: what it is about, how it stands, who has it, what happens next."""

    subject: Link
    state: State
    due: Due
    holder: str
    next: str
    reference: str
    member: str
    # What the reader has begun to write about it.
    begun: tuple[Link, ...]


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    items: tuple[Item, ...]


def own(person):
    """The cases that a member raised, and those of the members whom they act for."""
    reach = scope.of(person)
    raised_by = reach.acts_for | ({reach.own} if reach.is_member else set())
    return Case.objects.visible_to(person).filter(raised_by__in=raised_by)


def shown(person, now: datetime, since: datetime | None = None) -> list[Case]:
    """What is open, and what was answered or handed on since their visit before. Three queries."""
    cases = own(person).for_list().prefetch_related(None)
    recent = since or now - RECENT
    answered = cases.filter(
        Q(state__in=lifecycle.ANSWERED_ONCE)
        & (Q(answered_at__gte=recent) | Q(answered_again_at__gte=recent))
        | Q(state=lifecycle.HANDED_ON, closed_at__gte=recent)
    ).order_by(Coalesce("answered_again_at", "answered_at", "closed_at").desc())
    found = [*cases.open().order_by("next_due", "pk")[:MOST], *answered[:MOST]]
    prefetch_related_objects(found, "clocks")
    return found


def sections(
    found: Iterable[Case],
    person,
    now: datetime,
    calendar: Calendar,
    since: datetime | None = None,
    begun: Begun | None = None,
) -> list[Section]:
    """Waiting for the member; late; answered since their visit before; the rest that is open.

    `since` is when the visit before began; None on the first; `begun` what this reader
    has begun to write. No query: `found` are the cases (`shown`).
    """
    today = timezone.localdate(now)
    kinds = {
        "waiting": ("Waiting for you", lambda c: c.state == lifecycle.WITH_MEMBER),
        "late": ("Late", lambda c: c.state in _RUNNING and c.next_due < today),
        "handed_on": (_since("Handed on", since), lambda c: c.state == lifecycle.HANDED_ON),
        "answered": (_since("Answered", since), lambda c: not c.is_open),
        "open": ("With the council", lambda c: True),
    }
    sorted_into: dict[str, list[Case]] = {key: [] for key in kinds}
    for case in found:
        key = next(key for key, (_, belongs) in kinds.items() if belongs(case))
        sorted_into[key].append(case)
    return [
        Section(
            key,
            title,
            tuple(
                _item(case, person, now, calendar, begun.to(case) if begun else ())
                for case in sorted_into[key]
            ),
        )
        for key, (title, _) in kinds.items()
    ]


_RUNNING = lifecycle.OPEN - {lifecycle.PAUSED}


def _since(what: str, since: datetime | None) -> str:
    if since is None:
        return f"{what} in the last 14 days"
    return f"{what} since your last visit, {weekday(since)} at {clock(since)}"


def _item(case: Case, person, now: datetime, calendar: Calendar, begun: Iterable[Link]) -> Item:
    theirs = case.raised_by_id == person.pk
    return Item(
        subject=Link(case.subject, case.get_absolute_url()),
        state=phrases.state(case, "member"),
        due=phrases.due(case, timezone.localdate(now), calendar),
        holder=phrases.holder(case),
        next=phrases.next_step(case, now, calendar),
        reference=case.reference,
        member="" if theirs else case.raised_by.name,
        begun=tuple(begun),
    )
