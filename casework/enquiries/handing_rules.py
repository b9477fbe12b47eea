"""May an enquiry be handed on as what it really is, or taken back? Each rule raises Refused."""

from __future__ import annotations

from casework import receiving
from casework.models import Case, Handing
from protocol.refusals import Refused


def may_hand_on(case: Case) -> None:
    """What was answered or handed on once is answered here; and nobody else may know of what is restricted."""
    if case.round > 1:
        raise Refused(
            "It was asked about again, so it is answered here.",
            instead="Answer it, or pass it to the officer who can.",
        )
    if case.sensitivity != "ordinary":
        raise Refused(
            "This enquiry is restricted, so that nobody else may know of it.",
            instead="Answer it here.",
        )


def may_take_back(handing: Handing | None) -> None:
    room = receiving.room(handing.room) if handing else None
    if room is None or room.recall is None:
        raise Refused("What it was handed on as cannot be taken back here.")


def where_it_is(case: Case) -> Handing | None:
    """Where it is now, as its page asked already, or asked now."""
    if hasattr(case, "handed"):
        return receiving.stands(case)
    return case.handings.filter(taken_back_at=None).first()
