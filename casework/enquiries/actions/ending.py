"""How an enquiry ends: returned, withdrawn, closed; and why a standard was missed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from casework import breaches, moving
from casework.contributions import actions as contributions
from casework.contributions import lateness
from casework.enquiries import rules
from casework.enquiries.actions import clockwork
from casework.models import Case, EnquiryDetail
from protocol import lifecycle
from protocol.refusals import Refused


@transaction.atomic
def return_to_member(
    *, case: Case, by, reason: str, seen: int | None = None, now: datetime | None = None
) -> Case:
    """Send an enquiry back, before anyone takes it on, with what the member can do about it."""
    now = now or timezone.now()
    rules.may("return", case=case, by=by, on=timezone.localdate(now))
    rules.may_return(case)
    moving.move(case=case, verb="return", seen=seen, closed_at=now)
    late = clockwork.stop(case, now)
    message = moving.write(case=case, kind="return", by=by, text=reason, at=now)
    moving.record(case=case, verb="enquiry_returned", by=by, at=now, messages=[message])
    contributions.call_back_all(case=case, by=by, now=now, why="returned")
    breaches.record_late(case=case, clocks=late, now=now)
    lateness.record(case=case, clocks=late, now=now)
    return case


@transaction.atomic
def withdraw(
    *, case: Case, by, reason: str = "", seen: int | None = None, now: datetime | None = None
) -> Case:
    """The member no longer needs an answer. Nothing that was said is removed."""
    now = now or timezone.now()
    rules.may("withdraw", case=case, by=by, on=timezone.localdate(now))
    was_paused = case.state == lifecycle.PAUSED
    moving.move(case=case, verb="withdraw", seen=seen, closed_at=now)
    if was_paused:
        clock = clockwork.resume(case, now)
        resumed = {"date_due": clock.due}
        moving.record(case=case, verb="clock_resumed", by=by, at=now, data=resumed, silent=True)
    late = clockwork.stop(case, now)
    written = []
    if reason.strip():
        written.append(moving.write(case=case, kind="withdrawal", by=by, text=reason, at=now))
    moving.record(
        case=case,
        verb="enquiry_withdrawn",
        by=by,
        at=now,
        messages=written,
        # The clerk or a delegate can do it too, and then the member hears of it.
        besides=[case.raised_by_id],
    )
    contributions.call_back_all(case=case, by=by, now=now, why="withdrawn")
    breaches.record_late(case=case, clocks=late, now=now)
    lateness.record(case=case, clocks=late, now=now)
    return case


@transaction.atomic
def close(
    *,
    case: Case,
    by,
    outcome: str,
    remark: str = "",
    learned: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Close an answered enquiry with its outcome. Late or in time was settled by the answer.

    `learned` is for officers alone. It is owed where the answer was late, or always, as the council set it.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may("close", case=case, by=by, on=today)
    rules.may_close(case, learned=learned, on=today)
    moving.move(case=case, verb="close", seen=seen, closed_at=now)
    EnquiryDetail.objects.filter(case=case).update(outcome=outcome)
    if learned.strip():
        _learn(case, by=by, learned=learned, now=now)
    written = []
    if remark.strip():
        written.append(moving.write(case=case, kind="closing", by=by, text=remark, at=now))
    moving.record(
        case=case,
        verb="enquiry_closed",
        by=by,
        at=now,
        messages=written,
        data={"outcome": outcome},
    )
    return case


def _learn(case: Case, *, by, learned: str, now: datetime) -> None:
    """What was learned, on the record of the breach that it was learned from where there is one."""
    message = moving.write(case=case, kind="learning", by=by, text=learned, at=now)
    breach = next(iter(breaches.unlearned(case, timezone.localdate(now))), None)
    if breach is not None:
        breach.learned = message
        breach.save(update_fields=["learned"])
    moving.record(case=case, verb="learning_recorded", by=by, at=now, messages=[message])


@transaction.atomic
def explain_breach(
    *,
    case: Case,
    by,
    explanation: str,
    learned: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Say why the standard was missed, and what was learned. A breach is explained once."""
    now = now or timezone.now()
    rules.may("explain_breach", case=case, by=by, on=timezone.localdate(now))
    waiting = breaches.unexplained([case], timezone.localdate(now))
    if not waiting:
        raise Refused("No breach here is waiting for an explanation.")
    breach, more = waiting[0], len(waiting) > 1
    moving.move(case=case, verb="explain_breach", seen=seen, awaits_explanation=more)
    written = [moving.write(case=case, kind="explanation", by=by, text=explanation, at=now)]
    breach.explanation = written[0]
    if learned.strip():
        written.append(moving.write(case=case, kind="learning", by=by, text=learned, at=now))
        # What was said when it was closed stays.
        breach.learned = breach.learned or written[1]
    breach.explained_at = now
    breach.save(update_fields=["explanation", "learned", "explained_at"])
    moving.record(case=case, verb="breach_explained", by=by, at=now, messages=written)
    return case
