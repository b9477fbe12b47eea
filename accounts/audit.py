"""What this room lends whoever reads the ledger: the names of people who act."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import Person
from ledger import reading


def names(keys: Sequence[str]) -> dict[str, str]:
    by_id = reading.ids(keys)
    known = Person.objects.filter(pk__in=by_id).values_list("pk", "name")
    return {by_id[pk]: name for pk, name in known}
