"""Finds a person by their email address, or adds them: one human being is one row."""

from __future__ import annotations

from django.db import transaction

from accounts import actions as accounts
from accounts.models import Person
from council import rules


@transaction.atomic
def person_for(*, name: str, email: str, by: Person | None) -> tuple[Person, bool]:
    """The person with this email address, and whether they were added just now.

    Somebody who is there already keeps the name they have. A person who was added cannot sign in
    until they are invited.
    """
    name = rules.words(name, "a name", 200)
    email = rules.email(email)
    found = Person.objects.by_email(email).first()
    if found is not None:
        return found, False
    return accounts.add_person(name=name, email=email, by=by), True
