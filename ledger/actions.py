"""The only writers of the ledger."""

from __future__ import annotations

import re
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Sum
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from ledger import chain, delivery, heads, hooks, rules, sendings, streams
from ledger.heads import Heads
from ledger.models import Event, Notice, Run, Seal, Sending, Stream, Tell
from ledger.sendings import AlreadySent
from ledger.wake import wake_after_commit
from protocol.refusals import Refused

SEALING_TRIES = 5
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,200}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Entry:
    """One event to be recorded; the fields are those of `record`."""

    verb: str
    subject: str
    actor: int | None = None
    data: Mapping[str, Any] | None = None
    commitments: Mapping[str, str] | None = None
    tell: Iterable[Tell] = ()
    acting_for: int | None = None
    at: datetime | None = None
    read: bool = False


def record(
    *,
    verb: str,
    subject: str,
    actor: int | None,
    data: Mapping[str, Any] | None = None,
    commitments: Mapping[str, str] | None = None,
    tell: Iterable[Tell] = (),
    at: datetime | None = None,
    acting_for: int | None = None,
    read: bool = False,
) -> Event:
    """Record one thing that happened, and one notice for each of `tell`.

    `verb` is a key of protocol/events.py, `subject` a key ("case:12"), `actor` a person's id or
    None for the product itself, `data` JSON of ids, keys, flags and dates, `commitments`
    {name of a text: hex digest}, `at` an aware time (now). `read` puts it in the reader's own
    stream of the day. Three queries, four with notices; SQLite opens a stream with one more.

    Call it inside the transaction of what it records, as late in it as may be: the stream is
    locked from here to the commit. ValueError for what an event may not say;
    TransactionManagementError outside a transaction.
    """
    entry = Entry(verb, subject, actor, data, commitments, tell, acting_for, at, read)
    return record_many([entry], at=at)[0]


