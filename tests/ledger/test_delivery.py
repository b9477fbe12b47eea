"""Notices: claimed under a lease, sent, marked; late perhaps, lost never."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger import actions, delivery, hooks, tasks
from ledger.models import Notice, Run
from tests.ledger.conftest import NOON, told

LATER = NOON + delivery.LEASE
SWEEP = timedelta(seconds=30)


def deliver(now=NOON, **changes) -> actions.Delivery:
    return actions.deliver(now=now, worker="tests", **changes)


class Killed(BaseException):
    """What kill -9 looks like from inside: nothing after it runs."""


@pytest.mark.django_db
def test_each_recipient_gets_one_mail_in_plain_text(rooms, mailoutbox):
    told("person:1", "person:2")
    assert deliver() == actions.Delivery(claimed=2, sent=2)
    assert sorted(message.to[0] for message in mailoutbox) == [
        '"The person:1" <person1@example.org>',
        '"The person:2" <person2@example.org>',
    ]
    message = mailoutbox[0].message()
    notice = Notice.objects.get(recipient="person:1")
    assert message["Message-ID"] == notice.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert (notice.sent_at, notice.attempts, notice.claimed_until) == (NOON, 1, None)
    assert deliver() == actions.Delivery()
    assert len(mailoutbox) == 2


@pytest.mark.django_db
def test_the_database_refuses_a_second_notice_for_the_same_thing(rooms):
    event = told("person:1")
    twin = Notice.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
    assert event.notices.count() == 1


@pytest.mark.django_db
def test_a_worker_killed_before_it_sends_loses_nothing(rooms, mailoutbox, monkeypatch):
    """Seen red with: `_claimed` marking sent_at as it claims."""
    told("person:1")
    first_id = Notice.objects.get().message_id
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "compose", _killed)
        with pytest.raises(Killed):
            deliver()
    assert mailoutbox == []
    # Under the lease nobody else touches it, however often the sweep comes.
    assert deliver(LATER - timedelta(seconds=1)) == actions.Delivery()
    assert deliver(LATER).sent == 1
    assert mailoutbox[0].extra_headers["Message-ID"] == first_id


@pytest.mark.django_db
def test_a_worker_killed_after_sending_repeats_that_mail_with_its_message_id(
    rooms, mailoutbox, monkeypatch
):
    """Undecidable from outside, so it goes again: the reader's mail program sees one.

    Seen red with: the Message-ID made as the mail is composed.
    """
    told("person:1", "person:2", "person:3")
    with monkeypatch.context() as patch:
        patch.setattr(actions, "_settle", _killed)
        with pytest.raises(Killed):
            deliver()
    assert len(mailoutbox) == 1
    deliver(LATER)
    ids = [message.extra_headers["Message-ID"] for message in mailoutbox]
    assert len(ids) == 4
    assert ids[1] == ids[0]
    assert len(set(ids)) == 3


@pytest.mark.django_db
def test_each_mail_is_marked_before_the_next_is_sent(rooms, mailoutbox, monkeypatch):
    """Seen red with: marking after the batch."""
    told("person:1", "person:2", "person:3")
    send, marked = EmailBackend.send_messages, []

    def watching(self, messages):
        marked.append(Notice.objects.filter(sent_at__isnull=False).count())
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", watching)
    deliver()
    assert marked == [0, 1, 2]


@pytest.mark.django_db
def test_a_late_worker_does_not_mark_what_another_has_taken_over(rooms, mailoutbox, monkeypatch):
    told("person:1")
    slow = actions._claimed(now=NOON, worker="slow", limit=10)
    quick = actions._claimed(now=LATER, worker="quick", limit=10)
    assert [notice.pk for notice in slow] == [notice.pk for notice in quick]
    actions._settle(slow[0], dropped_at=NOON, dropped_because="no-address")
    assert Notice.objects.get().dropped_at is None
    actions._settle(quick[0], sent_at=LATER)
    assert Notice.objects.get().sent_at == LATER


@pytest.mark.django_db
def test_who_may_no_longer_see_it_is_not_told(rooms, mailoutbox):
    """Seen red with: None from the renderer taken for a fault."""
    told("person:1", "person:2")
    rooms.blind.add("person:1")
    assert deliver() == actions.Delivery(claimed=2, sent=1, dropped=1)
    dropped = Notice.objects.get(recipient="person:1")
    assert (dropped.dropped_at, dropped.dropped_because) == (NOON, "not-visible")
    assert [message.to for message in mailoutbox] == [['"The person:2" <person2@example.org>']]


@pytest.mark.django_db
def test_who_has_no_address_is_dropped_with_that_reason(rooms, mailoutbox):
    told("person:1")
    rooms.homeless.add("person:1")
    deliver()
    assert Notice.objects.get().dropped_because == "no-address"
    assert mailoutbox == []


@pytest.mark.django_db
def test_one_that_cannot_be_rendered_does_not_hold_the_others_back(rooms, mailoutbox, caplog):
    """Seen red with: `_rendered` without the second try one by one."""
    told("person:1", "person:2", "person:3")
    rooms.broken.add("person:2")
    assert deliver() == actions.Delivery(claimed=3, sent=2, failed=1)
    failed = Notice.objects.get(recipient="person:2")
    assert (failed.last_error, failed.attempts) == ("KeyError", 1)
    assert "fault of the room" not in failed.last_error + caplog.text
    rooms.broken.clear()
    assert deliver(NOON + timedelta(minutes=1)).sent == 1


@pytest.mark.django_db
@pytest.mark.parametrize("lacking", ["_renderers", "_address_books"])
def test_a_room_that_has_not_registered_delays_and_loses_nothing(rooms, monkeypatch, lacking):
    told("person:1")
    with monkeypatch.context() as patch:
        patch.setattr(hooks, lacking, type(getattr(hooks, lacking))())
        assert deliver().failed == 1
    assert deliver(NOON + timedelta(minutes=1)).sent == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("One\nBcc: all@example.org", "Ann"),
        ("One\r\nBcc: all@example.org", "Ann"),
        ("\ud800", "Ann"),
        ("One", "Ann\r\nBcc: all@example.org"),
        ("One", "Ann\x00\x07"),
    ],
)
def test_no_header_can_be_slipped_into_a_mail(rooms, mailoutbox, subject, name):
    hooks.register_renderer("case", lambda ns: {n.pk: hooks.Rendered(subject, "") for n in ns})
    rooms.addresses = None
    hooks._address_books[:] = [lambda keys: {k: hooks.Address(name, "a@example.org") for k in keys}]
    told("person:1")
    outcome = deliver()
    assert outcome.sent + outcome.failed == 1
    for sent in mailoutbox:
        assert sent.message()["Bcc"] is None
        assert len(sent.recipients()) == 1


@pytest.mark.django_db
def test_a_sweep_in_which_nothing_waits_takes_one_query_and_no_lock(rooms):
    told("person:1")
    deliver()
    with CaptureQueriesContext(connection) as queries:
        deliver(LATER)
    assert len(queries) == 1
    assert "FOR UPDATE" not in queries[0]["sql"]


@pytest.mark.django_db
def test_the_waiting_are_found_through_their_index(rooms):
    plan = Notice.objects.waiting(NOON).order_by("next_attempt_at", "id")[:100].explain()
    # A table of a few rows is read whole by PostgreSQL, so only SQLite's plan can be asked.
    assert connection.vendor == "postgresql" or "ledger_notice_waiting" in plan


@pytest.mark.django_db
def test_a_full_batch_says_that_there_may_be_more_and_the_task_wakes_the_next(
    rooms, mailoutbox, monkeypatch
):
    woken = []
    monkeypatch.setattr(tasks, "wake", lambda: woken.append(1))
    told(*(f"person:{n}" for n in range(1, 104)), at=NOON - timedelta(days=400))
    tasks.deliver()
    assert (len(mailoutbox), woken) == (100, [1])
    tasks.deliver()
    assert (len(mailoutbox), woken) == (103, [1])


@pytest.mark.django_db
def test_a_batch_that_takes_too_long_gives_the_rest_back(rooms, mailoutbox, monkeypatch):
    """Seen red with: no limit (a lease runs out while its holder still sends)."""
    told("person:1", "person:2", "person:3")
    clock = iter([0, 1, delivery.BATCH_SECONDS + 1])
    monkeypatch.setattr(actions.time, "monotonic", lambda: next(clock))
    assert deliver() == actions.Delivery(claimed=3, sent=1, released=2)
    monkeypatch.undo()
    assert Notice.objects.unfinished().filter(claimed_until=None, attempts=0).count() == 2


# With a real mail server ------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_batch_goes_over_one_connection(rooms, mail_server):
    told(*(f"person:{n}" for n in range(1, 21)))
    assert deliver().sent == 20
    assert mail_server.connections == 1
    _, content = mail_server.mails[0]
    received = message_from_bytes(content, policy=policy.default)
    assert received["Message-ID"] == Notice.objects.get(recipient="person:1").message_id
    assert received.get_content().strip() == "Read it, person:1, at /x"


@pytest.mark.django_db
def test_all_is_delivered_within_two_sweeps_of_the_mail_server_coming_back(rooms, mail_server):
    """T6 for mail: an outage of any length is no attempt of any mail.

    Seen red with: the back-off of a failed mail used for a server that does not answer.
    """
    for case in range(1, 251):
        told("person:1", subject=f"case:{case}")
    mail_server.stop()
    now = NOON
    for _ in range(40):
        assert deliver(now).sent == 0
        now += SWEEP
    waiting = Notice.objects.unfinished()
    assert waiting.filter(attempts=0, claimed_until=None).count() == 250
    assert set(waiting.values_list("last_error", flat=True)) <= {"", "ConnectionRefusedError"}
    mail_server.start()
    for _ in range(2):
        now += SWEEP
        while deliver(now).more:
            pass
    assert not Notice.objects.unfinished().exists()
    ids = [message_from_bytes(content)["Message-ID"] for _, content in mail_server.mails]
    assert len(ids) == len(set(ids)) == 250


@pytest.mark.django_db
def test_a_server_that_stops_in_mid_batch_loses_nothing(rooms, mail_server, monkeypatch):
    told(*(f"person:{n}" for n in range(1, 21)))
    handle, taken = mail_server.handle_DATA, []

    async def closing(server, session, envelope):
        taken.append(1)
        if len(taken) == 8:
            server.transport.close()
            return "421 going"
        return await handle(server, session, envelope)

    mail_server.handle_DATA = closing
    first = deliver()
    # The connection broke under one mail; the others went over the next.
    assert (first.sent, first.failed) == (19, 1)
    assert deliver(NOON + timedelta(minutes=1)).sent == 1
    assert len(mail_server.mails) == 20


@pytest.mark.django_db
def test_a_mail_that_fails_waits_longer_each_time_and_is_never_lost(rooms, mail_server):
    """Seen red with: BACK_OFF indexed by attempts - 2."""
    told("person:1", "person:2")
    mail_server.refusals["person1@example.org"] = "450 try again later"
    now, waits = NOON, []
    for _ in range(8):
        assert deliver(now).failed == 1
        notice = Notice.objects.get(recipient="person:1")
        waits.append((notice.next_attempt_at - now).total_seconds() / 60)
        assert deliver(notice.next_attempt_at - timedelta(seconds=1)) == actions.Delivery()
        now = notice.next_attempt_at
    assert waits == [1, 5, 15, 60, 240, 240, 240, 240]
    assert notice.last_error == "SMTPRecipientsRefused"
    assert Notice.objects.get(recipient="person:2").sent_at == NOON
    mail_server.refusals.clear()
    assert deliver(now).sent == 1


# What is said of it -----------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_batch_that_does_not_go_out_is_one_line_that_names_nobody(rooms, mail_server, caplog):
    """Seen red with: `report` taken out of `deliver`; with the server's words in the line."""
    told("person:1", "person:2", "person:3")
    mail_server.refusals["person1@example.org"] = "550 person1@example.org is unknown"
    deliver()
    [line] = [r.getMessage() for r in caplog.records if r.name == "ledger.delivery"]
    oldest = "the oldest waits since 2026-11-23 12:00 UTC"
    assert line == f"mail not sent: 1 (SMTPRecipientsRefused 1); {oldest}"
    caplog.clear()
    mail_server.stop()
    deliver(LATER)
    [line] = [r.getMessage() for r in caplog.records if r.name == "ledger.delivery"]
    assert line == f"mail not sent: 1 (ConnectionRefusedError 1); {oldest}"


