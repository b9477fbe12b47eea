"""A promise broken is on record once, whatever comes after; a case asks for an explanation while one
that stands has none.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from casework import case_page
from casework.chasing import actions as chasing
from casework.enquiries import actions, rules
from casework.models import Breach, Case
from council import calendar
from council.actions import closures
from council.models import ClosureDay, Council
from protocol import lifecycle
from protocol.refusals import Refused
from tests.casework.making import (
    MONDAY,
    NOW,
    World,
    at,
    clock,
    enquiry,
    last_event,
    reloaded,
    told,
    verbs,
    with_bob,
    world,
)

PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}
# A breach of the acknowledgement, as a council's own ladder can have it.
ACKNOWLEDGEMENT_BREAKS = {
    'promise = "acknowledge"\noffset = 1\nkind = "escalate"': (
        'promise = "acknowledge"\noffset = 1\nkind = "breach"'
    )
}
# Bristol's seven working days from Monday 1 June (Br10f).
DUE = date(2026, 6, 10)
THURSDAY, FRIDAY, SATURDAY = (DUE + timedelta(days=n) for n in (1, 2, 3))
A_WEEK_LATE = date(2026, 6, 17)
INSIDE = date(2026, 6, 5)


@pytest.fixture
def made(db) -> World:
    return world("bristol", changed=PAUSING)


def close(day: date) -> None:
    closures.add(first=day, name="Storm", by=None)


def open_again(day: date) -> None:
    closures.remove(closure=ClosureDay.objects.get(day=day), by=None)


def asks(case: Case) -> bool:
    return reloaded(case).awaits_explanation


def explain(case: Case, made: World, day: date) -> None:
    actions.explain_breach(case=reloaded(case), by=made.bob, explanation="Snow.", now=at(day))


# However a case ends ------------------------------------------------------------------------------


def test_a_breach_of_a_case_that_was_withdrawn_can_still_be_explained(made):
    """Seen red with: `explain_breach` left out of the states that end a case."""
    case = with_bob(made)
    chasing.sweep(now=at(THURSDAY))
    actions.withdraw(case=case, by=made.alice, now=at(FRIDAY))
    assert asks(case)
    assert "explain_breach" in rules.available(reloaded(case), made.bob, FRIDAY)
    explain(case, made, FRIDAY)
    assert not asks(case)
    assert rules.available(reloaded(case), made.bob, FRIDAY) == ["link"]


@pytest.mark.parametrize("way", ["withdraw", "return"])
def test_a_late_case_that_ends_before_any_sweep_leaves_its_breach_on_record(made, way):
    """Br10f. Seen red with: `stop` that says nothing of what was late."""
    case = enquiry(made)
    if way == "withdraw":
        actions.withdraw(case=case, by=made.alice, now=at(A_WEEK_LATE))
    else:
        actions.return_to_member(case=case, by=made.sam, reason="County.", now=at(A_WEEK_LATE))
    assert (Breach.objects.get().due, Breach.objects.get().clause) == (DUE, "Br10f")
    assert verbs(case)[-1] == "breach_recorded"
    assert asks(case)
    assert made.sam.key in told(last_event(case))


def test_one_that_ends_in_time_leaves_none(made):
    case = with_bob(made)
    actions.withdraw(case=case, by=made.alice, now=at(DUE, 23, 59))
    assert not Breach.objects.exists()
    assert not asks(case)


def test_an_acknowledgement_that_comes_late_is_a_breach_where_the_ladder_says_so(db):
    """Seen red with: only the answer's clock looked at."""
    made = world("bristol", changed=ACKNOWLEDGEMENT_BREAKS)
    case = with_bob(made)
    actions.acknowledge(case=case, by=made.bob, text="Here.", now=at(date(2026, 6, 9)))
    breach = Breach.objects.get()
    assert (breach.clock.promise, breach.due) == ("acknowledge", date(2026, 6, 3))
    assert asks(case)


def test_an_acknowledgement_that_comes_late_is_none_where_it_does_not(made):
    case = with_bob(made)
    actions.acknowledge(case=case, by=made.bob, text="Here.", now=at(date(2026, 6, 9)))
    assert not Breach.objects.exists()


def test_a_breach_that_the_sweep_recorded_is_not_recorded_again_by_the_answer(made):
    case = with_bob(made)
    chasing.sweep(now=at(THURSDAY))
    actions.answer(case=case, by=made.bob, text="Done.", now=at(FRIDAY))
    assert verbs(case).count("breach_recorded") == 1


def test_withdrawn_while_it_is_paused_its_pause_ends_with_it(made):
    """Seen red with: the clock stopped with the pause still open."""
    case = with_bob(made)
    actions.pause(case=case, by=made.bob, reason="Away.", now=NOW)
    actions.withdraw(case=case, by=made.alice, now=at(DUE))
    stopped = clock(case)
    assert (stopped.paused_on, stopped.pauses) == (None, [["2026-06-01", "2026-06-10"]])
    assert verbs(case)[-2:] == ["clock_resumed", "enquiry_withdrawn"]
    assert not Breach.objects.exists()


# When the council closes, and opens again ---------------------------------------------------------


def test_a_closure_that_is_taken_back_makes_the_breach_ask_again(made):
    """Seen red with: the flag only ever taken away when dates move."""
    case = with_bob(made)
    chasing.sweep(now=at(THURSDAY))
    close(INSIDE)
    chasing.recount(now=at(THURSDAY))
    assert not asks(case)
    open_again(INSIDE)
    chasing.recount(now=at(THURSDAY))
    assert asks(case)


