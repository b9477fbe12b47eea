"""Where a page of the officers' directory stands."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from frontend.parts import Link, NavItem

SECTION = (
    ("Officers", "officer-list"),
    ("Services", "service-list"),
    ("Absence", "absence-list"),
)


def section(request: HttpRequest) -> list[NavItem]:
    items = [(text, reverse(name)) for text, name in SECTION]
    here = max((h for _, h in items if request.path.startswith(h)), key=len, default="")
    return [NavItem(text, href, active=href == here) for text, href in items]


def trail(*more: Link) -> list[Link]:
    return [Link("Officers", reverse("officer-list")), *more]
