"""Working days: the days people will ask about, the refusals, the count explained, the speed."""

from __future__ import annotations

import timeit
from datetime import UTC, date, datetime, timedelta

import pytest

from protocol import bank_holidays
from protocol import calendar as working_days
from protocol.calendar import NATIONS, Calendar, OutOfCalendar

ENGLAND = Calendar.for_nation("england")
WEEKENDS = ("Saturday", "Sunday")


def test_ten_days_from_a_saturday_begin_on_the_monday():
    """Seen red with: a weekend's receipt first rolled forward to Monday, then counted from it."""
    assert ENGLAND.due_date(date(2025, 3, 1), 10) == date(2025, 3, 14)
    assert working_days.due_date(date(2025, 3, 1), 10) == date(2025, 3, 14)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (date(2022, 5, 25), 10, date(2022, 6, 10)),  # both Jubilee days
        (date(2024, 2, 28), 2, date(2024, 3, 1)),  # 29 February counts
        (date(2024, 12, 24), 7, date(2025, 1, 7)),  # Christmas, Boxing and New Year's Day
        (date(2026, 3, 27), 7, date(2026, 4, 9)),  # the clocks go forward on 29 March; Easter
        (date(2026, 10, 23), 1, date(2026, 10, 26)),  # the clocks go back on 25 October
    ],
)
def test_promises_that_were_counted_by_hand(received, days, due):
    """Seen red with: a working day of receipt counted as day one."""
    assert ENGLAND.due_date(received, days) == due


@pytest.mark.parametrize("nation", NATIONS)
@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2020, 5, 8), False),
        (date(2020, 5, 4), True),  # the day it was moved from
        (date(2022, 6, 2), False),
        (date(2022, 6, 3), False),
        (date(2022, 5, 30), True),  # the day it was moved from
        (date(2022, 9, 19), False),
        (date(2023, 5, 8), False),
        (date(2023, 5, 1), False),
        (date(2016, 12, 27), False),
        (date(2020, 12, 28), False),
        (date(2021, 12, 27), False),
        (date(2021, 12, 28), False),
        (date(2022, 1, 3), False),
        (date(2022, 12, 27), False),
        (date(2027, 12, 28), False),
        (date(2027, 12, 29), True),
    ],
)
def test_one_off_days_and_substitutes_come_out_right(nation, day, works):
    """Seen red with: the computed rules used for every year instead of the published list."""
    assert Calendar.for_nation(nation).is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "closed_in"),
    [
        (date(2026, 6, 15), {"scotland"}),  # proclaimed after the packaged list was made
        (date(2025, 1, 2), {"scotland"}),
        (date(2022, 1, 4), {"scotland"}),
        (date(2025, 12, 1), {"scotland"}),
        (date(2025, 8, 4), {"scotland"}),
        (date(2025, 8, 25), {"england", "wales", "northern-ireland"}),
        (date(2025, 4, 21), {"england", "wales", "northern-ireland"}),
        (date(2025, 3, 17), {"northern-ireland"}),
        (date(2025, 7, 14), {"northern-ireland"}),
    ],
)
def test_each_nation_keeps_its_own_days(day, closed_in):
    """Seen red with: CORRECTIONS emptied; "scotland" mapped to the list of England."""
    working = {nation: Calendar.for_nation(nation).is_working_day(day) for nation in NATIONS}
    assert {nation for nation, works in working.items() if not works} == closed_in


def test_freedom_of_information_leaves_out_every_nations_bank_holidays():
    """Seen red with: Scotland left out of the union."""
    foi = Calendar.for_freedom_of_information()
    for day in (date(2025, 1, 2), date(2025, 3, 17), date(2025, 7, 14), date(2026, 6, 15)):
        assert not foi.is_working_day(day)
    assert foi.why_closed(date(2025, 1, 2)) == "2nd January (bank holiday, in Scotland)"
    assert foi.why_closed(date(2025, 4, 18)) == "Good Friday (bank holiday)"
    assert foi.due_date(date(2026, 6, 12), 20) == date(2026, 7, 14)
    assert ENGLAND.due_date(date(2026, 6, 12), 20) == date(2026, 7, 10)
    assert not foi.closures


def test_closure_days_may_be_dates_pairs_or_names_by_date():
    day, name = date(2025, 3, 5), "Founders’ Day"
    for closures in ([day], {day}, (d for d in [day]), frozenset({day})):
        calendar = Calendar.for_nation("england", closures)
        assert calendar.why_closed(day) == "Council closed"
        assert calendar.due_date(date(2025, 3, 1), 10) == date(2025, 3, 17)
    for named in ({day: name}, [(day, name)], frozenset({(day, name)})):
        assert Calendar.for_nation("england", named).why_closed(day) == f"Council closed: {name}"


