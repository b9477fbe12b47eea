"""Where a page of the council stands: its breadcrumbs and the pages beside it."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from frontend.parts import Link, NavItem

SECTION = (
    ("Overview", "council-show"),
    ("Details", "council-edit"),
    ("Mail", "mail-hours"),
    ("Adoptions", "adoption-list"),
    ("Posts", "post-list"),
    ("Closure days", "closure-list"),
    ("Relationships", "relationship-list"),
    ("Delegates", "delegation-list"),
)


def section(request: HttpRequest) -> list[NavItem]:
    """The pages of this section, the one that is open marked."""
    overview = reverse("council-show")
    items = [(text, reverse(name)) for text, name in SECTION]
    here = max((h for _, h in items if request.path.startswith(h)), key=len, default=overview)
    return [NavItem(text, href, active=href == here) for text, href in items]


def trail(*more: tuple[str, str]) -> list[Link]:
    """Council, then the lists above the page: `trail(("Posts", "post-list"))`."""
    return [Link("Council", reverse("council-show")), *(Link(t, reverse(n)) for t, n in more)]
