"""One mail a day for those who prefer it: each notice in one mail, once, whatever is killed or races."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from accounts.models import Person
from council import mailing
from ledger import actions, daily, delivery, hooks
from ledger.models import Notice
from tests.factories import CouncilFactory, PersonFactory
from tests.ledger.conftest import NOON, told
from tests.ledger.test_races import at_once

NINE = NOON + timedelta(hours=21)  # the next day, in winter
DAY = timedelta(days=1)


class Killed(BaseException):
    """What kill -9 looks like from inside: nothing after it runs."""


def _killed(*_args, **_kwargs):
    raise Killed


@pytest.fixture
def lines(rooms, monkeypatch):
    """Rooms whose messages can be said in a line, and the council's own hours and words."""
    plain = rooms.render

    def render(notices):
        found = plain(notices)
        return {
            n.pk: found[n.pk]
            and hooks.Rendered(
                found[n.pk].subject,
                found[n.pk].body,
                hooks.Line(n.event.subject, f"{n.event.verb} {n.pk}.", "https://x/", n.event.at),
            )
            for n in notices
        }

    rooms.render = render
    hooks.register_renderer("case", render)
    monkeypatch.setattr(hooks, "_planners", [mailing.slots])
    monkeypatch.setattr(hooks, "_binders", [mailing.bind])
    return rooms


def person(**changes) -> str:
    """Somebody who prefers one mail a day, at nine, as their key."""
    CouncilFactory(daily_at=9)
    return PersonFactory(**{"mailed": Person.Mailed.DAILY, **changes}).key


def deliver(now=NOON) -> actions.Delivery:
    return actions.deliver(now=now, worker="tests")


def ids(mailoutbox) -> list[str]:
    return [mail.extra_headers["Message-ID"] for mail in mailoutbox]


@pytest.mark.django_db
def test_what_happened_goes_in_one_mail_at_the_hour(lines, mailoutbox):
    """The issue, part 8. Seen red with: `daily` of the slot left out of `_set_aside`."""
    ann, ben = person(), person(mailed="happens")
    for case in (1, 1, 2):
        told(ann, ben, subject=f"case:{case}")
    assert deliver() == actions.Delivery(claimed=6, sent=3, held=3)
    assert Notice.objects.held_until(NOON) == {"daily": (3, NINE, NINE)}
    assert deliver(NINE - timedelta(seconds=1)).sent == 0
    assert deliver(NINE) == actions.Delivery(claimed=3, sent=3)
    assert len(mailoutbox) == 4
    mail = mailoutbox[-1]
    assert mail.subject == "Your daily mail: 3 notices"
    for notice in Notice.objects.to([ann]).select_related("event"):
        assert mail.body.count(f"{notice.event.verb} {notice.pk}.") == 1
        assert (notice.sent_at, notice.attempts) == (NINE, 1)
    assert mail.body.index("case:1") < mail.body.index("case:2")
    assert "/account/" in mail.body
    assert deliver(NINE + DAY) == actions.Delivery()


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["chase_due", "breach_recorded", "chase_escalated"])
def test_what_is_due_today_late_or_brought_to_them_does_not_wait(lines, mailoutbox, verb):
    told(person(), verb=verb, data={"date_due": NOON.date(), "promise": "answer"})
    assert deliver().sent == 1
    assert mailoutbox[0].subject == "About case:1"


@pytest.mark.django_db
def test_what_would_be_old_news_by_then_goes_as_it_happens(lines, mailoutbox):
    """Seen red with: `last_day` left out of `_slot`."""
    told(person(), verb="chase_reminded", data={"date_due": NOON.date(), "promise": "answer"})
    assert deliver().sent == 1


@pytest.mark.django_db
def test_what_may_no_longer_be_seen_is_left_out_and_an_empty_mail_is_not_sent(lines, mailoutbox):
    """Asked as the mail goes, not when it happened. Seen red with: nothing left out of a mail."""
    ann, ben = person(), person()
    told(ann, ben)
    told(ann, ben, subject="case:2")
    assert deliver().held == 4
    plain, seen = lines.render, {}

    def render(notices):
        seen.update({n.pk: n for n in notices})
        hidden = {n.pk for n in notices if n.recipient == ben or n.event.subject == "case:2"}
        return {pk: None if pk in hidden else made for pk, made in plain(notices).items()}

    hooks.register_renderer("case", render)
    assert deliver(NINE) == actions.Delivery(claimed=4, sent=1, dropped=3)
    (mail,) = mailoutbox
    assert "case:2" not in mail.body
    assert "1 notice" in mail.subject
    dropped = Notice.objects.filter(dropped_because="not-visible", sent_at=None)
    assert dropped.count() == 3
    assert deliver(NINE + DAY) == actions.Delivery()


