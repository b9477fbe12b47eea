"""What is said of two runs, and when nothing may be said of them."""

import json

import pytest

from bench.__main__ import _verdict as verdict
from bench.compare import Comparison, shown
from bench.faults import CannotRun
from bench.report import Report
from tests.bench.making import pace, result, run


def compared(before: Report, after: Report, tolerance: float = 1.25) -> Comparison:
    return Comparison.of(before, after, tolerance)


def test_a_page_that_takes_half_as_long_again_is_slower_and_is_named_with_both_figures():
    """Seen red with: the ratio the other way up."""
    found = compared(run(pace(), result(ms=40)), run(pace(), result(ms=60)))
    assert [change.ratio for change in found.slower] == [1.5]
    assert (
        "Slower\n  All cases as clerk, 10,000 cases: 40.00 ms before, 60.00 ms now (1.50 times)"
        in shown(found)
    )
    assert not found.quicker


def test_within_the_tolerance_nothing_became_slower():
    found = compared(run(pace(), result(ms=40)), run(pace(), result(ms=49)))
    assert not found.slower
    assert "Nothing took more than 1.25 times as long." in shown(found)


def test_a_fraction_of_a_millisecond_is_not_slower_whatever_its_ratio():
    """Seen red with: LEAST_MS at nothing."""
    found = compared(run(result(ms=0.2)), run(result(ms=0.6)))
    assert not found.slower


def test_a_query_more_is_said_however_long_it_took():
    """Seen red with: only what is slower looked at for its queries."""
    found = compared(run(result(queries=9)), run(result(queries=10)))
    assert "More queries\n  All cases as clerk, 10,000 cases: 9 before, 10 now" in shown(found)


def test_only_numbers_of_cases_that_both_runs_have_are_compared():
    before = run(result(), result(cases=100_000))
    after = run(result(), result("Find a case"))
    found = compared(before, after)
    assert [one.name for one in found.new] == ["Find a case"]
    assert not found.gone
    assert len(found.changes) == 1


def test_what_is_not_measured_any_more_is_said():
    found = compared(run(result(), result("How we are doing")), run(result()))
    assert "Not measured any more\n  How we are doing as clerk" in shown(found)


def test_runs_with_nothing_in_common_are_not_called_equal():
    """Seen red with: "nothing took longer" said of no page at all."""
    found = compared(run(result()), run(result(cases=500)))
    assert "nothing was compared" in shown(found)
    assert verdict(found, 2.0) == 3


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (run(pace(), result(), is_busy=True), run(pace(), result()), "was busy"),
        (run(pace(), result()), run(pace(), result(), is_busy=True), "was busy"),
        (run(pace(10), result()), run(pace(16), result()), "itself was quicker or slower"),
        (run(pace(16), result()), run(pace(10), result()), "itself was quicker or slower"),
        (run(pace(), result()), run(pace(), result(), cores=8), "cores: 2 before, 8 now"),
    ],
)
def test_nothing_is_concluded_from_a_busy_machine_or_another_one(before, after, words):
    """Seen red with: `can_judge` that looks at nothing but the load."""
    found = compared(before, after)
    said = shown(found)
    assert "NO CONCLUSION ABOUT TIMES" in said
    assert words in said
    assert verdict(found, 2.0) == 3
    assert verdict(found, None) == 0


def test_a_slower_frame_round_every_page_is_the_products_and_not_the_machines():
    """Seen red with: every floor taken for the machine's."""
    frame = {"name": "The frame of a page", "floor": ""}
    found = compared(run(pace(), result(ms=8, **frame)), run(pace(), result(ms=20, **frame)))
    assert found.can_judge
    assert [change.after.name for change in found.slower] == ["The frame of a page"]


def test_the_status_fails_over_the_ratio_that_was_asked_and_not_by_itself():
    """Seen red with: the tolerance taken for the ratio."""
    found = compared(run(pace(), result(ms=40)), run(pace(), result(ms=60)))
    assert verdict(found, None) == 0
    assert verdict(found, 1.6) == 0
    assert verdict(found, 1.4) == 1


# The file -----------------------------------------------------------------------------------
def test_a_run_comes_back_from_its_file_as_it_was(tmp_path):
    file = tmp_path / "before.json"
    kept = run(pace(), result(things=37))
    kept.write(file)
    assert Report.read(file) == kept


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", "{}", '{"format": 1}', '{"format": 1, "results": [3]}', "\0"]
)
def test_a_file_that_is_none_of_ours_is_said_to_be_so(tmp_path, text):
    file = tmp_path / "other.json"
    file.write_text(text)
    with pytest.raises(CannotRun, match="not a file that --json wrote"):
        Report.read(file)


def test_a_file_of_another_release_a_missing_one_and_a_folder_are_said_to_be_so(tmp_path):
    file = tmp_path / "old.json"
    file.write_text(json.dumps({"format": 0}))
    with pytest.raises(CannotRun, match="another release"):
        Report.read(file)
    with pytest.raises(CannotRun, match="No such file"):
        Report.read(tmp_path / "gone.json")
    with pytest.raises(CannotRun, match="Is a directory"):
        Report.read(tmp_path)
