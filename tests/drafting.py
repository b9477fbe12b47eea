"""What somebody has begun to write, kept as the page of the form keeps it."""

from __future__ import annotations

from django.http import QueryDict

from accounts import actions, drafts
from accounts.models import Draft, Person
from tests.casework.making import fresh


def begin(person: Person, path: str, **fields: str) -> Draft:
    """A draft of this person in the form at an address."""
    who, posted = fresh(person), QueryDict(mutable=True)
    posted.update(fields)
    return actions.save_draft(place=drafts.place_at(path, who), by=who, posted=posted)
