"""Which steps of a ladder are reached, and whom a step reaches. Pure, over what is already loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from casework import clocks, holding
from casework.holding import People, Recipient
from casework.models import Case, ChaseStep, Clock, Contribution
from protocol.calendar import Calendar
from protocol.profile.parts import Step


def reached(clock: Clock, calendar: Calendar, now: datetime, taken: frozenset[str]) -> list[Step]:
    """The steps that are reached and not yet taken, earliest first: never a window of time."""
    due = clocks.steps(clock, clock.case.profile, calendar)
    return [step for at, step in sorted(due, key=_when) if at <= now and step.key not in taken]


def _when(timed: tuple[datetime, Step]) -> tuple[datetime, int]:
    return timed[0], timed[1].offset


def recipients(case: Case | Contribution, step: Step, people: People) -> list[Recipient]:
    """Whom a step reaches today, of a case or of what a service was asked for it: passing over the absent,
    the departed and whoever may not act in it.

    A body or an outside contact has no door here and is never told of a case, so that a post which
    one holds reaches nobody. Where a step reaches nobody, the profile's last resort; where that is
    nobody either, the clerk: even one who may not act in it, so that somebody gives it to who may.
    """
    found = holding.reached(case, step.to, people)
    found = found or holding.reached(case, (case.profile.ladder.last_resort,), people)
    found = found or holding.reached(case, (f"post:{holding.CLERK}",), people)
    return found or holding.clerk_all_the_same(case, people)


@dataclass(frozen=True)
class Decision:
    """What a sweep does about one clock: one step taken, those before it recorded as missed."""

    clock: Clock
    step: Step
    missed: tuple[Step, ...]
    told: tuple[Recipient, ...]
    # Whether the step reaches anybody at all, told before or not.
    reaches: bool
    # Whoever has it, where its breach is among the missed: a breach asks for its explanation.
    asked: tuple[Recipient, ...] = ()
    # Its breach was explained before a closure day put the date off: it asks nobody again.
    explained: bool = False

    @property
    def sent(self) -> bool:
        """False where everybody whom the step reaches had been told already, or it reaches nobody."""
        return bool(self.told)


def decide(
    clock: Clock, before: Iterable[ChaseStep], *, now: datetime, calendar: Calendar, people: People
) -> Decision | None:
    """What to do about a clock, given the steps already taken for the date in force; None: nothing.

    After an outage only the latest step is sent; a breach among those missed still asks whoever has it
    for its explanation. An escalation goes only to people whom no earlier breach or escalation reached.
    """
    taken = list(before)
    due = reached(clock, calendar, now, frozenset(step.step for step in taken))
    if not due:
        return None
    *missed, step = due
    told = reached_now = recipients(clock.held, step, people)
    if step.kind == "escalate":
        kinds = {s.key: s.kind for s in clock.case.profile.ladder_for(clock.promise)}
        rising = (s for s in taken if kinds.get(s.step) in {"breach", "escalate"})
        known = {key for s in rising for key in s.told}
        told = [recipient for recipient in told if recipient.key not in known]
    asked = []
    if any(one.kind == "breach" for one in missed):
        hearing = {recipient.key for recipient in told}
        asked = [
            one for one in holding.reached(clock.case, ("owner",), people) if one.key not in hearing
        ]
    return Decision(
        clock=clock,
        step=step,
        missed=tuple(missed),
        told=tuple(told),
        reaches=bool(reached_now),
        asked=tuple(asked),
    )


def told_before(decision: Decision) -> Decision:
    """The same, of a breach that is on record with its explanation. What goes up the line goes on."""
    told = () if decision.step.kind == "breach" else decision.told
    return replace(decision, told=told, asked=(), explained=True)
