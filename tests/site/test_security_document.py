"""SECURITY.md claims what is there: each test, file and decision that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.site.test_protocol_map import test_function as function_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text()
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", PAGE)))
FILES = sorted(set(re.findall(r"`((?:\w+/)*[\w-]+\.(?:py|md|txt|yml|toml))`", PAGE)))
MOST = 250  # lines: whoever decides has to read it


@pytest.mark.parametrize("reference", TESTS)
def test_a_test_that_it_names_is_there(reference):
    """Seen red with: a test of another name."""
    assert function_of(reference)


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_it_names_is_there(path):
    assert (ROOT / path).is_file()


def test_a_decision_that_it_names_is_there():
    """Seen red with: "ADR 99"."""
    named = {int(number) for number in re.findall(r"\bADR (\d+)", PAGE)}
    there = {int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("[0-9]*.md")}
    assert len(named) > 5
    assert named <= there


def test_it_names_its_grounds_and_can_be_read_in_one_go():
    assert len(TESTS) > 30
    assert len(PAGE.splitlines()) < MOST


def test_it_gives_no_address_that_nobody_reads():
    """Seen red with: a mailbox for reports."""
    assert re.findall(r"[\w.]+@[\w.]+", PAGE) == []
