"""Is the ledger whole? Every chain, every seal, every text still held, against an exported head.

Rows are read as the database holds them, not through the models, so that a row that somebody
spoilt is a fault and not a crash. Nothing is kept in memory but one batch of streams.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.db import connection

from ledger import chain, commitments, hooks, triggers
from ledger.heads import Head, Heads
from ledger.models import Stream

STREAMS_AT_ONCE = 500
ROWS_AT_ONCE = 2000
TEXTS_AT_ONCE = 500

_EVENTS = """
    SELECT e.stream_id, e.id, e.seq, e.at, e.verb, e.subject, e.actor, e.acting_for,
           e.data, e.commitments, e.previous, e.digest
    FROM ledger_event e WHERE e.stream_id IN ({places}) ORDER BY e.stream_id, e.seq, e.id
"""
_ORPHANS = """
    SELECT COUNT(*) FROM ledger_event e
    WHERE NOT EXISTS (SELECT 1 FROM ledger_stream s WHERE s.id = e.stream_id)
"""
_SAID = "SELECT subject, verb, data FROM ledger_event WHERE subject IN ({places}) ORDER BY id"
_SEALS = "SELECT id, at, heads_count, events_count, heads, previous, digest FROM ledger_seal"


@dataclass(frozen=True)
class Fault:
    """`where` names the stream and the seq ("case:12 #5"), `what` says what is wrong there."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class Tally:
    """What a verification has looked at so far."""

    streams: int = 0
    events: int = 0
    seals: int = 0
    texts_matching: int = 0
    texts_erased: int = 0
    texts_unknown: int = 0
    # Events that the exported head covers; the rest were recorded after it.
    covered: int = 0


@dataclass(frozen=True)
class _Named:
    """One commitment of an event; `event` is None where the event cannot be read."""

    where: str
    name: str
    digest: str
    event: hooks.Committing | None


@dataclass
class _Walk:
    """Where the check of one stream stands."""

    key: str
    length: int
    head: str
    mark: tuple[int, str] | None
    next_seq: int = 1
    previous: str = ""
    last_id: int = 0
    head_at_length: str = ""
    names: list[_Named] = field(default_factory=list)

    @property
    def reached(self) -> int:
        return self.next_seq - 1


def verify(*, tally: Tally, head: Head | None = None) -> Iterator[Fault]:
    """Each fault as it is found; `tally` is filled meanwhile.

    With `head`, every change to the events that it covers is found, whoever made it. Without it,
    whoever owns the database could have rewritten a chain from the change onwards, unseen here.
    Safe while others record: what is added meanwhile is no fault.
    """
    for name in triggers.missing(connection):
        yield Fault("triggers", f"{name} is missing or altered: the ledger can be changed")
    last_seal = yield from _seals(tally, head)
    marks = dict(head.streams) if head else {}
    for batch in _batches():
        yield from _stream_batch(batch, marks, tally)
    for key, (length, _) in sorted(marks.items()):
        yield Fault(f"{key} #1", f"the stream is gone; the exported head covers {length} events")
    with connection.cursor() as cursor:
        cursor.execute(_ORPHANS)
        (orphans,) = cursor.fetchone()
    if orphans:
        yield Fault("events", f"{orphans} belong to no stream")
    yield from _against_last_seal(last_seal)


def _batches() -> Iterator[list[tuple[int, str, int, str]]]:
    """(id, key, length, head) of every stream, some at a time."""
    after = 0
    rows = Stream.objects.order_by("id").values_list("id", "key", "length", "head")
    while batch := list(rows.filter(id__gt=after)[:STREAMS_AT_ONCE]):
        yield batch
        after = batch[-1][0]


def _stream_batch(
    batch: list[tuple[int, str, int, str]], marks: dict[str, tuple[int, str]], tally: Tally
) -> Iterator[Fault]:
    walks = {
        pk: _Walk(key=key, length=_number(length), head=head, mark=marks.pop(key, None))
        for pk, key, length, head in batch
    }
    tally.streams += len(walks)
    names: list[_Named] = []
    for pk, rows in groupby(_rows(_EVENTS, list(walks)), key=lambda row: row[0]):
        walk = walks[pk]
        for row in rows:
            tally.events += 1
            tally.covered += bool(walk.mark and walk.next_seq <= walk.mark[0])
            yield from _step(walk, row)
            names.extend(walk.names)
            walk.names.clear()
            if len(names) >= TEXTS_AT_ONCE:
                yield from _texts(names, tally)
                names = []
    yield from _texts(names, tally)
    grown = {pk: walk for pk, walk in walks.items() if walk.reached > walk.length}
    lengths = dict(Stream.objects.filter(pk__in=grown).values_list("pk", "length"))
    for pk, walk in walks.items():
        yield from _end(walk, _number(lengths.get(pk, walk.length)))


