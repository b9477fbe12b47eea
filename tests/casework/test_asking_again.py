"""Asking again about an answer: who may, until when, how often; where it goes; what the first answer keeps.

No protocol states a window or how often; all of it is set by the council.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casework import breaches, clocks
from casework.chasing import actions as chasing
from casework.enquiries import actions, rules
from casework.models import Breach, Case, ChaseStep, Clock, Escalation, FollowUp, Message
from council.actions import closures
from ledger.actions import deliver
from members.models import Member
from officers.models import Officer
from protocol import lifecycle
from protocol.bank_holidays import DIVISIONS, holidays
from protocol.calendar import Calendar
from protocol.profile import load
from protocol.refusals import Refused
from tests.casework.making import (
    LIBRARY,
    LONDON,
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
    verbs,
    with_bob,
    working_days,
    world,
)
from tests.factories import AbsenceFactory, DelegationFactory, OfficerFactory, RelationshipFactory

pytestmark = pytest.mark.django_db

PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def made(db) -> World:
    return world("bristol", changed=PAUSING)


def answered(made: World, *, on: date = TUESDAY, by=None, **changes) -> Case:
    case = with_bob(made, **changes)
    return actions.answer(case=case, by=fresh(by or made.bob), text="Filled.", now=at(on))


def ask(case: Case, made: World, on: date, text: str = "And the other two?") -> Case:
    return actions.ask_again(case=reloaded(case), by=fresh(made.alice), text=text, now=at(on))


def second(case: Case) -> Clock:
    return Clock.objects.select_related("case__adoption").get(
        case=case, promise="answer", round=reloaded(case).round
    )


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


# Until when, and how often ------------------------------------------------------------------------


def _oracle(answered_on: date, days: int, count: str) -> date:
    """The window's last day, counted by hand: no table, no product code."""
    closed = holidays(DIVISIONS["england"])[0]
    day, left = answered_on, days
    while left:
        day += timedelta(days=1)
        if count == "days" or (day.weekday() < 5 and day not in closed):
            left -= 1
    return day


@given(
    moment=st.datetimes(
        min_value=at(date(2024, 1, 1)).replace(tzinfo=None),
        max_value=at(date(2028, 12, 31)).replace(tzinfo=None),
        timezones=st.sampled_from([LONDON]),
        allow_imaginary=False,
    ),
    days=st.integers(1, 60),
    count=st.sampled_from(["days", "working_days"]),
)
@example(at(date(2026, 3, 28), 23, 59), 1, "days")  # the night that the clocks go forward
@example(at(date(2026, 10, 24), 23, 59), 1, "working_days")
@example(at(date(2026, 4, 2), 17), 1, "working_days")  # before Easter
@example(at(date(2026, 12, 24), 17), 3, "working_days")  # Boxing Day falls on a Saturday
@example(at(date(2028, 2, 28), 0, 1), 1, "days")
def test_the_window_ends_where_a_count_by_hand_does(moment, days, count):
    """T8. In Europe/London, over bank holidays and both changes of the clock.

    Seen red with: the UTC date of the answer; one day more; all days where working ones are counted.
    """
    again = load("bristol").asking_again.model_copy(update={"days": days, "count": count})
    profile = load("bristol").model_copy(update={"asking_again": again})
    found = clocks.may_ask_until(moment.astimezone(UTC), profile, Calendar.for_nation("england"))
    assert found == _oracle(moment.astimezone(LONDON).date(), days, count)


@pytest.mark.parametrize("key", LIBRARY)
def test_each_council_has_a_window_that_it_set_itself(key):
    """No document of the five states one."""
    profile = load(key)
    assert profile.asking_again.set_by_council
    assert profile.closing.set_by_council
    made = world(key)
    details = {"significance": "routine"} if key == "blackpool" else {}
    case = answered(made, **details)
    last = clocks.may_ask_until(case.answered_at, profile, _calendar())
    late = at(last + timedelta(days=1), 0, 0)
    with nothing_written(), pytest.raises(Refused, match="be asked about again until"):
        actions.ask_again(case=case, by=fresh(made.alice), text="And?", now=late)
    actions.ask_again(case=case, by=fresh(made.alice), text="And?", now=at(last, 23, 59))
    assert reloaded(case).round == 2


def _calendar() -> Calendar:
    from council.calendar import current

    return current()


