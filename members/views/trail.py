"""Where a page of the members' directory stands."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from frontend.parts import Link, NavItem
from frontend.terms import said
from members.models import Member

SECTION = (
    (said("{Members}"), "member-list"),
    ("Wards", "ward-list"),
    ("Party groups", "group-list"),
    ("Committees", "committee-list"),
)


def section(request: HttpRequest) -> list[NavItem]:
    items = [(text, reverse(name)) for text, name in SECTION]
    here = max((h for _, h in items if request.path.startswith(h)), key=len, default="")
    return [NavItem(text, href, active=href == here) for text, href in items]


def trail(*more: Link) -> list[Link]:
    return [Link(said("{Members}"), reverse("member-list")), *more]


def to_member(member: Member) -> Link:
    return Link(member.person.name, reverse("member-show", args=[member.pk]))
