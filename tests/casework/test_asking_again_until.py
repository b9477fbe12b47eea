"""Until when a member may ask again about an answer, and how often: set by the council."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casework import clocks
from casework.enquiries import actions, rules
from protocol.bank_holidays import DIVISIONS, holidays
from protocol.calendar import Calendar
from protocol.profile import load
from protocol.refusals import Refused
from tests.casework.again import PAUSING, TUESDAY, answered, ask
from tests.casework.making import (
    LIBRARY,
    LONDON,
    World,
    at,
    fresh,
    nothing_written,
    reloaded,
    working_days,
    world,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(db) -> World:
    return world("bristol", changed=PAUSING)


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