def test_each_answer_opens_a_window_of_its_own_and_the_council_sets_how_often(made):
    """Twice here. Seen red with: the window of the first answer for all; `>` in place of `>=`."""
    case, day = answered(made), TUESDAY
    for place in range(2):
        day = working_days(day, 9)
        case = ask(case, made, day, f"And {place}?")
        case = actions.answer(case=case, by=fresh(made.bob), text="Yes.", now=at(day, 12))
    with nothing_written(), pytest.raises(Refused, match="2 times") as refused:
        ask(case, made, day)
    assert "Raise another enquiry" in refused.value.instead
    assert "ask_again" not in rules.available(reloaded(case), fresh(made.alice), day)


def test_what_an_officer_puts_right_is_no_turn_of_the_members(made):
    """Seen red with: every round counted."""
    case, day = answered(made), TUESDAY
    for _ in range(3):
        actions.put_right(case=case, by=fresh(made.bob), reason="Wrong street.", now=at(day, 11))
        actions.answer(case=case, by=fresh(made.bob), text="Filled.", now=at(day, 12))
    assert ask(case, made, day).round == 5


@pytest.mark.parametrize("allowed", ["", "allowed = false"])
def test_where_the_council_set_no_window_nobody_asks_again(allowed):
    """A text that was adopted before the question was put has no such table, and is read as before."""
    table = '[asking_again]\nallowed = true\ndays = 10\ncount = "working_days"\nmost = 2\n'
    table += "set_by_council = true\n"
    new = table.replace("allowed = true", allowed) if allowed else ""
    made = world("bristol", changed={table: new})
    case = answered(made)
    assert rules.available(case, fresh(made.alice), TUESDAY) == []
    with nothing_written(), pytest.raises(Refused, match="nothing is asked about again"):
        ask(case, made, TUESDAY)


def test_a_text_without_a_rule_for_closing_asks_for_nothing():
    closing = '[closing]\nlearning = "after_a_breach"\nset_by_council = true\n'
    made = world("bristol", changed={closing: ""})
    case = answered(made, on=date(2026, 7, 1))
    actions.close(case=case, by=fresh(made.bob), outcome="resolved", now=at(date(2026, 7, 2)))
    assert reloaded(case).state == "closed"


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


# What was learned ----------------------------------------------------------------------------------


def test_a_late_answer_is_closed_with_what_was_learned_and_only_officers_read_it(made):
    """Set by the council. Seen red with: learning asked of the form alone."""
    case = answered(made, on=working_days(MONDAY, 9))
    bob, now = fresh(made.bob), at(working_days(MONDAY, 10))
    with nothing_written(), pytest.raises(Refused, match="say what was learned"):
        actions.close(case=case, by=bob, outcome="resolved", now=now)
    actions.close(case=case, by=bob, outcome="resolved", learned="Grit early.", now=now)
    message = Message.objects.get(kind="learning")
    assert Breach.objects.get().learned == message
    assert verbs(case)[-2:] == ["learning_recorded", "enquiry_closed"]
    assert message not in Message.objects.visible_in(case, fresh(made.alice))
    assert message in Message.objects.visible_in(case, bob)


def test_what_was_learned_when_it_was_explained_is_not_asked_for_again(made):
    case = answered(made, on=working_days(MONDAY, 9))
    bob, now = fresh(made.bob), at(working_days(MONDAY, 10))
    actions.explain_breach(case=case, by=bob, explanation="Snow.", learned="Grit early.", now=now)
    assert not rules.owes_learning(case, now.date())
    actions.close(case=case, by=bob, outcome="resolved", now=now)


def test_what_was_learned_in_time_is_optional_unless_the_council_always_asks(made):
    case = answered(made)
    assert not rules.owes_learning(case, TUESDAY)
    always = {'learning = "after_a_breach"': 'learning = "always"'}
    text = made.adoption.text
    for old, new in always.items():
        text = text.replace(old, new)
    type(made.adoption).objects.update(text=text)
    assert rules.owes_learning(reloaded(case), TUESDAY)


def test_explaining_after_closing_keeps_what_was_said_at_closing(made):
    """No text is lost, and the first stays the one on the breach. Seen red with: it written over."""
    case = answered(made, on=working_days(MONDAY, 9))
    bob, now = fresh(made.bob), at(working_days(MONDAY, 10))
    actions.close(case=case, by=bob, outcome="resolved", learned="Grit early.", now=now)
    actions.explain_breach(case=case, by=bob, explanation="Snow.", learned="Buy grit.", now=now)
    assert Breach.objects.get().learned.body == "Grit early."
    assert Message.objects.filter(kind="learning").count() == 2
    assert not breaches.unlearned(case, now.date())


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
