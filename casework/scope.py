"""How far a person's sight of cases reaches. `CaseQuerySet.visible_to` is the only door; this is its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts import standing


@dataclass(frozen=True)
class Scope:
    """Ids only. `own` is this person; `acts_for` the members they are a delegate of; `heads` are those
    of `services` that they answer for. All of it in the capacity that they act in, but for `sides_with`:
    themselves and every member for whom they may act, whatever they act as now. Who is in conflict cannot
    change what they act as to be out of it.
    """

    own: int
    sides_with: frozenset[int]
    is_member: bool
    is_officer: bool
    acts_for: frozenset[int]
    services: frozenset[int]
    heads: frozenset[int]
    covers: frozenset[int]
    posts: frozenset[str]
    oversees: bool

    @property
    def sees_nothing(self) -> bool:
        return not (self.is_member or self.is_officer or self.acts_for or self.oversees)


def of(person, on: date | None = None) -> Scope:
    """The scope of a person on a day (today). It costs what `standing.of` costs, once a request."""
    where = standing.of(person, on)
    return Scope(
        own=person.pk or 0,
        sides_with=standing.whole(person, on).ids("acts_for") | {person.pk or 0},
        is_member="member" in where.facts,
        is_officer="officer" in where.facts,
        acts_for=where.ids("acts_for"),
        services=where.ids("service") | where.ids("heads"),
        heads=where.ids("heads"),
        covers=where.ids("covers"),
        posts=where.keys("post"),
        oversees=where.may("enquiry.oversee"),
    )


def side(case, person) -> str:
    """Which side of a case a person stands on: "officer" for officers and overseers, else "member".

    Somebody who is both member and officer (Bracknell) stands on the member's side of their own case,
    whatever they act as.
    A member to whom a case was brought as the holder of a post is no officer: the officers' notes
    are not theirs to read.
    """
    reach = of(person)
    if case.raised_by_id in reach.sides_with or not (reach.is_officer or reach.oversees):
        return "member"
    return "officer"
