"""Whoever is asked gives a contribution, says that they cannot, or passes it on within the service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from casework import moving as cases
from casework.contributions import clockwork, moving, rules
from casework.models import Contribution
from casework.together import Together
from documents.models import Document
from officers.models import Officer


@transaction.atomic
def contribute(
    *,
    contribution: Contribution,
    by,
    text: str,
    documents: Sequence[Document] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Contribution:
    """Give what was asked for. Whoever has the enquiry is told, and can use the words in the answer."""
    now = now or timezone.now()
    return _end(
        "contribute",
        contribution=contribution,
        by=by,
        text=text,
        files=documents,
        seen=seen,
        now=now,
    )


@transaction.atomic
def decline(
    *,
    contribution: Contribution,
    by,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Contribution:
    """Say that the service cannot, and why."""
    now = now or timezone.now()
    return _end(
        "decline", contribution=contribution, by=by, text=reason, files=(), seen=seen, now=now
    )


ENDS = {
    "contribute": ("contribution", "contribution_given"),
    "decline": ("cannot", "contribution_declined"),
}


def _end(
    verb: str,
    *,
    contribution: Contribution,
    by,
    text: str,
    files: Sequence[Document],
    seen: int | None,
    now: datetime,
) -> Contribution:
    kind, event = ENDS[verb]
    case = moving.lock(contribution)
    rules.may_do(verb, contribution=contribution, by=by, on=timezone.localdate(now))
    before = contribution.owner_id if contribution.owner_id != by.pk else None
    # Whoever gave it has it on their own record.
    moving.move(contribution=contribution, verb=verb, seen=seen, owner_id=by.pk, ended_at=now)
    clockwork.stop(contribution, now)
    message = cases.write(
        case=case, kind=kind, by=by, text=text, at=now, files=files, contribution=contribution
    )
    moving.record(
        contribution=contribution,
        verb=event,
        by=by,
        at=now,
        messages=[message],
        # In whose place it was given: they go on with nothing.
        tell=[before] if before else [],
        **({"person_before": before} if before else {}),
    )
    return contribution


@transaction.atomic
def take_on(
    *, contribution: Contribution, by, seen: int | None = None, now: datetime | None = None
) -> Contribution:
    """It is then with whoever took it on."""
    now = now or timezone.now()
    moving.lock(contribution)
    rules.may_do("take_on", contribution=contribution, by=by, on=timezone.localdate(now))
    before = contribution.owner_id
    moving.move(contribution=contribution, verb="take_on", seen=seen, owner_id=by.pk)
    moving.record(
        contribution=contribution,
        verb="contribution_taken_on",
        by=by,
        at=now,
        tell=[before] if before else [],
        person_before=before,
        person_contributor=by.pk,
    )
    return contribution


@transaction.atomic
def pass_on(
    *,
    contribution: Contribution,
    by,
    officer: Officer,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
    together: Together | None = None,
) -> Contribution:
    """To another officer of the service, with the reason. Its date stays as it is."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    case = moving.lock(contribution)
    rules.may("pass_on", contribution=contribution, by=by, on=today)
    rules.may_be_passed_to(contribution, officer, today)
    before = contribution.owner_id
    moving.move(contribution=contribution, verb="pass_on", seen=seen, owner_id=officer.person_id)
    message = cases.write(
        case=case, kind="handover", by=by, text=reason, at=now, contribution=contribution
    )
    moving.record(
        contribution=contribution,
        verb="contribution_passed_on",
        by=by,
        at=now,
        messages=[message],
        tell=[*moving.theirs(contribution, now, by), *([before] if before else [])],
        together=together,
        person_before=before,
        person_contributor=officer.person_id,
    )
    return contribution
