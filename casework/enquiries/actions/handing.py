"""Handing an enquiry on as what it really is, and taking it back where that was a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework import breaches, following, moving, receiving
from casework.chasing import asked
from casework.contributions import actions as contributions
from casework.contributions import lateness
from casework.enquiries import handing_rules, routing, rules
from casework.enquiries.actions import clockwork
from casework.models import Case, Handing
from casework.portfolios import actions as portfolios
from casework.receiving import Room, Went
from frontend.words import day
from ledger.commitments import commit
from ledger.models import Event
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
    handing_rules.may_hand_on(case)
    if not rules.relations(case, by, timezone.localdate(now)) & room.who:
        raise Refused("That is not for you to hand it on to.")
    room.may(case)
    moving.lock(case=case, seen=seen)
    before = case.state
    moving.move(case=case, verb="hand_on", seen=seen, closed_at=now)
    if before == lifecycle.PAUSED:
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
        data={"handing": handing.pk, "state_before": before},
        commitments=proofs,
    )
    # Where only some may know of the room, nobody besides hears of it.
    if room.known_to is None:
        portfolios.ended(case=case, message=message, now=now)
    contributions.call_back_all(case=case, by=by, now=now, why="handed_on")
    breaches.record_late(case=case, clocks=late, now=now)
    lateness.record(case=case, clocks=late, now=now)
    return case


@transaction.atomic
def take_back(
    *, case: Case, by, reason: str, seen: int | None = None, now: datetime | None = None
) -> Case:
    """It was handed on by mistake: it is open here again, with the promise and the date that it had.

    Handing it on wins no day: what became late meanwhile is late. What nobody had taken on is to be taken on,
    and a question that waited for the member waits again.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may("take_back", case=case, by=by, on=today)
    handing = case.handings.known_to(by).filter(taken_back_at=None).first()
    handing_rules.may_take_back(handing)
    left = following.follow(case, today)
    moving.lock(case=case, seen=seen)
    verb, owner = _back(case, handing, today)
    changes: dict[str, Any] = {"owner_id": owner, "closed_at": None}
    if verb == "take_back_waiting":
        changes["remind_at"] = asked.still_to_come(case)
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
    # Whoever was not told that it went there is not told that it came back.
    if receiving.room(handing.room).known_to is None:
        portfolios.ended(case=case, message=message, now=now)
    return case


def _back(case: Case, handing: Handing, today: date) -> tuple[str, int | None]:
    """By which verb it is taken back, and with whom it is then: as it was when it went, and with whom it was,
    where they can have it.
    """
    went = Event.objects.about(case.key).of("enquiry_handed_on").filter(data__handing=handing.pk)
    before = went.get().data.get("state_before", lifecycle.WITH_OFFICER)
    routed = None if before == lifecycle.RECEIVED else routing.back(case, today)
    if routed is None:
        return "take_back_afresh", routing.afresh(case, today).owner
    waits = before == lifecycle.WITH_MEMBER
    return ("take_back_waiting" if waits else "take_back"), routed.owner


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
