"""Working days against an independent oracle: another library's holidays, and a loop day by day.

Row T8 of the reliability bar. Each test prints its N and its seed (EVENHAND_SEED changes it).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from protocol.bank_holidays import DIVISIONS, computed
from protocol.bank_holidays import holidays as listed
from protocol.calendar import EARLIEST, LATEST, NATIONS, Calendar

SEED = int(os.environ.get("EVENHAND_SEED", "20261122"))
SUBDIVISIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}
DAY = timedelta(days=1)
FIRST, LAST = date(2016, 1, 1), date(2028, 12, 31)
EXAMPLES = settings(max_examples=500, deadline=None, database=None)

ORACLE = {
    nation: set(holidays.UnitedKingdom(subdiv=subdivision, years=range(2010, 2043)))
    for nation, subdivision in SUBDIVISIONS.items()
}
# Days that a year's proclamation moved or added: custom cannot foresee them.
MOVED_FROM = {date(2012, 5, 28), date(2020, 5, 4), date(2022, 5, 30)}
ONE_OFF = {
    date(2012, 6, 4),
    date(2012, 6, 5),
    date(2020, 5, 8),
    date(2022, 6, 2),
    date(2022, 6, 3),
    date(2022, 9, 19),
    date(2023, 5, 8),
}


def every_day(first: date = FIRST, last: date = LAST) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def works(day: date, closed: set[date]) -> bool:
    return day.weekday() < 5 and day not in closed


def slow_add(start: date, days: int, closed: set[date]) -> date:
    step = DAY if days > 0 else -DAY
    left = abs(days)
    while left:
        start += step
        left -= works(start, closed)
    return start


def slow_between(start: date, end: date, closed: set[date]) -> int:
    if end < start:
        return -slow_between(end, start, closed)
    return sum(works(start + timedelta(days=i), closed) for i in range(1, (end - start).days + 1))


@pytest.fixture
def tell(capsys) -> Callable[[str], None]:
    def say(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text}\n")

    return say


@pytest.mark.parametrize("nation", NATIONS)
def test_every_weekday_agrees_with_another_library(nation):
    """2012 to the end of the calendar, so the computed years too.

    Seen red with: CORRECTIONS emptied; a substitute allowed on a day that is a holiday already.
    """
    calendar = Calendar.for_nation(nation)
    wrong = [
        day
        for day in every_day(EARLIEST, LATEST)
        if calendar.is_working_day(day) != works(day, ORACLE[nation])
    ]
    assert wrong == []


@pytest.mark.parametrize("division", sorted(set(DIVISIONS.values())))
def test_the_computed_rules_reproduce_the_published_list(division):
    """All but the one-off days, title by title too where no substitute is involved.

    Seen red with: the Scottish summer holiday put on the last Monday of August.
    """
    published, proclaimed_to = listed(division)
    one_off = ONE_OFF | ({date(2026, 6, 15)} if division == "scotland" else set())
    by_rule = {}
    for year in range(EARLIEST.year, proclaimed_to.year + 1):
        by_rule |= computed(division, year)
    found = {day for day in published if day <= proclaimed_to}
    assert found - set(by_rule) == one_off
    assert set(by_rule) - found == MOVED_FROM
    assert len(found) >= 17 * 8
    for day in found - one_off:
        if not published[day].notes and not by_rule[day].notes and day.month != 1:
            assert published[day].title == by_rule[day].title


def test_every_day_of_thirteen_years_agrees_with_a_loop(tell):
    """Every date 2016 to 2028, four nations, with and without closure days, nine counts.

    Seen red with: day one counted on the date of receipt; `_working` left out going back.
    """
    closures = {day for day in every_day() if (day.month, day.day) in {(12, 24), (3, 5), (9, 19)}}
    counts, cases, wrong = (-20, -7, -1, 0, 1, 5, 7, 10, 20), 0, []
    for nation in NATIONS:
        for own in (set(), closures):
            calendar, closed = Calendar.for_nation(nation, own), ORACLE[nation] | own
            for start in every_day():
                for count in counts:
                    got = calendar.add(start, count)
                    cases += 1
                    if got != slow_add(start, count, closed):
                        wrong.append((nation, start, count, got))
    tell(f"T8 sweep: N={cases:,}, no seed (every date), {len(wrong)} mismatches")
    assert cases >= 300_000
    assert wrong == []


def test_counts_between_two_days_agree_with_a_loop(tell):
    """Seen red with: `end` left out of the count; one end of a clear-day count let in."""
    cases, wrong = 0, []
    for nation in NATIONS:
        calendar, closed = Calendar.for_nation(nation), ORACLE[nation]
        for start in every_day()[::3]:
            for gap in (-15, -1, 0, 1, 4, 16):
                end = start + timedelta(days=gap)
                inside = [start + timedelta(days=i) for i in range(1, gap)]
                expected = (
                    slow_between(start, end, closed),
                    sum(works(day, closed) for day in inside),
                    len(inside),
                )
                got = (
                    calendar.between(start, end),
                    calendar.clear_days_between(start, end),
                    calendar.clear_days_between(start, end, working=False),
                )
                cases += 3
                if got != expected:
                    wrong.append((nation, start, end, got, expected))
    tell(f"T8 between: N={cases:,}, no seed, {len(wrong)} mismatches")
    assert cases >= 100_000
    assert wrong == []


nations = st.sampled_from(NATIONS)
dates = st.dates(date(2014, 1, 1), date(2038, 12, 31))
promises = st.integers(1, 250)


@st.composite
def councils(draw):
    """A nation and a handful of closure days, which cluster so that they matter."""
    near = draw(dates)
    days = draw(st.sets(st.integers(0, 40), max_size=12))
    return draw(nations), near, frozenset(near + timedelta(days=day) for day in days)


def check(name: str, tell: Callable[[str], None], prop: Callable[..., None], **given_by) -> None:
    """Run a property and print how many cases it took and from which seed."""
    seen = []

    def counted(**drawn):
        seen.append(1)
        prop(**drawn)

    seed(SEED)(EXAMPLES(given(**given_by)(counted)))()
    tell(f"T8 {name}: N={len(seen):,}, seed={SEED}, 0 mismatches")
    assert len(seen) >= EXAMPLES.max_examples


def test_any_council_and_any_count_agree_with_a_loop(tell):
    """Every start within reach of the drawn closure days, so each example is 260 cases.

    Seen red with: the last closure day dropped.
    """
    compared = 0

    def prop(council, days):
        nonlocal compared
        nation, near, closures = council
        closed = ORACLE[nation] | closures
        calendar = Calendar.for_nation(nation, closures)
        for offset in range(-20, 45):
            start = near + timedelta(days=offset)
            for count in (1, 10, days, -days):
                assert calendar.add(start, count) == slow_add(start, count, closed)
                compared += 1

    check("any council", tell, prop, council=councils(), days=st.integers(0, 60))
    tell(f"T8 any council: N={compared:,} comparisons, seed={SEED}")
    assert compared >= 100_000


def test_a_later_receipt_or_a_longer_promise_is_never_due_earlier(tell):
    """Seen red with: part of the table of days in reverse order."""

    def prop(council, days, later):
        nation, received, closures = council
        calendar = Calendar.for_nation(nation, closures)
        due = calendar.due_date(received, days)
        assert calendar.due_date(received + later * DAY, days) >= due
        assert calendar.due_date(received, days + later) > due or later == 0

    check("monotone", tell, prop, council=councils(), days=promises, later=st.integers(0, 30))


def test_adding_and_counting_are_inverse(tell):
    """Going back the inverse holds from a working day: a Saturday is no working day to count.

    Seen red with: `_working` left out going back; one end of a clear-day count let in.
    """

    def prop(council, days):
        nation, start, closures = council
        calendar = Calendar.for_nation(nation, closures)
        assert calendar.between(start, calendar.add(start, days)) == days
        assert calendar.clear_days_between(start, calendar.add_clear_days(start, days)) == days
        day = calendar.next_working_day(start)
        assert calendar.between(day, calendar.add(day, -days)) == -days
        assert calendar.add(calendar.add(day, days), -days) == day
        assert calendar.add_clear_days(calendar.add_clear_days(day, days), -days) == day

    check("inverse", tell, prop, council=councils(), days=promises)


def test_a_due_date_is_a_working_day_and_a_closure_never_makes_it_earlier(tell):
    """Seen red with: closure days marked as working days."""

    def prop(council, days):
        nation, received, closures = council
        calendar = Calendar.for_nation(nation, closures)
        due = calendar.due_date(received, days)
        assert calendar.is_working_day(due)
        assert due not in closures
        assert due >= Calendar.for_nation(nation).due_date(received, days)

    check("closures", tell, prop, council=councils(), days=promises)
