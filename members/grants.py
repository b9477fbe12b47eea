"""The grants that this room keeps: being a member, from the first day for a ward."""

from __future__ import annotations

from django.db.models import Min

from accounts.grants import Grant
from accounts.models import Person
from members.models import Member
from members.standing import in_words


def stated(person: Person | None = None) -> list[Grant]:
    """Of everybody, or of one person. One query."""
    if person is not None and getattr(person, "member", None) is None:
        return []
    rows = Member.objects.select_related("person", "group").annotate(first=Min("seats__since"))
    rows = rows.filter(person=person) if person else rows
    return [
        Grant(
            person=one.person,
            what=in_words(one),
            facts=frozenset({"member"}),
            since=one.first,
            until=one.ended_on,
            key=f"member:{one.pk}",
        )
        for one in rows
    ]
