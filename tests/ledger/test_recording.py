"""Recording: what an event may say, where it goes, and what it costs."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from ledger import actions, chain
from ledger.actions import Entry
from ledger.models import Event, Notice, Stream, Tell
from tests.ledger.conftest import NOON, recorded, told


def digest_of(event: Event) -> str:
    """As computed from what the database holds."""
    return chain.event_digest(
        stream=event.stream.key,
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


@pytest.mark.django_db
def test_an_event_links_to_the_one_before_and_the_stream_keeps_the_last():
    first, second = recorded(), recorded(verb="enquiry_accepted", data={"due": date(2026, 12, 7)})
    stored = list(Event.objects.about("case:1").select_related("stream"))
    assert [event.pk for event in stored] == [first.pk, second.pk]
    assert [event.seq for event in stored] == [1, 2]
    assert [event.previous for event in stored] == ["", first.digest]
    assert [event.digest for event in stored] == [digest_of(event) for event in stored]
    stream = Stream.objects.get(key="case:1")
    assert (stream.length, stream.head, stream.updated_at) == (2, second.digest, NOON)
    assert stored[1].data == {"due": "2026-12-07"}


@pytest.mark.django_db
def test_a_case_has_its_stream_the_system_a_day_and_a_reader_a_day():
    late = datetime(2026, 7, 1, 0, 30, tzinfo=UTC).astimezone()
    assert recorded("case:12").stream.key == "case:12"
    assert recorded("person:4", verb="signed_in", at=late).stream.key == "system:2026-07-01"
    assert recorded("case:12", actor=45, read=True).stream.key == "reads:45:2026-11-23"
    assert recorded("case:12", actor=None, read=True).stream.key == "reads:0:2026-11-23"


@pytest.mark.django_db
def test_one_notice_for_each_recipient_and_channel_however_often_named():
    """Seen red with: rules.clean_tells without dict.fromkeys (the database refuses the second)."""
    event = told("person:1", "person:2", "person:1")
    notices = Notice.objects.filter(event=event).order_by("recipient")
    assert [notice.recipient for notice in notices] == ["person:1", "person:2"]
    assert len({notice.message_id for notice in notices}) == 2
    assert all(notice.message_id.endswith("@localhost>") for notice in notices)
    assert all(notice.created_at == NOON >= notice.next_attempt_at for notice in notices)


@pytest.mark.parametrize(
    "changes",
    [
        {"verb": "no_such_verb"},
        {"verb": ""},
        {"subject": "case"},
        {"subject": "case:"},
        {"subject": "case:1\n"},
        {"subject": "case:" + "1" * 60},
        {"actor": "7"},
        {"actor": 0},
        {"actor": True},
        {"acting_for": 1.5},
        {"at": datetime(2026, 11, 23)},  # noqa: DTZ001
        {"data": {"note": "a b"}},
        {"data": {"note": "a\n"}},
        {"data": {"note": "ann@example.org"}},
        {"data": {"note": "x" * 65}},
        {"data": {"note": "Müller"}},
        {"data": {"note": "\ud800"}},
        {"data": {"note": "\x00"}},
        {"data": {"a key with spaces": 1}},
        {"data": {1: 1}},
        {"data": {"share": 0.5}},
        {"data": {"n": 2**63}},
        {"data": {"when": datetime(2026, 11, 23)}},  # noqa: DTZ001
        {"data": {"deep": [[[[[[[[[1]]]]]]]]]}},
        {"data": {"set": {1}}},
        {"commitments": {"message:1": "ab"}},
        {"commitments": {"the message": "ab" * 32}},
        {"tell": [Tell("ann")]},
        {"tell": [Tell("person:1", "pigeon")]},
    ],
    ids=repr,
)
@pytest.mark.django_db
def test_what_an_event_may_not_say_is_refused_and_nothing_is_written(changes):
    """Seen red with: _WORD allowing the at sign, then with it allowing a space."""
    with pytest.raises(ValueError, match=r".+") as refusal:
        recorded(**changes)
    assert not Event.objects.exists()
    assert not Stream.objects.exists()
    # What was refused may be what must not be written down, in a log as little as in the ledger.
    assert "ann@example" not in str(refusal.value)


@pytest.mark.django_db
def test_what_an_event_may_say_comes_back_as_it_was():
    data = {
        "ids": [1, 2, 2**63 - 1],
        "flag": True,
        "none": None,
        "nested": {"a": {"b": [{"c": "2026-11-23T12:00:00+00:00"}]}},
        "key": "set-by-the-council",
        "": "",
    }
    event = Event.objects.get(pk=recorded(data=data).pk)
    assert event.data == data
    assert digest_of(event) == event.digest


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    """The event must stand or fall with what it records. Seen red with: the guard taken out."""
    with pytest.raises(TransactionManagementError):
        actions.record(verb="enquiry_logged", subject="case:1", actor=1)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_recorded():
    recorded()
    with suppress(ZeroDivisionError), transaction.atomic():
        actions.record(verb="enquiry_closed", subject="case:1", actor=1, at=NOON)
        1 / 0  # noqa: B018
    after = recorded(verb="enquiry_accepted")
    assert after.seq == 2
    assert Stream.objects.get().length == 2


@pytest.mark.django_db
def test_recording_one_event_takes_three_queries_and_four_with_notices():
    # SQLite's triggers allow no upsert: the first event of a stream takes one more there.
    for subject, opens in (("case:1", connection.vendor == "sqlite"), ("case:1", False)):
        with transaction.atomic(), CaptureQueriesContext(connection) as plain:
            actions.record(verb="enquiry_logged", subject=subject, actor=1)
        assert len(plain) == 3 + opens
    with transaction.atomic(), CaptureQueriesContext(connection) as telling:
        actions.record(verb="enquiry_logged", subject="case:1", actor=1, tell=[Tell("person:1")])
    assert len(telling) == 4


@pytest.mark.django_db
def test_recording_many_costs_batches_of_queries_not_one_an_event():
    def cost(entries: int) -> int:
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            actions.record_many(
                [
                    Entry("chase_due", f"case:{n % (entries // 4)}", tell=[Tell("person:1")])
                    for n in range(1, entries + 1)
                ],
                at=NOON,
            )
        return len(queries)

    with CaptureQueriesContext(connection) as none:
        assert actions.record_many([]) == []
    assert len(none) == 0
    # One for all the streams that are opened, on SQLite.
    few = 5 + (connection.vendor == "sqlite")
    assert cost(80) <= few
    # SQLite takes 999 values a statement: at worst one query for 65 rows written.
    assert cost(800) <= few + 3 * (800 // 65 if connection.vendor == "sqlite" else 0)


@pytest.mark.django_db
def test_events_recorded_together_keep_their_order_in_each_stream():
    with transaction.atomic():
        events = actions.record_many(
            [Entry("chase_due", f"case:{1 + n % 3}", data={"n": n}) for n in range(9)], at=NOON
        )
    assert [event.data["n"] for event in events] == list(range(9))
    for key in ("case:1", "case:2", "case:3"):
        stored = list(Event.objects.about(key).select_related("stream"))
        assert [event.seq for event in stored] == [1, 2, 3]
        assert [event.data["n"] for event in stored] == sorted(e.data["n"] for e in stored)
        assert [event.digest for event in stored] == [digest_of(event) for event in stored]


@pytest.mark.django_db
def test_events_are_found_by_what_they_say():
    first = recorded("case:1", actor=1)
    second = recorded("case:2", actor=2, verb="enquiry_closed", at=NOON + timedelta(days=1))
    assert list(Event.objects.about("case:1", "case:2")) == [first, second]
    assert list(Event.objects.of("enquiry_closed")) == [second]
    assert list(Event.objects.by(1)) == [first]
    assert list(Event.objects.between(NOON, NOON + timedelta(days=1))) == [first]


@pytest.mark.django_db
def test_an_event_dated_ahead_is_told_now_all_the_same(time_machine):
    """A sweep by hand for next week sends its mail today. Seen red with: the event's time taken."""
    time_machine.move_to(NOON - timedelta(days=7), tick=False)
    event = told("person:2")
    assert event.at == NOON
    assert Notice.objects.get().next_attempt_at == NOON - timedelta(days=7)
