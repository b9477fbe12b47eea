"""Who may not act in what a member raised. Routing, hand-over and chasing all ask here.

No protocol bars an officer from a member's enquiry (Mo46 bars members from decisions about an officer):
the council sets that none goes to somebody who declared a relationship with the member. What the
relationship is stands in the register alone; nothing here tells one reason from another to a reader.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Value

from council.models import Delegation, Relationship
from protocol.refusals import Refused

MAY_NOT = "may not act in this matter"


@dataclass(frozen=True)
class Apart:
    """Ids of people. `theirs`: the member and their delegates, who cannot answer what the member raised
    (a councillor can be Proper Officer: Bracknell). `declared`: who has a declared relationship with them.
    """

    theirs: frozenset[int]
    declared: frozenset[int] = frozenset()

    @property
    def everyone(self) -> frozenset[int]:
        return self.theirs | self.declared

    def first(self, people: Iterable[int | None]) -> int | None:
        """The first of these who may act."""
        return next((one for one in people if one and one not in self.everyone), None)


def of(member_id: int, on: date) -> Apart:
    return of_many([member_id], on)[member_id]


def of_many(member_ids: Iterable[int], on: date) -> dict[int, Apart]:
    """For each of these members, who may not act that day. One query, however many there are."""
    members = set(member_ids)
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    for member, person, how in _pairs(members, on) if members else ():
        found[member, how].add(person)
    return {
        member: Apart(
            theirs=frozenset({member, *found[member, "theirs"]}),
            declared=frozenset(found[member, "declared"]),
        )
        for member in members
    }


def _pairs(members: set[int], on: date):
    """(member, who may not act, how). A relationship counts both ways, whoever declared it."""
    delegates = Delegation.objects.on(on).filter(principal__in=members).order_by()
    declared = Relationship.objects.on(on).order_by()
    return delegates.values_list("principal_id", "delegate_id", Value("theirs")).union(
        declared.filter(person__in=members).values_list("person_id", "other_id", Value("declared")),
        declared.filter(other__in=members).values_list("other_id", "person_id", Value("declared")),
    )


# May they have it? --------------------------------------------------------------------------------


def may_be_given_to(person, aside: Apart) -> None:
    """Nobody has what they raised, nor what they may not act in, as the council set it."""
    if person.pk in aside.theirs:
        raise Refused(
            f"{person.name} raised this enquiry, or acts for the member who did.",
            instead="Choose another officer.",
        )
    if person.pk in aside.declared:
        raise Refused(
            f"{person.name} {MAY_NOT} (set by the council).", instead="Choose another officer."
        )


def may_take(by, aside: Apart) -> None:
    if by.pk in aside.everyone:
        raise Refused(
            f"You {MAY_NOT} (set by the council).",
            instead="Another officer must have it: ask whoever answers for the service to choose one.",
        )
