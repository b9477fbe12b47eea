"""The grants that this room keeps: being a member, from the first day for a ward."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Min

from accounts import grants
from accounts.grants import Grant
from members.models import Member
from members.standing import in_words


def stated(people: Iterable[int] | None = None) -> list[Grant]:
    """Of everybody, or of these. Two queries."""
    rows = Member.objects.select_related("person", "group").annotate(first=Min("seats__since"))
    rows = list(rows if people is None else rows.filter(person__in=people))
    made = grants.acts({f"member:{one.pk}" for one in rows}, "entry_added")
    return [
        Grant(
            person=one.person,
            what=in_words(one),
            facts=frozenset({"member"}),
            since=one.first,
            until=one.ended_on,
            act=made.get(f"member:{one.pk}"),
        )
        for one in rows
    ]
