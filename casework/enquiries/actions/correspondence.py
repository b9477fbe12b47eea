"""What is written in an enquiry: acknowledgement, question, reply, holding reply, answer, note."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from casework import breaches, clocks, moving
from casework.chasing import asked
from casework.contributions import actions as contributions
from casework.contributions import lateness
from casework.enquiries import copying, rules, third_party
from casework.enquiries.actions import clockwork
from casework.models import Case, FollowUp
from casework.portfolios import actions as portfolios
from council.calendar import current
from documents.models import Document
from protocol import lifecycle

# What is written by a verb that says something and does no more: its kind, and its event.
WRITTEN = {
    "ask": ("question", "member_asked"),
    "reply": ("reply", "member_replied"),
    "record_reply": ("reply", "member_replied"),
    "add": ("addition", "enquiry_added_to"),
    "record_addition": ("addition", "enquiry_added_to"),
    "hold": ("holding", "holding_reply_sent"),
    "note": ("note", "note_added"),
}


def _write(
    verb: str,
    *,
    case: Case,
    by,
    text: str,
    files: Sequence[Document],
    seen: int | None,
    now: datetime | None,
    **changes,
) -> Case:
    """`changes` of the case are written as it is moved."""
    now = now or timezone.now()
    kind, event = WRITTEN[verb]
    rules.may(verb, case=case, by=by, on=timezone.localdate(now))
    moving.move(case=case, verb=verb, seen=seen, **changes)
    message = moving.write(case=case, kind=kind, by=by, text=text, at=now, files=files)
    moving.record(case=case, verb=event, by=by, at=now, messages=[message])
    return case


@transaction.atomic
def acknowledge(
    *, case: Case, by, text: str, seen: int | None = None, now: datetime | None = None
) -> Case:
    """Tell the member that it has arrived and who has it. Stops the clock for that, if one runs."""
    now = now or timezone.now()
    rules.may("acknowledge", case=case, by=by, on=timezone.localdate(now))
    rules.may_acknowledge(case)
    moving.move(case=case, verb="acknowledge", seen=seen)
    late = clockwork.stop(case, now, "acknowledge")
    message = moving.write(case=case, kind="acknowledgement", by=by, text=text, at=now)
    moving.record(case=case, verb="enquiry_acknowledged", by=by, at=now, messages=[message])
    breaches.record_late(case=case, clocks=late, now=now)
    return case


@transaction.atomic
def ask(
    *,
    case: Case,
    by,
    text: str,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Ask the member something, and remind them once (Mo50). The clock runs on; pausing it is a step of its
    own, where allowed."""
    now = now or timezone.now()
    remind_at = asked.moment(timezone.localdate(now), case.profile, current())
    said = {"text": text, "files": documents, "remind_at": remind_at}
    return _write("ask", case=case, by=by, seen=seen, now=now, **said)


