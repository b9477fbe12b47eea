"""How a demand reads on a page. No queries."""

from __future__ import annotations

from casework.models import Demand
from frontend.parts import State
from frontend.terms import say
from protocol import lifecycle

COLOURS = {
    lifecycle.FLAGGED: "yellow",
    lifecycle.CONSIDERED: "green",
    lifecycle.TAKEN_BACK: "grey",
}
ENDS = dict(Demand.OUTCOMES)
NOBODY = "Nobody yet: nobody is there who may consider it"


def state(demand: Demand) -> State:
    return State(demand.words, COLOURS[demand.state])


def outcome(key: str) -> str:
    return say(ENDS[key]) if key else ""


def handled(demand: Demand) -> str:
    """What the officer did with an instruction; "" of what is none."""
    words = demand.get_handled_display()
    return f"{words}: {demand.exception}" if demand.exception else words


def considered_by(demand: Demand) -> str:
    """Whoever closed it; while it is open, whoever it was brought to last. Its `told` come with it."""
    if demand.closed_by:
        return demand.closed_by.name
    told = list(demand.told.all())
    return told[-1].person.name if told else NOBODY