@pytest.mark.django_db
def test_what_is_given_up_is_said_and_what_may_not_be_seen_is_not(rooms, mailoutbox, caplog):
    told("person:1", "person:2", "person:3")
    rooms.homeless.add("person:1")
    rooms.blind.add("person:2")
    deliver()
    [line] = [r.getMessage() for r in caplog.records if r.name == "ledger.delivery"]
    assert line == "mail not sent: 1 (no-address 1); none waits"


@pytest.mark.django_db
def test_a_batch_that_goes_out_says_nothing(rooms, mailoutbox, caplog):
    told("person:1")
    deliver()
    assert caplog.records == []


@pytest.mark.django_db
def test_the_failing_and_the_given_up_are_counted_by_class(rooms, mail_server):
    told("person:1", "person:2", "person:3")
    rooms.homeless.add("person:3")
    mail_server.refusals["person1@example.org"] = "450 later"
    deliver()
    assert Notice.objects.failing() == {"SMTPRecipientsRefused": 1}
    assert Notice.objects.dropped_since(NOON) == {"no-address": 1}
    assert Notice.objects.dropped_since(LATER) == {}


@pytest.mark.django_db
def test_what_waits_for_an_hour_is_stuck_unless_one_mailbox_is_to_blame(rooms, mail_server):
    """Seen red with: every unfinished notice counted, so that one full mailbox is an alarm."""
    told("person:1")
    hour_on = NOON + timedelta(hours=1)
    assert not Notice.objects.stuck(hour_on).exists()
    assert Notice.objects.stuck(hour_on + SWEEP).exists()
    mail_server.refusals["person1@example.org"] = "450 later"
    deliver()
    assert not Notice.objects.stuck(hour_on + SWEEP).exists()


@pytest.mark.django_db
def test_a_run_keeps_when_it_last_went_well_and_when_it_last_failed():
    """Seen red with: the time of success written by a failure too."""
    actions.note_run(name="x", now=NOON)
    actions.note_run(name="x", now=LATER, error="KeyError")
    run = Run.objects.get()
    assert (run.ended_at, run.failed_at, run.error) == (NOON, LATER, "KeyError")
    actions.note_run(name="x", now=LATER + SWEEP)
    run.refresh_from_db()
    assert (run.ended_at, run.failed_at, run.error) == (LATER + SWEEP, LATER, "")


@pytest.mark.django_db
def test_a_recipient_refused_for_good_is_dropped_after_some_tries(rooms, mail_server):
    told("person:1")
    mail_server.refusals["person1@example.org"] = "550 no such person"
    now = NOON
    for _ in range(delivery.REFUSALS - 1):
        assert deliver(now).failed == 1
        now = Notice.objects.get().next_attempt_at
    assert deliver(now).dropped == 1
    notice = Notice.objects.get()
    assert (notice.dropped_because, notice.attempts) == ("refused", delivery.REFUSALS)


def _killed(*args, **kwargs):
    raise Killed
