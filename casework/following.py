"""A case of a service that was merged or ended since goes on, once it is opened again, with its successor."""

from __future__ import annotations

from datetime import datetime

from casework import moving
from casework.models import Case
from officers import changing
from officers.models import Service

VERBS = {"merged": "enquiry_moved_by_merger", "ended": "enquiry_moved_by_ending"}


def follow(case: Case) -> Service | None:
    """Give an answered case, in memory, the service that carries on; returns the one that it had, where that
    is another. Before the case is locked: a merger locks services first.
    """
    before = case.service
    if before is None:
        return None
    now = changing.held(before)
    case.service = now
    return before if now.pk != before.pk else None


def record(case: Case, before: Service, now: datetime) -> None:
    """The event of it, once the case has been moved."""
    change = before.changes.endings().get()
    data = {"service_before": before.pk, "service_now": case.service_id}
    moving.record(case=case, verb=VERBS[change.kind], by=None, at=now, data=data)