def _step(walk: _Walk, row: tuple[Any, ...]) -> Iterator[Fault]:
    """One event against the one before it, its own digest, and the exported head."""
    _, pk, seq, *content, previous, digest = row
    where = f"{walk.key} #{seq}"
    if not isinstance(seq, int):
        yield Fault(where, "the event has no number")
        return
    follows = seq == walk.next_seq
    if seq < walk.next_seq:
        yield Fault(where, "the chain forks: this number stands twice")
    elif not follows:
        yield Fault(f"{walk.key} #{walk.next_seq}", f"events are missing up to #{seq - 1}")
    if _recomputed(walk.key, seq, content, previous) != digest:
        yield Fault(where, "the event was changed: its digest differs")
    if follows and previous != walk.previous:
        yield Fault(where, "the event does not follow the one before it")
    if pk <= walk.last_id:
        yield Fault(where, "the event was moved: its row is older than the one before it")
    if walk.mark and seq == walk.mark[0] and digest != walk.mark[1]:
        yield Fault(where, "the chain up to here is not the one in the exported head")
    if seq == walk.length:
        walk.head_at_length = digest
    walk.next_seq, walk.previous, walk.last_id = seq + 1, digest, pk
    if committed := _committed(content[-1]):
        event = _committing(content, committed)
        walk.names = [_Named(where, name, value, event) for name, value in committed]


def _end(walk: _Walk, length_now: int) -> Iterator[Fault]:
    """The end of one stream against its row and the exported head."""
    if walk.reached < walk.length:
        yield Fault(
            f"{walk.key} #{walk.reached + 1}", f"events are missing at the end, to #{walk.length}"
        )
    elif walk.reached > length_now:
        yield Fault(f"{walk.key} #{length_now + 1}", "events stand after the end of the stream")
    if walk.reached >= walk.length and walk.head_at_length != walk.head:
        yield Fault(f"{walk.key} #{walk.length}", "the head is not the digest of the last event")
    if walk.mark and walk.reached < walk.mark[0]:
        yield Fault(
            f"{walk.key} #{walk.reached + 1}",
            f"events are missing at the end: the exported head covers {walk.mark[0]}",
        )


def _recomputed(key: str, seq: int, content: list[Any], previous: str) -> str:
    """The digest that this row should have, "" for one that cannot be read."""
    at, verb, subject, actor, acting_for, data, committed = content
    try:
        return chain.event_digest(
            stream=key,
            seq=seq,
            at=_moment(at),
            verb=verb,
            subject=subject,
            actor=actor,
            acting_for=acting_for,
            data=_json(data),
            commitments=_json(committed),
            previous=previous,
        )
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return ""


def _committed(raw: Any) -> list[tuple[str, str]]:
    try:
        pairs = _json(raw)
    except (ValueError, TypeError, RecursionError):
        return []
    if not isinstance(pairs, dict):
        return []
    return [(name, value) for name, value in pairs.items() if isinstance(value, str)]


def _committing(content: list[Any], committed: list[tuple[str, str]]) -> hooks.Committing | None:
    at, verb, subject, actor, acting_for, data, _ = content
    try:
        return hooks.Committing(
            verb=verb,
            subject=subject,
            actor=actor,
            acting_for=acting_for,
            at=_moment(at),
            data=dict(_json(data)),
            names=tuple(name for name, _ in committed),
        )
    except (ValueError, TypeError, RecursionError):
        return None


def _texts(names: list[_Named], tally: Tally) -> Iterator[Fault]:
    """Commitments against the texts that the rooms above still hold, and events against the rows
    that hold them. Erased is no fault."""
    by_kind: dict[str, list[_Named]] = {}
    missing: list[_Named] = []
    for each in names:
        by_kind.setdefault(hooks.kind(each.name), []).append(each)
    for group in by_kind.values():
        finder = hooks.texts_for(group[0].name)
        if finder is None:
            tally.texts_unknown += len(group)
            continue
        held = finder([each.name for each in group])
        for each in group:
            text = held.get(each.name)
            if text is None:
                missing.append(each)
                continue
            if commitments.check(text.text, text.salt, each.digest):
                tally.texts_matching += 1
            else:
                yield Fault(each.where, f"the text {each.name} is not the one that was recorded")
            for what in text.differs(each.event) if each.event else ():
                yield Fault(each.where, f"the text {each.name} was changed: {what} differs")
    yield from _missing(missing, tally)


