"""What was brought to somebody as the holder of a post, and no officer: that it is late. Nothing more.

A councillor never reads another member's casework, whatever post they hold (We9.1: officers do not
copy one member's correspondence to another). The Town Mayor hears that a promise was broken, to ask
why of whoever answers for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casework import phrases, scope
from casework.models import Escalation
from frontend.parts import Due
from frontend.words import weekday
from protocol import lifecycle
from protocol.calendar import Calendar

MOST = 25
# The clock of what is paused does not run.
RUNNING = lifecycle.OPEN - {lifecycle.PAUSED}


@dataclass(frozen=True)
class Brought:
    """One case that is open and late. `post` is the post in which it was brought to this person."""

    reference: str
    service: str
    holder: str
    due: Due
    post: str


def to_holder(person, on: date, calendar: Calendar) -> list[Brought]:
    """What is open, longest due first; one query, none where the person holds no post."""
    reach = scope.of(person)
    if reach.is_officer or not reach.posts:
        return []
    rows = (
        Escalation.objects.brought_to(reach)
        .filter(case__state__in=RUNNING, case__sensitivity="ordinary")
        .select_related("case__owner", "case__service", "case__adoption")
        .order_by("case__next_due", "pk")[:MOST]
    )
    return [_one(row, on, calendar) for row in rows]


def _one(row: Escalation, on: date, calendar: Calendar) -> Brought:
    case = row.case
    post = case.profile.posts.get(row.post_key)
    return Brought(
        reference=case.reference,
        service=case.service.name if case.service else "",
        holder=case.owner.name if case.owner else phrases.holder(case),
        due=_due(case.next_due, on, calendar),
        post=post.title if post else "",
    )


def _due(when: date, on: date, calendar: Calendar) -> Due:
    """Late; or soon, where a reminder reached the post because nobody has the case."""
    if when < on:
        return phrases.late(when, on, calendar)
    return Due(f"Due {weekday(when, on)}", "soon")
