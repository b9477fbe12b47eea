"""What this room lends whoever reads the ledger: what its entries are called."""

from __future__ import annotations

from collections.abc import Sequence

from ledger import reading
from officers.models import Officer, Service


def services(keys: Sequence[str]) -> dict[str, str]:
    by_id = reading.ids(keys)
    known = Service.objects.filter(pk__in=by_id).values_list("pk", "name")
    return {by_id[pk]: name for pk, name in known}


def officers(keys: Sequence[str]) -> dict[str, str]:
    by_id = reading.ids(keys)
    known = Officer.objects.filter(pk__in=by_id).values_list("pk", "person__name")
    return {by_id[pk]: f"{name}, as an officer" for pk, name in known}
