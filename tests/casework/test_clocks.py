"""Dates in, dates out: how a clock is counted, moved and read, against a slow oracle of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import clocks
from casework.models import Case, Clock
from protocol import profile
from protocol.calendar import Calendar
from tests.casework.making import LONDON, at

BRISTOL = profile.load("bristol")
ENGLAND = Calendar.for_nation("england")


def a_clock(started: date, days: int, calendar: Calendar = ENGLAND) -> Clock:
    due = calendar.due_date(started, days)
    return Clock(
        promise="answer",
        days=days,
        started_on=started,
        original_due=due,
        standard_due=due,
        due=due,
        pauses=[],
    )


# The oracle: one day at a time, and nothing but weekdays and a set of closed days ---------------


class Oracle:
    """Counts by walking. The bank holidays are the calendar's; the arithmetic is not."""

    def __init__(self, calendar: Calendar) -> None:
        self.works = calendar.is_working_day

    def walk(self, day: date, days: int) -> date:
        while days:
            day += timedelta(days=1)
            days -= self.works(day)
        return day

    def inside(self, start: date, end: date) -> int:
        """Working days in (start, end]."""
        return sum(
            self.works(start + timedelta(days=n)) for n in range(1, max((end - start).days, 0) + 1)
        )


days_of_years = st.dates(date(2019, 1, 1), date(2030, 12, 31))


@st.composite
def histories(draw):
    """A clock's life: receipt, standard, pauses in order, perhaps a new date, and closure days."""
    started = draw(days_of_years)
    days = draw(st.integers(1, 25))
    steps = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 12)), max_size=4))
    extend_after = draw(st.none() | st.integers(0, len(steps)))
    further = draw(st.integers(1, 15))
    closed = draw(st.sets(st.integers(-3, 60), max_size=8))
    return started, days, steps, extend_after, further, closed


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.booleans())
def test_any_history_comes_out_as_counting_day_by_day_does(history, later):
    """Received, paused and resumed, extended, with closure days known first or only afterwards.

    Seen red with: pauses counted in [paused, resumed); `since` compared with `>`; the date given
    in place of the day it opens to.
    """
    started, days, steps, extend_after, further, closed = history
    closures = {started + timedelta(days=n) for n in closed}
    shut = Calendar.for_nation("england", closures)
    calendar = ENGLAND if later else shut
    clock = a_clock(started, days, calendar)
    today, pauses, promised = started, [], None
    for place in range(len(steps) + 1):
        if place == extend_after:
            new = calendar.add(clock.due, further)
            clock.promised_on, clock.promised_due = today, new
            clocks.recount(clock, calendar)
            promised = (today, new)
        if place < len(steps):
            before, length = steps[place]
            paused = today + timedelta(days=before)
            today = paused + timedelta(days=length)
            clock.pauses = [*clock.pauses, [paused.isoformat(), today.isoformat()]]
            clocks.recount(clock, calendar)
            # A pause counts for the date in force when it began: a new date allows for the rest.
            pauses.append((paused, today, promised is not None))
    clocks.recount(clock, shut)
    slow = Oracle(shut)
    standard = slow.walk(started, days)
    assert clock.standard_due == slow.walk(standard, sum(slow.inside(a, b) for a, b, _ in pauses))
    if promised is None:
        assert clock.due == clock.standard_due
        return
    day, new = promised
    while not slow.works(new):
        new += timedelta(days=1)
    # A pause that began and ended on the day of the new date, before it, took no days either way.
    since = sum(slow.inside(a, b) for a, b, after in pauses if after or (a >= day and a == b))
    # Closure days can move the standard past the new date, which is never a shorter promise.
    assert clock.due == max(slow.walk(new, since), clock.standard_due)
    assert clock.promised_due == promised[1]


