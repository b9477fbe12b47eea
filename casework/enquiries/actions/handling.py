"""Who has an enquiry: taking it on, giving it out, passing it on, referring it upward."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from casework import apart, moving
from casework.contributions import actions as contributions
from casework.enquiries import rules
from casework.models import Case, Handover, Message
from casework.portfolios import actions as portfolios
from casework.together import Together
from officers import changing
from officers.lines import Lines
from officers.models import Officer
from officers.rules import is_present
from protocol import lifecycle
from protocol.refusals import Refused


@transaction.atomic
def accept(*, case: Case, by, seen: int | None = None, now: datetime | None = None) -> Case:
    """Take an enquiry on: it is then with whoever accepted it."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may("accept", case=case, by=by, on=today)
    apart.may_take(by, apart.of(case.raised_by_id, today))
    before = case.owner_id
    moving.move(case=case, verb="accept", seen=seen, owner=by, owner_since=now)
    _record(case=case, verb="enquiry_accepted", by=by, before=before, now=now)
    return case


@transaction.atomic
def allocate(
    *,
    case: Case,
    by,
    officer: Officer,
    reason: str = "",
    seen: int | None = None,
    now: datetime | None = None,
    together: Together | None = None,
) -> Case:
    """Give a waiting enquiry to an officer who is there to work it; a reason is kept where there is one."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may("allocate", case=case, by=by, on=today)
    before = case.owner_id
    moved = _hand_over(case=case, verb="allocate", officer=officer, seen=seen, now=now)
    written = []
    if reason.strip():
        written.append(moving.write(case=case, kind="handover", by=by, text=reason, at=now))
    _record(
        case=case,
        verb="enquiry_allocated",
        by=by,
        before=before,
        now=now,
        moved=moved,
        messages=written,
        together=together,
    )
    return case


@transaction.atomic
def reassign(
    *,
    case: Case,
    by,
    officer: Officer,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
    together: Together | None = None,
) -> Case:
    """Pass an enquiry from one officer to another, with the reason. Its clock runs on.

    `together`: with others, at once (casework/passing).
    """
    now = now or timezone.now()
    rules.may("reassign", case=case, by=by, on=timezone.localdate(now))
    before = case.owner_id
    rules.has_it_not(case, officer)
    moved = _hand_over(case=case, verb="reassign", officer=officer, seen=seen, now=now)
    message = moving.write(case=case, kind="handover", by=by, text=reason, at=now)
    _record(
        case=case,
        verb="enquiry_reassigned",
        by=by,
        before=before,
        now=now,
        moved=moved,
        messages=[message],
        together=together,
    )
    return case


@transaction.atomic
def refer_upward(
    *, case: Case, by, reason: str, seen: int | None = None, now: datetime | None = None
) -> Case:
    """Send an enquiry to a more senior colleague (Bl10.4; Mo108; elsewhere set by the council)."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may("refer_upward", case=case, by=by, on=today)
    rules.may_refer_upward(case.profile)
    line = Lines.load(today).above(by.pk, case.service_id)
    line = [one for one in line if one != case.owner_id]
    above = apart.of(case.raised_by_id, today).first(line)
    officer = Officer.objects.with_names().filter(person=above).first() if above else None
    if officer is None:
        raise Refused(
            "Nobody stands above you in the officers’ line who can take it today.",
            instead="Ask democratic services to pass the enquiry on.",
        )
    before = case.owner_id
    moved = _hand_over(case=case, verb="refer_upward", officer=officer, seen=seen, now=now)
    message = moving.write(case=case, kind="handover", by=by, text=reason, at=now)
    found = {"before": before, "moved": moved, "messages": [message]}
    _record(case=case, verb="enquiry_referred_upward", by=by, now=now, **found)
    return case


def _hand_over(*, case: Case, verb: str, officer: Officer, seen: int | None, now: datetime) -> bool:
    """Move a case to an officer; it goes to their service with them, unless that has ended, and stays in the
    sight of whoever answers for the service that it leaves. Returns whether it changed its service.
    """
    today = timezone.localdate(now)
    # Before the case is locked: a merger locks services first. Their own may have become another.
    theirs = changing.going(officer.service, today) if officer.service else None
    is_present(officer, today)
    apart.may_be_given_to(officer.person, apart.of(case.raised_by_id, today))
    changes = {"owner": officer.person, "owner_since": now}
    left = case.service
    if theirs is not None and theirs.pk != case.service_id:
        changes["service"] = theirs
    moving.move(case=case, verb=verb, seen=seen, **changes)
    if "service" in changes and left is not None:
        Handover.objects.get_or_create(case=case, service=left, defaults={"at": now})
    return "service" in changes


def _record(
    *,
    case: Case,
    verb: str,
    by,
    before: int | None,
    now: datetime,
    moved: bool = False,
    messages: Iterable[Message] = (),
    together: Together | None = None,
) -> None:
    """Who has it now, who had it before, and a word to both."""
    had = before if before != case.owner_id else None
    # So that a mail about it is not held past that day; of what is paused no date holds.
    due = {"date_due": case.next_due} if case.state != lifecycle.PAUSED else {}
    moving.record(
        case=case,
        verb=verb,
        by=by,
        at=now,
        messages=messages,
        data={"person_before": had, "person_owner": case.owner_id, **due},
        besides=[had] if had else [],
        together=together,
    )
    portfolios.owed(case=case, now=now)
    contributions.came_over(case=case, by=by, now=now, moved=moved)
