"""What was handed on comes back: the member asks again, or it was a mistake and is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.chasing import actions as chasing
from casework.enquiries import actions, rules
from casework.models import Breach, Case, Clock, FollowUp, Handing
from ledger.models import Notice
from ledger.verification import Tally, verify
from protocol import lifecycle
from protocol.refusals import Refused
from tests.casework.handing import (
    council_with_system,
    hand_on,
    page,
    take_back,
)
from tests.casework.making import (
    NOW,
    World,
    clock,
    enquiry,
    fresh,
    last_event,
    nothing_written,
    reloaded,
    told,
    verbs,
    with_bob,
    working_days,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return council_with_system()


# Asked again, and taken back ------------------------------------------------------------------------


def test_nothing_happened_there_so_the_member_asks_again(made, time_machine):
    """With the days of the profile, and a promise of its own. Seen red with: counted from the answer that
    there never was.
    """
    case = hand_on(made)
    later = NOW + timedelta(days=3)
    time_machine.move_to(later, tick=False)
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Not mended.", now=later)
    case = reloaded(case)
    assert (case.state, case.round, case.closed_at) == ("with_officer", 2, None)
    assert case.owner_id == made.bob.pk
    again = Clock.objects.get(case=case, promise="answer", round=2)
    assert again.due == working_days(later.date(), 10)
    # Where it went stays on record.
    assert Handing.objects.filter(case=case, taken_back_at=None).count() == 1


def test_what_came_back_and_is_answered_counts_apart_and_not_as_a_second_answer(made, client):
    """Seen red with: "Answered again"; "Sent" of the promise that was never kept."""
    case = hand_on(made)
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Not mended.", now=NOW)
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="Mended now.", now=NOW)
    counts = Case.objects.counts(NOW.date())
    assert (counts["within"], counts["again_within"]) == (0, 1)
    assert FollowUp.objects.get(case=case).figure == "within"
    found = page(client, made.alice, case)
    assert "Answered in time" in found
    assert "Answered again" not in found
    assert "Bob Baker answered the enquiry<" in found.replace("\n", "")
    assert "Not needed: handed on" in found


def test_what_came_back_is_not_handed_on_twice(made):
    """Nobody is sent round in a circle. Seen red with: any round."""
    case = hand_on(made)
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Not mended.", now=NOW)
    with nothing_written(), pytest.raises(Refused, match="asked about again"):
        hand_on(made, case)


def test_after_the_days_of_the_profile_a_new_enquiry_is_offered(made, client, time_machine):
    case = hand_on(made)
    late = NOW + timedelta(days=60)
    time_machine.move_to(late, tick=False)
    with pytest.raises(Refused, match="which has passed"):
        actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Still not.", now=late)
    assert "Raise another enquiry about this" in page(client, made.alice, case)


def test_an_acknowledgement_that_was_owed_is_owed_again(made, client):
    """Seen red with: only the answer's clock run on; the page then said that it was sent."""
    case = hand_on(made, enquiry(made))
    take_back(made, case)
    assert clock(case, "acknowledge").stopped_at is None
    assert clock(case, "acknowledge").next_step_at is not None
    assert reloaded(case).next_due == clock(case).due
    assert (
        "Sent" not in page(client, made.alice, case).split("Acknowledgement")[1].split("</dd>")[0]
    )
    assert "acknowledge" in rules.available(reloaded(case), fresh(made.sam), NOW.date())


def test_an_acknowledgement_that_was_sent_first_stays_sent(made, client):
    """Also once it is asked about again. Seen red with: every clock of the first round taken for one that
    handing on stopped.
    """
    case = enquiry(made)
    actions.acknowledge(case=case, by=fresh(made.bob), text="Here.", now=NOW)
    later = NOW + timedelta(hours=2)
    hand_on(made, case, now=later)
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Still dark.", now=later)
    said = page(client, made.alice, case).split("Acknowledgement")[1].split("</dd>")[0]
    assert "Sent" in said
    assert "handed on" not in said


