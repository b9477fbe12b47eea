"""Asking again about an answer: who may, until when, how often; where it goes; what the first answer keeps.

No protocol states a window or how often; all of it is set by the council.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.chasing import actions as chasing
from casework.enquiries import actions, rules
from casework.models import Breach, Case, ChaseStep, Clock, Escalation, FollowUp, Message
from council.actions import closures
from ledger.actions import deliver
from members.models import Member
from officers.models import Officer
from protocol import lifecycle
from protocol.refusals import Refused
from tests.casework.again import PAUSING, TUESDAY, answered, ask, second
from tests.casework.making import (
    MONDAY,
    NOW,
    World,
    at,
    clock,
    enquiry,
    fresh,
    last_event,
    nothing_written,
    reloaded,
    told,
    with_bob,
    working_days,
    world,
)
from tests.factories import AbsenceFactory, DelegationFactory, OfficerFactory, RelationshipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(db) -> World:
    return world("bristol", changed=PAUSING)


# It is open again ---------------------------------------------------------------------------------


def test_br10f_it_is_open_again_with_who_answered_and_a_promise_of_its_own(made):
    """The standard of an answer, seven working days under Br10f, from the day of asking again.

    Seen red with: the second clock counted from the day of receipt.
    """
    case = ask(answered(made), made, date(2026, 6, 8))
    assert (case.state, case.owner, case.round) == ("with_officer", made.bob, 2)
    clock = second(case)
    assert (clock.days, clock.clause, clock.started_on) == (7, "Br10f", date(2026, 6, 8))
    assert clock.due == clock.original_due == reloaded(case).next_due == date(2026, 6, 17)
    assert clock.next_step_at is not None
    message = Message.objects.get(case=case, kind="again")
    assert (message.body, message.author) == ("And the other two?", made.alice)
    event = last_event(case)
    assert event.verb == "enquiry_asked_again"
    assert told(event) == {made.bob.key}


def test_a_closed_enquiry_opens_again_too_and_has_not_ended(made):
    case = answered(made)
    actions.close(case=case, by=fresh(made.bob), outcome="resolved", now=at(TUESDAY, 12))
    case = reloaded(ask(case, made, date(2026, 6, 9)))
    assert (case.state, case.closed_at, case.enquiry.outcome) == ("with_officer", None, "")


@pytest.mark.parametrize("days", [1, 9])
def test_the_first_answers_record_stands(made, days):
    """Br10f is counted by the first answer: its moment, figure, clock and breach are as they were.

    Seen red with: `answered_at` and `figure` written again by the second answer; the first clock started
    again in place of another.
    """
    case = answered(made, on=working_days(MONDAY, days))
    before = Clock.objects.filter(case=case).order_by("pk").values()
    before, first = list(before), (case.answered_at, case.figure)
    kept = list(Breach.objects.values())
    case = ask(case, made, working_days(MONDAY, days + 2))
    actions.answer(case=case, by=fresh(made.bob), text="All now.", now=at(working_days(MONDAY, 30)))
    case = reloaded(case)
    assert (case.answered_at, case.figure) == first
    assert list(Clock.objects.filter(case=case, round=1).order_by("pk").values()) == before
    assert list(Breach.objects.filter(clock__round=1).values()) == kept
    follow_up = FollowUp.objects.get()
    assert (follow_up.figure, follow_up.answered_at) == ("breach", case.answered_again_at)


@pytest.mark.parametrize(("after", "figure"), [(7, "within"), (9, "explained"), (12, "breach")])
def test_a_second_answer_has_its_own_figure(made, after, figure):
    """Bl10.2 in kind: a date given in time with its reason counts apart here too."""
    case = ask(answered(made), made, TUESDAY)
    if figure != "within":
        new = working_days(TUESDAY, 10)
        actions.extend(
            case=case, by=fresh(made.bob), reason="A survey.", new_date=new, now=at(TUESDAY, 12)
        )
    on = working_days(TUESDAY, after)
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="All now.", now=at(on))
    assert FollowUp.objects.get().figure == figure
    counts = Case.objects.counts(on)
    assert counts[f"again_{figure}"] == counts["within"] == 1
    assert sum(counts[f"again_{one}"] for one in ("within", "explained", "breach")) == 1
    assert counts["explained"] == counts["breach"] == 0


def test_the_second_promise_has_a_ladder_and_a_breach_of_its_own(made):
    case = ask(answered(made), made, TUESDAY)
    ladder = made.profile.ladder_for("answer")
    day = TUESDAY
    while day < working_days(TUESDAY, 25):
        day = working_days(day, 1)
        chasing.chase(now=at(day))
    found = set(ChaseStep.objects.filter(clock=second(case)).values_list("step", flat=True))
    assert found == {step.key for step in ladder}
    assert not ChaseStep.objects.exclude(clock=second(case)).filter(clock__promise="answer")
    breach = Breach.objects.get()
    assert (breach.clock, breach.due) == (second(case), date(2026, 6, 11))
    assert reloaded(case).awaits_explanation


def test_a_pause_and_a_closure_day_move_the_second_date_and_not_the_first(made):
    case = ask(answered(made), made, TUESDAY)
    bob = fresh(made.bob)
    first = list(Clock.objects.filter(round=1).order_by("pk").values())
    actions.pause(case=case, by=bob, reason="She is away.", now=at(TUESDAY, 11))
    actions.resume(case=case, by=bob, now=at(date(2026, 6, 4)))
    assert second(case).due == date(2026, 6, 15)
    closures.add(first=date(2026, 6, 9), name="Storm", by=None)
    chasing.recount(now=at(date(2026, 6, 5)))
    assert second(case).due == reloaded(case).next_due == date(2026, 6, 16)
    assert second(case).original_due == date(2026, 6, 11)
    assert list(Clock.objects.filter(round=1).order_by("pk").values()) == first


def test_an_hour_after_the_cut_off_counts_from_the_next_day():
    made = world("bristol", changed={'day_one = "next': 'cut_off_hour = 16\nday_one = "next'})
    case = answered(made)
    actions.ask_again(case=case, by=fresh(made.alice), text="And?", now=at(TUESDAY, 16))
    assert second(case).started_on == TUESDAY + timedelta(days=1)


def test_a_council_may_set_another_standard_for_second_answers():
    """Then no clause of the document stands behind it."""
    made = world("bristol", changed={"most = 2": "most = 2\nanswer_days = 3"})
    case = ask(answered(made), made, TUESDAY)
    assert (second(case).days, second(case).clause) == (3, "")
    assert second(case).due == date(2026, 6, 5)


# Who, and to whom ---------------------------------------------------------------------------------


def test_a_delegate_asks_for_their_member_and_an_officer_writes_down_what_the_member_said(made):
    delegate = OfficerFactory(service__name="Member support").person
    DelegationFactory(principal=made.alice, delegate=delegate)
    case = answered(made)
    case = actions.ask_again(case=case, by=fresh(delegate), text="And?", now=at(TUESDAY, 12))
    case = actions.answer(case=case, by=fresh(made.bob), text="Yes.", now=at(TUESDAY, 13))
    case = actions.record_asking(
        case=case, by=fresh(made.dev), text="She rang.", now=at(TUESDAY, 14)
    )
    assert told(last_event(case)) == {made.alice.key, made.bob.key}
    asked = Message.objects.filter(kind="again").order_by("pk")
    assert [one.acting_for for one in asked] == [made.alice, made.alice]


def test_nobody_asks_again_for_a_member_who_has_left(made):
    """Seen red with: `is_in_office` left out."""
    case = answered(made)
    Member.objects.filter(person=made.alice).update(ended_on=TUESDAY)
    with nothing_written(), pytest.raises(Refused, match="in office"):
        actions.record_asking(
            case=reloaded(case), by=fresh(made.dev), text="Her son rang.", now=at(date(2026, 6, 3))
        )


def _left(made, person):
    Officer.objects.filter(person=person).update(ended_on=TUESDAY)


def _away(made, person, cover=None):
    AbsenceFactory(officer=person.officer, since=MONDAY, until=date(2026, 7, 1), cover=cover)


def _apart(made, person):
    RelationshipFactory(person=person, other=made.alice)


ON = date(2026, 6, 4)


@pytest.mark.parametrize("gone", [_left, _away, _apart])
def test_whoever_answered_and_cannot_have_it_leaves_it_to_be_taken_on_afresh(made, gone):
    """Where a new enquiry would go: in Bristol, to the service. It is told to whoever gives it out.

    Seen red with: each of the three left out of `routing.back`.
    """
    case = answered(made)
    gone(made, made.bob)
    case = ask(case, made, ON)
    assert (case.state, case.owner_id, case.owner_since) == ("received", None, None)
    assert told(last_event(case)) == {made.sam.key}
    sam = fresh(made.sam)
    assert {"allocate", "accept"} <= set(rules.available(reloaded(case), sam, ON))
    case = actions.accept(case=reloaded(case), by=sam, now=at(ON, 12))
    actions.answer(case=case, by=sam, text="All three.", now=at(ON, 13))
    assert FollowUp.objects.get().figure == "within"


def test_bk_where_everything_goes_through_a_post_it_goes_there_again():
    """Bk Some general principles."""
    made = world("bracknell")
    case = answered(made)
    _left(made, made.bob)
    case = ask(case, made, ON)
    rule = made.profile.route("enquiry", frozenset())
    assert case.owner == made.posts[rule.post]
    follow_up = FollowUp.objects.get()
    assert (follow_up.route_because, follow_up.route_clause) == (rule.because, rule.clause)


def test_whoever_covers_has_it_where_who_answered_is_away(made):
    cover = OfficerFactory(service=made.highways)
    case = answered(made)
    _away(made, made.bob, cover)
    case = ask(case, made, ON)
    assert (case.state, case.owner) == ("with_officer", cover.person)
    assert "covers" in FollowUp.objects.get().route_because


def test_a_cover_who_stands_apart_from_the_member_has_it_neither(made):
    """Seen red with: the cover not asked whether they may."""
    cover = OfficerFactory(service=made.highways)
    case = answered(made)
    _away(made, made.bob, cover)
    _apart(made, cover.person)
    assert ask(case, made, ON).owner_id is None


def test_it_goes_to_who_answered_before_who_has_it(made):
    """Sam answered what is Bob's: the member asks again of the name under the answer."""
    case = answered(made, by=made.sam)
    assert ask(case, made, ON).owner == made.sam


