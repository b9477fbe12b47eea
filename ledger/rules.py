"""What an event may say. Each rule returns the clean value or raises ValueError.

A breach of these is a mistake in the code that records, never something a person typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from ledger.models import Tell
from protocol import events

CHANNELS = frozenset({"email"})
LONGEST_WORD = 64
DEEPEST = 8
LARGEST_INTEGER = 2**63 - 1
# "case:12", "person:4", "council:settings"
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,30}:[A-Za-z0-9][A-Za-z0-9_.:-]{0,31}", re.ASCII)
# Printable ASCII without a space or an at sign: keys and dates fit, prose and addresses do not.
_WORD = re.compile(r"[!-?A-~]{0,64}")
_HEX = re.compile(r"[0-9a-f]{64}")


def clean_verb(verb: str) -> str:
    if verb not in events.VERBS:
        raise ValueError(f"{verb!r} is not a verb of protocol/events.py")
    return verb


def clean_key(key: str, what: str) -> str:
    """A kind and an id with a colon between, 64 characters at most."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError(f"{what} {key!r} is not a key such as case:12")
    return key


def clean_person(person: int | None, what: str) -> int | None:
    if person is None:
        return None
    if isinstance(person, bool) or not isinstance(person, int) or person < 1:
        raise ValueError(f"{what} is the id of a person or None, not {type(person).__name__}")
    return person


def clean_time(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("the time of an event needs its time zone")
    return at.astimezone(UTC)


def clean_data(data: Mapping[str, Any] | None) -> dict[str, Any]:
    """Plain JSON of ids, keys, flags and dates; dates are written as ISO 8601."""
    cleaned = _plain(dict(data or {}), 0)
    assert isinstance(cleaned, dict)
    return cleaned


def clean_commitments(commitments: Mapping[str, str] | None) -> dict[str, str]:
    for name, hexdigest in (commitments or {}).items():
        clean_key(name, "the name of a commitment")
        if not isinstance(hexdigest, str) or not _HEX.fullmatch(hexdigest):
            raise ValueError(f"the commitment {name} is not 64 hex digits")
    return dict(commitments or {})


def clean_tells(tells: Iterable[Tell]) -> list[Tell]:
    """Each recipient and channel once, in the order given."""
    unique = list(dict.fromkeys(tells))
    for tell in unique:
        clean_key(tell.recipient, "the recipient")
        if tell.channel not in CHANNELS:
            raise ValueError(f"{tell.channel!r} is not a channel")
    return unique


def _plain(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise ValueError("the data of an event is nested too deeply")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, str):
        return _word(value)
    if isinstance(value, datetime):
        return clean_time(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_name(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    raise ValueError(f"an event holds ids, keys, flags and dates, not {type(value).__name__}")


def _integer(value: int) -> int:
    if abs(value) > LARGEST_INTEGER:
        raise ValueError("a number in an event's data is too large")
    return int(value)


def _name(key: Any) -> str:
    if not isinstance(key, str):
        raise ValueError("the keys of an event's data are strings")
    return _word(key)


def _word(value: str) -> str:
    # The value itself stays out of the message: it may be what must not be written down.
    if not _WORD.fullmatch(value):
        raise ValueError(
            "the data of an event has a string that is not a key or a date "
            f"(over {LONGEST_WORD} characters, or with a space, an @ or other than ASCII): "
            "commit to a text instead"
        )
    return str(value)
