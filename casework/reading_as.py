"""As whom somebody reads a case on the member's side of it, where that is not simply the member."""

from __future__ import annotations

from accounts import standing
from casework import scope
from casework.models import Case
from frontend.terms import say
from protocol import authority, capacity


def words(case: Case, person, side: str) -> list[str]:
    """Why an officer has no part in it; what a delegate may not do. Nothing for whoever raised it."""
    if side != "member":
        return []
    reach, where = scope.of(person), standing.of(person)
    if case.raised_by_id in reach.acts_for:
        limits = limits_of(where, case.raised_by_id)
        if limits == authority.DELEGATED.keys():
            return []
        may = authority.delegated_in_words(limits)
        return [f"For {case.raised_by.name} you may {may}."]
    if case.raised_by_id not in reach.sides_with or where.capacity in ("", capacity.MEMBER):
        return []
    whose = (
        "You raised this" if case.raised_by_id == reach.own else "You act for whoever raised this"
    )
    return [
        say(
            "{whose}, so you have no part in it as anything else: you read here what the {member} reads. "
            "To do what the {member} can do, change what you act as, at the top of the page.",
            whose=whose,
        )
    ]


def limits_of(where: standing.Standing, member: int) -> frozenset[str]:
    """What a delegate may do for a member besides reading: keys of authority.DELEGATED."""
    return frozenset(key for key in authority.DELEGATED if f"{key}_for:{member}" in where.facts)
