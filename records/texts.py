"""Finding the reasons that events committed to, so that verifying the ledger can check them."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.hooks import Text
from records.models import Hold, Review


def holds(names: Sequence[str]) -> dict[str, Text]:
    rows = Hold.objects.filter(pk__in=[_id(name) for name in names])
    return {row.key: Text(row.why, row.salt) for row in rows if row.salt}


def reviews(names: Sequence[str]) -> dict[str, Text]:
    rows = Review.objects.filter(pk__in=[_id(name) for name in names])
    return {row.key: Text(row.why, row.salt) for row in rows}


def lifted(names: Sequence[str]) -> dict[str, Text]:
    rows = Hold.objects.filter(pk__in=[_id(name) for name in names]).exclude(lifted_at=None)
    texts = {f"hold-lifted:{row.pk}": Text(row.lifted_why, row.lifted_salt) for row in rows}
    return {name: text for name, text in texts.items() if text.salt}


def _id(name: str) -> int:
    return int(name.partition(":")[2])
