"""What a page or an action costs, over several runs: measured as script/bench measures, and printed."""

from __future__ import annotations

from collections.abc import Callable

from bench.measuring import Cost

RUNS = 5


def cost_of(name: str, work: Callable, *, runs: int = RUNS) -> Cost:
    """The cost of `work`, over so many runs; the most queries count. Several are printed."""
    if runs > 1:
        work()
    cost = Cost(name)
    for _ in range(runs):
        cost.add(work, words=True)
    if runs > 1:
        print(f"\n{cost}", end="")
    return cost


def costs_in_turn(works: dict[str, Callable], *, runs: int = RUNS) -> list[Cost]:
    """The costs of several, run in turn, so that what disturbs the machine disturbs each alike."""
    costs = [Cost(name) for name in works]
    for work in works.values():
        work()
    for _ in range(runs):
        for cost, work in zip(costs, works.values(), strict=True):
            cost.add(work, words=True)
    for cost in costs:
        print(f"\n{cost}", end="")
    return costs
