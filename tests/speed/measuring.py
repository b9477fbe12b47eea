"""What a page or an action costs: its queries, the database's time and the whole, over several runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from django.db import connection

RUNS = 5


@dataclass
class Cost:
    """Milliseconds of each run; `sql` is what the last run asked."""

    name: str
    queries: int = 0
    database: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    sql: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.name:<44} {self.queries:>3} queries   database {_spread(self.database)}"
            f"   total {_spread(self.total)}"
        )


def _spread(times: list[float]) -> str:
    return f"{median(times):7.2f} ms ({min(times):.2f}–{max(times):.2f})"


@contextmanager
def _listening() -> Iterator[tuple[list[float], list[str]]]:
    """The milliseconds and the text, with its values, of each statement sent inside."""
    times: list[float] = []
    sql: list[str] = []

    def listen(execute, statement, params, many, context):
        start = perf_counter()
        try:
            return execute(statement, params, many, context)
        finally:
            times.append((perf_counter() - start) * 1000)
            sql.append(connection.ops.last_executed_query(context["cursor"], statement, params))

    with connection.execute_wrapper(listen):
        yield times, sql


def cost_of(name: str, work: Callable, *, runs: int = RUNS) -> Cost:
    """The cost of `work`, over so many runs; the most queries count. Several are printed."""
    if runs > 1:
        work()
    cost = Cost(name)
    for _ in range(runs):
        start = perf_counter()
        with _listening() as (times, sql):
            work()
        cost.total.append((perf_counter() - start) * 1000)
        cost.database.append(sum(times))
        cost.queries = max(cost.queries, len(times))
        cost.sql = sql
    if runs > 1:
        print(f"\n{cost}", end="")
    return cost
