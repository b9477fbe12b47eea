"""What is said of a scenario's runs."""

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import machine
from bench.figures import Result, ninetieth
from bench.measuring import Cost

TIMES = st.lists(st.floats(0.01, 10_000), min_size=1, max_size=60)


def figures(total: list[float], database: list[float]) -> Result:
    cost = Cost("A page", queries=9, database=database, total=total)
    return Result.of(cost, cases=200, who="clerk", floor="", is_machine=False, things=None)


def test_one_slow_run_in_ten_moves_neither_the_median_nor_the_share():
    """Seen red with: means in the place of medians."""
    found = figures([10.0] * 9 + [900.0], [4.0] * 9 + [4.0])
    assert (found.median_ms, found.database_ms, found.share) == (10.0, 4.0, 0.4)
    assert (found.runs, found.queries) == (10, 9)


def test_the_ninetieth_percentile_lies_where_nine_in_ten_runs_are_no_slower():
    """Seen red with: the eighth of nine cuts."""
    assert ninetieth([float(n) for n in range(1, 12)]) == 10
    assert ninetieth([1.0, 2.0]) == pytest.approx(1.9)
    assert ninetieth([7.0]) == 7


@given(TIMES)
def test_the_median_and_the_ninetieth_lie_between_the_least_and_the_most(times):
    found = figures(times, [one / 2 for one in times])
    assert min(times) - 0.001 <= found.median_ms <= found.ninetieth_ms <= max(times) + 0.001
    assert found.median_ms == pytest.approx(median(times), abs=0.001)
    assert found.share == pytest.approx(0.5)


def test_a_machine_is_busy_where_others_use_more_than_half_of_it():
    """Two cores; at the end one process of the load is the bench itself. Seen red with: it not taken off."""
    assert not machine.is_busy(0.9, 1.9, 2)
    assert machine.is_busy(1.1, 1.0, 2)
    assert machine.is_busy(0.2, 2.1, 2)
    assert not machine.is_busy(3.9, 4.9, 8)
