"""What every page of somebody who signed in needs from this room."""

from __future__ import annotations

from accounts import acting
from accounts import navigation as links


def navigation(request) -> dict[str, object]:
    """`navigation`: the service navigation's links for who is signed in; none for anybody else.
    `search`: the box in the header, or None. `acting`: what they act as, where they could choose."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {}
    return {
        "acting": acting.now(person),
        "navigation": links.items_for(person, request.path),
        "search": links.search_for(person),
    }
