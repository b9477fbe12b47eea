"""Runs of the bench made by hand, for tests that hold one against another."""

from __future__ import annotations

from bench.figures import Result
from bench.report import Report

MACHINE = {
    "measured_at": "2026-11-28T20:08:00+00:00",
    "commit": "f327077",
    "processor": "A processor",
    "cores": 2,
    "memory_gb": 16.0,
    "system": "Linux",
    "python": "3.11.7",
    "django": "5.2",
    "psycopg2": "2.9",
    "postgresql": "15.20",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
}


def result(name: str = "All cases", ms: float = 40.0, **changes) -> Result:
    """A page of the clerk's over 10,000 cases; anything may be changed."""
    known = {
        "cases": 10_000,
        "name": name,
        "who": "clerk",
        "floor": "An empty page",
        "is_machine": False,
        "runs": 3,
        "median_ms": ms,
        "ninetieth_ms": ms + 1,
        "queries": 9,
        "database_ms": ms / 4,
        "share": 0.25,
        "times_ms": [ms - 1, ms, ms + 1],
    }
    return Result(**known | changes)


def pace(ms: float = 10.0) -> Result:
    """What the machine does by itself, without the product."""
    return result("A sum in Python", ms, who="", floor="", is_machine=True, queries=0)


def run(*results: Result, is_busy: bool = False, **machine) -> Report:
    return Report(
        machine=MACHINE | machine,
        load_before=0.1,
        load_after=1.0,
        is_busy=is_busy,
        results=list(results),
    )
