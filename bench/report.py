"""The output: a table for people, and a file for the next run to be held against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bench.faults import CannotRun
from bench.figures import Result

FORMAT = 1
COLUMNS = ("", "as", "median", "90th", "queries", "database", "share", "× floor")


@dataclass(frozen=True)
class Report:
    """One run: the machine, its load before and after, and the results in the order measured."""

    machine: dict
    load_before: float
    load_after: float
    is_busy: bool
    results: list[Result]

    def write(self, path: Path) -> None:
        data = {
            "format": FORMAT,
            "machine": self.machine,
            "load": {
                "before": self.load_before,
                "after": self.load_after,
                "is_busy": self.is_busy,
            },
            "results": [result.as_data() for result in self.results],
        }
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Report:
        """A report that `write` left. CannotRun where the file is not one."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CannotRun(f"{path} cannot be read: {error.strerror}.") from None
        except ValueError:
            raise CannotRun(f"{path} is not a file that --json wrote.") from None
        try:
            if data["format"] != FORMAT:
                raise CannotRun(
                    f"{path} was written by another release of the bench. Measure again with "
                    "--json, on the commit that you want to compare with."
                )
            load = data["load"]
            return cls(
                machine=dict(data["machine"]),
                load_before=load["before"],
                load_after=load["after"],
                is_busy=load["is_busy"],
                results=[Result(**result) for result in data["results"]],
            )
        except (KeyError, TypeError):
            raise CannotRun(f"{path} is not a file that --json wrote.") from None


def shown(report: Report) -> str:
    """The machine, then a table for each number of cases. Times are in milliseconds."""
    parts = [_machine(report)]
    for cases in dict.fromkeys(result.cases for result in report.results):
        results = [result for result in report.results if result.cases == cases]
        parts.append(f"{cases:,} cases, {results[0].runs} runs each; times in milliseconds")
        parts.append(_table(results))
    parts.append(_notes(report))
    if report.is_busy:
        parts.append(BUSY)
    return "\n\n".join(parts) + "\n"


def _machine(report: Report) -> str:
    machine = report.machine
    lines = [
        f"{machine['measured_at']}, commit {machine['commit'] or 'not known'}",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB;"
        f" {machine['system']}",
        f"Python {machine['python']}, Django {machine['django']}, psycopg2 {machine['psycopg2']},"
        f" PostgreSQL {machine['postgresql']} (shared_buffers {machine['shared_buffers']},"
        f" synchronous_commit {machine['synchronous_commit']})",
        f"load average {report.load_before} before, {report.load_after} after",
    ]
    return "\n".join(lines)


BUSY = (
    "WARNING: something else used more than half of this machine. The numbers of queries hold;\n"
    "draw no conclusion from the times. Measure again when the machine is quiet."
)


def _row(result: Result, floor: Result | None) -> list[str]:
    name = result.name if result.things is None else f"{result.name} ({result.things:,})"
    return [
        name,
        result.who,
        f"{result.median_ms:.2f}",
        f"{result.ninetieth_ms:.2f}",
        str(result.queries),
        f"{result.database_ms:.2f}",
        f"{result.share:.0%}",
        f"{result.median_ms / floor.median_ms:.1f}" if floor and floor.median_ms else "",
    ]


def _table(results: list[Result]) -> str:
    """The floor, a line, and the product: words to the left, figures to the right."""
    floors = {result.name: result for result in results if not result.floor}
    lowest = [_row(result, None) for result in floors.values()]
    rows = [_row(result, floors.get(result.floor)) for result in results if result.floor]
    every = [list(COLUMNS), *lowest, *rows]
    widths = [max(len(row[n]) for row in every) for n in range(len(COLUMNS))]
    lines = [
        "  ".join(
            cell.ljust(width) if n < 2 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in every
    ]
    lines.insert(1 + len(lowest), "-" * (sum(widths) + 2 * len(widths) - 2))
    return "\n".join(lines)


def _notes(report: Report) -> str:
    held = {result.floor for result in report.results if result.floor}
    return "\n".join(
        [
            "Above the line: the floor, the least that this machine can do.",
            "Database is the time between sending a statement and having its answer, summed; its",
            "share is of each run. × floor is how many times the median of the floor it is held",
            f"against: {_listed(sorted(held))}.",
            "Every enquiry logged was committed, in a copy that is gone now. A night’s sweep was",
            "rolled back each time, so that each run had the same steps to take: its commit is not",
            "counted. A number in brackets is how many clocks or steps it was.",
        ]
    )


def _listed(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"
