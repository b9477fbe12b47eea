"""The figures of the reliability rows (T1 to T17), as the tests that make them tell them.

    def test_…(figure):
        figure("T9", n=1000, seed=20261122, of="stale saves")

says it, and after the run a line for each stands in `var/figures/`, one file a stack, with the seconds that
the test took. What the test was seen red with is read off its docstring. Ordinary runs write nothing else;
`script/soak --write` makes docs/reliability.md of them (tests/reliability.py).
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROWS = tuple(f"T{number}" for number in range(1, 18))
SEEN_RED = re.compile(r"Seen red with:\s+(.*)", re.DOTALL)
SAID = "figures"


@dataclass(frozen=True)
class Figure:
    """One line: `n` of what (`of`), with which dice (`seed`, or ""), how long, on what, and the fault seen."""

    row: str
    test: str
    n: int
    of: str
    seed: str
    seconds: float
    stack: str
    size: str
    planted: str


def stack() -> str:
    engine = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[connection.vendor]
    return f"{engine}, {'Redis' if settings.REDIS_URL else 'folder'}"


def planted(docstring: str | None) -> str:
    """What a docstring says that the test was seen red with, on one line; "" where it says nothing."""
    found = SEEN_RED.search(docstring or "")
    return " ".join(found[1].split()) if found else ""


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Say a figure of this test; it is kept where the test passes."""
    begun = time.perf_counter()

    def say(row: str, *, n: int, of: str, seed: object = "") -> None:
        assert row in ROWS, f"{row} is no row of the bar"
        said = Figure(
            row=row,
            test=request.node.nodeid,
            n=n,
            of=of,
            seed=str(seed),
            seconds=round(time.perf_counter() - begun, 1),
            stack=stack(),
            size=os.environ.get("EVENHAND_SOAK", "landing"),
            planted=planted(request.function.__doc__),
        )
        print(f"{row}: N = {n} {of}" + (f", seed {seed}" if seed != "" else ""))
        request.node.user_properties.append((SAID, asdict(said)))

    return say


class Keeper:
    """Gathers what passed, from every process of xdist, and writes it down at the end of the run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[dict] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.said += [said for name, said in report.user_properties if name == SAID]

    def pytest_sessionfinish(self) -> None:
        if not self.said:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        # Here no test has moved the clock.
        today = datetime.now(tz=UTC).date().isoformat()
        for one in {said["stack"] for said in self.said}:
            kept = self.folder / f"{re.sub(r'[^a-z]+', '-', one.lower())}.json"
            mine = [said | {"on": today} for said in self.said if said["stack"] == one]
            kept.write_text(json.dumps(merged(read(kept), mine), indent=1) + "\n")


def read(path: Path) -> list[dict]:
    return json.loads(path.read_text()) if path.exists() else []


def merged(before: list[dict], now: list[dict]) -> list[dict]:
    """What was said again takes the place of what was said before, size by size."""
    by = {(said["row"], said["test"], said["of"], said["size"]): said for said in before}
    by |= {(said["row"], said["test"], said["of"], said["size"]): said for said in now}
    return [by[key] for key in sorted(by)]
