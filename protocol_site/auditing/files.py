"""Events as files: for a spreadsheet, in words; and as lines of JSON, as they are verified."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice

from ledger import chain
from ledger.export import AT_ONCE, in_chains, lines
from ledger.models import Event
from protocol_site.auditing.words import Explained, explain

COLUMNS = (
    "When (UTC)",
    "What happened",
    "Verb",
    "Done by",
    "Done by, number",
    "For, number",
    "About",
    "About, key",
    "What else it says",
    "Chain",
    "Place in its chain",
    "Digest",
)
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(events) -> Iterator[str]:
    """In words, oldest first, for a spreadsheet."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    whole = events.select_related("stream").order_by("at", "id").iterator(chunk_size=AT_ONCE)
    for some in _batches(whole):
        for one in explain(some):
            yield writer.writerow([plain(cell) for cell in _cells(one)])


def as_jsonl(events) -> Iterator[str]:
    return lines(in_chains(events))


# The name of a form → its lines, its type, and how its file's name ends.
FORMS = {
    "csv": (as_csv, "text/csv; charset=utf-8", "csv"),
    "json": (as_jsonl, "application/x-ndjson", "jsonl"),
}


def plain(cell: object) -> str:
    """A cell that no spreadsheet reckons with, wherever a name came from."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _cells(one: Explained) -> tuple[object, ...]:
    event = one.event
    return (
        chain.written(event.at),
        one.sentence,
        event.verb,
        one.who,
        event.actor,
        event.acting_for,
        one.about,
        event.subject,
        json.dumps(event.data, sort_keys=True) if event.data else "",
        event.stream.key,
        event.seq,
        event.digest,
    )


def _batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    remaining = iter(events)
    while some := list(islice(remaining, AT_ONCE)):
        yield some


class _Echo:
    """Gives back each line in place of keeping it."""

    def write(self, line: str) -> str:
        return line