@given(histories())
def test_counting_again_under_the_same_calendar_changes_nothing(history):
    started, days, steps, *_ = history
    clock = a_clock(started, days)
    today = started
    for before, length in steps:
        paused = today + timedelta(days=before)
        today = paused + timedelta(days=length)
        clock.pauses = [*clock.pauses, [paused.isoformat(), today.isoformat()]]
    clocks.recount(clock, ENGLAND)
    due = clock.due
    clocks.recount(clock, ENGLAND)
    assert clock.due == due


@given(days_of_years, st.integers(1, 25), st.integers(0, 60))
def test_day_n_of_m_is_what_a_person_counts_on_their_fingers(started, days, on):
    """Seen red with: the day of receipt counted as day one."""
    clock, slow = a_clock(started, days), Oracle(ENGLAND)
    today = started + timedelta(days=on)
    count = clocks.count(clock, today, ENGLAND)
    assert count.of == days
    assert count.day == slow.inside(started, today)
    assert count.late == slow.inside(clock.due, today)


def test_a_paused_clock_stands_still_on_the_day_of_its_pause():
    clock = a_clock(date(2026, 6, 1), 7)
    clock.paused_on = date(2026, 6, 3)
    for day in (date(2026, 6, 3), date(2026, 6, 8), date(2026, 7, 31)):
        assert clocks.count(clock, day, ENGLAND) == clocks.Count(day=2, of=7, late=0)


def test_days_of_a_pause_do_not_count_and_the_total_stays():
    clock = a_clock(date(2026, 6, 1), 7)
    clock.pauses = [["2026-06-03", "2026-06-08"]]
    clocks.recount(clock, ENGLAND)
    assert clock.due == date(2026, 6, 15)
    assert clocks.count(clock, date(2026, 6, 9), ENGLAND) == clocks.Count(day=3, of=7, late=0)
    assert clocks.count(clock, date(2026, 6, 16), ENGLAND) == clocks.Count(
        day=8, of=7, late=1, overdue=True
    )


def test_after_a_new_date_the_count_runs_to_it():
    clock = a_clock(date(2026, 6, 1), 7)
    clock.promised_on, clock.promised_due = date(2026, 6, 9), date(2026, 6, 17)
    clocks.recount(clock, ENGLAND)
    assert clocks.count(clock, date(2026, 6, 16), ENGLAND) == clocks.Count(day=11, of=12, late=0)


def test_a_new_date_that_closes_opens_first_and_then_counts_its_pauses():
    """Friday 12 June closes: Monday 15 June, and two days of pause make Wednesday 17 June.

    Seen red with: two working days after the closed Friday, which is Tuesday.
    """
    clock = a_clock(date(2026, 6, 1), 7)
    clock.promised_on, clock.promised_due = date(2026, 6, 8), date(2026, 6, 12)
    clock.pauses = [["2026-06-08", "2026-06-10"]]
    clocks.recount(clock, Calendar.for_nation("england", [date(2026, 6, 12)]))
    assert clock.due == date(2026, 6, 17)


# The three figures ------------------------------------------------------------------------------

FIGURES = [
    # promised, answered → figure. The standard ends on Wednesday 10 June 2026.
    (None, date(2026, 6, 1), "within"),
    (None, date(2026, 6, 10), "within"),
    (None, date(2026, 6, 11), "breach"),
    (date(2026, 6, 19), date(2026, 6, 10), "within"),
    (date(2026, 6, 19), date(2026, 6, 11), "explained"),
    (date(2026, 6, 19), date(2026, 6, 19), "explained"),
    (date(2026, 6, 19), date(2026, 6, 20), "breach"),  # the Saturday after
    (date(2026, 6, 19), date(2026, 6, 22), "breach"),
]


@pytest.mark.parametrize(("promised", "answered", "figure"), FIGURES)
def test_the_figure_is_settled_by_the_day_of_the_answer(promised, answered, figure):
    """Br10f; Bl10.2. Seen red with: `<` for `<=` in each comparison."""
    clock = a_clock(date(2026, 6, 1), 7)
    if promised:
        clock.promised_on, clock.promised_due = date(2026, 6, 8), promised
        clocks.recount(clock, ENGLAND)
    assert clocks.figure(clock, answered) == figure


