"""How the actions of this room write a person: where nobody else did meanwhile, or not at all."""

from __future__ import annotations

from django.contrib.auth.base_user import BaseUserManager
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Person
from protocol.refusals import Refused, Stale


def move(person: Person, **fields) -> None:
    """Write these fields where nobody wrote to this person since it was read; else Stale."""
    if not Person.objects.filter(pk=person.pk, version=person.version).update(
        version=F("version") + 1, **fields
    ):
        raise Stale(
            f"Somebody else has just changed {person.name}.",
            instead="Look at what it says now, and make your change again if it is still needed.",
        )
    for field, value in {**fields, "version": person.version + 1}.items():
        setattr(person, field, value)


def write(write) -> None:
    """Write; an email that somebody took is Refused and not an error of the database."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as fault:
        raise Refused(
            "Somebody else has this email address.",
            instead="Give an address of their own, or look for them in the list of people.",
        ) from fault


def stored(email: str | None) -> str | None:
    return BaseUserManager.normalize_email((email or "").strip()) or None


def actor(by: Person | None) -> int | None:
    return by.pk if by else None