@transaction.atomic
def reply(
    *,
    case: Case,
    by,
    text: str,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """The member answers the officer’s question (Mo50; We2.5). A paused clock starts again."""
    now = now or timezone.now()
    return _replied("reply", case=case, by=by, text=text, files=documents, seen=seen, now=now)


@transaction.atomic
def record_reply(
    *,
    case: Case,
    by,
    text: str,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """An officer writes down what the member said; it stands as recorded for the member."""
    now = now or timezone.now()
    return _replied(
        "record_reply", case=case, by=by, text=text, files=documents, seen=seen, now=now
    )


def _replied(
    verb: str,
    *,
    case: Case,
    by,
    text: str,
    files: Sequence[Document],
    seen: int | None,
    now: datetime,
) -> Case:
    was_paused = case.state == lifecycle.PAUSED
    _write(verb, case=case, by=by, text=text, files=files, seen=seen, now=now)
    if was_paused:
        clock = clockwork.resume(case, now)
        moving.record(case=case, verb="clock_resumed", by=by, at=now, data={"date_due": clock.due})
    return case


@transaction.atomic
def add(
    *,
    case: Case,
    by,
    text: str,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """The member adds something by themselves, while no question waits for them. It moves no date."""
    return _write("add", case=case, by=by, text=text, files=documents, seen=seen, now=now)


@transaction.atomic
def record_addition(
    *,
    case: Case,
    by,
    text: str,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """An officer writes down what the member adds; it stands as recorded for the member."""
    return _write(
        "record_addition", case=case, by=by, text=text, files=documents, seen=seen, now=now
    )


@transaction.atomic
def hold(
    *,
    case: Case,
    by,
    text: str,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Say how things stand. It does not stop the clock and moves no date."""
    return _write("hold", case=case, by=by, text=text, files=documents, seen=seen, now=now)


@transaction.atomic
def answer(
    *,
    case: Case,
    by,
    text: str,
    copy_to: Iterable = (),
    documents: Sequence[Document] = (),
    writer_agreed: bool = False,
    copy_reason: str = "",
    gives: bool | None = None,
    checked: Sequence[str] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Answer in the officer's own name (Mo127; We9.2; Bk Correspondence), and stop the clocks.

    `copy_to` are the people openly copied in, under the profile's copying rule; `gives` and `checked` are
    what was said of information for somebody else, where that is asked (Mo110). Whether it was in time
    is settled here, by this moment, and a late answer leaves its breach on record.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may("answer", case=case, by=by, on=today)
    third_party.may_answer(case, gives=gives, checked=checked)
    people = [person for person in dict.fromkeys(copy_to) if person.pk != case.raised_by_id]
    clause = copying.may_copy(case, case.profile, people, agreed=writer_agreed, reason=copy_reason)
    copying.may_have_copies(people, today)
    # Before the clock is read: a closure day that is counted meanwhile would move it.
    moving.lock(case=case, seen=seen)
    was_paused = case.state == lifecycle.PAUSED
    if was_paused:
        clockwork.resume(case, now)
    clock = clockwork.get(case, "answer")
    # What was late when it was handed on is late, however soon it is answered now.
    late_before = clocks.handed_on_late(case.clocks.all(), case)
    figure = "breach" if late_before else clocks.figure(clock, today)
    _settle(case, figure=figure, seen=seen, now=now)
    late = clockwork.stop(case, now)
    if was_paused:
        # On record as in the clock. Whom it would tell, the answer tells.
        resumed = {"date_due": clock.due}
        moving.record(case=case, verb="clock_resumed", by=by, at=now, data=resumed, silent=True)
    if required := third_party.asked(case):
        held = {"checks": list(required) if gives else []}
        moving.record(case=case, verb="third_party_checked", by=by, at=now, data=held)
    text = copying.with_foot(text, case.profile, people)
    message = moving.write(
        case=case,
        kind="answer",
        by=by,
        text=text,
        at=now,
        copies=people,
        clause=clause or "",
        files=documents,
    )
    written = [message]
    if copy_reason.strip() and people:
        written.append(moving.write(case=case, kind="note", by=by, text=copy_reason, at=now))
    moving.record(
        case=case,
        verb="enquiry_answered",
        by=by,
        at=now,
        messages=written,
        data={
            "figure": figure,
            "date_due": clock.due,
            **({"round": case.round} if case.round > 1 else {}),
            "people_copied": [p.pk for p in people],
            # Mo126; Bl10.5: that whoever wrote agreed to the copies, where it was asked.
            **({"writer_agreed": True} if people and writer_agreed else {}),
        },
        besides=[person.pk for person in people],
    )
    portfolios.owed(case=case, now=now)
    # What is not given by now is not needed any more.
    contributions.call_back_all(case=case, by=by, now=now, why="answered")
    breaches.record_late(case=case, clocks=late, now=now)
    lateness.record(case=case, clocks=late, now=now)
    return case


def _settle(case: Case, *, figure: str, seen: int | None, now: datetime) -> None:
    """Move the case to answered. The first answer's moment and figure are never written over."""
    if case.round == 1:
        moving.move(case=case, verb="answer", seen=seen, answered_at=now, figure=figure)
        return
    moving.move(case=case, verb="answer", seen=seen, answered_again_at=now)
    FollowUp.objects.filter(case=case, round=case.round).update(answered_at=now, figure=figure)


@transaction.atomic
def note(
    *,
    case: Case,
    by,
    text: str,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """A note that only officers see."""
    return _write("note", case=case, by=by, text=text, files=documents, seen=seen, now=now)
