"""After the answer: asked again, by the member or on their word; and an answer that is put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from casework import apart, following, moving
from casework.enquiries import routing, rules
from casework.enquiries.actions import clockwork
from casework.enquiries.routing import Routed
from casework.models import Case, EnquiryDetail, FollowUp
from council.calendar import current
from documents.models import Document
from officers.models import Service

PUT_RIGHT = "It was opened again by the officer who has it, to put the answer right."


@transaction.atomic
def ask_again(
    *,
    case: Case,
    by,
    text: str,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """The member asks again about an answer. It is open again, with a promise and a clock of its own.

    `documents` are files that `by` holds.
    """
    now = now or timezone.now()
    return _asked("ask_again", case=case, by=by, text=text, files=documents, seen=seen, now=now)


@transaction.atomic
def record_asking(
    *,
    case: Case,
    by,
    text: str,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """An officer writes down what the member asks; it stands as recorded for the member."""
    now = now or timezone.now()
    return _asked("record_asking", case=case, by=by, text=text, files=documents, seen=seen, now=now)


@transaction.atomic
def put_right(
    *, case: Case, by, reason: str, seen: int | None = None, now: datetime | None = None
) -> Case:
    """Open one's own answer again, with the reason, which the member reads.

    It takes back nothing: the answer stays, with its date and its figure. It is no turn of the member's, and
    the window is theirs, so neither limits it.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may("put_right", case=case, by=by, on=today)
    apart.may_take(by, apart.of(case.raised_by_id, today))
    left = following.follow(case, today)
    routed = Routed(owner=by.pk, because=PUT_RIGHT, clause="")
    clock = _open(
        case, verb="put_right", reason="mistake", routed=routed, left=left, seen=seen, now=now
    )
    message = moving.write(case=case, kind="correction", by=by, text=reason, at=now)
    data = {"date_due": clock.due, "round": case.round}
    moving.record(case=case, verb="enquiry_put_right", by=by, at=now, messages=[message], data=data)
    return case


def _asked(
    verb: str,
    *,
    case: Case,
    by,
    text: str,
    files: Sequence[Document],
    seen: int | None,
    now: datetime,
) -> Case:
    today = timezone.localdate(now)
    rules.may(verb, case=case, by=by, on=today)
    rules.may_ask_again(case, today, current())
    rules.is_in_office(case, today)
    left = following.follow(case, today)
    routed = routing.back(case, today)
    if routed is None:
        verb, routed = "ask_again_afresh", routing.afresh(case, today)
    clock = _open(case, verb=verb, reason="asked", routed=routed, left=left, seen=seen, now=now)
    message = moving.write(case=case, kind="again", by=by, text=text, at=now, files=files)
    moving.record(
        case=case,
        verb="enquiry_asked_again",
        by=by,
        at=now,
        messages=[message],
        data={
            "date_due": clock.due,
            "round": case.round,
            "person_owner": case.owner_id,
            "service": case.service_id,
        },
    )
    return case


def _open(
    case: Case,
    *,
    verb: str,
    reason: str,
    routed: Routed,
    left: Service | None,
    seen: int | None,
    now: datetime,
):
    """The next round of a case, and its clock. What was answered, and when, is left as it was. `left`: the
    service that had it, where another carries on.
    """
    changes = {"owner_id": routed.owner, "round": case.round + 1, "closed_at": None}
    if left is not None:
        changes["service"] = case.service
    if routed.owner != case.owner_id or routed.owner is None:
        changes["owner_since"] = now if routed.owner else None
    moving.move(case=case, verb=verb, seen=seen, **changes)
    if left is not None:
        following.record(case, left, now)
    # What was brought to the line stays theirs until its breach is explained, and opens nothing more.
    if not case.awaits_explanation:
        case.escalations.in_line().update(over=True)
    # How it ended is in the ledger; it has not ended now.
    EnquiryDetail.objects.filter(case=case).update(outcome="")
    FollowUp.objects.create(
        case=case,
        round=case.round,
        reason=reason,
        opened_at=now,
        route_because=routed.because,
        route_clause=routed.clause,
    )
    return clockwork.start_again(case, now)