def record_many(entries: Sequence[Entry], *, at: datetime | None = None) -> list[Event]:
    """Record many things in the order given; the queries are bounded by batches, not by entries.

    `at` is the time of every entry that has none. One transaction that records in several streams
    should do it here, once: streams are locked in one order, so that two such never deadlock.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("record events inside transaction.atomic()")
    moment = rules.clean_time(at or timezone.now())
    drafts = [_drafted(entry, moment) for entry in entries]
    if not drafts:
        return []
    _take_key()
    grown = streams.locked((key for key, _, _ in drafts), moment)
    events = [_chained(event, grown[key]) for key, event, _ in drafts]
    Event.objects.bulk_create(events)
    notices = [
        _notice(event, tell)
        for event, (_, _, tells) in zip(events, drafts, strict=True)
        for tell in tells
    ]
    if notices:
        Notice.objects.bulk_create(notices)
        wake_after_commit()
    streams.move_on(grown.values())
    return events


def _take_key() -> None:
    """Take the key of the form that is being sent; AlreadySent where another request has it.

    PostgreSQL waits here for the other one's commit; SQLite lets one write at a time anyway.
    """
    one = sendings.current()
    if one is None:
        return
    row = Sending(key=one.key, request=one.number, at=timezone.now())
    Sending.objects.bulk_create([row], ignore_conflicts=True)
    if not Sending.objects.filter(key=one.key, request=one.number).exists():
        raise AlreadySent
    one.taken = True


def keep_answer(*, sent: sendings.Request, led_to: str) -> None:
    """Remember where a form that was done led to; "" where it only drew a page, and may be sent again."""
    mine = Sending.objects.filter(key=sent.key, request=sent.number)
    if led_to:
        mine.update(led_to=led_to[:2000])
    else:
        mine.delete()


def clear_sendings(*, now: datetime) -> int:
    """Forget the keys of forms that were sent long ago. Returns how many."""
    return Sending.objects.filter(at__lt=now - sendings.KEPT).delete()[0]


def _drafted(entry: Entry, moment: datetime) -> tuple[str, Event, list[Tell]]:
    """The key of its stream, the event without its place in it, and who is to be told."""
    at = rules.clean_time(entry.at) if entry.at else moment
    event = Event(
        at=at,
        verb=rules.clean_verb(entry.verb),
        subject=rules.clean_key(entry.subject, "the subject"),
        actor=rules.clean_person(entry.actor, "the actor"),
        acting_for=rules.clean_person(entry.acting_for, "acting for"),
        data=rules.clean_data(entry.data),
        commitments=rules.clean_commitments(entry.commitments),
    )
    key = streams.key_for(subject=event.subject, actor=event.actor, at=at, read=entry.read)
    return key, event, rules.clean_tells(entry.tell)


def _chained(event: Event, stream: Stream) -> Event:
    """The event at the end of its stream, which grows by it."""
    event.stream = stream
    event.seq = stream.length + 1
    event.previous = stream.head
    event.digest = chain.event_digest(
        stream=stream.key,
        seq=event.seq,
        at=event.at,
        verb=event.verb,
        subject=event.subject,
        actor=event.actor,
        acting_for=event.acting_for,
        data=event.data,
        commitments=event.commitments,
        previous=event.previous,
    )
    stream.length, stream.head = event.seq, event.digest
    return event


def _notice(event: Event, tell: Tell) -> Notice:
    return Notice(
        event=event,
        recipient=tell.recipient,
        channel=tell.channel,
        created_at=event.at,
        # An event dated ahead (a sweep for a later day) is told now all the same.
        next_attempt_at=min(event.at, timezone.now()) + tell.wait,
        # Fixed here, so that a mail that goes twice after a crash is seen to be one.
        message_id=f"<{uuid.uuid4()}@{_mail_domain()}>",
    )


def tells_besides(*, event: int, recipient: str, until: datetime) -> bool:
    """Let the notice of an earlier event, which lies until `until` at the most, tell of this moment too.

    Inside the transaction of what it is to tell of, which keeps whoever would claim it out until the
    commit. False where it is on its way, or has gone: then there has to be another. One query.
    """
    mine = Notice.objects.unfinished().filter(event=event, recipient=recipient, claimed_by="")
    return mine.update(next_attempt_at=until) > 0


def let_go(*, events: Iterable[int], now: datetime) -> None:
    """Nothing more is to be told with the notices of these events: those that still lie go now."""
    lying = Notice.objects.unfinished().filter(event__in=list(events), claimed_by="")
    if lying.filter(next_attempt_at__gt=now).update(next_attempt_at=now):
        wake_after_commit()


def take_up(*, events: Iterable[int], now: datetime) -> None:
    """What made the notices of these events needless is undone: those that were dropped for it wait again.

    What was sent, or dropped for another reason, stays so.
    """
    dropped = Notice.objects.filter(
        event__in=list(events), dropped_because=Notice.Dropped.OVERTAKEN
    )
    if dropped.update(dropped_at=None, dropped_because="", next_attempt_at=now):
        wake_after_commit()


def _mail_domain() -> str:
    """The sender's domain. Not the machine's name, which is nobody's business."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return domain if _DOMAIN.fullmatch(domain) else "localhost"


@dataclass(frozen=True)
class Delivery:
    """What became of a batch of notices. `released` go with the next sweep: no server answered,
    or the batch took too long. `held` wait for the quiet hours to end or for a daily mail."""

    claimed: int = 0
    sent: int = 0
    dropped: int = 0
    failed: int = 0
    released: int = 0
    held: int = 0
    # The batch was full and went well: there may be more.
    more: bool = False