def test_a_mistake_is_taken_back_and_wins_no_day(made, time_machine):
    """Bl10.1; the date is the one that it had. Seen red with: a clock started afresh; the ladder left out."""
    case = with_bob(made)
    due = clock(case).due
    hand_on(made, case)
    later = NOW + timedelta(days=4)
    time_machine.move_to(later, tick=False)
    take_back(made, case, now=later)
    case = reloaded(case)
    assert (case.state, case.round, case.closed_at) == ("with_officer", 1, None)
    assert (case.next_due, clock(case).due, clock(case).stopped_at) == (due, due, None)
    assert clock(case).next_step_at is not None
    assert Handing.objects.get(case=case).taken_back_at == later
    assert last_event(case).verb == "enquiry_taken_back"
    assert told(last_event(case)) == {f"person:{made.alice.pk}"}
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_what_became_late_meanwhile_is_late(made, time_machine):
    """Seen red with: a promise counted from the day on which it was taken back."""
    case = hand_on(made)
    late = NOW + timedelta(days=30)
    time_machine.move_to(late, tick=False)
    take_back(made, case, now=late)
    chasing.chase(now=late)
    assert reloaded(case).awaits_explanation
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="Mended.", now=late)
    assert reloaded(case).figure == "breach"
    assert Breach.objects.filter(clock__case=case, clock__promise="answer").count() == 1


def test_whoever_oversees_can_take_it_back_too_and_its_officer_hears_of_it(made):
    case = hand_on(made)
    take_back(made, case, by=fresh(made.dev))
    assert reloaded(case).owner_id == made.bob.pk
    assert told(last_event(case)) == {f"person:{made.alice.pk}", f"person:{made.bob.pk}"}
    with nothing_written(), pytest.raises(Refused):
        take_back(made, case)


def test_what_was_taken_back_can_be_handed_on_again(made, client):
    case = hand_on(made)
    take_back(made, case)
    hand_on(made, case, said={"reference": "RI-2"})
    assert Handing.objects.filter(case=case).count() == 2
    found = page(client, made.bob, case)
    assert "Handed on by mistake to" in found
    assert "Report it, with the reference RI-2" in found


def test_nobody_who_has_left_gets_it_back(made):
    case = hand_on(made)
    officer = made.bob.officer
    officer.ended_on = NOW.date() - timedelta(days=1)
    officer.save()
    take_back(made, case, by=fresh(made.sam))
    assert reloaded(case).state == lifecycle.RECEIVED
    assert reloaded(case).owner_id != made.bob.pk


# By whom it was held --------------------------------------------------------------------------------

STARTS_WITH = {"model": "sam", "weston": "town_clerk", "bracknell": "proper_officer"}


@pytest.mark.parametrize("key", STARTS_WITH)
def test_what_nobody_had_taken_on_is_to_be_taken_on_again(key, time_machine):
    """Mo48; We3.7; Bk Some general principles: it starts with somebody, who has not taken it on. Seen red with:
    whoever it was sent to taken for its officer.
    """
    time_machine.move_to(NOW, tick=False)
    made = council_with_system(key)
    first = made.posts.get(STARTS_WITH[key]) or getattr(made, STARTS_WITH[key])
    case = enquiry(made)
    assert (case.state, case.owner_id) == ("received", first.pk)
    hand_on(made, case, by=fresh(made.dev))
    take_back(made, case, by=fresh(made.dev))
    case = reloaded(case)
    assert (case.state, case.owner_id) == (lifecycle.RECEIVED, first.pk)
    assert {"accept", "return"} <= set(rules.available(case, fresh(first), NOW.date()))
    actions.accept(case=case, by=fresh(first), now=NOW)
    hand_on(made, case, by=fresh(first), said={"reference": "RI-2"})
    take_back(made, case, by=fresh(first))
    assert reloaded(case).state == lifecycle.WITH_OFFICER


def test_one_that_came_back_to_be_taken_on_and_went_again_still_is(made):
    """Seen red with: whether it was ever taken on."""
    case = hand_on(made)
    officer = made.bob.officer
    officer.ended_on = NOW.date() - timedelta(days=1)
    officer.save()
    for reference in ("RI-2", "RI-3"):
        take_back(made, case, by=fresh(made.dev))
        assert reloaded(case).state == lifecycle.RECEIVED
        hand_on(made, case, by=fresh(made.dev), said={"reference": reference})


