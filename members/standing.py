"""What this room states about a person: that they are a member, and of which group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from frontend.terms import say
from members.models import Ward


def facts(person, on: date) -> Iterable[str]:
    """`member`, and `group:3` where they sit in one. No query: the person brings the capacity."""
    member = getattr(person, "member", None)
    if member is None or (member.ended_on and member.ended_on < on):
        return
    yield "member"
    if member.group_id:
        yield f"group:{member.group_id}"


def in_words(member) -> str:
    """Such as “Member, Green Group” or “Co-opted member”. No query: the person brings the group."""
    held = say("Co-opted {member}") if member.co_opted else say("{Member}")
    return f"{held}, {member.group.name}" if member.group else held


def ward_names() -> Iterable[str]:
    """Words that no password may be made of."""
    return Ward.objects.values_list("name", flat=True)