def deliver(*, now: datetime, worker: str = "", limit: int = 100) -> Delivery:
    """Send up to `limit` of the notices that wait at `now`.

    A batch is claimed in one short transaction, and each notice is marked as soon as its fate is
    known, so that a kill repeats one mail at most (with its Message-ID). Nothing here raises
    for a mail server: a mail that fails waits longer each time, and is never lost.
    """
    notices = _claimed(now=now, worker=worker, limit=limit)
    if not notices:
        return Delivery()
    going, together = _set_aside(notices, now)
    letters = delivery.compose(going, together) if going else []
    started = time.monotonic()
    fates: Counter[str] = Counter(held=len(notices) - len(going))
    troubles: Counter[str] = Counter()
    with delivery.Post() as post:
        for place, letter in enumerate(letters):
            try:
                if time.monotonic() - started > delivery.BATCH_SECONDS:
                    raise delivery.Unreachable("BatchTooLong")
                for fate, why in _delivered(letter, post, now):
                    fates[fate] += 1
                    if why in delivery.TROUBLE or fate == "failed":
                        troubles[why] += 1
            except delivery.Unreachable as gone:
                rest = [notice for letter in letters[place:] for notice in letter.notices]
                fates["released"] = troubles[str(gone)] = len(rest)
                _release(rest, str(gone), now)
                break
    if troubles:
        delivery.report(troubles, Notice.objects.unfinished().oldest())
    more = len(notices) >= limit and not fates["released"]
    return Delivery(claimed=len(notices), more=more, **fates)


def _claimed(*, now: datetime, worker: str, limit: int) -> list[Notice]:
    """Take a lease on the next notices that wait, oldest first, and on the whole of a daily mail."""
    # A sweep in which nothing waits takes no lock. Asked in the order of its index: without one, where
    # many are held, PostgreSQL reads those that went first.
    if Notice.objects.waiting(now).order_by("next_attempt_at", "id").values("pk").first() is None:
        return []
    lease = f"{worker[:90]}/{uuid.uuid4().hex}"
    with transaction.atomic():
        # SQLite ignores the row locks: its transactions are IMMEDIATE, one writer at a time.
        first = list(
            Notice.objects.claimable(now)
            .order_by("next_attempt_at", "id")
            .select_for_update(skip_locked=True)[:limit]
        )
        pks = {notice.pk for notice in first}
        if any(notice.held_for == Notice.Held.DAILY for notice in first):
            others = Notice.objects.along_with(first, now).select_for_update(skip_locked=True)
            pks |= set(others.values_list("pk", flat=True))
        Notice.objects.waiting(now).filter(pk__in=pks).update(
            claimed_by=lease, claimed_until=now + delivery.LEASE
        )
    mine = Notice.objects.filter(pk__in=pks, claimed_by=lease)
    return list(mine.select_related("event").order_by("next_attempt_at", "id"))


def _set_aside(notices: Sequence[Notice], now: datetime) -> tuple[list[Notice], set[int]]:
    """Hold back what may not go yet; return what goes, and the ids of what goes in a daily mail.

    What is held comes back every few minutes to be looked at again, so that nobody has to be told
    when the hours or a preference change.
    """
    slots = delivery.slots(notices, now)
    held: dict[hooks.Slot, list[int]] = defaultdict(list)
    for notice in notices:
        slot = slots.get(notice.pk)
        if slot is not None and slot.at > now:
            held[slot].append(notice.pk)
    for slot, pks in held.items():
        mine = Notice.objects.unfinished().filter(pk__in=pks, claimed_by=notices[0].claimed_by)
        mine.update(
            claimed_by="",
            claimed_until=None,
            next_attempt_at=min(slot.at, now + delivery.LOOK_AGAIN),
            held_for=Notice.Held.DAILY if slot.daily else Notice.Held.QUIET,
            held_until=slot.at,
        )
    away = {pk for pks in held.values() for pk in pks}
    going = [notice for notice in notices if notice.pk not in away]
    return going, {n.pk for n in going if n.pk in slots and slots[n.pk].daily}


def _delivered(
    letter: delivery.Letter, post: delivery.Post, now: datetime
) -> list[tuple[str, str]]:
    """Send one, mark its notices, and say of each what became of it and why.

    Raises Unreachable with nothing marked. The notices of a daily mail are marked in one
    transaction: a kill repeats all of it, with its Message-ID, or nothing.
    """
    parcel = letter.parcel
    failed = parcel if isinstance(parcel, delivery.Failed) else None
    if isinstance(parcel, EmailMessage):
        failed = post.send(parcel)
    with transaction.atomic():
        if failed is not None:
            most = 1 + max(notice.attempts for notice in letter.notices)
            return [_failed(notice, failed, most, now) for notice in letter.notices]
        return [
            _sent(notice, now)
            if isinstance(parcel, EmailMessage) and notice.pk not in letter.left_out
            else _dropped(notice, letter.left_out.get(notice.pk, parcel), now)
            for notice in letter.notices
        ]