def test_a_spared_breach_asks_again_when_the_answer_is_late_by_the_new_date_too(made):
    """Answered on the Saturday, before any sweep. Seen red with: a breach on record that is never news."""
    case = with_bob(made)
    chasing.sweep(now=at(THURSDAY))
    close(INSIDE)
    chasing.recount(now=at(THURSDAY))
    actions.answer(case=case, by=made.bob, text="Done.", now=at(SATURDAY))
    assert (reloaded(case).figure, asks(case)) == ("breach", True)
    assert Breach.objects.get().due == THURSDAY
    assert verbs(case)[-2:] == ["enquiry_answered", "breach_recorded"]


def test_a_breach_that_was_spared_is_not_the_one_that_is_explained(db):
    """Seen red with: the first breach taken, whether or not it stands."""
    made = world("bristol", changed=ACKNOWLEDGEMENT_BREAKS)
    case = with_bob(made)
    chasing.sweep(now=at(THURSDAY))
    close(INSIDE)
    chasing.recount(now=at(THURSDAY))
    explain(case, made, THURSDAY)
    explained = Breach.objects.get(explained_at__isnull=False)
    assert explained.clock.promise == "acknowledge"
    assert not asks(case)
    with pytest.raises(Refused, match="No breach"):
        explain(case, made, THURSDAY)


def test_an_answer_in_time_by_the_new_date_asks_for_nothing_when_that_date_has_passed(made):
    """Seen red with: a breach that stands by today's date, though its clock stopped before."""
    case = with_bob(made)
    chasing.sweep(now=at(THURSDAY))
    close(INSIDE)
    chasing.recount(now=at(THURSDAY))
    actions.answer(case=case, by=made.bob, text="Done.", now=at(THURSDAY))
    breach = Breach.objects.select_related("clock").get()
    assert not breach.stands(A_WEEK_LATE)


def test_a_sweep_counts_again_before_it_chases(made):
    """Nobody hears of a breach by a date that a closure day has moved already.

    Seen red with: the sweep first.
    """
    case = with_bob(made)
    close(DUE)
    chasing.chase(now=at(THURSDAY))
    assert not Breach.objects.exists()
    assert clock(case).due == THURSDAY


def test_a_revised_date_is_never_before_the_standard(made):
    """Three closure days move the standard past the new date. Seen red with: the revised date as it was."""
    case = with_bob(made)
    actions.extend(case=case, by=made.bob, reason="Survey.", new_date=THURSDAY, now=NOW)
    for day in (date(2026, 6, 3), date(2026, 6, 4), INSIDE):
        close(day)
    chasing.recount(now=NOW)
    counted = clock(case)
    assert counted.standard_due == date(2026, 6, 15)
    assert (counted.due, counted.promised_due) == (counted.standard_due, THURSDAY)


def test_what_was_answered_is_not_explained_by_days_that_closed_since(made):
    """Seen red with: the count of today's calendar beside a date that it does not end on."""
    case = with_bob(made)
    actions.answer(case=case, by=made.bob, text="Done.", now=at(DUE))

    def shown():
        on = at(A_WEEK_LATE)
        return case_page.gather(reloaded(case), made.bob, on, calendar.current())

    assert shown().why[-1].date == DUE
    close(INSIDE)
    assert shown().why == []
    assert "did not move the date" in shown().why_intro


# Whatever happens in whatever order ---------------------------------------------------------------

STEP = st.sampled_from(
    ["day", "week", "close", "open", "chase", "recount", "answer", "withdraw", "explain", "extend"]
)


class AnyOrder(TestCase):
    """Days pass, the council closes and opens, the sweep runs or does not, people act."""

    @given(st.lists(STEP, min_size=4, max_size=14))
    def test_a_case_asks_while_a_breach_stands_unexplained_and_no_late_end_goes_unrecorded(
        self, steps
    ):
        """Seen red with: the flag left alone in `recount`; `stop` that returns nothing."""
        made = world("bristol", changed=PAUSING)
        case, day = with_bob(made), MONDAY
        for step in steps:
            day += timedelta(days={"day": 1, "week": 7}.get(step, 0))
            self._take(step, case, made, day)
            self._holds(case, day)

    def _take(self, step: str, case: Case, made: World, day: date) -> None:
        closed = ClosureDay.objects.filter(day=INSIDE).exists()
        if step == "close" and not closed:
            close(INSIDE)
        elif step == "open" and closed:
            open_again(INSIDE)
        elif step in ("chase", "recount"):
            getattr(chasing, step)(now=at(day))
        elif step in ("answer", "withdraw", "explain", "extend"):
            self._act(step, reloaded(case), made, day)

    def _act(self, step: str, case: Case, made: World, day: date) -> None:
        now = at(day)
        try:
            if step == "answer":
                actions.answer(case=case, by=made.bob, text="Done.", now=now)
            elif step == "withdraw":
                actions.withdraw(case=case, by=made.alice, now=now)
            elif step == "extend":
                later = day + timedelta(days=14 + (-day.weekday()) % 7)
                actions.extend(case=case, by=made.bob, reason="Survey.", new_date=later, now=now)
            else:
                explain(case, made, day)
        except Refused:
            pass

    def _holds(self, case: Case, day: date) -> None:
        found, counted = reloaded(case), clock(case)
        breach = Breach.objects.select_related("clock").filter(clock=counted).first()
        waiting = breach is not None and breach.explained_at is None and breach.stands(day)
        version = Council.objects.current().calendar_version
        if counted.calendar_version == version or counted.stopped_at:
            # Before the next count a date can pass that nobody has looked at.
            assert not found.awaits_explanation or waiting
        if found.state in lifecycle.ENDED:
            ended = found.answered_at or found.closed_at
            late = ended.date() > counted.due
            assert late == (breach is not None and breach.due < ended.date())
            assert found.awaits_explanation == (late and breach.explained_at is None)
            assert counted.due >= counted.standard_due
