"""The pages of this section, as far as each is open to whoever looks."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from accounts import standing
from frontend.parts import NavItem

SECTION = (("Record of processing", "processing-show", "records.read"),)


def section(request: HttpRequest) -> list[NavItem]:
    """The one that is open marked."""
    mine = standing.of(request.user)
    items = [(text, reverse(name)) for text, name, key in SECTION if mine.may(key)]
    here = max((h for _, h in items if request.path.startswith(h)), key=len, default="")
    return [NavItem(text, href, active=href == here) for text, href in items]