def test_a_new_closure_day_is_a_new_calendar_and_the_old_one_stands():
    """Seen red with: calendars cached by nation alone."""
    first = Calendar.for_nation("wales", {date(2025, 3, 5)})
    second = Calendar.for_nation("wales", {date(2025, 3, 5), date(2025, 3, 6)})
    assert first is Calendar.for_nation("wales", [date(2025, 3, 5)])
    assert first.is_working_day(date(2025, 3, 6))
    assert not second.is_working_day(date(2025, 3, 6))
    assert len({first.fingerprint, second.fingerprint, ENGLAND.fingerprint}) == 3


def test_a_closure_day_on_a_holiday_or_outside_the_calendar_changes_nothing():
    closures = [date(2025, 12, 25), date(2025, 3, 1), date(1999, 1, 1), date(2090, 1, 1)]
    calendar = Calendar.for_nation("england", closures)
    assert calendar.fingerprint == ENGLAND.fingerprint
    assert calendar.why_closed(date(2025, 12, 25)) == "Christmas Day (bank holiday)"
    assert calendar.why_closed(date(2025, 3, 1)) == "Saturday"


def test_the_count_is_explained_day_by_day():
    """Seen red with: the number raised before the reason was looked up."""
    calendar = Calendar.for_nation("england", {date(2025, 4, 23): "Founders’ Day"})
    told = calendar.explain(date(2025, 4, 17), 2)
    assert [(c.date.day, c.number, c.reason) for c in told] == [
        (17, None, "day of receipt"),
        (18, None, "Good Friday (bank holiday)"),
        (19, None, "Saturday"),
        (20, None, "Sunday"),
        (21, None, "Easter Monday (bank holiday)"),
        (22, 1, "day 1"),
        (23, None, "Council closed: Founders’ Day"),
        (24, 2, "day 2"),
    ]
    assert str(told[5]) == "Tuesday 22 April 2025: day 1"
    assert calendar.explain(date(2025, 4, 19), 1)[0].reason == "day of receipt: Saturday"


@pytest.mark.parametrize("nation", NATIONS)
def test_the_explanation_always_agrees_with_the_due_date(nation):
    calendar = Calendar.for_nation(nation)
    for start in range(0, 6000, 37):
        received = date(2016, 1, 1) + timedelta(days=start)
        told = calendar.explain(received, 10)
        assert told[-1].date == calendar.due_date(received, 10)
        assert [c.number for c in told if c.number] == list(range(1, 11))
        assert [c.date for c in told] == [received + timedelta(days=i) for i in range(len(told))]
        assert all(calendar.is_working_day(c.date) for c in told if c.number)
        assert all(c.reason == f"{c.date:%A}" for c in told[1:] if c.reason in WEEKENDS)


def test_computed_holidays_say_that_they_are_provisional():
    """Seen red with: `is_provisional` asking only whether the day is a holiday."""
    assert ENGLAND.proclaimed_to >= date(2028, 12, 31)
    later = date(ENGLAND.proclaimed_to.year + 1, 12, 25)
    assert ENGLAND.is_provisional(later)
    assert ENGLAND.is_provisional(ENGLAND.proclaimed_to + timedelta(days=1))
    assert ENGLAND.is_provisional(ENGLAND.next_working_day(ENGLAND.proclaimed_to))
    assert not ENGLAND.is_provisional(ENGLAND.proclaimed_to)
    assert ENGLAND.why_closed(later) == "Christmas Day (bank holiday, provisional)"
    assert not any("provisional" in c.reason for c in ENGLAND.explain(date(2028, 12, 20), 5))


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.due_date(date(2040, 12, 28), 2),
        lambda c: c.due_date(date(2011, 12, 31), 1),
        lambda c: c.due_date(date(2041, 1, 1), 1),
        lambda c: c.due_date(date(2025, 1, 1), 10**30),
        lambda c: c.add(date(2012, 1, 3), -1),
        lambda c: c.add(date(2012, 1, 4), -3),
        lambda c: c.add(date(2041, 1, 1), 0),
        lambda c: c.add(date(2025, 1, 1), -(10**30)),
        lambda c: c.next_working_day(date(2040, 12, 31)),
        lambda c: c.explain(date(2040, 12, 28), 5),
        lambda c: c.between(date(2011, 1, 1), date(2025, 1, 1)),
        lambda c: c.is_working_day(date.max),
        lambda c: c.is_provisional(date.min),
        lambda c: c.why_closed(date.min),
        lambda c: c.clear_days_between(date(2025, 1, 1), date(2041, 1, 1)),
        lambda c: c.add_clear_days(date(2040, 12, 30), 1, working=False),
        lambda c: c.add_clear_days(date(2012, 1, 1), -1, working=False),
    ],
)
def test_running_out_of_calendar_is_an_error_never_a_wrong_date(ask):
    """Seen red with: the guard on a negative place removed (add(3 January 2012, -1) gave 2040)."""
    with pytest.raises(OutOfCalendar, match="Sunday 1 January 2012 to Monday 31 December 2040"):
        ask(ENGLAND)