def test_a_question_that_waited_waits_again(made, client, time_machine):
    """Mo50; We3.8; elsewhere set by the council. Seen red with: an officer who has it, and no way to reply."""
    case, bob = with_bob(made), fresh(made.bob)
    actions.ask(case=case, by=bob, text="Which end of the street?", now=NOW)
    remind_at = reloaded(case).remind_at
    hand_on(made, case)
    later = NOW + timedelta(days=1)
    time_machine.move_to(later, tick=False)
    take_back(made, case, now=later)
    case = reloaded(case)
    assert (case.state, case.owner_id, case.remind_at) == ("with_member", bob.pk, remind_at)
    found = page(client, made.alice, case)
    assert "Waiting for you" in found
    assert "Which end of the street?" in found.split('name="text"')[0]
    assert "record_reply" in rules.available(case, bob, later.date())
    actions.reply(case=case, by=fresh(made.alice), text="The far end.", now=later)
    assert reloaded(case).state == lifecycle.WITH_OFFICER


def test_the_member_is_reminded_of_it_once_all_the_same(made, time_machine):
    """Seen red with: the reminder set anew after it was sent."""
    case = with_bob(made)
    actions.ask(case=case, by=fresh(made.bob), text="Which end?", now=NOW)
    later = NOW + timedelta(days=7)
    time_machine.move_to(later, tick=False)
    chasing.chase(now=later)
    assert verbs(case).count("member_reminded") == 1
    hand_on(made, case, now=later)
    take_back(made, case, now=later)
    assert reloaded(case).remind_at is None
    chasing.chase(now=later + timedelta(days=9))
    assert verbs(case).count("member_reminded") == 1
    told_them = Notice.objects.filter(event__subject=case.key, event__verb="member_reminded")
    assert told_them.count() == 1


def test_one_that_the_officer_who_asked_no_longer_has_waits_for_nobody(made):
    """It is to be taken on first. Seen red with: a queue that waits for the member."""
    case = with_bob(made)
    actions.ask(case=case, by=fresh(made.bob), text="Which end?", now=NOW)
    hand_on(made, case)
    officer = made.bob.officer
    officer.ended_on = NOW.date() - timedelta(days=1)
    officer.save()
    take_back(made, case, by=fresh(made.dev))
    assert (reloaded(case).state, reloaded(case).remind_at) == (lifecycle.RECEIVED, None)


@pytest.mark.parametrize(("days", "words"), [(4, "is due on"), (30, "was due on")])
def test_the_history_says_when_it_is_or_was_due(made, client, time_machine, days, words):
    """Seen red with: an answer that "is due" on a day that has passed."""
    case = hand_on(made)
    later = NOW + timedelta(days=days)
    time_machine.move_to(later, tick=False)
    take_back(made, case, now=later)
    said = f"it is with Bob Baker, and the answer {words} Monday 15 June 2026"
    for who in (made.alice, made.bob):
        assert said in page(client, who, case)


def test_what_was_late_when_it_was_handed_on_is_late_however_soon_it_is_answered_then(
    made, client, time_machine
):
    """Bl10.2. Handing on wins no day in the figures. Seen red with: the second promise alone."""
    case, late = with_bob(made), NOW + timedelta(days=17)
    time_machine.move_to(late, tick=False)
    hand_on(made, case, now=late)
    assert "Handed on Thursday 18 June 2026, late" in page(client, made.alice, case)
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Not mended.", now=late)
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="Mended.", now=late)
    counts = Case.objects.counts(late.date())
    assert (counts["again_within"], counts["again_breach"]) == (0, 1)
    for who in (made.alice, made.bob):
        found = page(client, who, case)
        assert "Answered late" in found
        assert "Answered in time" not in found
        assert "Handed on Thursday 18 June 2026, late: it was due by Monday 15 June 2026" in found
    # The promise that was kept is no breach: there is one, of the first.
    assert [breach.clock.round for breach in Breach.objects.all()] == [1]
    # The answer after that one has a promise of its own, and is counted by it.
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="And that?", now=late)
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="That too.", now=late)
    assert [one.figure for one in FollowUp.objects.filter(case=case)] == ["breach", "within"]


def test_what_was_handed_on_in_time_by_a_new_date_is_not_late(made, time_machine):
    case, bob = with_bob(made), fresh(made.bob)
    later = NOW + timedelta(days=17)
    new = {"new_date": working_days(NOW.date(), 15), "reason": "A survey."}
    actions.extend(case=case, by=bob, now=NOW, **new)
    time_machine.move_to(later, tick=False)
    hand_on(made, case, now=later)
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Not mended.", now=later)
    actions.answer(case=reloaded(case), by=bob, text="Mended.", now=later)
    assert FollowUp.objects.get(case=case).figure == "within"
