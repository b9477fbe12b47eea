"""The grants that this room keeps: being an officer. No first day is kept; the ledger has the recording."""

from __future__ import annotations

from accounts.grants import Grant
from accounts.models import Person
from officers.models import Officer
from officers.standing import in_words


def stated(person: Person | None = None) -> list[Grant]:
    """Of everybody, in one query; or of one person, who brings the capacity."""
    if person is None:
        rows = list(Officer.objects.select_related("person", "service"))
    else:
        rows = [held] if (held := getattr(person, "officer", None)) else []
    return [
        Grant(
            person=person or one.person,
            what=in_words(one),
            facts=frozenset({"officer", one.level}),
            since=None,
            until=one.ended_on,
            key=f"officer:{one.pk}",
        )
        for one in rows
    ]
