"""Counting tries: too many in a while are refused, whoever makes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import throttle
from accounts.models import Attempt
from accounts.throttle import Limit
from ledger import bounded
from protocol.refusals import Refused


def spend(
    tries: dict[Limit, str],
    too_many: Refused,
    *,
    about: Callable[[], str] | None = None,
    why: str = "",
) -> None:
    """Count one try of each; raise `too_many`, and take it back, where a limit is passed.

    It is counted before the work is done and in a transaction of its own, so that tries made at
    once count one another. That tries at somebody (`about` gives their key) were stopped is recorded once
    an hour, with how many besides: nobody can fill the ledger.
    """
    now = timezone.now()
    rows = [Attempt(key=limit.key(value), at=now) for limit, value in tries.items()]
    with transaction.atomic():
        Attempt.objects.filter(at__lte=now - throttle.DAY).delete()
        Attempt.objects.bulk_create(rows)
    if any(used(limit, value, now) > limit.most for limit, value in tries.items()):
        Attempt.objects.filter(pk__in=[row.pk for row in rows]).delete()
        if about is not None:
            stopped(about(), why)
        raise too_many


def stopped(key: str, why: str) -> None:
    """Record that tries at somebody were stopped."""
    bounded.record(
        about=f"{why}:{key}",
        most=1,
        verb="tries_stopped",
        subject=key,
        actor=None,
        data={"why": why},
    )


def used(limit: Limit, value: str, now: datetime) -> int:
    """How many tries count against a limit now."""
    return Attempt.objects.filter(key=limit.key(value), at__gt=now - limit.within).count()


def forget(tries: dict[Limit, str]) -> None:
    """A right password clears what its email has failed, and this one try of its address."""
    for limit, value in tries.items():
        mine = Attempt.objects.filter(key=limit.key(value))
        if limit is throttle.SIGN_IN_ADDRESS:
            mine = Attempt.objects.filter(pk__in=mine.order_by("-pk").values("pk")[:1])
        mine.delete()
