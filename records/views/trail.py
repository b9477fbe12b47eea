"""The pages of this section, as far as each is open to whoever looks; and what was ticked on one."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.urls import reverse

from accounts import standing
from frontend.parts import Link, NavItem
from records import rooms
from records.rooms import Item
from records.rules import MOST

SECTION = (
    ("Record of processing", "processing-show", "records.read"),
    ("Review list", "review-list", "records.keep"),
    ("How long things are kept", "retention-edit", "records.keep"),
    ("Legal holds", "hold-list", "records.keep"),
    ("Erasure", "erasure-list", "records.keep"),
)
_KEY = re.compile(r"[a-z]{1,20}:[0-9]{1,18}", re.ASCII)


def section(request: HttpRequest) -> list[NavItem]:
    """The one that is open marked."""
    mine = standing.of(request.user)
    items = [(text, reverse(name)) for text, name, key in SECTION if mine.may(key)]
    here = max((h for _, h in items if request.path.startswith(h)), key=len, default="")
    return [NavItem(text, href, active=href == here) for text, href in items]


def trail(*more: tuple[str, str]) -> list[Link]:
    return [Link("Records", reverse("processing-show")), *(Link(t, reverse(n)) for t, n in more)]


def ticked(request: HttpRequest) -> list[Item]:
    """What stands in the address (`?about=case:12&about=…`), as far as this person may see it."""
    asked = [one for one in request.GET.getlist("about")[: MOST + 1] if _KEY.fullmatch(one)]
    return rooms.items(request.user, asked)
