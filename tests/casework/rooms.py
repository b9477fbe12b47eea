"""A receiving room that is invented: it keeps what it is told, and says where it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms

from casework import receiving
from casework.receiving import Room, Went

# What each was told, by its key: the room's own record, which no page of casework reads.
KEPT: dict[str, list[dict[str, Any]]] = {}
EVERYBODY = frozenset({"owner", "cover", "lead", "team", "overseer"})


def invented(key: str, **changes: Any) -> Room:
    """Not yet registered; anything may be changed."""

    def receive(*, case, by, said, now) -> Went:
        KEPT.setdefault(key, []).append({"case": case.pk, "by": by.pk, **said})
        return Went(
            name=f"Room {key}",
            reference=f"{key.upper()}-1",
            address=f"/{key}/1/",
            record=f"{key}:1",
        )

    def fields(case) -> dict[str, forms.Field]:
        return {"about": forms.CharField(label="Whom is it about?", max_length=80)}

    asked = {
        "key": key,
        "kind": f"A matter for {key}",
        "purpose": f"What belongs to {key}.",
        "who": EVERYBODY,
        "fields": fields,
        "receive": receive,
    }
    return Room(**{**asked, **changes})


@contextmanager
def registered(*rooms: Room) -> Iterator[None]:
    """There while this lasts, and not a moment longer."""
    before = dict(receiving._rooms)
    for one in rooms:
        receiving.register(one)
    try:
        yield
    finally:
        receiving._rooms.clear()
        receiving._rooms.update(before)
