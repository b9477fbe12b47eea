"""Ending sessions from elsewhere: one's own, in another browser."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import Person
from ledger.actions import record
from protocol.refusals import Refused


@transaction.atomic
def end_sessions(*, person: Person, here: str, only: int | None = None) -> int:
    """End their sessions but the one whose key is `here`: all, or `only` one. How many. Refused for none."""
    theirs = UserSession.objects.filter(user=person).exclude(session_key=here)
    if only is not None:
        theirs = theirs.filter(pk=only)
    keys = list(theirs.values_list("session_key", flat=True))
    if not keys:
        raise Refused("That browser is signed out already.")
    theirs.delete()
    Session.objects.filter(session_key__in=keys).delete()
    record(verb="sessions_ended", subject=person.key, actor=person.pk, data={"sessions": len(keys)})
    return len(keys)


@transaction.atomic
def clear_sessions(*, now: datetime) -> int:
    """The sweep: forget sessions whose time is over, and what was noted of sessions that are no more."""
    gone = Session.objects.filter(expire_date__lte=now).delete()[0]
    left = Session.objects.values("session_key")
    return gone + UserSession.objects.exclude(session_key__in=left).delete()[0]
