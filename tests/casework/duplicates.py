"""A new enquiry as it is typed, and the page that asks whether it is one that is there already."""

from __future__ import annotations

import re
import uuid
from html import unescape

from tests.casework.making import NOW, World

LOG = "enquiry-log"


def typed(made: World, **changes) -> dict:
    return {
        "subject": "More potholes in Quay Street",
        "body": "There are four now.",
        "service": made.highways.pk,
        "ward": "none",
        "nature": "council",
        "once": str(uuid.uuid4()),
    } | changes


def logged(made: World, member, **changes) -> dict:
    """What an officer sends, who logs it for a member."""
    on = {f"received_{part}": getattr(NOW, part) for part in ("day", "month", "year")}
    return typed(made, member=member.pk, channel="phone", **on, **changes)


def words(page) -> str:
    return unescape(page.content.decode())


def carried(page) -> dict:
    """The hidden fields that the page sends again."""
    found: dict = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', words(page)):
        name, value = re.search(r'name="([^"]*)" value="([^"]*)"', tag, re.S).groups()
        found.setdefault(name, []).append(value)
    found.pop("csrfmiddlewaretoken", None)
    return found
