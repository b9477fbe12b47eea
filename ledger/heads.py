"""The heads of all streams: digested for a seal, written to a file for an auditor, read again.

The file is JSON: {"format", "exported_at", "seal": {…}, "streams": [[key, length, head], …],
"digest"}; "digest" is over the rest (ledger.chain) and finds a damaged file. It is no signature:
what protects it is that the auditor keeps it where the database's owner cannot reach.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger import chain
from ledger.models import Seal

FORMAT = "evenhand-ledger-head-1"
_SEAL = {"at": str, "heads_count": int, "events_count": int, "heads": str, "previous": str}


class BadHead(ValueError):
    """The file is no head, or is damaged; the message says how, without quoting it."""


@dataclass(frozen=True)
class Heads:
    """The digest over all heads, with how many streams and events it covers."""

    count: int
    events: int
    digest: str

    @classmethod
    def digested(cls, heads: Iterable[tuple[str, int, str]]) -> Heads:
        """Over (key, length, head) in the order of the keys; read once, kept nowhere."""
        count = events = 0

        def counted() -> Iterator[tuple[str, int, str]]:
            nonlocal count, events
            for head in heads:
                count += 1
                events += head[1]
                yield head

        digest = chain.heads_digest(counted())
        return cls(count=count, events=events, digest=digest)


@dataclass(frozen=True)
class Head:
    """An exported head: where every stream stood when it was made."""

    exported_at: str
    seal_digest: str
    events: int
    streams: dict[str, tuple[int, str]]


def exported(streams: list[tuple[str, int, str]], seal: Seal, *, now: datetime) -> dict[str, Any]:
    """The content of the file."""
    content = {
        "format": FORMAT,
        "exported_at": chain.written(now),
        "seal": {
            "at": chain.written(seal.at),
            "heads_count": seal.heads_count,
            "events_count": seal.events_count,
            "heads": seal.heads,
            "previous": seal.previous,
            "digest": seal.digest,
        },
        "streams": [list(head) for head in streams],
    }
    return {**content, "digest": chain.digest(content)}


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the file whole or not at all, for its owner only. OSError when it cannot be written."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".head-")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(content, file, indent=1, sort_keys=True)
            file.write("\n")
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path) -> Head:
    """The head in this file. BadHead when it is missing, damaged or something else."""
    try:
        content = json.loads(path.read_bytes())
        claimed = content.pop("digest", None) if isinstance(content, dict) else None
        digest = chain.digest(content)
    except OSError as error:
        raise BadHead(f"the head file cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadHead("the head file is not JSON") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadHead(f"the head file is not in the format {FORMAT}")
    if digest != claimed:
        raise BadHead("the head file is damaged: its own digest differs")
    return _checked(content)


def _checked(content: dict[str, Any]) -> Head:
    seal, rows = content.get("seal"), content.get("streams")
    if not isinstance(seal, dict) or not isinstance(rows, list):
        raise BadHead("the head file has no seal or no streams")
    if any(type(seal.get(name)) is not kind for name, kind in _SEAL.items()):
        raise BadHead("the seal in the head file is not whole")
    if not all(isinstance(row, list) and [type(x) for x in row] == [str, int, str] for row in rows):
        raise BadHead("the streams in the head file are not [key, length, head]")
    found = Heads.digested(sorted((key, length, head) for key, length, head in rows))
    if (found.digest, found.count, found.events) != (
        seal["heads"],
        seal["heads_count"],
        seal["events_count"],
    ):
        raise BadHead("the streams in the head file are not those of its seal")
    if chain.digest({name: seal[name] for name in _SEAL}) != seal.get("digest"):
        raise BadHead("the seal in the head file is not whole")
    return Head(
        exported_at=str(content.get("exported_at")),
        seal_digest=seal["digest"],
        events=found.events,
        streams={key: (length, head) for key, length, head in rows},
    )
