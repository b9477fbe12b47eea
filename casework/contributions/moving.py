"""How any action moves a contribution: the enquiry locked first, one conditional update, one event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from casework import moving
from casework.holding import People, holders
from casework.models import Case, Contribution, ContributionTold, Message
from casework.together import Together
from protocol import lifecycle


def lock(contribution: Contribution) -> Case:
    """Lock its enquiry, as every action locks first, and return it. Its version is not asked for: what a
    service gives never makes stale what the officer is writing.
    """
    cases = Case.objects.select_for_update(of=("self",)).select_related("adoption", "raised_by")
    contribution.case = cases.get(pk=contribution.case_id)
    return contribution.case


def move(*, contribution: Contribution, verb: str, seen: int | None, **changes: Any) -> None:
    """Move a contribution by a verb of its lifecycle, and write `changes` with it, as `moving.move`."""
    if seen is not None and seen != contribution.version:
        raise moving.stale()
    changes["state"] = lifecycle.next_state("contribution", contribution.state, verb)
    won = Contribution.objects.filter(pk=contribution.pk, version=contribution.version).update(
        version=F("version") + 1, **changes
    )
    if won != 1:
        raise moving.stale()
    for name, value in changes.items():
        setattr(contribution, name, value)
    contribution.version += 1


def record(
    *,
    contribution: Contribution,
    verb: str,
    by,
    at: datetime,
    messages: Iterable[Message] = (),
    tell: Iterable[int] = (),
    together: Together | None = None,
    **data: Any,
) -> None:
    """One event in the enquiry's stream, with who is asked, by when, and whether that had passed."""
    ended = contribution.ended_at
    moving.record(
        case=contribution.case,
        verb=verb,
        by=by,
        at=at,
        messages=messages,
        data={
            "contribution": contribution.pk,
            # Its own: giving one raises no version of the enquiry.
            "contribution_version": contribution.version,
            "service_asked": contribution.service_id,
            "date_due": contribution.due,
            **({"was_late": True} if ended and was_late(contribution) else {}),
            **data,
        },
        besides=tell,
        together=together,
    )


def was_late(contribution: Contribution) -> bool:
    """Whether it ended after the date that it was asked for by."""
    return timezone.localdate(contribution.ended_at) > contribution.due


def theirs(contribution: Contribution, at: datetime, doer) -> list[int]:
    """Whoever is asked, or hears of it in their place; what is brought to them they may open."""
    people = People.of([contribution.case], timezone.localdate(at))
    found = [one for one in holders(contribution, people) if one.person_id != doer.pk]
    ContributionTold.objects.bulk_create(
        [
            ContributionTold(
                contribution=contribution, person_id=one.person_id, post_key=one.post or "", at=at
            )
            for one in found
            if one.person_id != contribution.owner_id and not one.stands_in
        ],
        ignore_conflicts=True,
    )
    return [one.person_id for one in found]
