"""Several counts in one query."""

from __future__ import annotations

from django.db.models import Count, QuerySet, Value


def counted(*found: QuerySet) -> list[int]:
    """How many rows each of these has, in one query."""
    first, *others = (
        rows.order_by().values(place=Value(place)).annotate(many=Count("pk"))
        for place, rows in enumerate(found)
    )
    many = dict(first.union(*others, all=True).values_list("place", "many"))
    return [many.get(place, 0) for place in range(len(found))]
