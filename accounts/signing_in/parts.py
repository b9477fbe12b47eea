"""What other rooms put on the sign-in page (the demonstration's people; single sign-on)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.template.loader import render_to_string

Values = Callable[[HttpRequest], dict[str, object]]
_parts: dict[str, Values] = {}


def register(template: str, values: Values = lambda request: {}) -> None:
    """Draw this template below the form, with these values. Registering again replaces."""
    _parts[template] = values


def parts_for(request: HttpRequest) -> list[str]:
    return [render_to_string(name, values(request), request) for name, values in _parts.items()]