def _sent(notice: Notice, now: datetime) -> tuple[str, str]:
    _settle(notice, sent_at=now, attempts=F("attempts") + 1, last_error="")
    return "sent", ""


def _dropped(notice: Notice, why: Any, now: datetime, **fate: Any) -> tuple[str, str]:
    _settle(notice, dropped_at=now, dropped_because=why, **fate)
    return "dropped", str(why)


def _failed(notice: Notice, failed: delivery.Failed, most: int, now: datetime) -> tuple[str, str]:
    """`most`: how often any notice of the same mail was tried by now; all of them wait as long."""
    attempts = notice.attempts + 1
    if failed.refused and attempts >= delivery.REFUSALS:
        return _dropped(notice, Notice.Dropped.REFUSED, now, attempts=attempts)
    _settle(
        notice,
        attempts=attempts,
        next_attempt_at=now + delivery.back_off(most),
        last_error=failed.error[:100],
    )
    return "failed", failed.error


def _settle(notice: Notice, **fate: Any) -> None:
    """Write what became of it and give the lease back, unless somebody else holds it by now."""
    mine = Notice.objects.unfinished().filter(pk=notice.pk, claimed_by=notice.claimed_by)
    mine.update(claimed_by="", claimed_until=None, **fate)


def _release(notices: Sequence[Notice], error: str, now: datetime) -> None:
    """Give back what was not tried: not an attempt, so no back-off."""
    mine = Notice.objects.unfinished().filter(
        pk__in=[notice.pk for notice in notices], claimed_by=notices[0].claimed_by
    )
    mine.update(
        claimed_by="",
        claimed_until=None,
        next_attempt_at=now + delivery.WHEN_UNREACHABLE,
        last_error=error[:100],
    )


def note_run(*, name: str, now: datetime, error: str = "") -> None:
    """Keep when something that runs by itself ended; `error`, where it failed, is a class or a count."""
    seen = {"failed_at": now, "error": error[:100]} if error else {"ended_at": now, "error": ""}
    Run.objects.bulk_create(
        [Run(name=name, **seen)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=list(seen),
    )


def seal(*, now: datetime) -> Seal | None:
    """Seal the heads of all streams. None when nothing was recorded since the last seal."""
    last = Seal.objects.order_by("-id").first()
    sizes = Stream.objects.aggregate(heads=Count("id"), events=Sum("length", default=0))
    # Streams only grow, so the same sum means the same heads.
    sealed = (last.heads_count, last.events_count) if last else (0, 0)
    if (sizes["heads"], sizes["events"]) == sealed:
        return None
    found = Heads.digested(Stream.objects.heads().iterator(chunk_size=2000))
    return _sealed(found, last, now)


def export_head(*, now: datetime) -> dict[str, Any]:
    """Seal the ledger as it stands and return the content of a head file (ledger.heads).

    Refused when others seal in between again and again.
    """
    for _ in range(SEALING_TRIES):
        last = Seal.objects.order_by("-id").first()
        streams_now = list(Stream.objects.heads())
        found = Heads.digested(streams_now)
        standing = last if last and last.heads == found.digest else _sealed(found, last, now)
        if standing:
            return heads.exported(streams_now, standing, now=now)
    raise Refused("The head was not exported: others kept sealing.", instead="Try again.")


def _sealed(found: Heads, last: Seal | None, now: datetime) -> Seal | None:
    """The seal over these heads after the last; None when somebody sealed in between."""
    content = {
        "at": now,
        "heads_count": found.count,
        "events_count": found.events,
        "heads": found.digest,
        "previous": last.digest if last else "",
    }
    try:
        with transaction.atomic():
            return Seal.objects.create(**content, digest=chain.seal_digest(**content))
    except IntegrityError:
        return None
