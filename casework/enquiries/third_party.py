"""What goes to somebody for whom a member asks: the checks before the answer (row 9; Mo110).

Where a resident stands on the enquiry, whoever answers says whether the answer gives information for somebody
else; if so, each thing that the profile requires must hold. What they are is the profile's, with its source.
"""

from __future__ import annotations

from collections.abc import Iterable

from casework.models import Case
from frontend.terms import say
from protocol.refusals import Refused

# As an officer ticks them, and as the history tells them.
CHECKS = {
    "public": ("It is public already", "it is public"),
    "data_protection": (
        "Data protection law does not bar it",
        "data protection law does not bar it",
    ),
    "member_role": (
        "It is part of the {member}’s role, in the ward or by appointment",
        "it is part of the {member}’s role",
    ),
}
NOTHING = "no information goes"


def asked(case: Case) -> tuple[str, ...]:
    """What must hold before this case is answered; nothing where it is about no resident, or is not asked."""
    rule, enquiry = case.profile.third_party, case.enquiry
    if not rule.check or not (enquiry.constituent_name or enquiry.constituent_contact):
        return ()
    return rule.requires


def may_answer(case: Case, *, gives: bool | None, checked: Iterable[str]) -> None:
    """Refused until it is said whether information goes to somebody else, and each check that then holds."""
    required = asked(case)
    if not required:
        return
    clause = case.profile.third_party.clause
    if gives is None:
        raise Refused("Say whether your answer gives information for somebody else.", clause=clause)
    if gives and not set(required) <= set(checked):
        raise Refused(
            "Information for somebody else goes only where each check holds.",
            clause=clause,
            instead="Leave the information out of the answer, or check what is missing first.",
        )


def in_words(checked: Iterable[str]) -> str:
    """For the history: "it is public, data protection law does not bar it"."""
    return ", ".join(say(CHECKS[one][1]) for one in checked if one in CHECKS) or NOTHING
