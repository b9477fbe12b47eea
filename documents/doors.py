"""Who may open what: each room above says it for its own files. Registering twice is harmless.

A room registers in its AppConfig.ready(). A door takes a person and gives a queryset of rows with a
foreign key `document`: those that the person may see.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

Door = Callable[[object], QuerySet]

_doors: dict[str, Door] = {}


def register(prefix: str, door: Door) -> None:
    """Files about subjects of this kind ("case") are opened by this door."""
    _doors[prefix] = door


def all_of_them() -> list[Door]:
    return list(_doors.values())
