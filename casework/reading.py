"""Who read a restricted case, in the ledger before anything of it is shown (docs/adr/0025)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from casework.models import Case
from ledger.actions import Entry, record_many
from ledger.models import Event

VERB = "restricted_read"
# So long the same page of the same state of a case, looked at again by the same person, is one reading.
SAME_READING = timedelta(minutes=15)


def on_record(request: HttpRequest, *cases: Case) -> None:
    """Whoever asks for this page reads these cases on it. No query where none is restricted."""
    record(by=request.user, page=request.resolver_match.url_name, cases=cases)


def record(*, by, page: str, cases: Iterable[Case], now: datetime | None = None) -> None:
    """Record what of these is restricted as read, once for each state of it.

    What was written since, or is read on another page, is another reading; where it cannot be recorded,
    the error goes up and nothing is shown.
    """
    found = {case.key: case for case in cases if case.sensitivity != "ordinary"}
    if found:
        _record(found, by, page, now or timezone.now())


@transaction.atomic
def _record(found: dict[str, Case], by, page: str, now: datetime) -> None:
    lately = Event.objects.about(*found).of(VERB).by(by.pk).filter(at__gt=now - SAME_READING)
    known = {(one.subject, one.data.get("page"), one.data.get("version")) for one in lately}
    entries = [
        Entry(VERB, key, actor=by.pk, data={"page": page, "version": case.version}, read=True)
        for key, case in found.items()
        if (key, page, case.version) not in known
    ]
    if entries:
        record_many(entries, at=now)
