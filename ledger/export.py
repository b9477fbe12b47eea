"""Events in a file of their own, for an auditor who verifies them without this product."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from ledger import actions, chain
from ledger.models import Event

AT_ONCE = 2000


def row(event: Event) -> dict[str, Any]:
    """What the digest is taken over (ledger.chain) and the `digest` itself."""
    return {
        "stream": event.stream.key,
        "seq": event.seq,
        "at": chain.written(event.at),
        "verb": event.verb,
        "subject": event.subject,
        "actor": event.actor,
        "acting_for": event.acting_for,
        "data": event.data,
        "commitments": event.commitments,
        "previous": event.previous,
        "digest": event.digest,
    }


def lines(events: Iterable[Event]) -> Iterator[str]:
    """One JSON object a line, in ASCII."""
    return (json.dumps(row(event), sort_keys=True) + "\n" for event in events)


def in_chains(events) -> Iterator[Event]:
    """Chain by chain, in order of seq: as they are verified."""
    whole = events.select_related("stream").order_by("stream_id", "seq")
    return whole.iterator(chunk_size=AT_ONCE)


def write_events(path: Path) -> int:
    """Every event into this file; returns how many. OSError when the file cannot be written."""
    count = 0
    with path.open("w", encoding="ascii") as file:
        for line in lines(in_chains(Event.objects.all())):
            file.write(line)
            count += 1
    return count


@transaction.atomic
def note_taken(*, by, form: str, narrowed_by: Sequence[str], now: datetime | None = None) -> Event:
    """Record that somebody takes events away as a file, before they have a line of it.

    `narrowed_by`: the names of the filters in use.
    """
    return actions.record(
        verb="ledger_exported",
        subject="ledger:events",
        actor=by.pk,
        data={"form": form, "narrowed_by": list(narrowed_by)},
        at=now or timezone.now(),
    )