def test_a_saturday_after_a_friday_due_is_late():
    clock = a_clock(date(2026, 6, 3), 7)
    assert clock.due == date(2026, 6, 12)
    assert clocks.figure(clock, date(2026, 6, 13)) == "breach"


# Europe/London ----------------------------------------------------------------------------------

RECEIPTS = [
    # UTC → the London date. The clocks go forward on 29 March and back on 25 October 2026.
    ("2026-03-28T23:59", date(2026, 3, 28)),
    ("2026-03-29T00:30", date(2026, 3, 29)),
    ("2026-03-29T22:59", date(2026, 3, 29)),
    ("2026-03-29T23:00", date(2026, 3, 30)),
    ("2026-06-10T22:59", date(2026, 6, 10)),
    ("2026-06-10T23:00", date(2026, 6, 11)),
    ("2026-10-24T23:30", date(2026, 10, 25)),
    ("2026-10-25T00:30", date(2026, 10, 25)),
    ("2026-10-25T01:30", date(2026, 10, 25)),
    ("2026-10-25T23:59", date(2026, 10, 25)),
    ("2026-10-26T00:00", date(2026, 10, 26)),
    ("2028-02-29T23:59", date(2028, 2, 29)),
]


@pytest.mark.parametrize(("moment", "day"), RECEIPTS)
def test_the_date_of_receipt_is_londons(moment, day):
    """T8. Seen red with: `received_at.date()`."""
    received = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert clocks.received_on(received, BRISTOL) == day


@pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 10, 26), date(2026, 6, 10)])
def test_a_step_is_reached_at_eight_in_london_whatever_the_season(day):
    """Set by the council."""
    clock = a_clock(ENGLAND.add(day, -7), 7)
    assert clock.due == day
    steps = {step.key: when for when, step in clocks.steps(clock, BRISTOL, ENGLAND)}
    assert steps["due"] == at(day, 8)
    assert all(when.astimezone(LONDON).hour == 8 for when in steps.values())
    assert steps["breach"].date() == ENGLAND.next_working_day(day)


def test_a_reminder_from_before_the_receipt_is_left_out():
    profile_steps = {step.key for step in BRISTOL.ladder_for("answer")}
    one_day = a_clock(date(2026, 6, 1), 1)
    kept = {step.key for _, step in clocks.steps(one_day, BRISTOL, ENGLAND)}
    assert kept == profile_steps - {"remind"}


def test_a_stopped_or_paused_clock_has_no_next_step():
    clock = a_clock(date(2026, 6, 1), 7)
    assert clocks.next_step_at(clock, BRISTOL, ENGLAND, taken=frozenset()) == at(
        date(2026, 6, 8), 8
    )
    taken = frozenset({"remind"})
    assert clocks.next_step_at(clock, BRISTOL, ENGLAND, taken=taken) == at(date(2026, 6, 10), 8)
    everything = frozenset(step.key for step in BRISTOL.ladder_for("answer"))
    assert clocks.next_step_at(clock, BRISTOL, ENGLAND, taken=everything) is None
    clock.paused_on = date(2026, 6, 3)
    assert clocks.next_step_at(clock, BRISTOL, ENGLAND, taken=frozenset()) is None
    clock.paused_on, clock.stopped_at = None, at(date(2026, 6, 3))
    assert clocks.next_step_at(clock, BRISTOL, ENGLAND, taken=frozenset()) is None


def test_a_clock_of_a_promise_that_the_protocol_does_not_make_is_never_started():
    case = Case(kind="enquiry", received_on=date(2026, 6, 1))
    with pytest.raises(LookupError):
        clocks.start(
            case=case, promise="decide", profile=BRISTOL, calendar=ENGLAND, calendar_version=1
        )
