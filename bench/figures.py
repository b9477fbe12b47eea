"""What is said of a scenario's runs: the median, the 90th percentile, the database's share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles

from bench.measuring import Cost


def ninetieth(times: Sequence[float]) -> float:
    """The 90th percentile, between runs where it falls between two; of one run, that run."""
    if len(times) == 1:
        return times[0]
    return quantiles(times, n=10, method="inclusive")[8]


@dataclass(frozen=True)
class Result:
    """One scenario at one size. Times are in milliseconds, `share` is from 0 to 1.

    `floor` is the name of what it is held against, empty for a floor itself; a floor that
    `is_machine` runs no code of the product; `things` is how many steps a sweep took.
    """

    cases: int
    name: str
    who: str
    floor: str
    is_machine: bool
    runs: int
    median_ms: float
    ninetieth_ms: float
    queries: int
    database_ms: float
    share: float
    things: int | None = None
    times_ms: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, cost: Cost, **known) -> Result:
        """From a cost and what is known besides: cases, who, floor, is_machine and things.

        The share is of each run's own time: the median of it, not a quotient of medians.
        """
        shares = [part / whole for part, whole in zip(cost.database, cost.total, strict=True)]
        return cls(
            name=cost.name,
            runs=len(cost.total),
            median_ms=round(median(cost.total), 3),
            ninetieth_ms=round(ninetieth(cost.total), 3),
            queries=cost.queries,
            database_ms=round(median(cost.database), 3),
            share=round(median(shares), 4),
            times_ms=[round(one, 3) for one in cost.total],
            **known,
        )

    @property
    def key(self) -> tuple[int, str, str]:
        """By what the same scenario is found in another file."""
        return self.cases, self.name, self.who

    @property
    def called(self) -> str:
        who = f" as {self.who}" if self.who else ""
        return f"{self.name}{who}, {self.cases:,} cases"

    def as_data(self) -> dict:
        return asdict(self)