def _missing(names: list[_Named], tally: Tally) -> Iterator[Fault]:
    """Texts that nobody holds any more against the events that say why. Asked after the texts were: what is
    erased meanwhile has its event by now."""
    by_rule = {each.name: rule for each in names if each.event and (rule := hooks.gone(each.name))}
    verbs = {verb for rule_verbs, _ in by_rule.values() for verb in rule_verbs}
    said: dict[str, list[tuple[str, dict]]] = {}
    subjects = {each.event.subject for each in names if each.name in by_rule}
    for subject, verb, data in _rows(_SAID, subjects) if subjects else ():
        if verb in verbs:
            said.setdefault(subject, []).append((verb, _mapping(data)))
    for each in names:
        rule = by_rule.get(each.name)
        if rule is None or _says(rule, each, said.get(each.event.subject, ())):
            tally.texts_erased += 1
        else:
            yield Fault(
                each.where, f"the text {each.name} is gone, and no event says that it was erased"
            )


def _says(rule, each: _Named, said: Iterable[tuple[str, dict]]) -> bool:
    verbs, says = rule
    return any(verb in verbs and says(each.name, each.event, data) for verb, data in said)


def _seals(tally: Tally, head: Head | None) -> Generator[Fault, None, tuple[int, int, str] | None]:
    """The chain of seals. Returns (heads_count, events_count, heads) of the last, or None."""
    previous, last, wanted = "", None, head.seal_digest if head else None
    for pk, at, heads_count, events_count, heads, before, digest in _rows(f"{_SEALS} ORDER BY id"):
        tally.seals += 1
        where = f"seal #{pk}"
        content = {"heads_count": heads_count, "events_count": events_count, "heads": heads}
        if _sealed_digest(at, before, content) != digest:
            yield Fault(where, "the seal was changed: its digest differs")
        if before != previous:
            yield Fault(where, "the seal does not follow the one before it")
        if digest == wanted:
            wanted = None
        previous, last = digest, (_number(heads_count), _number(events_count), heads)
    if wanted is not None:
        yield Fault("seals", "the seal of the exported head is gone")
    return last


def _sealed_digest(at: Any, previous: Any, content: dict[str, Any]) -> str:
    try:
        return chain.seal_digest(at=_moment(at), previous=previous, **content)
    except (ValueError, TypeError, AttributeError):
        return ""


def _against_last_seal(last: tuple[int, int, str] | None) -> Iterator[Fault]:
    """Streams only grow: they cannot be fewer or shorter than when they were last sealed."""
    if last is None:
        return
    now = Heads.digested(
        (key, _number(length), head) for key, length, head in Stream.objects.heads().iterator()
    )
    if now.count < last[0] or now.events < last[1]:
        yield Fault(
            "streams",
            f"{now.count} with {now.events} events, but the last seal covers "
            f"{last[0]} with {last[1]}",
        )
    elif (now.count, now.events) == last[:2] and now.digest != last[2]:
        yield Fault("streams", "their heads are not those of the last seal")


def _rows(sql: str, parameters: Iterable[int | str] = ()) -> Iterator[tuple[Any, ...]]:
    """Rows as the driver gives them, from a cursor that does not hold them all."""
    values = list(parameters)
    statement = sql.format(places=", ".join(["%s"] * len(values)))
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows


def _json(raw: Any) -> Any:
    return json.loads(raw) if isinstance(raw, str | bytes) else raw


def _mapping(raw: Any) -> dict[str, Any]:
    """The data of an event, none where it cannot be read: that shows as a fault of its own."""
    try:
        data = _json(raw)
    except (ValueError, TypeError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _number(value: Any) -> int:
    """A count as stored; what is no number counts as none and shows as a fault."""
    return value if isinstance(value, int) else 0


def _moment(raw: datetime | str) -> datetime:
    """PostgreSQL gives a time, SQLite its text in UTC."""
    moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(raw)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
