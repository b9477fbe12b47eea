"""What this room states about a person: the posts they hold, and the people they act for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import BigIntegerField, CharField, Value
from django.db.models.functions import Cast

from council.models import Adoption, Delegation, Holding
from council.posts import has_left
from protocol.profile import Profile


def facts(person, on: date) -> Iterable[str]:
    """`post:town_clerk` for each post held on the day (deputies too), `delegate`, `acts_for:12`, and
    `answer_for:12` for each thing that the delegation lets them do; `raises` where it is to raise for any.

    `post:protocol_adviser` goes to the post that the adopted profile names as adviser, and a post
    that the profile gives the same holder as another brings that other along. Whoever has left
    has none of it.
    """
    if has_left(person, on):
        return
    keys, delegations = _held(person, on)
    if keys:
        yield from (f"post:{key}" for key in keys | _implied(keys, on))
    for principal_id, limits in delegations.items():
        yield "delegate"
        yield f"acts_for:{principal_id}"
        yield from (f"{limit}_for:{principal_id}" for limit in limits)
        if "raise" in limits:
            yield "raises"


def post_holders(on: date) -> Iterable[int]:
    """Everybody who holds a post that day: among them are all who keep people."""
    held = Holding.objects.on(on).exclude(person=None).order_by()
    return held.values_list("person_id", flat=True).distinct()


def _held(person, on: date) -> tuple[set[str], dict[int, list[str]]]:
    """The keys of posts held; by the ids of the people acted for, what may be done for them. One query, for
    every page.
    """
    posts = Holding.objects.on(on).filter(person=person).order_by()
    acting = Delegation.objects.on(on).filter(delegate=person).order_by()
    nobody = Value(None, output_field=BigIntegerField())
    rows = posts.values_list("post__key", nobody).union(
        acting.values_list(Cast("may", CharField()), "principal_id")
    )
    found = list(rows)
    keys = {key for key, pk in found if pk is None}
    return keys, {pk: key.split() for key, pk in found if pk is not None}


def implied(keys: set[str], on: date) -> dict[str, set[str]]:
    """By each of these keys of posts, what whoever holds it has besides. One query."""
    adoption = Adoption.objects.in_force(on) if keys else None
    return {key: _besides({key}, adoption.profile) if adoption else set() for key in keys}


def _implied(keys: set[str], on: date) -> set[str]:
    adoption = Adoption.objects.in_force(on)
    return _besides(keys, adoption.profile) if adoption else set()


def _besides(keys: set[str], profile: Profile) -> set[str]:
    implied = {key for key, post in profile.posts.items() if post.same_holder_as in keys}
    implied |= {profile.posts[key].same_holder_as for key in keys & profile.posts.keys()} - {None}
    if profile.adviser.post in keys | implied:
        implied.add("protocol_adviser")
    return implied
