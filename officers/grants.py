"""The grants that this room keeps: being an officer. No first day is kept; the ledger has the recording."""

from __future__ import annotations

from collections.abc import Iterable

from accounts import grants
from accounts.grants import Grant
from officers.models import Officer
from officers.standing import in_words


def stated(people: Iterable[int] | None = None) -> list[Grant]:
    """Of everybody, or of these. Two queries."""
    rows = Officer.objects.select_related("person", "service")
    rows = list(rows if people is None else rows.filter(person__in=people))
    made = grants.acts({f"officer:{one.pk}" for one in rows}, "entry_added")
    return [
        Grant(
            person=one.person,
            what=in_words(one),
            facts=frozenset({"officer", one.level}),
            since=None,
            until=one.ended_on,
            act=made.get(f"officer:{one.pk}"),
        )
        for one in rows
    ]
