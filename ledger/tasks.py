"""Thin tasks: each calls one action. The sweep's schedule is in the settings."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from ledger import actions, bounded, keeping
from ledger.wake import wake


@shared_task(name="ledger.tasks.deliver")
def deliver() -> None:
    """Send a batch of what waits, and wake the next while there is more."""
    if actions.deliver(now=timezone.now(), worker=deliver.request.hostname or "").more:
        wake()


@shared_task(name="ledger.tasks.seal")
def seal() -> None:
    """Seal the heads of all streams, if anything happened since the last seal."""
    now = timezone.now()
    bounded.record_counted(now=now)
    actions.seal(now=now)


@shared_task(name="ledger.tasks.keep_head")
def keep_head() -> None:
    """Write today's head where the council says, once a day."""
    keeping.keep_head(now=timezone.now())


@shared_task(name="ledger.tasks.clear_sendings")
def clear_sendings() -> None:
    """Forget the keys of forms that nobody can send again."""
    actions.clear_sendings(now=timezone.now())
