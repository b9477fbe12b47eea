"""Who answers for a post on a day: the holder, then the deputies, passing over who cannot.

A profile names posts, never people. A post may be held by a person, a body or an outside contact;
a post that the profile gives the same holder as another (`same_holder_as`) is answered for by that
holder, unless it has one of its own: a deputy of its own is none. `protocol_adviser` stands for the
post that the profile names as adviser, and then for the one that advises in its absence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from accounts import capacities
from council.models import Adoption, Holding
from protocol.profile import Profile

ADVISER = "protocol_adviser"
SET_ASIDE = "may not act in this matter"
ABSENT = "is absent"
DEPARTED = "has left"

Absence = Callable[[set[int], date], set[int]]
_absences: list[Absence] = []


def register_absence(absent: Absence) -> None:
    """Let a room above say who is away: `absent(person_ids, on)` gives those of them who are."""
    if absent not in _absences:
        _absences.append(absent)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Somebody who holds or deputises and was not chosen, with the reason to be shown."""

    name: str
    person_id: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who answers for a post. Nobody (`vacant`) where none is left; it is then false.

    `recipient_key` is "person:12", or "contact:5" with the id of the holding for a body or an
    outside contact; "" where the post is vacant.
    """

    post_key: str
    person_id: int | None = None
    holding: Holding | None = None
    recipient_key: str = ""
    passed_over: tuple[PassedOver, ...] = ()

    @property
    def vacant(self) -> bool:
        return self.holding is None

    @property
    def name(self) -> str:
        return self.holding.holder_name if self.holding else ""

    def __bool__(self) -> bool:
        return not self.vacant


@dataclass(frozen=True)
class Roster:
    """The holders and deputies of every post on a day, in order. Answers without a query."""

    on: date
    profile: Profile | None
    holdings: Mapping[str, tuple[Holding, ...]]
    away: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def load(cls, *, on: date, profile: Profile | None = None) -> Roster:
        """Three queries, however many posts; two where the profile is given."""
        if profile is None:
            adoption = Adoption.objects.in_force(on)
            profile = adoption.profile if adoption else None
        links = [f"person__{link}" for link in capacities.links()]
        rows = Holding.objects.on(on).select_related("post", "person", *links)
        by_post: dict[str, list[Holding]] = defaultdict(list)
        for holding in rows.order_by("deputy_order", "since", "pk"):
            by_post[holding.post.key].append(holding)
        people = {h.person_id for held in by_post.values() for h in held if h.person_id}
        return cls(
            on=on,
            profile=profile,
            holdings={key: tuple(held) for key, held in by_post.items()},
            away=frozenset(away_on(people, on)),
        )

    def resolve(
        self,
        post_key: str,
        *,
        avoiding: Iterable[int] = frozenset(),
        profile: Profile | None = None,
    ) -> Resolved:
        """As `resolve` below. `profile` is that of the case where it is not the one in force."""
        avoided = frozenset(avoiding)
        passed: list[PassedOver] = []
        for holding in self._in_order(post_key, profile or self.profile):
            why = self._why_not(holding, avoided)
            if why is None:
                return Resolved(
                    post_key, holding.person_id, holding, recipient_key(holding), tuple(passed)
                )
            passed.append(PassedOver(holding.holder_name, holding.person_id, why))
        return Resolved(post_key, passed_over=tuple(passed))

    def holders(self, post_key: str) -> tuple[Holding, ...]:
        """Holder and deputies of a post in order, whoever may act."""
        return tuple(self._in_order(post_key, self.profile))

    def _in_order(self, post_key: str, profile: Profile | None) -> list[Holding]:
        found: dict[int, Holding] = {}
        for key in _asked(post_key, profile):
            found.update({holding.pk: holding for holding in self._of(key, profile)})
        return list(found.values())

    def _of(self, key: str, profile: Profile | None) -> list[Holding]:
        """The holder, this post's own or that of the post it shares one with; then the deputies.

        A deputy of its own comes before those of the other, and takes nobody's place as holder.
        """
        own = self.holdings.get(key, ())
        if any(not holding.deputy_order for holding in own):
            return list(own)
        others = [self.holdings.get(same, ()) for same in same_holder(key, profile)]
        held = next((one for one in others if one and not one[0].deputy_order), None)
        lent = held or next((one for one in others if one), ())
        holders = [holding for holding in lent if not holding.deputy_order]
        return [*holders, *own, *(holding for holding in lent if holding.deputy_order)]

    def _why_not(self, holding: Holding, avoided: frozenset[int]) -> str | None:
        if holding.person_id is None:
            return None
        if holding.person_id in avoided:
            return SET_ASIDE
        if has_left(holding.person, self.on):
            return DEPARTED
        if holding.person_id in self.away:
            return ABSENT
        return None


def resolve(
    post_key: str,
    *,
    on: date,
    avoiding: Iterable[int] = frozenset(),
    profile: Profile | None = None,
) -> Resolved:
    """Who answers for a post on a day: holder first, then deputies in order; vacant if nobody.

    `avoiding` holds the ids of people who may not act: the subject, the conflicted. The absent,
    the departed and those who may not sign in are passed over besides. Never raises; at most three
    queries.
    """
    return Roster.load(on=on, profile=profile).resolve(post_key, avoiding=avoiding)


def resolve_many(
    keys: Iterable[str],
    *,
    on: date,
    avoiding: Iterable[int] = frozenset(),
    profile: Profile | None = None,
) -> dict[str, Resolved]:
    """`resolve` for several posts, for as many queries as for one.

    Where `avoiding` differs from case to case, load one `Roster` and ask it for each.
    """
    roster = Roster.load(on=on, profile=profile)
    avoided = frozenset(avoiding)
    return {key: roster.resolve(key, avoiding=avoided) for key in keys}


def away_on(person_ids: set[int], on: date) -> set[int]:
    """Those of these people whom a room above says are away that day."""
    return set().union(*(absent(person_ids, on) for absent in _absences)) if person_ids else set()


def has_left(person, on: date) -> bool:
    """May no longer sign in, or every capacity that they held has ended before the day.

    Somebody who never was a member or an officer (an outside adviser who signs in) has not left.
    """
    if not person.is_active:
        return True
    held = capacities.of(person).values()
    return bool(held) and all(one.ended_on is not None and one.ended_on < on for one in held)


def recipient_key(holding: Holding) -> str:
    """How notices name whoever holds: "person:12", or "contact:5" with the holding's id."""
    return f"person:{holding.person_id}" if holding.person_id else f"contact:{holding.pk}"


def same_holder(post_key: str, profile: Profile | None) -> tuple[str, ...]:
    """The other posts that the profile gives the same holder as this one, either way round."""
    if profile is None:
        return ()
    here = profile.posts.get(post_key)
    onward = (here.same_holder_as,) if here and here.same_holder_as else ()
    head = onward[0] if onward else post_key
    others = (k for k, post in profile.posts.items() if post.same_holder_as == head)
    return (*onward, *(key for key in others if key != post_key))


def _asked(post_key: str, profile: Profile | None) -> tuple[str, ...]:
    if post_key != ADVISER or profile is None or ADVISER in profile.posts:
        return (post_key,)
    adviser = profile.adviser
    return (adviser.post, adviser.in_absence) if adviser.in_absence else (adviser.post,)
