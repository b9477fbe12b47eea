"""Every event in a file of its own, for an auditor who verifies it without this product."""

from __future__ import annotations

import json
from pathlib import Path

from ledger import chain
from ledger.models import Event


def write_events(path: Path) -> int:
    """One JSON object a line, stream by stream in order of seq; returns how many.

    Each object is what the digest is taken over (ledger.chain) and the `digest` itself.
    OSError when the file cannot be written.
    """
    count = 0
    events = Event.objects.select_related("stream").order_by("stream_id", "seq")
    with path.open("w", encoding="ascii") as file:
        for event in events.iterator(chunk_size=2000):
            row = {
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
            file.write(json.dumps(row, sort_keys=True) + "\n")
            count += 1
    return count