@pytest.mark.django_db
def test_a_worker_killed_before_the_mail_loses_nothing(lines, mailoutbox, monkeypatch):
    ann = person()
    for case in (1, 2):
        told(ann, subject=f"case:{case}")
    deliver()
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "compose", _killed)
        with pytest.raises(Killed):
            deliver(NINE)
    # One lease holds the whole mail.
    assert len(set(Notice.objects.values_list("claimed_by", flat=True))) == 1
    assert deliver(NINE + delivery.LEASE - timedelta(seconds=1)) == actions.Delivery()
    assert deliver(NINE + delivery.LEASE).sent == 2
    assert len(mailoutbox) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_worker_killed_after_the_mail_repeats_it_with_its_message_id(
    lines, mailoutbox, monkeypatch, after
):
    """Killed at any notice that it marks: none is marked without the others.

    Seen red with: the notices marked outside a transaction; the Message-ID of the oldest that is kept.
    """
    ann = person()
    for case in (1, 2, 3):
        told(ann, subject=f"case:{case}")
    deliver()
    settle, done = actions._settle, []

    def settle_some(*args, **kwargs):
        if len(done) == after:
            raise Killed
        done.append(1)
        settle(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_settle", settle_some)
        with pytest.raises(Killed):
            deliver(NINE)
    assert Notice.objects.unfinished().exclude(claimed_by="").count() == 3
    assert deliver(NINE + timedelta(minutes=4)) == actions.Delivery()
    plain = lines.render
    hooks.register_renderer(
        "case",
        lambda ns: {n.pk: None if n.event.subject == "case:1" else plain([n])[n.pk] for n in ns},
    )
    # Meanwhile one of them may no longer be seen: it is the same mail all the same.
    assert deliver(NINE + delivery.LEASE) == actions.Delivery(claimed=3, sent=2, dropped=1)
    assert len(mailoutbox) == 2
    assert len(set(ids(mailoutbox))) == 1


@pytest.mark.django_db
def test_another_days_mail_has_another_message_id(lines, mailoutbox):
    ann = person()
    told(ann)
    deliver()
    deliver(NINE)
    told(ann, subject="case:2", at=NINE)
    deliver(NINE)
    deliver(NINE + DAY)
    assert len(set(ids(mailoutbox))) == len(mailoutbox) == 2


@pytest.mark.django_db
def test_the_message_id_is_of_the_whole_set(lines):
    """A mail that grew must not be taken for the one that was sent before."""
    ann = person()
    for case in (1, 2, 3):
        told(ann, subject=f"case:{case}")
    three = list(Notice.objects.all())
    assert daily.message_id(three) == daily.message_id(three[::-1])
    assert daily.message_id(three) != daily.message_id(three[:2])
    assert daily.message_id(three).rpartition("@")[2] == three[0].message_id.rpartition("@")[2]


@pytest.mark.django_db
def test_a_mail_that_fails_waits_as_a_whole_and_goes_as_one(lines, mail_server):
    ann = person(email="ann@example.org")
    for case in (1, 2):
        told(ann, subject=f"case:{case}")
    deliver()
    mail_server.refusals[f"{ann.replace(':', '')}@example.org"] = "451 later"
    assert deliver(NINE) == actions.Delivery(claimed=2, failed=2)
    mail_server.refusals.clear()
    assert deliver(NINE + timedelta(minutes=1)).sent == 2
    ((_, content),) = mail_server.mails
    received = message_from_bytes(content, policy=policy.default)
    assert received["Subject"] == "Your daily mail: 2 notices"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["Message-ID"] == daily.message_id(list(Notice.objects.all()))
    assert received.get_content_type() == "text/plain"


@pytest.mark.django_db
def test_a_mail_server_that_was_away_all_day_costs_nobody_a_notice(lines, mail_server):
    ann = person()
    told(ann)
    deliver()
    mail_server.stop()
    assert deliver(NINE).released == 1
    told(ann, subject="case:2", at=NINE + timedelta(hours=1))
    assert deliver(NINE + timedelta(hours=1)) == actions.Delivery(claimed=2, released=1, held=1)
    mail_server.start()
    assert deliver(NINE + timedelta(hours=6)).sent == 1
    assert deliver(NINE + DAY).sent == 1
    assert len(mail_server.mails) == 2


@pytest.mark.django_db
def test_one_that_cannot_be_rendered_does_not_hold_the_mail_back(lines, mailoutbox):
    ann = person()
    told(ann)
    told(ann, subject="case:2")
    deliver()
    plain = lines.render

    def render(notices):
        if any(n.event.subject == "case:2" for n in notices):
            raise KeyError("a fault of the room above")
        return plain(notices)

    hooks.register_renderer("case", render)
    assert deliver(NINE) == actions.Delivery(claimed=2, sent=1, failed=1)
    hooks.register_renderer("case", plain)
    assert deliver(NINE + timedelta(minutes=1)).sent == 1


@pytest.mark.django_db
def test_what_has_no_line_goes_by_itself(lines, mailoutbox):
    ann = person()
    told(ann)
    deliver()
    lines.render = None
    hooks.register_renderer(
        "case", lambda ns: {n.pk: hooks.Rendered("By itself", "Read it") for n in ns}
    )
    assert deliver(NINE).sent == 1
    assert mailoutbox[0].subject == "By itself"


@pytest.mark.django_db
@pytest.mark.parametrize("binder", [None, lambda lines: {}["words of a case"]])
def test_a_daily_mail_that_cannot_be_written_is_tried_again(
    lines, mailoutbox, monkeypatch, caplog, binder
):
    ann = person()
    told(ann)
    deliver()
    with monkeypatch.context() as patch:
        patch.setattr(hooks, "_binders", [binder] if binder else [])
        assert deliver(NINE).failed == 1
    assert "words of a case" not in caplog.text
    assert deliver(NINE + timedelta(minutes=1)).sent == 1


@pytest.mark.django_db
@pytest.mark.parametrize("hook", ["_planners", "_binders", "_address_books", "_renderers"])
@pytest.mark.parametrize("fault", [RuntimeError, ArithmeticError, AttributeError])
def test_whatever_a_room_raises_loses_no_notice_and_is_not_quoted(
    lines, mailoutbox, monkeypatch, caplog, hook, fault
):
    """Seen red with: a border that catches LookupError alone; the words of the fault in the log."""

    def broken(*args):
        raise fault("words of a case")

    ann = person()
    told(ann)
    deliver()
    with monkeypatch.context() as patch:
        patch.setattr(hooks, hook, {"case": broken} if hook == "_renderers" else [broken])
        done = deliver(NINE)
    # Without the hours it goes by itself, and at once.
    assert (done.sent, done.failed) == ((1, 0) if hook == "_planners" else (0, 1))
    assert f"failed: {fault.__name__}" in caplog.text
    assert "words of a case" not in caplog.text
    assert deliver(NINE + timedelta(minutes=1)).sent == done.failed
    assert len(mailoutbox) == 1


@pytest.mark.django_db
def test_who_has_no_address_is_dropped_with_that_reason(lines, mailoutbox):
    ann = person()
    told(ann)
    told(ann, subject="case:2")
    deliver()
    lines.homeless.add(ann)
    assert deliver(NINE) == actions.Delivery(claimed=2, dropped=2)
    assert set(Notice.objects.values_list("dropped_because", flat=True)) == {"no-address"}


@pytest.mark.django_db
def test_who_changes_their_mind_has_what_waits_within_minutes(lines, mailoutbox):
    """And each by itself. Seen red with: only the oldest of a daily mail ever claimed."""
    ann = person()
    for case in range(1, 6):
        told(ann, subject=f"case:{case}")
    assert deliver().held == 5
    Person.objects.update(mailed=Person.Mailed.HAPPENS)
    assert deliver(NOON + delivery.LOOK_AGAIN).sent == 5
    assert len(mailoutbox) == 5


@pytest.mark.django_db
def test_where_the_council_stops_the_daily_mail_nothing_is_stranded(lines, mailoutbox):
    ann = person()
    told(ann)
    deliver()
    CouncilFactory._meta.model.objects.update(daily_at=None)
    assert deliver(NOON + delivery.LOOK_AGAIN).sent == 1


@pytest.mark.django_db
def test_many_readers_in_one_batch_have_a_mail_each(lines, mailoutbox):
    people = [person() for _ in range(30)]
    for case in range(1, 8):
        told(*people, subject=f"case:{case}")
    while deliver().more:
        pass
    while deliver(NINE).claimed:
        pass
    assert len(mailoutbox) == len({mail.to[0] for mail in mailoutbox}) == 30
    assert all("7 notices" in mail.subject for mail in mailoutbox)


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_one_sends_a_daily_mail_and_it_is_whole(lines, mailoutbox):
    """Small batches, so that each worker's ends amid somebody's notices.

    Seen red on PostgreSQL, one run in two, with: `claimable` that lets any of them be claimed
    (SQLite has one writer at a time).
    """
    people = [person() for _ in range(10)]
    for case in range(1, 13):
        told(*people, subject=f"case:{case}")
    while deliver().claimed:
        pass
    results = at_once(lambda number: actions.deliver(now=NINE, worker=f"w{number}", limit=5))
    while (more := actions.deliver(now=NINE, worker="last", limit=5)).claimed:
        results.append(more)
    assert len(mailoutbox) == len({mail.to[0] for mail in mailoutbox}) == 10
    assert all("12 notices" in mail.subject for mail in mailoutbox)
    assert sum(result.sent for result in results) == 120
    assert Notice.objects.filter(sent_at=NINE, attempts=1).count() == 120


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_hold_the_same_notices_hold_each_once(lines, mailoutbox):
    ann = person()
    for case in range(1, 41):
        told(ann, subject=f"case:{case}")
    results = at_once(lambda number: actions.deliver(now=NOON, worker=f"w{number}", limit=15))
    while (more := deliver()).claimed:
        results.append(more)
    assert sum(result.held for result in results) == 40
    assert Notice.objects.held_until(NOON) == {"daily": (40, NINE, NINE)}
    assert deliver(NINE).sent == 40
    assert len(mailoutbox) == 1