def test_what_was_brought_up_the_line_is_over_when_it_is_asked_again(made):
    """Carol was told that the first answer was late. It is not hers again until the second is.

    Seen red with: `over` never set.
    """
    case = with_bob(made)
    elsewhere = OfficerFactory(service__name="Housing").person
    Escalation.objects.create(case=case, person=elsewhere, at=NOW)
    actions.answer(case=case, by=fresh(made.bob), text="Filled.", now=at(TUESDAY))
    case = ask(case, made, ON)
    assert not Case.objects.visible_to(fresh(elsewhere)).exists()
    Escalation.objects.bulk_create(
        [Escalation(case=case, person=elsewhere, at=at(ON))], ignore_conflicts=True
    )
    assert Case.objects.visible_to(fresh(elsewhere)).get() == case


def test_what_is_not_yet_explained_stays_with_whoever_it_was_brought_to(made):
    case = with_bob(made)
    elsewhere = OfficerFactory(service__name="Housing").person
    Escalation.objects.create(case=case, person=elsewhere, at=NOW)
    late = working_days(MONDAY, 9)
    actions.answer(case=case, by=fresh(made.bob), text="Filled.", now=at(late))
    case = ask(case, made, working_days(MONDAY, 10))
    assert Case.objects.visible_to(fresh(elsewhere)).get() == case


