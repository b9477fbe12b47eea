"""Many writers at once: no fork, no gap, no deadlock, nothing lost (the writing half of T10).

EVENHAND_WRITES sets how often each of the eight writes; the long run uses 5000.
"""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from ledger import actions
from ledger.actions import Entry
from ledger.models import Event, Notice, Seal, Stream, Tell
from ledger.verification import Tally, verify
from tests.ledger.conftest import NOON, recorded, told

WRITERS = 8
WRITES = int(os.environ.get("EVENHAND_WRITES", "100"))
SEED = 20261123


def at_once(work, count: int = WRITERS) -> list:
    """Run work(0) … work(count - 1) in threads that begin together, each with its connection."""
    together = Barrier(count)

    def one(number: int):
        try:
            together.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_eight_writers_make_no_fork_and_lose_nothing(figure):
    """Seen red with: streams read by a plain SELECT in place of the upsert that locks them
    (PostgreSQL: duplicate key in ledger_event_once at once)."""

    def write(number: int) -> int:
        dice = random.Random(SEED + number)
        for turn in range(WRITES):
            subjects = [f"case:{dice.randint(1, 12)}" for _ in range(dice.randint(1, 4))]
            # In no order: record_many must find one, or two of these wait for each other.
            with transaction.atomic():
                actions.record_many(
                    [
                        Entry("chase_due", subject, data={"turn": turn}, tell=[Tell("person:1")])
                        for subject in subjects
                    ]
                    + [Entry("signed_in", f"person:{number + 1}", actor=number + 1)],
                    at=NOON,
                )
        return number

    assert at_once(write) == list(range(WRITERS))
    tally = Tally()
    assert [str(fault) for fault in verify(tally=tally)] == []
    assert Stream.objects.get(key="system:2026-11-23").length == WRITERS * WRITES
    assert Notice.objects.count() == tally.events - WRITERS * WRITES
    figure("T10", n=WRITERS * WRITES, of=f"transactions of {WRITERS} writers, forks 0", seed=SEED)


@pytest.mark.django_db(transaction=True)
def test_writers_that_race_to_open_the_same_stream_all_get_in():
    """Seen red with: get-then-create without ON CONFLICT."""
    for case in range(1, 11):
        at_once(lambda number, case=case: recorded(f"case:{case}", actor=number + 1))
        stored = Event.objects.about(f"case:{case}")
        assert sorted(event.seq for event in stored) == list(range(1, WRITERS + 1))
    assert list(verify(tally=Tally())) == []


@pytest.mark.django_db(transaction=True)
def test_of_those_who_seal_at_once_one_does():
    recorded()
    made = at_once(lambda number: actions.seal(now=NOON))
    assert Seal.objects.count() == 1
    assert sum(seal is not None for seal in made) == 1


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_claimed_by_one_of_eight_workers(rooms, mailoutbox):
    """Seen red with: `_claimed` that takes what it selected without the conditional update."""
    for case in range(1, 41):
        told("person:1", "person:2", subject=f"case:{case}")
    results = at_once(lambda number: actions.deliver(now=NOON, worker=f"w{number}", limit=15))
    while Notice.objects.waiting(NOON).exists():
        results.append(actions.deliver(now=NOON, worker="last", limit=15))
    sent = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
    assert len(sent) == len(set(sent)) == 80
    assert sum(result.sent for result in results) == 80
    assert Notice.objects.filter(sent_at=NOON, attempts=1).count() == 80
