"""manage.py working_days: one date on one line, or one line that says what is wrong.

Nothing here asks for the database, so pytest-django fails the test if the command opens it.
"""

from __future__ import annotations

import pytest

from council.management.commands.working_days import Command


def run(capsys, *typed: str) -> tuple[str, str, int]:
    """What the command prints, what it complains of, and its exit code."""
    code = 0
    try:
        Command().run_from_argv(["manage.py", "working_days", *typed])
    except SystemExit as stop:
        code = int(stop.code or 0)
    printed = capsys.readouterr()
    return printed.out, printed.err, code


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        (("2022-05-25", "10"), "2022-06-10"),
        (("2025-03-01", "10"), "2025-03-14"),
        (("2026-06-12", "1"), "2026-06-15"),
        (("2026-06-12", "1", "--nation", "scotland"), "2026-06-16"),
        (("--nation", "northern-ireland", "2025-07-11", "1"), "2025-07-15"),
        (("2025-01-06", "1000"), "2028-12-15"),
    ],
)
def test_it_prints_the_due_date_alone(capsys, typed, due):
    """Seen red with: a connection opened first; CORRECTIONS emptied."""
    assert run(capsys, *typed) == (f"{due}\n", "", 0)


def test_it_explains_the_count_day_by_day(capsys):
    out, err, code = run(capsys, "2022-05-31", "2", "--explain")
    assert (err, code) == ("", 0)
    assert out.splitlines() == [
        "Tuesday 31 May 2022: day of receipt",
        "Wednesday 1 June 2022: day 1",
        "Thursday 2 June 2022: Spring bank holiday",
        "Friday 3 June 2022: Platinum Jubilee bank holiday",
        "Saturday 4 June 2022: Saturday",
        "Sunday 5 June 2022: Sunday",
        "Monday 6 June 2022: day 2",
        "Due Monday 6 June 2022",
    ]


def test_it_says_when_a_date_is_provisional(capsys):
    out, _, _ = run(capsys, "2035-12-24", "1", "--explain")
    assert "Christmas Day (bank holiday, provisional)" in out
    assert out.splitlines()[-1].startswith("Due Thursday 27 December 2035 (provisional")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ((), "Give the date"),
        (("2022-05-25",), "Give the number"),
        (("2022-05-25", ""), "Give the number"),
        (("25/05/2022", "10"), "year-month-day"),
        (("20220525", "10"), "year-month-day"),
        (("2022-W21-3", "10"), "year-month-day"),
        (("2022-05-25T23:30", "10"), "year-month-day"),
        (("２０２２-05-25", "10"), "year-month-day"),
        (("2022\n-05-25", "10"), "year-month-day"),
        (("2022-05-25\n", "10"), "year-month-day"),
        (("\udcff", "10"), "year-month-day"),
        (("9" * 5000, "10"), "year-month-day"),
        (("2022-02-30", "10"), "Check the month and the day"),
        (("0000-01-01", "10"), "Check the month and the day"),
        (("2022-05-25", "0"), "from 1 to 1000"),
        (("2022-05-25", "-3"), "from 1 to 1000"),
        (("2022-05-25", "1001"), "from 1 to 1000"),
        (("2022-05-25", "9" * 5000), "from 1 to 1000"),
        (("2022-05-25", "ten"), "from 1 to 1000"),
        (("2022-05-25", "1_0"), "from 1 to 1000"),
        (("2022-05-25", "٣"), "from 1 to 1000"),
        (("2022-05-25", "7.5"), "from 1 to 1000"),
        (("2022-05-25", "10", "--nation", "france"), "northern-ireland"),
        (("2022-05-25", "10", "--nation", ""), "northern-ireland"),
        (("2022-05-25", "10", "--nation"), "expected one argument"),
        (("2022-05-25", "10", "more"), "unrecognized arguments: more"),
        (("2022-05-25", "-3\nx"), "unrecognized arguments: -3 x"),
        (("1999-01-01", "10"), "covers Sunday 1 January 2012 to Monday 31 December 2040"),
        (("2040-12-20", "30"), "Use a date inside it, or fewer days"),
        (("9999-12-31", "1"), "Use a date inside it, or fewer days"),
    ],
)
def test_bad_input_gets_one_line_that_says_how_to_mend_it(capsys, typed, told):
    """Seen red with: `date.fromisoformat` alone, which takes 20220525 and week dates;
    an argument with a line break repeated as it was typed."""
    out, err, code = run(capsys, *typed)
    assert (out, code) == ("", 1)
    assert told in err
    assert err.count("\n") == 1
    assert len(err) < 300
    assert "Traceback" not in err
