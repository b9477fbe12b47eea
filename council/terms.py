"""What this council calls its members and its protocol, by the profile in force today.

A page says these words many times and has twelve queries to spend, so they come with the one that
every page asks anyway, for the council. The words of a text never change: they are kept by its digest.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from time import monotonic

from asgiref.local import Local
from django.utils import timezone

from council.models import Adoption, Council
from frontend.terms import Terms
from protocol import profile

# Outside a request (a worker that mails): so many seconds until another adoption is heard of.
KEPT_FOR = 60.0
MOST_KEPT = 50

_request = Local()
_kept: tuple[date, float, Terms] | None = None
_by_digest: dict[str, Terms] = {}


def current() -> Terms:
    """The words in force; the plain ones before anything is adopted."""
    global _kept
    if hasattr(_request, "council"):
        found = council()
        return _of(found.in_force_digest) if found else Terms()
    kept, today, now = _kept, timezone.localdate(), monotonic()
    if kept is None or kept[0] != today or not 0 <= now - kept[1] < KEPT_FOR:
        adoption = Adoption.objects.in_force(today)
        kept = _kept = (today, now, _in(adoption.profile) if adoption else Terms())
    return kept[2]


def council() -> Council | None:
    """The council with the digest of what is in force: one query a request, however many ask."""
    if not hasattr(_request, "council"):
        return Council.objects.today(timezone.localdate())
    if not _request.council:
        _request.council = [Council.objects.today(timezone.localdate())]
    return _request.council[0]


def names() -> list[str]:
    """What nobody may make a password of: the council's name, and what it calls its members."""
    found, words = council(), current()
    return [found.name if found else "", words.member, words.members]


def begin(**_) -> None:
    """A request begins: nothing of the last one is known."""
    _request.council = []


def forget(**_) -> None:
    """A request is over, something was adopted, or a test has another council."""
    global _kept
    _kept = None
    if hasattr(_request, "council"):
        del _request.council


def _of(digest: str | None) -> Terms:
    if digest is None:
        return Terms()
    known = _by_digest.get(digest) or _library().get(digest)
    if known is None:
        known = _in(Adoption.objects.filter(digest=digest)[0].profile)
        if len(_by_digest) >= MOST_KEPT:
            _by_digest.clear()
        _by_digest[digest] = known
    return known


@cache
def _library() -> dict[str, Terms]:
    return {profile.load(key).digest: _in(profile.load(key)) for key in profile.LIBRARY}


def _in(found: profile.Profile) -> Terms:
    terms = found.terms
    return Terms(member=terms.member, members=terms.members, protocol=terms.protocol)