# What an officer puts right ------------------------------------------------------------------------


def test_an_officer_opens_their_answer_again_and_takes_nothing_of_it_back(made):
    case = answered(made, on=working_days(MONDAY, 9))
    by = fresh(made.bob)
    late = at(working_days(MONDAY, 30))
    case = actions.put_right(case=case, by=by, reason="I wrote of another street.", now=late)
    assert (case.state, case.figure, case.owner) == ("with_officer", "breach", made.bob)
    assert told(last_event(case)) == {made.alice.key}
    assert Message.objects.filter(kind="answer").count() == 1
    seen = Message.objects.visible_in(case, fresh(made.alice)).filter(kind="correction")
    assert seen.get().body == "I wrote of another street."


def test_what_was_answered_once_is_not_sent_back(made):
    """Seen red with: `may_return` asked by the page alone."""
    case = answered(made)
    _left(made, made.bob)
    case = ask(case, made, ON)
    with nothing_written(), pytest.raises(Refused, match="answered before"):
        actions.return_to_member(case=case, by=fresh(made.sam), reason="Ask Cadent.", now=at(ON))
    assert "return" not in rules.available(reloaded(case), fresh(made.sam), ON)


def test_what_is_withdrawn_the_second_time_keeps_its_first_answer(made):
    case = ask(answered(made), made, ON)
    actions.withdraw(case=case, by=fresh(made.alice), now=at(ON, 12))
    case = reloaded(case)
    assert (case.state, case.figure) == ("withdrawn", "within")
    counts = Case.objects.counts(ON)
    assert counts["within"] == 1
    assert counts["asked_again"] == counts["again_within"] == counts["open"] == 0


def test_every_state_but_the_answered_and_the_handed_on_refuses_it(made):
    assert {s for s, verb in lifecycle.TABLE["enquiry"] if verb == "ask_again"} == set(
        lifecycle.ASKED_ABOUT
    )
    case = enquiry(made)
    with nothing_written(), pytest.raises(Refused):
        ask(case, made, TUESDAY)


def test_both_sides_are_told_by_mail_and_nothing_that_was_written_is_in_it(made, mailoutbox):
    case = answered(made)
    actions.record_asking(case=case, by=fresh(made.dev), text="The secret kerb.", now=at(ON))
    deliver(now=at(ON, 11))
    mails = {mail.to[0].split()[0]: mail for mail in mailoutbox if "sked again" in mail.subject}
    assert set(mails) == {"Alice", "Bob"}
    assert not [mail for mail in mailoutbox if "secret" in mail.body + mail.subject]
    assert clock(case, "acknowledge").round == 1
