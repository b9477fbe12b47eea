"""docs/asvs.md is true: each requirement stands there once, what is named exists, the counts are right."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "asvs.md"
ANSWERS = ("met", "part", "gap", "not ours")
NOTHING = "–"
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they are numbered from 1.
SECTIONS = """
    V1.1=2 V1.2=9 V1.3=11 V1.4=3 V1.5=2
    V2.1=3 V2.2=3 V2.3=4 V2.4=1
    V3.2=2 V3.3=4 V3.4=6 V3.5=5 V3.7=2
    V4.1=3 V4.2=1 V4.3=2 V4.4=4
    V5.1=1 V5.2=3 V5.3=2 V5.4=3
    V6.1=3 V6.2=12 V6.3=4 V6.4=4 V6.5=5 V6.6=3 V6.8=4
    V7.1=3 V7.2=4 V7.3=2 V7.4=5 V7.5=2 V7.6=2
    V8.1=2 V8.2=3 V8.3=1 V8.4=1
    V9.1=3 V9.2=4
    V10.1=2 V10.2=2 V10.3=4 V10.4=11 V10.5=5 V10.6=2 V10.7=3
    V11.1=2 V11.2=3 V11.3=3 V11.4=4 V11.5=1 V11.6=1
    V12.1=3 V12.2=2 V12.3=4
    V13.1=1 V13.2=5 V13.3=2 V13.4=5
    V14.1=2 V14.2=4 V14.3=3
    V15.1=3 V15.2=3 V15.3=7
    V16.1=1 V16.2=5 V16.3=4 V16.4=3 V16.5=3
    V17.1=1 V17.2=4 V17.3=2
"""
NUMBERS = [
    f"{section}.{number}"
    for section, _, most in (one.partition("=") for one in SECTIONS.split())
    for number in range(1, int(most) + 1)
]
SEEN = re.compile(r"`[^` ]+`( `[^` ]+`)*")
WHO = re.compile(r"\((issue \d+|the council|not planned)\)$")


@dataclass(frozen=True)
class Row:
    number: str
    asks: str
    answer: str
    seen: str
    note: str

    @property
    def chapter(self) -> str:
        return self.number.partition(".")[0]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


@cache
def rows() -> tuple[Row, ...]:
    lines = [line for line in PAGE.read_text().splitlines() if re.match(r"\| V\d+\.", line)]
    return tuple(Row(*cells(line)) for line in lines)


@cache
def text_of(path: str) -> str | None:
    file = ROOT / path
    return file.read_text(errors="replace") if file.is_file() else None


def fault(named: str) -> str:
    """What is wrong with `path`, `path::function` or `path:word`; "" where it is there."""
    path, _, rest = named.partition(":")
    text = text_of(path)
    if text is None:
        return f"there is no {path}"
    if rest.startswith(":"):
        there = re.search(rf"^ *def {re.escape(rest[1:])}\(", text, re.MULTILINE)
        return "" if there and path.startswith("tests/") else f"there is no test {named}"
    return "" if rest in text else f"{path} has no {rest}"


def test_every_requirement_stands_there_once_and_in_its_place():
    """Seen red with: V6.2.11 taken out; V9.1.1 twice."""
    assert len(NUMBERS) == 253
    assert [row.number for row in rows()] == NUMBERS


def test_each_has_one_of_the_four_answers_and_says_what_it_rests_on():
    """Nothing is met without something that shows it, and nothing missing without who brings it.

    Seen red with: the evidence of V1.1.1 taken out; the bracket of V6.1.2 taken out.
    """
    for row in rows():
        assert row.asks not in ("", NOTHING), row.number
        assert row.answer in ANSWERS, row.number
        assert row.seen == NOTHING or SEEN.fullmatch(row.seen), row.number
        if row.answer in ("met", "part"):
            assert row.seen != NOTHING, f"{row.number}: where was it seen?"
        if row.answer in ("part", "gap"):
            assert WHO.search(row.note), f"{row.number}: who brings what is missing?"
        if row.answer == "gap":
            assert row.seen == NOTHING, f"{row.number}: with something to show it is part"
        if row.answer == "not ours":
            assert row.note != NOTHING, f"{row.number}: why not?"


def test_what_the_answers_name_exists():
    """Seen red with: a letter of a test's name changed; MFA_TOTP_TOLERANCE taken out of the settings."""
    named = [(row.number, one) for row in rows() for one in re.findall(r"`([^`]+)`", row.seen)]
    assert [f"{number}: {why}" for number, one in named if (why := fault(one))] == []
    assert len(named) > 300
    print(f"N = {len(named)} tests, files and words of {len(rows())} requirements")


def test_the_counts_at_its_head_are_right():
    """Seen red with: one answer changed from gap to not ours."""
    counted = {chapter: Counter[str]() for chapter in dict.fromkeys(row.chapter for row in rows())}
    for row in rows():
        counted[row.chapter][row.answer] += 1
    counted["all"] = sum(counted.values(), Counter())
    right = {
        name: [sum(found.values()), *(found[answer] for answer in ANSWERS)]
        for name, found in counted.items()
    }
    head = PAGE.read_text().partition("\n## ")[0]
    lines = [cells(line) for line in head.splitlines() if re.match(r"\| (V\d+ |all )", line)]
    assert {line[0].split()[0]: [int(one) for one in line[1:]] for line in lines} == right
