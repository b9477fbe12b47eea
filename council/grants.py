"""The grants that this room keeps: posts held, and delegations."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from accounts import grants
from accounts.grants import Act, Grant
from council.models import Delegation, Holding
from council.standing import implied
from ledger.models import Event
from protocol import authority


def stated(people: Iterable[int] | None = None) -> list[Grant]:
    """Of everybody, or of these: what they hold, and who acts for them. Five queries at most."""
    return [*_posts(people), *_delegations(people)]


def _posts(people: Iterable[int] | None) -> list[Grant]:
    held = Holding.objects.exclude(person=None).select_related("post", "person")
    held = list(held if people is None else held.filter(person__in=people))
    made = _made({f"post:{one.post_id}" for one in held})
    lent = implied({one.post.key for one in held}, timezone.localdate())
    return [
        Grant(
            person=one.person,
            what=f"{one.post.title}, deputy {one.deputy_order}"
            if one.deputy_order
            else one.post.title,
            facts=frozenset(f"post:{key}" for key in {one.post.key} | lent[one.post.key]),
            since=one.since,
            until=one.until,
            act=made.get(one.pk),
        )
        for one in held
    ]


def _made(posts: set[str]) -> dict[int, Act]:
    """By holding, who recorded it. A holding has no name of its own in the ledger: its post has."""
    events = Event.objects.about(*posts).of("post_held").values_list("data", "actor", "at")
    return {data.get("holding"): (actor, at) for data, actor, at in events}


def _delegations(people: Iterable[int] | None) -> list[Grant]:
    rows = Delegation.objects.select_related("principal", "delegate")
    if people is not None:
        rows = rows.filter(Q(delegate__in=people) | Q(principal__in=people))
    rows = list(rows)
    keys = {f"delegation:{one.pk}" for one in rows}
    made = grants.acts(keys, "delegation_made", "delegation_limited")
    return [_delegation(one, made.get(f"delegation:{one.pk}")) for one in rows]


def _delegation(one: Delegation, act: Act | None) -> Grant:
    limits = frozenset(one.may.split())
    return Grant(
        person=one.delegate,
        what=f"For {one.principal.name}: may {authority.delegated_in_words(limits)}",
        facts=frozenset({"delegate", *({"raises"} if "raise" in limits else ())}),
        since=one.since,
        until=one.until,
        act=act,
        principal=one.principal_id,
    )
