"""Finding what was written about a service's change, so that verifying the ledger can check it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ledger.hooks import Committing, Text
from officers.models import ServiceChange

VERBS = {"service_merged": "merged", "service_ended": "ended", "entry_changed": "renamed"}


def changes(names: Sequence[str]) -> dict[str, Text]:
    """`service-change:3` → the reason, or the former name, and its salt."""
    rows = ServiceChange.objects.filter(pk__in=[_id(name) for name in names])
    return {one.key: Text(one.text, one.salt, partial(_differs, one)) for one in rows}


def _differs(change: ServiceChange, event: Committing) -> list[str]:
    found = []
    if change.by_id != event.actor:
        found.append("who did it")
    if f"service:{change.service_id}" != event.subject:
        found.append("its service")
    if VERBS.get(event.verb) != change.kind:
        found.append("what became of it")
    if "service_now" in event.data and event.data["service_now"] != change.into_id:
        found.append("who took it over")
    return found


def _id(name: str) -> int:
    number = name.partition(":")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
