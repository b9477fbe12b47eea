"""Who took away what this room holds."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Person
from accounts.rules import may_see_grants
from ledger.actions import record


@transaction.atomic
def export_grants(*, by: Person, count: int) -> None:
    """Note that somebody took the list of who holds what, with so many rows."""
    may_see_grants(by)
    record(verb="grants_exported", subject="council:grants", actor=by.pk, data={"rows": count})
