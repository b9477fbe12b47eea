"""What this room lends whoever reads the ledger: what its entries are called."""

from __future__ import annotations

from collections.abc import Sequence

from frontend.terms import say
from ledger import reading
from members.models import Member, Ward


def wards(keys: Sequence[str]) -> dict[str, str]:
    by_id = reading.ids(keys)
    return {by_id[pk]: name for pk, name in _names(Ward, by_id, "name")}


def members(keys: Sequence[str]) -> dict[str, str]:
    by_id = reading.ids(keys)
    as_member = say(", as a {member}")
    return {by_id[pk]: f"{name}{as_member}" for pk, name in _names(Member, by_id, "person__name")}


def _names(model, by_id, field: str):
    return model.objects.filter(pk__in=by_id).values_list("pk", field)
