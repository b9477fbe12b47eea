"""What every page knows of the council: one query, and only where a page asks."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from council import terms
from council.models import Council

_KEPT = "_council"


def of(request: HttpRequest) -> Council | None:
    """The council, read once a request; None before it is set up."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, terms.council())
    return getattr(request, _KEPT)


def council(request: HttpRequest) -> dict[str, object]:
    """`council`, and `terms` for its words, for every template. Registered in the settings."""
    return {
        "council": SimpleLazyObject(lambda: of(request)),
        "terms": SimpleLazyObject(terms.current),
    }