@pytest.mark.parametrize("moment", [datetime(2026, 3, 29, 23, 30, tzinfo=UTC), "2025-03-01", None])
def test_only_a_date_is_a_date(moment):
    """Seen red with: `isinstance(day, date)` as the only guard, which a datetime passes."""
    day = date(2025, 3, 3)
    for ask in (
        lambda: ENGLAND.due_date(moment, 1),
        lambda: ENGLAND.add(moment, -1),
        lambda: ENGLAND.add(moment, 0),
        lambda: ENGLAND.next_working_day(moment),
        lambda: ENGLAND.is_working_day(moment),
        lambda: ENGLAND.is_provisional(moment),
        lambda: ENGLAND.why_closed(moment),
        lambda: ENGLAND.explain(moment, 1),
        lambda: ENGLAND.between(day, moment),
        lambda: ENGLAND.between(moment, day),
        lambda: ENGLAND.clear_days_between(moment, day),
        lambda: ENGLAND.add_clear_days(moment, 1),
        lambda: ENGLAND.add_clear_days(moment, 1, working=False),
        lambda: Calendar.for_nation("england", [moment]),
        lambda: Calendar.for_nation("england", {moment: "Founders’ Day"}),
        lambda: Calendar.for_nation("england", frozenset({moment})),
    ):
        with pytest.raises(TypeError, match=r"is a datetime|is not a date"):
            ask()


@pytest.mark.parametrize("days", [1.0, "10", None, True])
def test_only_a_whole_number_is_a_number_of_days(days):
    """Seen red with: True let through as one day."""
    for ask in (ENGLAND.add, ENGLAND.due_date, ENGLAND.explain, ENGLAND.add_clear_days):
        with pytest.raises(TypeError, match="whole number"):
            ask(date(2025, 3, 3), days)


@pytest.mark.parametrize("days", [0, -1, -10])
def test_a_promise_of_no_days_is_refused(days):
    """Seen red with: nought days let through, due on the day of receipt."""
    with pytest.raises(ValueError, match="1 working day or more"):
        ENGLAND.due_date(date(2025, 3, 3), days)


@pytest.mark.parametrize("nation", ["England", "uk", "", None, "freedom-of-information"])
def test_another_nation_is_refused_with_the_choices(nation):
    with pytest.raises(ValueError, match="england, wales, scotland, northern-ireland"):
        Calendar.for_nation(nation)


def test_clear_days_leave_out_both_ends():
    """Seen red with: the last day counted (`_upto[last] - _upto[first]`)."""
    friday, wednesday = date(2025, 3, 7), date(2025, 3, 12)
    assert ENGLAND.clear_days_between(friday, wednesday) == 2
    assert ENGLAND.clear_days_between(friday, wednesday, working=False) == 4
    assert ENGLAND.clear_days_between(friday, friday + timedelta(days=1), working=False) == 0
    assert ENGLAND.clear_days_between(wednesday, friday) == 0
    assert ENGLAND.clear_days_between(friday, friday, working=False) == 0
    assert ENGLAND.add_clear_days(friday, 3) == date(2025, 3, 13)
    assert ENGLAND.add_clear_days(friday, 3, working=False) == date(2025, 3, 11)
    assert ENGLAND.add_clear_days(date(2025, 3, 13), -3) == friday
    assert ENGLAND.add_clear_days(date(2025, 3, 17), -10, working=False) == date(2025, 3, 6)
    assert ENGLAND.add_clear_days(friday, 0) == date(2025, 3, 10)


def test_a_list_that_was_not_read_whole_is_refused(monkeypatch):
    """The library drops a holiday that it cannot parse and only logs it. Seen red with: the count
    of holidays a year removed."""
    whole = bank_holidays.BankHolidays.get_holidays
    monkeypatch.setattr(
        bank_holidays.BankHolidays,
        "get_holidays",
        lambda self, **asked: [e for e in whole(self, **asked) if e["date"].year != 2019],
    )
    with pytest.raises(bank_holidays.Unreadable, match="2019"):
        bank_holidays.holidays.__wrapped__("scotland")


@pytest.mark.parametrize("closures", [frozenset(), frozenset({date(2025, 12, 29)})])
@pytest.mark.parametrize("nation", NATIONS)
def test_a_due_date_costs_at_most_two_microseconds(nation, closures):
    """Seen red with: a loop over the days."""
    # Many short batches: the least of them is not the time that another process took.
    received, number = date(2025, 12, 23), 2_000

    def ask():
        working_days.due_date(received, 10, nation=nation, closures=closures)

    best = min(timeit.repeat(ask, number=number, repeat=200)) / number
    assert best <= 2e-6, f"{best * 1e6:.2f} µs"
