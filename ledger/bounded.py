"""Events that anybody could cause without end, such as refusals: some an hour one by one, the rest counted.

Without a bound somebody could fill the ledger, and hide in it what else they did.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ledger import actions
from ledger.models import Bounded

WINDOW = timedelta(hours=1)


@transaction.atomic
def record(
    *,
    about: str,
    most: int,
    verb: str,
    subject: str,
    actor: int | None,
    data: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> None:
    """Record the event, or count it where `about` has had `most` within the hour.

    The next event that is recorded says how many were counted before it, as `more`; where there is none,
    the sweep says it (`record_counted`). A transaction of its own: call it outside what may be rolled back.
    """
    now = now or timezone.now()
    fresh = Bounded(about=about, subject=subject, actor=actor, since=now)
    Bounded.objects.bulk_create([fresh], ignore_conflicts=True)
    held = Bounded.objects.select_for_update().get(about=about)
    if held.since <= now - WINDOW or held.since > now:
        held.since, held.recorded = now, 0
    if held.recorded < most:
        more = {"more": held.more} if held.more else {}
        actions.record(
            verb=verb, subject=subject, actor=actor, data={**(data or {}), **more}, at=now
        )
        held.recorded, held.more = held.recorded + 1, 0
    else:
        held.more += 1
    Bounded.objects.filter(pk=held.pk).update(
        since=held.since, recorded=held.recorded, more=held.more
    )


def record_counted(*, now: datetime) -> int:
    """The sweep: say in the ledger what was counted and no later event said; forget who did nothing since."""
    over = Bounded.objects.filter(since__lte=now - WINDOW)
    counted = list(over.filter(more__gt=0).values_list("pk", flat=True))
    for pk in counted:
        _say(pk, now)
    over.filter(more=0, since__lte=now - 24 * WINDOW).exclude(recorded=0).delete()
    return len(counted)


@transaction.atomic
def _say(pk: int, now: datetime) -> None:
    held = Bounded.objects.select_for_update().filter(pk=pk, more__gt=0).first()
    if held is None:
        return
    actions.record(
        verb="refusals_counted",
        subject=held.subject,
        actor=held.actor,
        data={"more": held.more, "since": held.since},
        at=now,
    )
    Bounded.objects.filter(pk=pk).update(more=0)
