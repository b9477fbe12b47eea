"""On what each step of a case rests: the clause behind an event, or "set by the council"."""

from __future__ import annotations

from collections.abc import Callable

from casework import receiving
from casework.models import Case
from council import citations
from frontend.parts import Cite
from ledger.models import Event


def _promise(case: Case, event: Event) -> str | None:
    """The clause of the promise that the event is about; the answer's, where it names none."""
    wanted = event.data.get("promise", "answer")
    return next((c.clause for c in case.clocks.all() if c.promise == wanted), None)


def _acknowledged(case: Case, event: Event) -> str | None:
    return next((c.clause for c in case.clocks.all() if c.promise == "acknowledge"), None)


def _may_ask(case: Case, event: Event) -> str | None:
    again = case.profile.asking_again
    return again.clause if again else None


def _learning(case: Case, event: Event) -> str | None:
    return case.profile.closing.clause if case.profile.closing else None


def _contributions(case: Case, event: Event) -> str | None:
    return case.profile.contributions.clause if case.profile.contributions else None


def _handed_on(case: Case, event: Event) -> str | None:
    """The clause of the room, where the reader may know which it was."""
    here = (one for one in getattr(case, "handed", ()) if one.pk == event.data.get("handing"))
    room = next((receiving.room(one.room) for one in here), None)
    return room and room.clause(case)


def _ground(case: Case, event: Event) -> str | None:
    """The clause of the ground: there can be two of a kind (Bl2.4, Bl2.6). Of an event that says only the
    kind, that of the first."""
    grounds = case.profile.demands.offered
    if "ground" in event.data:
        return grounds[event.data["ground"]].clause
    return next((one.clause for one in grounds if one.kind == event.data["kind"]), None)


def _reminded(case: Case, event: Event) -> str | None:
    """No clause where the number of days was taken from elsewhere (`demands.chasing.moment`)."""
    rule = case.profile.demands
    return rule.clause_of("remind_after_days") if rule.remind_after_days else None


# verb: where its clause stands. Chasing and escalation are the council's own: no protocol has a ladder.
_SOURCES: dict[str, Callable[[Case, Event], str | None]] = {
    "enquiry_routed": lambda case, event: case.enquiry.route_clause,
    "enquiry_acknowledged": _acknowledged,
    "enquiry_referred_upward": lambda case, event: case.profile.levels.refer_upward.clause,
    "member_asked": lambda case, event: case.profile.member_queries.clause,
    "member_reminded": lambda case, event: case.profile.member_queries.clause,
    "clock_paused": lambda case, event: case.profile.pausing.clause,
    "clock_extended": lambda case, event: case.profile.extension.clause,
    "third_party_checked": lambda case, event: case.profile.third_party.clause,
    "enquiry_answered": _promise,
    "mp_concern_copied": lambda case, event: case.profile.mp.clause,
    "mp_reply_copied": lambda case, event: case.profile.mp.clause,
    "mp_ending_copied": lambda case, event: case.profile.mp.clause,
    "mp_reopening_copied": lambda case, event: case.profile.mp.clause,
    "copy_agreed": lambda case, event: case.profile.copying.rule.clause_of("consult_writer"),
    "enquiry_asked_again": _may_ask,
    "enquiry_handed_on": _handed_on,
    "learning_recorded": _learning,
    "contribution_asked": _contributions,
    "contribution_reminded": lambda case, event: case.profile.ladder.clause,
    "contribution_due": lambda case, event: case.profile.ladder.clause,
    "contribution_late": lambda case, event: case.profile.ladder.clause,
    "demand_flagged": _ground,
    "demand_reminded": _reminded,
    "breach_recorded": _promise,
    "chase_reminded": lambda case, event: case.profile.ladder.clause,
    "chase_due": lambda case, event: case.profile.ladder.clause,
    "chase_escalated": lambda case, event: case.profile.ladder.clause,
    "chase_skipped": lambda case, event: case.profile.ladder.clause,
}


def of(case: Case, event: Event) -> Cite | None:
    """The citation with its link; None for a step on which no rule bears. No queries."""
    found = _SOURCES.get(event.verb)
    if found is None:
        return None
    return citations.cite(found(case, event) or "", case.profile, case.adoption_id)
