"""docs/reliability.md is what the tests said, and says plainly which rows have none."""

from __future__ import annotations

from subprocess import CompletedProcess

import pytest

from tests import advisories, figures, reliability


def test_the_document_is_written_from_what_is_kept_and_by_nobody():
    """Seen red with: a figure changed by hand; a test that tells a figure renamed."""
    assert reliability.DOCUMENT.read_text(encoding="utf-8") == reliability.written(
        reliability.kept()
    ), "run script/soak --write"


def test_every_row_names_its_tests_or_says_that_there_are_none():
    """Seen red with: a row left out of the document; a kept figure of a test that is gone."""
    text = reliability.DOCUMENT.read_text(encoding="utf-8")
    told = reliability.telling()
    assert told.keys() <= reliability.BAR.keys()
    assert tuple(reliability.BAR) == figures.ROWS
    for row, (what, _) in reliability.BAR.items():
        part = text.partition(f"## {row}: {what}\n")[2].partition("\n## ")[0]
        assert part, row
        assert (reliability.NOT_YET in part) is (row not in told), row
        assert all(f"`{test}`" in part for test in told.get(row, ())), row
    for one in reliability.kept():
        assert reliability.is_told(one), f"{one['test']} is gone"


def test_every_test_that_tells_a_figure_was_seen_to_go_red():
    """Seen red with: "Seen red with" taken out of one of them."""
    silent = []
    for tests in reliability.telling().values():
        for test in tests:
            if not reliability.seen_red_with(test):
                silent.append(test)
    assert silent == []


def test_a_figure_is_of_a_row_of_the_bar(figure):
    with pytest.raises(AssertionError, match="no row"):
        figure("T" + "99", n=1, of="nothing")


def test_what_is_said_again_takes_the_place_of_what_was_said_before():
    """Seen red with: what was said before kept beside it."""
    one = {"row": "T9", "test": "a", "of": "saves", "size": "long", "n": 1}
    other, again = one | {"size": "landing"}, one | {"n": 2}
    assert figures.merged([one, other], [again]) == [other, again]


@pytest.mark.parametrize(
    ("docstring", "found"),
    [
        ("T9. Seen red with: no lock;\n    no mark.", "no lock; no mark."),
        ("Says nothing of it.", ""),
        (None, ""),
    ],
)
def test_the_planted_fault_is_read_off_the_docstring(docstring, found):
    assert figures.planted(docstring) == found


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("", (0, "packages of 40: not audited (no route to host)")),
        (
            '{"dependencies": [{"name": "a", "skip_reason": "x"}]}',
            (0, "packages of 40: not audited"),
        ),
        (
            '{"dependencies": [{"name": "a", "vulns": []}, {"name": "b", "vulns": [{}]}]}',
            (2, "packages of 40 audited, 1 known faults"),
        ),
    ],
)
def test_what_reached_no_register_of_faults_is_not_called_clean(answer, found):
    """Seen red with: packages that were skipped counted among those audited."""
    run = CompletedProcess([], 0, stdout=answer, stderr="no route to host")
    assert advisories.said(run, 40) == found
