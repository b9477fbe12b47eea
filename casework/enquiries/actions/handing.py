"""Handing an enquiry on as what it really is, and taking it back where that was a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework import breaches, following, moving, receiving
from casework.contributions import actions as contributions
from casework.contributions import lateness
from casework.enquiries import routing, rules
from casework.enquiries.actions import clockwork
from casework.models import Case, Handing
from casework.receiving import Room, Went
from frontend.words import day
from ledger.commitments import commit
from protocol import lifecycle
from protocol.refusals import Refused


@transaction.atomic
def hand_on(
    *,
    case: Case,
    by,
    room: Room,
    reason: str,
    said: Mapping[str, Any] | None = None,
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """End an enquiry here, and hand it on to the room for what it really is (Bl10.1; elsewhere set by the
    council). `reason` is what the member reads; `said` what the room asks for, which goes to the room alone.

    A promise that was broken by then stays on record.
    """
    now = now or timezone.now()
    rules.may("hand_on", case=case, by=by, on=timezone.localdate(now))
    rules.may_hand_on(case)
    if not rules.relations(case, by, timezone.localdate(now)) & room.who:
        raise Refused("That is not for you to hand it on to.")
    room.may(case)
    moving.lock(case=case, seen=seen)
    was_paused = case.state == lifecycle.PAUSED
    moving.move(case=case, verb="hand_on", seen=seen, closed_at=now)
    if was_paused:
        clock = clockwork.resume(case, now)
        resumed = {"date_due": clock.due}
        moving.record(case=case, verb="clock_resumed", by=by, at=now, data=resumed, silent=True)
    late = clockwork.stop(case, now)
    went = room.receive(case=case, by=by, said=said or {}, now=now)
    handing, proofs = _keep(case, room, went, by=by, now=now)
    text = reason if room.known_to else _with_where(reason, went)
    message = moving.write(case=case, kind="handing", by=by, text=text, at=now)
    moving.record(
        case=case,
        verb="enquiry_handed_on",
        by=by,
        at=now,
        messages=[message],
        data={"handing": handing.pk},
        commitments=proofs,
    )
    contributions.call_back_all(case=case, by=by, now=now, why="handed_on")
    breaches.record_late(case=case, clocks=late, now=now)
    lateness.record(case=case, clocks=late, now=now)
    return case


@transaction.atomic
def take_back(
    *, case: Case, by, reason: str, seen: int | None = None, now: datetime | None = None
) -> Case:
    """It was handed on by mistake: it is open here again, with the promise and the date that it had.

    Handing it on wins no day: what became late meanwhile is late.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may("take_back", case=case, by=by, on=today)
    handing = case.handings.known_to(by).filter(taken_back_at=None).first()
    rules.may_take_back(handing)
    left = following.follow(case, today)
    moving.lock(case=case, seen=seen)
    routed = routing.back(case, today)
    verb = "take_back" if routed else "take_back_afresh"
    owner = (routed or routing.afresh(case, today)).owner
    changes: dict[str, Any] = {"owner_id": owner, "closed_at": None}
    if left is not None:
        changes["service"] = case.service
    if owner != case.owner_id or owner is None:
        changes["owner_since"] = now if owner else None
    moving.move(case=case, verb=verb, seen=seen, **changes)
    if left is not None:
        following.record(case, left, now)
    receiving.room(handing.room).recall(handing=handing, by=by, now=now)
    Handing.objects.filter(pk=handing.pk).update(taken_back_at=now)
    clock = clockwork.run_on(case, now, handing.at)
    message = moving.write(case=case, kind="correction", by=by, text=reason, at=now)
    moving.record(
        case=case,
        verb="enquiry_taken_back",
        by=by,
        at=now,
        messages=[message],
        data={
            "handing": handing.pk,
            "date_due": clock.due,
            "person_owner": case.owner_id,
            "service": case.service_id,
        },
    )
    return case


def _keep(case: Case, room: Room, went: Went, *, by, now: datetime):
    """Where it went, with what the ledger proves of it."""
    handing = Handing(
        case=case,
        room=room.key,
        record=went.record,
        name=went.name,
        reference=went.reference,
        address=went.address,
        entered_on=went.entered_on,
        by=by,
        at=now,
    )
    proof = commit(handing.texts)
    handing.salt = proof.salt
    handing.save(force_insert=True)
    return handing, {handing.key: proof.digest}


def _with_where(reason: str, went: Went) -> str:
    """What the member reads says where it is, too: so it is found again, and stands on paper."""
    where = f"It is now in {went.name}"
    if went.reference:
        where += f", with the reference {went.reference}"
    if went.entered_on:
        where += f", entered there on {day(went.entered_on)}"
    return "\n\n".join(filter(None, [reason.strip(), f"{where}.", went.address]))
