"""A matter for the member's own family or a friend: another member may take it up instead (BrG2.1)."""

from __future__ import annotations

from casework.models import Case
from frontend.terms import say
from protocol.profile import Profile

CLOSE = frozenset({"family", "friend"})


def offered(profile: Profile) -> bool:
    """Whether the member is to consider it, as the profile has it."""
    return profile.family_or_friend.offer_other_member


def before(profile: Profile) -> str:
    """What stands beside the question, before anything is sent; "" where nothing is offered."""
    if not offered(profile):
        return ""
    whose = profile.family_or_friend.clause or "set by the council"
    return say(
        "If so, think about asking another {member} to raise it instead, in their own name ({whose})",
        whose=whose,
    )


def afterwards(case: Case, verbs: list[str]) -> str:
    """What the member's side reads on an open enquiry that was declared so, and can still withdraw; or "".

    Nothing goes over by itself: what a resident told one member is not another's to read.
    """
    if case.enquiry.interest not in CLOSE or "withdraw" not in verbs or not offered(case.profile):
        return ""
    return say(
        "This is declared to be for family or a friend. Another {member} can take it up instead: ask "
        "one to raise it in their own name. When they have, withdraw this one."
    )
