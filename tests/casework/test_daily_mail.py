"""The daily mail about enquiries, and the reminders that waited for so long that they are needless."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts import actions as accounts
from accounts.models import Person
from casework.chasing import actions as chasing
from casework.enquiries import actions
from casework.models import Case
from council.actions import mailing as hours
from council.models import Council
from frontend.words import weekday
from ledger import actions as ledger
from ledger.models import Event, Notice
from tests.attack.stage import PAUSING
from tests.casework.making import MONDAY, NOW, at, enquiry, fresh, with_bob, working_days, world

pytestmark = pytest.mark.django_db
NEXT = at(MONDAY + timedelta(days=1), 10)


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW, tick=False)
    made = world("bracknell", changed=PAUSING)
    hours.change(
        council=Council.objects.get(),
        quiet_from=18,
        quiet_until=9,
        quiet_days=True,
        daily_at=10,
        by=made.dev,
    )
    for person in (made.alice, made.bob):
        accounts.choose_mail(person=Person.objects.get(pk=person.pk), mailed="daily")
    return made


def deliver(now: datetime) -> None:
    while ledger.deliver(now=now).more:
        pass


def of(mailoutbox, person) -> list:
    return [mail for mail in mailoutbox if person.email in mail.to[0]]


def test_a_members_day_is_one_mail_with_what_is_due_soonest_first(made, mailoutbox):
    """The issue, part 8: reference, what happened and a link, by case; nothing that anybody wrote."""
    later = with_bob(made, subject="Secret lamps", now=NOW + timedelta(days=1) - timedelta(hours=3))
    first = with_bob(made, subject="Secret potholes")
    actions.acknowledge(case=first, by=fresh(made.bob), text="Secret words.", now=NOW)
    deliver(NOW)
    assert of(mailoutbox, made.alice) == []
    deliver(NEXT)
    (mail,) = of(mailoutbox, made.alice)
    first, later = (Case.objects.get(pk=case.pk) for case in (first, later))
    assert first.next_due < later.next_due
    assert f"{first.reference}, due on {weekday(first.next_due)}" in mail.body
    assert mail.body.index(first.reference) < mail.body.index(later.reference)
    told = Notice.objects.to([made.alice.key]).filter(sent_at=NEXT)
    assert mail.body.count("\n- ") == told.count() == 3
    for case in (first, later):
        assert mail.body.count(case.get_absolute_url()) == 1
    assert "An officer has acknowledged your enquiry." in mail.body
    assert "secret" not in f"{mail.subject}{mail.body}".lower()


def test_a_paused_or_answered_enquiry_is_shown_with_no_date(made, mailoutbox):
    paused, answered = with_bob(made), with_bob(made)
    actions.pause(case=paused, by=fresh(made.bob), reason="Weather.", now=NOW)
    actions.answer(case=answered, by=fresh(made.bob), text="Done.", now=NOW)
    deliver(NOW)
    deliver(NEXT)
    (mail,) = of(mailoutbox, made.alice)
    assert "due on" not in mail.body


def test_a_case_lost_from_sight_before_the_hour_is_left_out(made, mailoutbox):
    """Seen red with: `visible_to` left out of `render`."""
    kept, lost = with_bob(made), with_bob(made)
    deliver(NOW)
    Case.objects.filter(pk=lost.pk).update(raised_by=made.posts["democratic_services"])
    deliver(NEXT)
    (mail,) = of(mailoutbox, made.alice)
    assert kept.reference in mail.body
    assert lost.reference not in mail.body
    assert "due on" in mail.body


def test_a_choice_is_an_event_and_holding_moves_no_date(made, mailoutbox):
    case = with_bob(made)
    before = Case.objects.values_list("next_due", flat=True).get(pk=case.pk)
    deliver(NOW)
    chose = Event.objects.get(verb="mail_preference_changed", subject=made.alice.key)
    assert (chose.actor, chose.data) == (made.alice.pk, {"mailed": "daily"})
    assert Case.objects.values_list("next_due", flat=True).get(pk=case.pk) == before
    assert not Event.objects.about(case.key).of("clock_recomputed").exists()


# Reminders that events have overtaken -----------------------------------------------------------


def reminded(made) -> tuple[Case, datetime]:
    """An enquiry of which Bob's reminder waits in the quiet hours, since before it was light."""
    case = with_bob(made)
    deliver(NOW)
    early = at(case.next_due, 8)
    chasing.sweep(now=early)
    assert chasers(case).exists()
    return case, early


def chasers(case: Case):
    found = Notice.objects.filter(event__subject=case.key, recipient__startswith="person:")
    return found.filter(event__verb="chase_due", event__data__promise="answer")


def test_a_reminder_leaves_when_the_quiet_hours_end_on_the_day_itself(made, mailoutbox):
    case, early = reminded(made)
    deliver(early)
    assert not chasers(case).exclude(sent_at=None).exists()
    morning = early + timedelta(hours=1)
    deliver(morning)
    assert set(chasers(case).values_list("sent_at", flat=True)) == {morning}
    assert [m for m in of(mailoutbox, made.bob) if m.subject == f"{case.reference}: Due today"]


@pytest.mark.parametrize("what", ["answer", "pause", "extend"])
def test_a_reminder_that_events_overtook_is_dropped(made, mailoutbox, what):
    """Seen red with: `_needless` that looks at nothing."""
    case, early = reminded(made)
    deliver(early)
    case, bob, now = Case.objects.get(pk=case.pk), fresh(made.bob), early + timedelta(minutes=30)
    if what == "answer":
        actions.answer(case=case, by=bob, text="Done.", now=now)
    elif what == "pause":
        actions.pause(case=case, by=bob, reason="Weather.", now=now)
    else:
        due = working_days(case.next_due, 3)
        actions.extend(case=case, by=bob, reason="Weather.", new_date=due, now=now)
    deliver(early + timedelta(hours=1))
    assert set(chasers(case).values_list("dropped_because", flat=True)) == {"overtaken"}
    assert not [m for m in mailoutbox if m.subject.endswith("Due today")]


def test_a_breach_is_told_however_long_it_waited(made, mailoutbox):
    """It stands on record, and wants its explanation, whether or not the answer came since."""
    case = enquiry(made)
    for days in range(40):
        chasing.sweep(now=at(MONDAY + timedelta(days=days)))
    deliver(at(MONDAY + timedelta(days=40), 12))
    breaches = Notice.objects.filter(event__subject=case.key, event__verb="breach_recorded")
    assert breaches.exists()
    assert not breaches.filter(dropped_because="overtaken").exists()
