"""Other settings than before: what the environment says of them is in no database, so the ledger compares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from ledger import actions
from ledger.models import Bounded, Event

SUBJECT = "council:settings"
VERB = "settings_changed"
# With another, every mark is another: what else changed cannot be told.
THE_KEY = "SECRET_KEY"


@transaction.atomic
def note_settings(*, marks: Mapping[str, str], now: datetime) -> Event | None:
    """Record which settings are other ones than at the start before; None where they are the same.

    `marks` are of their values (protocol_site/environment.py): the event names settings and holds no value.
    Several that start at once record it once.
    """
    fresh = Bounded(about=SUBJECT, subject=SUBJECT, since=now)
    Bounded.objects.bulk_create([fresh], ignore_conflicts=True)
    Bounded.objects.select_for_update().get(about=SUBJECT)
    last = Event.objects.of(VERB).order_by("-id").first()
    before = last.data["marks"] if last else {}
    if before == dict(marks):
        return None
    names = {*before, *marks}
    changed = sorted(name for name in names if before.get(name) != marks.get(name))
    if before and THE_KEY in changed:
        changed = [THE_KEY]
    data = {"changed": changed, "marks": dict(marks)}
    return actions.record(verb=VERB, subject=SUBJECT, actor=None, data=data, at=now)
