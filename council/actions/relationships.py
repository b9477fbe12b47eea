"""Close relationships that people declared (Br11; Mo46; We3.6; Bk; Bl2.7)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from council import rules
from council.editing import as_seen, one_at_a_time
from council.models import Relationship
from frontend.words import day as written
from ledger import actions as ledger
from protocol.refusals import Refused


@transaction.atomic
def declare(
    *, person: Person, other: Person, kind: str, declared_on: date, by: Person | None
) -> Relationship:
    """Record a relationship, as `person` declared it. It counts both ways."""
    rules.may(by, "council.configure")
    if person.pk == other.pk:
        raise Refused("Choose two different people.")
    if kind not in dict(Relationship.KINDS):
        raise Refused("Choose what kind of relationship it is.")
    rules.sensible(declared_on, "The date of the declaration")
    if declared_on > timezone.localdate():
        raise Refused(f"{written(declared_on)} is in the future. Enter the day it was declared.")
    one_at_a_time()
    same = Relationship.objects.between(person.pk, other.pk).filter(kind=kind, ended_on=None)
    if same.exists():
        raise Refused(f"This relationship of {person.name} and {other.name} is already recorded.")
    found = Relationship.objects.create(
        person=person, other=other, kind=kind, declared_on=declared_on
    )
    _record("relationship_declared", found, by)
    return found


def ending(relationship: Relationship) -> dict[str, date | None]:
    """What the page that ends a relationship shows."""
    return {"last_day": relationship.ended_on}


@transaction.atomic
def end(
    *, relationship: Relationship, ended_on: date, by: Person | None, seen: str | None = None
) -> Relationship:
    """It counts until that day, the day included."""
    rules.may(by, "council.configure")
    as_seen(relationship, seen, ending)
    if relationship.ended_on is not None:
        raise Refused(f"This has already ended, on {written(relationship.ended_on)}.")
    rules.in_order(
        relationship.declared_on, ended_on, first="The day it was declared", last="The last day"
    )
    relationship.ended_on = ended_on
    relationship.save(update_fields=["ended_on"])
    _record("relationship_ended", relationship, by)
    return relationship


def _record(verb: str, relationship: Relationship, by: Person | None) -> None:
    # Whose it is stands in the row alone: the ledger outlives what people may have erased.
    ledger.record(verb=verb, subject=f"relationship:{relationship.pk}", actor=by.pk if by else None)
