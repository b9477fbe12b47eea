"""What this room states about a person: the posts they hold, and the people they act for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import BigIntegerField, Value

from council.models import Adoption, Delegation, Holding
from council.posts import has_left


def facts(person, on: date) -> Iterable[str]:
    """`post:town_clerk` for each post held on the day (deputies too), `delegate`, `acts_for:12`.

    `post:protocol_adviser` goes to the post that the adopted profile names as adviser, and a post
    that the profile gives the same holder as another brings that other along. Whoever has left
    has none of it.
    """
    if has_left(person, on):
        return
    keys, principals = _held(person, on)
    if keys:
        yield from (f"post:{key}" for key in keys | _implied(keys, on))
    for principal_id in principals:
        yield "delegate"
        yield f"acts_for:{principal_id}"


def post_holders(on: date) -> Iterable[int]:
    """Everybody who holds a post that day: among them are all who keep people."""
    held = Holding.objects.on(on).exclude(person=None).order_by()
    return held.values_list("person_id", flat=True).distinct()


def _held(person, on: date) -> tuple[set[str], set[int]]:
    """The keys of posts held, and the ids of the people acted for: one query, for every page."""
    posts = Holding.objects.on(on).filter(person=person).order_by()
    acting = Delegation.objects.on(on).filter(delegate=person).order_by()
    nobody, nothing = Value(None, output_field=BigIntegerField()), Value("")
    rows = posts.values_list("post__key", nobody).union(acting.values_list(nothing, "principal_id"))
    found = list(rows)
    return {key for key, _ in found if key}, {pk for _, pk in found if pk is not None}


def _implied(keys: set[str], on: date) -> set[str]:
    adoption = Adoption.objects.in_force(on)
    if adoption is None:
        return set()
    profile = adoption.profile
    implied = {key for key, post in profile.posts.items() if post.same_holder_as in keys}
    implied |= {profile.posts[key].same_holder_as for key in keys & profile.posts.keys()} - {None}
    if profile.adviser.post in keys | implied:
        implied.add("protocol_adviser")
    return implied
