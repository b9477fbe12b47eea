"""Measuring one database: every scenario once a round, so that a busy moment touches them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import time_machine

from bench import contents
from bench.council_at_scale import NOW
from bench.databases import Server
from bench.faults import CannotRun
from bench.figures import Result
from bench.floor import FLOOR
from bench.measuring import Cost
from bench.scenarios import READING, WRITING
from bench.scene import Scenario, Scene
from council import calendar

WARM_UPS = 2


def measure(
    server: Server,
    *,
    prefix: str,
    cases: int,
    runs: int,
    only: str = "",
    say: Callable[[str], None],
) -> list[Result]:
    """The results of every scenario with so many cases; `only` keeps those that say so, and the floor."""
    name = f"{prefix}_{cases}"
    say(f"{cases:,} cases: looking whether they are there, and making them where they are not")
    contents.kept(server, name, cases)
    say(f"{cases:,} cases: copying them, so that what is written can be thrown away")
    with (
        server.copy_of(name) as copy,
        contents.opened(copy),
        time_machine.travel(NOW, tick=True),
    ):
        # In the product it is remembered; inside a transaction nothing is.
        calendar.current()
        scene, results = Scene(), []
        for part in (FLOOR + READING, WRITING):
            chosen = [one for one in part if not one.floor or _is_asked(one, only)]
            results += _rounds(scene, chosen, cases, runs, say)
        return results


def insist_on(only: str) -> None:
    """CannotRun where these words are in the name of nothing that is measured."""
    every = READING + WRITING
    if not any(_is_asked(one, only) for one in every):
        names = "\n".join(f"  {name}" for name in dict.fromkeys(one.name for one in every))
        raise CannotRun(f"--only {only}: nothing has that in its name. There are:\n{names}")


def _is_asked(scenario: Scenario, only: str) -> bool:
    return only.lower() in scenario.name.lower()


def _rounds(
    scene: Scene,
    scenarios: Sequence[Scenario],
    cases: int,
    runs: int,
    say: Callable[[str], None],
) -> list[Result]:
    costs = [Cost(scenario.name) for scenario in scenarios]
    things: list[int | None] = [None] * len(scenarios)
    for scenario in scenarios:
        for _ in range(WARM_UPS):
            scenario.make(scene, scenario.who)()
    for turn in range(runs):
        say(f"{cases:,} cases: round {turn + 1} of {runs}")
        for n, scenario in enumerate(scenarios):
            found = costs[n].add(scenario.make(scene, scenario.who))
            things[n] = found if scenario.counts else None
    return [
        Result.of(
            cost,
            cases=cases,
            who=scenario.who,
            floor=scenario.floor,
            is_machine=scenario.is_machine,
            things=count,
        )
        for scenario, cost, count in zip(scenarios, costs, things, strict=True)
    ]
