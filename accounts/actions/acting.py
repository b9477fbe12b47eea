"""What somebody acts as: chosen by themselves, for the session that they are in."""

from __future__ import annotations

from django.db import transaction

from accounts import standing
from accounts.models import Person
from ledger.actions import record
from protocol.refusals import Refused


@transaction.atomic
def act_in(*, person: Person, capacity: str) -> str:
    """Note that they act in this capacity from now on, here and where they next sign in; its key.

    Refused where it is not theirs today. The view puts it into the session.
    """
    if capacity not in standing.whole(person).parted:
        raise Refused(
            "You cannot act as that any more.", instead="Choose another from those shown."
        )
    before = standing.of(person).capacity
    Person.objects.filter(pk=person.pk).update(acted_as=capacity)
    person.acted_as = capacity
    if capacity != before:
        record(
            verb="capacity_changed",
            subject=person.key,
            actor=person.pk,
            data={"capacity": capacity, "before": before},
        )
    return capacity
