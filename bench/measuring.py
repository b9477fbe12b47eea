"""What a piece of work costs: its queries, the database's time and the whole, over several runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from django.db import connection


@dataclass
class Cost:
    """Milliseconds of each run; the most queries of any; `sql` is what the last run asked."""

    name: str
    queries: int = 0
    database: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    sql: list[str] = field(default_factory=list)

    def add(self, work: Callable[[], object], *, words: bool = False) -> object:
        """Run the work once more and keep what it cost; with `words`, what it asked as well.

        Returns what the work returned.
        """
        start = perf_counter()
        with _listening(words) as (times, sql):
            found = work()
        self.total.append((perf_counter() - start) * 1000)
        self.database.append(sum(times))
        self.queries = max(self.queries, len(times))
        self.sql = sql
        return found

    def __str__(self) -> str:
        return (
            f"{self.name:<44} {self.queries:>3} queries   database {_spread(self.database)}"
            f"   total {_spread(self.total)}"
        )


def _spread(times: list[float]) -> str:
    return f"{median(times):7.2f} ms ({min(times):.2f}–{max(times):.2f})"


@contextmanager
def _listening(words: bool) -> Iterator[tuple[list[float], list[str]]]:
    """The milliseconds of each statement sent inside; with `words` its text too, with its values."""
    times: list[float] = []
    sql: list[str] = []

    def listen(execute, statement, params, many, context):
        start = perf_counter()
        try:
            return execute(statement, params, many, context)
        finally:
            times.append((perf_counter() - start) * 1000)
            if words:
                cursor = context["cursor"]
                sql.append(connection.ops.last_executed_query(cursor, statement, params))

    with connection.execute_wrapper(listen):
        yield times, sql
