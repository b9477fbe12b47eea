"""The arithmetic of the chains: one canonical form, one digest. No database.

An event's digest is SHA-256, in lower-case hex, over the ASCII bytes of this JSON object written
with sorted keys, no spaces and every character outside ASCII escaped
(`json.dumps(…, sort_keys=True, separators=(",", ":"), ensure_ascii=True)`):

    {"acting_for": id or null, "actor": id or null, "at": "2026-11-22T15:51:17.000000Z",
     "commitments": {name: hex}, "data": {…}, "previous": hex or "", "seq": 1,
     "stream": "case:12", "subject": "case:12", "verb": "enquiry_logged"}

`previous` is the digest of the event with the seq before, "" for the first. A stream's head is the
digest of its last event. The heads of all streams are digested as the JSON array of
`[key, length, head]`, in the order of the keys' code points, written the same way.
A seal's digest is that of `{"at", "events_count", "heads", "heads_count", "previous"}`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any


def canonical(value: Any) -> bytes:
    """The one way to write a value. ValueError for what JSON cannot hold exactly (NaN)."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )
    return text.encode("ascii")


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def written(at: datetime) -> str:
    """An aware time as it stands in a digest: UTC, always with six digits of microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_digest(
    *,
    stream: str,
    seq: int,
    at: datetime,
    verb: str,
    subject: str,
    actor: int | None,
    acting_for: int | None,
    data: dict[str, Any],
    commitments: dict[str, str],
    previous: str,
) -> str:
    """The digest of one event, over everything that it says and the digest before it."""
    return digest(
        {
            "stream": stream,
            "seq": seq,
            "at": written(at),
            "verb": verb,
            "subject": subject,
            "actor": actor,
            "acting_for": acting_for,
            "data": data,
            "commitments": commitments,
            "previous": previous,
        }
    )


def heads_digest(heads: Iterable[tuple[str, int, str]]) -> str:
    """The digest over (key, length, head) of every stream, given in the order of their keys.

    It is written piece by piece, so that a million streams need no memory.
    """
    running = hashlib.sha256(b"[")
    between = b""
    for head in heads:
        running.update(between + canonical(list(head)))
        between = b","
    running.update(b"]")
    return running.hexdigest()


def seal_digest(
    *, at: datetime, heads_count: int, events_count: int, heads: str, previous: str
) -> str:
    """The digest of a seal over the heads' digest and the seal before it."""
    return digest(
        {
            "at": written(at),
            "heads_count": heads_count,
            "events_count": events_count,
            "heads": heads,
            "previous": previous,
        }
    )
