"""The grants that this room keeps: posts held, and delegations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils import timezone

from accounts.grants import Grant
from accounts.models import Person
from council.models import Delegation, Holding
from council.standing import implied
from frontend.words import day as written
from protocol import authority


def stated(person: Person | None = None) -> list[Grant]:
    """Of everybody, or of one person. Three queries at most."""
    return [*_posts(person), *_delegations(person)]


def _posts(person: Person | None) -> list[Grant]:
    held = Holding.objects.exclude(person=None).select_related("post", "person")
    held = list(held.filter(person=person) if person else held)
    besides = implied({one.post.key for one in held}, timezone.localdate())
    return [
        Grant(
            person=one.person,
            what=f"{one.post.title}, deputy {one.deputy_order}"
            if one.deputy_order
            else one.post.title,
            facts=frozenset(f"post:{key}" for key in {one.post.key} | besides[one.post.key]),
            since=one.since,
            until=one.until,
            key=f"post:{one.post_id}",
            holding=one.pk,
        )
        for one in held
    ]


def _delegations(person: Person | None) -> list[Grant]:
    rows = Delegation.objects.select_related("principal", "delegate")
    return [_delegation(one) for one in (rows.filter(delegate=person) if person else rows)]


def _delegation(one: Delegation) -> Grant:
    limits = frozenset(one.may.split())
    return Grant(
        person=one.delegate,
        what=f"For {one.principal.name}: may {authority.delegated_in_words(limits)}",
        facts=frozenset({"delegate", *({"raises"} if "raise" in limits else ())}),
        since=one.since,
        until=one.until,
        key=f"delegation:{one.pk}",
    )


def lent(person: Person) -> Iterable[tuple[str, list[str]]]:
    """Who acts for them today or later: the name; what they may do, and from when until when. One query."""
    rows = Delegation.objects.filter(principal=person).select_related("delegate")
    now = rows.filter(Q(until=None) | Q(until__gte=timezone.localdate()))
    return [
        (one.delegate.name, [_may(one.may), _dates(one.since, one.until)])
        for one in now.order_by("since", "pk")
    ]


def _may(limits: str) -> str:
    words = authority.delegated_in_words(frozenset(limits.split()))
    return f"May {words}, except in restricted cases"


def _dates(since: date, until: date | None) -> str:
    return f"From {written(since)}" + (f" until {written(until)}" if until else "")
