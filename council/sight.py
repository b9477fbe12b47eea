"""Which posts open cases to whoever holds them, and who sees cases by one today.

Whoever makes accounts must not be able to make one that sees: such a post is filled, and deputised,
by somebody who sees all cases already, or by a command. ADR 1 says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from accounts import standing
from accounts.models import Person
from council.models import Adoption, Holding
from council.posts import same_holder
from protocol.authority import ROLES
from protocol.profile import Profile

OVERSEE = "enquiry.oversee"
OVERSEEING = frozenset(
    fact.removeprefix("post:")
    for role in ROLES
    if OVERSEE in role.may
    for fact in role.held_by
    if fact.startswith("post:")
)


def showing(profiles: Iterable[Profile]) -> frozenset[str]:
    """The keys of the posts that see all cases under these profiles, or to which they bring cases, or demands
    with what they say of a case.
    """
    found = set(OVERSEEING)
    for profile in profiles:
        told = {one for step in profile.ladder.steps for one in step.posts}
        last = profile.ladder.last_resort
        told |= {last.removeprefix("post:")} if last.startswith("post:") else set()
        told |= {one.post for routes in profile.routing.values() for one in routes if one.post}
        told |= {profile.demands.post} - {None}
        keys = OVERSEEING | told | {profile.adviser.post, profile.adviser.in_absence} - {None}
        found |= keys | {same for key in keys for same in same_holder(key, profile)}
    return frozenset(found)


def adopted() -> list[Profile]:
    """Every profile that was ever adopted or will be in force: cases keep theirs."""
    return [adoption.profile for adoption in Adoption.objects.all()]


def opened_by(profile: Profile, on: date) -> Holding | None:
    """Somebody to whom this profile would open cases, if it were adopted, and who has the post."""
    before = adopted()
    keys = showing([*before, profile]) - showing(before)
    held = Holding.objects.filter(post__key__in=keys).exclude(until__lt=on)
    return held.select_related("post", "person").first()


def overseers(on: date, *besides: Person | None) -> list[Person]:
    """Everybody who sees every case that is not restricted, and can be reached; without these."""
    left_out = {person.pk for person in besides if person is not None}
    held = Holding.objects.on(on).filter(post__key__in=showing(adopted())).exclude(person=None)
    ids = set(held.order_by().values_list("person_id", flat=True)) - left_out
    people = Person.objects.reachable().with_capacities().filter(pk__in=ids)
    return [person for person in people if standing.of(person, on).may(OVERSEE)]
