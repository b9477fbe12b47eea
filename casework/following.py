"""A case of a service that was merged or ended since goes on, once it is opened again, with its successor.

Where nobody has said who carries on its work, it is in no service: it goes to the clerk, or stays with its
officer, and is never open in one that has ended.
"""

from __future__ import annotations

from datetime import date, datetime

from casework import moving
from casework.models import Case
from officers import changing
from officers.models import Service, ServiceChange

VERBS = {"merged": "enquiry_moved_by_merger", "ended": "enquiry_moved_by_ending"}


def follow(case: Case, on: date) -> Service | None:
    """Give an answered case, in memory, the service that carries on, or none; returns the one that it had,
    where that is another. Before the case is locked: a merger locks services first.
    """
    before = case.service
    if before is None:
        return None
    case.service = changing.going(before, on)
    return before if case.service_id != before.pk else None


def record(case: Case, before: Service, now: datetime) -> None:
    """The events of it, once the case has been moved: each change that led there, as it was."""
    at, to = before.pk, case.service_id
    while to is not None and at != to:
        change = ServiceChange.objects.endings().get(service=at)
        data = {"service_before": at, "service_now": change.into_id}
        moving.record(case=case, verb=VERBS[change.kind], by=None, at=now, data=data)
        at = change.into_id
    if to is None:
        data = {"service_before": at}
        moving.record(case=case, verb="enquiry_without_service", by=None, at=now, data=data)
