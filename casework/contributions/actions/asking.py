"""Whoever has an enquiry asks another service for what they need, and calls it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from casework import moving as cases
from casework.contributions import clockwork, moving, rules
from casework.enquiries import routing
from casework.enquiries import rules as enquiries
from casework.models import Case, Contribution
from council.calendar import current
from documents.models import Document
from officers import changing
from officers.models import Officer, Service
from protocol.refusals import Refused


@transaction.atomic
def ask(
    *,
    case: Case,
    by,
    text: str,
    due: date,
    service: Service | None = None,
    officer: Officer | None = None,
    shares: bool = False,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Ask a service, or one officer of it, for a contribution by a date.

    `shares`: they may also read what the member and the council wrote to each other, until it is given.
    The enquiry's own date stays as it is.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    enquiries.may("ask_service", case=case, by=by, on=today)
    enquiries.may_ask_others(case)
    service = changing.taking(_service(service, officer), today)
    rules.may_be_asked(case, service, officer, today)
    rules.may_share(case, shares=shares)
    cases.lock(case=case, seen=seen)
    rules.may_be_due(case, due, on=today, calendar=current())
    cases.move(case=case, verb="ask_service", seen=seen)
    clock = clockwork.start(case, due, now)
    contribution = Contribution.objects.create(
        case=case,
        round=case.round,
        service=service,
        owner_id=officer.person_id if officer else routing.to_service(case, service, today),
        shares=shares,
        asked_by=by,
        asked_at=now,
        clock=clock,
        due=clock.due,
    )
    message = cases.write(
        case=case,
        kind="wanted",
        by=by,
        text=text,
        at=now,
        files=documents,
        contribution=contribution,
    )
    moving.record(
        contribution=contribution,
        verb="contribution_asked",
        by=by,
        at=now,
        messages=[message],
        tell=moving.theirs(contribution, now, by),
        person_contributor=contribution.owner_id,
        shares=shares,
        round=case.round,
    )
    return case


def _service(service: Service | None, officer: Officer | None) -> Service:
    """Which service is asked: that of the officer, where one is named."""
    if officer is not None:
        if officer.service is None:
            raise Refused(
                f"{officer.person.name} works in no service.",
                instead="Choose a service, or another officer.",
            )
        return officer.service
    if service is None:
        raise Refused("Choose whom to ask.")
    return service


@transaction.atomic
def call_back(
    *,
    contribution: Contribution,
    by,
    reason: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> Contribution:
    """It is no longer needed. What was asked stays on record."""
    now = now or timezone.now()
    case = moving.lock(contribution)
    rules.may("call_back", contribution=contribution, by=by, on=timezone.localdate(now))
    moving.move(contribution=contribution, verb="call_back", seen=seen, ended_at=now)
    clockwork.stop(contribution, now)
    written = []
    if reason.strip():
        written.append(
            cases.write(
                case=case, kind="callback", by=by, text=reason, at=now, contribution=contribution
            )
        )
    _called_back(contribution, by=by, now=now, messages=written)
    return contribution


def call_back_all(*, case: Case, by, now: datetime, why: str) -> None:
    """The enquiry ended, or was answered: nobody goes on with what is not needed. Part of the action that
    ends it, which has locked the case. One query where nothing is open.
    """
    for contribution in case.contributions.open().select_related("service").order_by("pk"):
        _end(contribution, case=case, by=by, now=now, why=why)


def came_over(*, case: Case, by, now: datetime, moved: bool) -> None:
    """The enquiry was passed to a service that was asked (`moved`), or to whoever was: it needs not ask itself.

    Where two services became one, what the one asked of the other stands until it is given.
    """
    for contribution in case.contributions.open().select_related("service").order_by("pk"):
        theirs = moved and case.service_id == contribution.service_id
        if theirs or case.owner_id == contribution.owner_id:
            _end(contribution, case=case, by=by, now=now, why="came_over")


def _end(contribution: Contribution, *, case: Case, by, now: datetime, why: str) -> None:
    contribution.case = case
    moving.move(contribution=contribution, verb="call_back", seen=None, ended_at=now)
    clockwork.stop(contribution, now)
    _called_back(contribution, by=by, now=now, why=why)


def _called_back(contribution: Contribution, *, by, now: datetime, messages=(), **data) -> None:
    moving.record(
        contribution=contribution,
        verb="contribution_called_back",
        by=by,
        at=now,
        messages=messages,
        tell=moving.theirs(contribution, now, by),
        **data,
    )
