"""The clock of an enquiry: pause, resume, extend. The original due date is never changed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from casework import moving
from casework.enquiries import rules
from casework.enquiries.actions import clockwork
from casework.models import Case
from council.calendar import current


@transaction.atomic
def pause(
    *, case: Case, by, reason: str, seen: int | None = None, now: datetime | None = None
) -> Case:
    """Pause the clock, with the reason, where the council allows it: no protocol grants it."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may("pause", case=case, by=by, on=today)
    rules.may_pause(case.profile, clockwork.get(case, "answer"), today)
    moving.move(case=case, verb="pause", seen=seen)
    clockwork.pause(case, now)
    message = moving.write(case=case, kind="pause", by=by, text=reason, at=now)
    moving.record(case=case, verb="clock_paused", by=by, at=now, messages=[message])
    return case


@transaction.atomic
def resume(*, case: Case, by, seen: int | None = None, now: datetime | None = None) -> Case:
    """Start the clock again; the due date moves by the working days that it was paused."""
    now = now or timezone.now()
    rules.may("resume", case=case, by=by, on=timezone.localdate(now))
    moving.move(case=case, verb="resume", seen=seen)
    clock = clockwork.resume(case, now)
    moving.record(case=case, verb="clock_resumed", by=by, at=now, data={"date_due": clock.due})
    return case


@transaction.atomic
def extend(
    *,
    case: Case,
    by,
    reason: str,
    new_date: date,
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Give the member a later date with the reason, in time (Bl10.2; elsewhere set by the council)."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may("extend", case=case, by=by, on=today)
    clock = clockwork.get(case, "answer")
    rules.may_extend(
        case.profile, clock, reason=reason, new_date=new_date, on=today, calendar=current()
    )
    moving.move(case=case, verb="extend", seen=seen)
    clock = clockwork.extend(case, new_date, now)
    message = moving.write(case=case, kind="extension", by=by, text=reason, at=now)
    moving.record(
        case=case,
        verb="clock_extended",
        by=by,
        at=now,
        messages=[message],
        data={"date_original": clock.original_due, "date_promised": clock.promised_due},
    )
    return case
