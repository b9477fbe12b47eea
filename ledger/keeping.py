"""The head of the ledger, kept each day where the council says: out of reach of the database's owner."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ledger import actions, heads


def last_kept() -> Path | None:
    """The newest file in the council's folder; None where there is none, or no folder is set."""
    if not settings.LEDGER_HEADS:
        return None
    return max(Path(settings.LEDGER_HEADS).glob("head-*.json"), default=None)


def kept_after(at: datetime) -> Path | None:
    """The first file of a later day; None where there is none, or no folder is set."""
    if not settings.LEDGER_HEADS:
        return None
    that_day = f"head-{timezone.localdate(at).isoformat()}.json"
    files = Path(settings.LEDGER_HEADS).glob("head-*.json")
    return min((path for path in files if path.name > that_day), default=None)


def keep_head(*, now: datetime) -> Path | None:
    """Write today's file, once: what lies there is never written over. None where there is nothing to do.

    That it was written is an event, which tomorrow's covers. OSError where it cannot be written.
    """
    if not settings.LEDGER_HEADS:
        return None
    path = Path(settings.LEDGER_HEADS) / f"head-{timezone.localdate(now).isoformat()}.json"
    if path.exists():
        return None
    heads.write(path, actions.export_head(now=now))
    with transaction.atomic():
        actions.record(verb="ledger_head_kept", subject="council:1", actor=None, at=now)
    return path
