"""How somebody is mailed: theirs to choose, where the council offers a daily mail."""

from __future__ import annotations

from django.db import transaction

from accounts import rules
from accounts.actions.writing import move
from accounts.models import Person
from ledger.actions import record


@transaction.atomic
def choose_mail(*, person: Person, mailed: str) -> bool:
    """Mail them as it happens, or once a day; whether that is a change.

    What waits already is looked at again within minutes (ledger.delivery.LOOK_AGAIN).
    """
    rules.may_be_mailed(mailed)
    if person.mailed == mailed:
        return False
    move(person, mailed=mailed)
    record(
        verb="mail_preference_changed",
        subject=person.key,
        actor=person.pk,
        data={"mailed": mailed},
    )
    return True
