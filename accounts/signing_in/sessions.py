"""Where somebody is signed in: each browser that has a session of theirs which is still good. Reads only.

django-allauth notes each sign-in with its address and browser (`allauth.usersessions`); when it was last
used stands in the session itself (protocol_site/sessions.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from ua_parser import parse

from accounts.models import Person

SEEN = "session_seen"
UNKNOWN = "Unknown browser"


@dataclass(frozen=True)
class SignedIn:
    """One browser: its number, in words, its network address, since when, last used, whether it is this."""

    pk: int
    browser: str
    address: str
    since: datetime
    seen: datetime
    here: bool


def note(request: HttpRequest) -> None:
    """This browser is signed in as `request.user` from now on. Its session may have been noted before."""
    UserSession.objects.create_from_request(request)


def of(person: Person, here: str | None) -> list[SignedIn]:
    """Those that are still good, the last used first; `here` is the key of the session that asks.

    What is not good any more is forgotten on the way.
    """
    now = datetime.now(tz=UTC)
    idle = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    found = [
        SignedIn(
            row.pk,
            in_words(row.user_agent),
            row.ip,
            row.created_at,
            _seen(row),
            row.session_key == here,
        )
        for row in UserSession.objects.purge_and_list(person)
    ]
    good = [one for one in found if one.here or now - one.seen <= idle]
    return sorted(good, key=lambda one: (one.here, one.seen), reverse=True)


def _seen(row: UserSession) -> datetime:
    seen = SessionStore(row.session_key).get(SEEN)
    return datetime.fromtimestamp(seen, tz=UTC) if seen else row.created_at


def in_words(user_agent: str) -> str:
    """`Chrome on Windows`, of what a browser says of itself."""
    found = parse(user_agent)
    browser, system = found.user_agent, found.os
    if browser is None:
        return UNKNOWN
    return f"{browser.family} on {system.family}" if system else browser.family
