"""May this happen to a demand now? Each rule raises Refused with its reason and clause."""

from __future__ import annotations

from datetime import date

from casework import apart, scope
from casework.contributions import rules as contributions
from casework.enquiries import rules as enquiries
from casework.models import Case, Contribution, Demand
from protocol import lifecycle
from protocol.profile import Profile
from protocol.profile.parts import Ground
from protocol.refusals import NotTheirs, Refused

KIND = "demand"
# Of whoever has an enquiry, or its queue; and of whoever is asked for a contribution to it.
HANDLERS = enquiries.HANDLERS | {"team"}
ASKED = contributions.THEIRS


def handles(case: Case, by, on: date, contribution: Contribution | None = None) -> bool:
    """Whether the demand can be one of them. Nobody on the member's side handles it."""
    if contribution is not None:
        return bool(contributions.relations(contribution, by, on) & ASKED)
    return bool(enquiries.relations(case, by, on) & HANDLERS)


def is_offered(case: Case, by, on: date, held: frozenset[str]) -> bool:
    """Whether somebody is shown that they can flag one; `held` is how they stand to the case, or to the
    contribution that they are asked for (`relations`). No query.
    """
    if not case.profile.demands.flag or case.sensitivity != "ordinary":
        return False
    return scope.of(by, on).is_officer and bool(held & (HANDLERS | ASKED))


def may_flag(case: Case, by, on: date, contribution: Contribution | None = None) -> None:
    """Whoever handles it, once at a time (Mo49; We2.9; Bl2.6; elsewhere set by the council)."""
    rule = case.profile.demands
    if not rule.flag:
        raise Refused(
            "The council does not have officers flag demands here.",
            clause=rule.clause_of("flag"),
            instead="Speak to your manager.",
        )
    if not (scope.of(by, on).is_officer and handles(case, by, on, contribution)):
        raise NotTheirs(
            "Only the officer whom the demand was made of can flag it: whoever has this, or answers for it.",
            instead="Ask them to, or speak to your manager.",
        )
    if case.sensitivity != "ordinary":
        raise Refused(
            "This enquiry is restricted, and whoever considers a demand may not know of it.",
            instead="Speak to your manager.",
        )


def may_flag_another(case: Case, by) -> None:
    if Demand.objects.open().filter(case=case, flagged_by=by).exists():
        raise Refused(
            "You have flagged a demand about this already, and it has not been considered yet.",
            instead="Wait for that, or take it back and flag it afresh.",
        )


def may_say(profile: Profile, ground: Ground, handled: str, exception: str) -> None:
    """What was done with an instruction is said of one, and of nothing else (Mo30; We3.7; Bk; Bl10.4)."""
    if ground not in profile.demands.offered:
        raise Refused(
            "That is no ground that the council has.", instead="Choose one of those shown."
        )
    if ground.kind != "instruction":
        if handled:
            raise Refused("What you did with an instruction is asked of instructions alone.")
        return
    if not handled:
        raise Refused("Say what you did with the instruction.", clause=ground.clause)
    if handled == "exception" and exception not in (ground.exceptions or ()):
        raise Refused("Say which exception applies.", clause=ground.clause)


def may_consider(demand: Demand, by, on: date) -> None:
    """Whoever it was brought to and sees it today, or oversees; nobody close to the member, nor whoever
    flagged it."""
    lifecycle.next_state(KIND, demand.state, "consider")
    if not considers(demand, by):
        raise NotTheirs(
            "Only whoever it was brought to can say what comes of it.",
            instead="Ask them, or democratic services.",
        )
    apart.may_take(by, apart.of(demand.case.raised_by_id, on))


def considers(demand: Demand, by) -> bool:
    """Whoever may know of an open one but did not flag it was told of it, or oversees."""
    if demand.flagged_by_id == by.pk:
        return False
    return Demand.objects.visible_to(by).filter(pk=demand.pk).exists()


def may_end_so(demand: Demand, outcome: str) -> None:
    """To the leader of the group only where the profile lets it; what an instruction is, of one alone."""
    if outcome not in outcomes(demand):
        raise Refused("That cannot come of it here.", instead="Choose another.")


def outcomes(demand: Demand) -> list[str]:
    """What can come of it, in the order of Demand.OUTCOMES."""
    left_out = set()
    if not demand.case.profile.demands.group_leader:
        left_out.add("group_leader")
    if demand.kind != "instruction":
        left_out.add("not_done")
    return [key for key, _ in Demand.OUTCOMES if key not in left_out]


def may_take_back(demand: Demand, by) -> None:
    lifecycle.next_state(KIND, demand.state, "take_back")
    if demand.flagged_by_id != by.pk:
        raise NotTheirs("Only whoever flagged it can take it back.")
