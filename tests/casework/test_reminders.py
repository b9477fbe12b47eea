"""Row 8: members are reminded of what officers ask them (Mo50; We2.5, We3.8; elsewhere set by the council)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework import notices
from casework.chasing import actions as chasing
from casework.chasing import asked
from casework.enquiries import actions
from casework.models import Case
from council.actions import closures
from ledger.models import Event, Notice
from tests.casework.making import (
    LIBRARY,
    MONDAY,
    NOW,
    World,
    at,
    every_day,
    fresh,
    reloaded,
    told,
    with_bob,
    world,
)

pytestmark = pytest.mark.django_db
PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}
# Five working days after Monday 1 June, at the hour of the ladder.
FIFTH = date(2026, 6, 8)


@pytest.fixture
def made(db) -> World:
    return world("bristol", changed=PAUSING)


def question(made: World, now=NOW) -> Case:
    return actions.ask(case=with_bob(made), by=fresh(made.bob), text="Which end?", now=now)


def reminders(case: Case) -> list[Event]:
    return list(Event.objects.about(case.key).filter(verb="member_reminded").order_by("seq"))


@pytest.mark.parametrize("key", list(LIBRARY))
def test_a_question_without_a_reply_is_brought_to_mind_once(key, time_machine):
    """Mo50; We2.5, We3.8. Not a minute before, and once, however often and late the sweep runs.

    Seen red with: a day less.
    """
    time_machine.move_to(NOW, tick=False)
    made = world(key)
    case = with_bob(made)
    owner = fresh(case.owner)
    actions.ask(case=case, by=owner, text="Which end?", now=NOW)
    hour = made.profile.ladder.hour
    asked.remind(now=at(FIFTH, hour) - timedelta(seconds=1))
    assert reminders(case) == []
    for now in (at(FIFTH, hour), at(FIFTH, hour), *(at(d, 9) for d in every_day(FIFTH, 30))):
        asked.remind(now=now)
    (event,) = reminders(case)
    assert told(event) == {made.alice.key}
    assert event.at == at(FIFTH, hour)
    notice = Notice.objects.get(event=event)
    time_machine.move_to(at(FIFTH, hour), tick=False)
    body = notices.render([notice])[notice.pk].body
    assert "still needs your reply" in body
    assert "Which end" not in body


def test_the_sweep_of_chasing_takes_it(made):
    case = question(made)
    report = chasing.chase(now=at(FIFTH, 9))
    assert "members reminded 1" in report.summary()
    assert len(reminders(case)) == 1


@pytest.mark.parametrize("way", ["reply", "record_reply", "answer", "withdraw", "close_duplicate"])
def test_what_ends_the_wait_calls_the_reminder_off(made, way):
    """Mo50; We2.5, We3.8. Seen red with: `remind_at` left when the case moves."""
    case, other = question(made), with_bob(made)
    alice, bob = fresh(made.alice), fresh(made.bob)
    if way == "close_duplicate":
        Case.objects.filter(pk=other.pk).update(next_due=case.next_due)
        actions.link(case=case, by=bob, other=other, kind="duplicate", reason="One.", now=NOW)
    {
        "reply": lambda: actions.reply(case=case, by=alice, text="The far one.", now=NOW),
        "record_reply": lambda: actions.record_reply(case=case, by=bob, text="Far.", now=NOW),
        "answer": lambda: actions.answer(case=case, by=bob, text="Mended.", now=NOW),
        "withdraw": lambda: actions.withdraw(case=case, by=alice, now=NOW),
        "close_duplicate": lambda: actions.close_duplicate(
            case=case, by=bob, other=other, reason="One.", now=NOW
        ),
    }[way]()
    assert reloaded(case).remind_at is None
    asked.remind(now=at(FIFTH, 9))
    assert reminders(case) == []


def test_a_pause_leaves_the_question_waiting(made):
    case = question(made)
    actions.pause(case=case, by=fresh(made.bob), reason="She is away.", now=NOW)
    asked.remind(now=at(FIFTH, 9))
    assert len(reminders(case)) == 1


def test_another_question_has_a_reminder_of_its_own(made):
    case = question(made)
    asked.remind(now=at(FIFTH, 9))
    later = at(FIFTH + timedelta(days=1))
    actions.ask(case=reloaded(case), by=fresh(made.bob), text="Which side?", now=later)
    asked.remind(now=at(FIFTH + timedelta(days=40), 9))
    assert [event.data["date_asked"] for event in reminders(case)] == ["2026-06-01", "2026-06-09"]


def test_a_closure_day_puts_it_off(made):
    """Seen red with: the moment that was set when it was asked taken as it stands."""
    case = question(made)
    closures.add(first=MONDAY + timedelta(days=2), name="Storm", by=None)
    asked.remind(now=at(FIFTH, 9))
    assert reminders(case) == []
    asked.remind(now=at(FIFTH + timedelta(days=1), 9))
    assert len(reminders(case)) == 1


def test_a_council_that_reminds_nobody_reminds_nobody(time_machine):
    made = world(
        "bristol", changed={"[member_queries]\nremind = true": "[member_queries]\nremind = false"}
    )
    case = question(made)
    assert reloaded(case).remind_at is None


def test_many_are_reminded_in_as_many_queries_as_one(made):
    """Batches, and one query where nobody is to be reminded."""
    counts = []
    for number in (1, 12):
        for _ in range(number):
            question(made)
        with CaptureQueriesContext(connection) as spent:
            asked.remind(now=at(FIFTH, 9))
        counts.append(len(spent))
    with CaptureQueriesContext(connection) as spent:
        asked.remind(now=at(FIFTH, 9))
    assert len(spent) == 1
    # A stream for each case is locked and moved on together.
    assert counts[1] <= counts[0] + 2
