"""Setting when mail goes: the quiet hours and the hour of the daily mail."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Person
from council import rules
from council.editing import as_seen
from council.models import Council
from ledger import actions as ledger


def shown(council: Council) -> dict[str, int | bool | None]:
    """What the page of the hours shows."""
    return {
        "quiet_from": council.quiet_from,
        "quiet_until": council.quiet_until,
        "quiet_days": council.quiet_days,
        "daily_at": council.daily_at,
    }


@transaction.atomic
def change(
    *,
    council: Council,
    quiet_from: int | None,
    quiet_until: int | None,
    quiet_days: bool,
    daily_at: int | None,
    by: Person | None,
    seen: str | None = None,
) -> list[str]:
    """Set the hours; returns the names of the fields that changed. None: none are set.

    No date of any case depends on them. What is held already goes by the new hours within minutes.
    """
    rules.may(by, "council.configure")
    as_seen(council, seen, shown)
    rules.mail_hours(quiet_from=quiet_from, quiet_until=quiet_until, daily_at=daily_at)
    values = {
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "quiet_days": quiet_days,
        "daily_at": daily_at,
    }
    changed = [field for field, value in values.items() if getattr(council, field) != value]
    if not changed:
        return []
    for field in changed:
        setattr(council, field, values[field])
    council.save(update_fields=changed)
    ledger.record(
        verb="council_changed",
        subject="council:1",
        actor=by.pk if by else None,
        data={"fields": changed},
    )
    return changed
