"""Who asks for the pages that are about no one record: everybody of a council, by the roles that they have."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Person
from tests import cast
from tests.attack import stage
from tests.factories import (
    DelegationFactory,
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    PersonFactory,
)

# The roles that each has, of the columns of [areas]. Not asked of the product: the test would prove nothing.
ROLES = {
    "member": "member",
    "other_member": "member",
    "same_group": "member",
    "delegate": "delegate delegate_raising",
    "officer": "officer",
    "other_officer": "officer",
    "head": "officer manager",
    "chief": "officer manager",
    "clerk": "democratic_services officer manager",
    "adviser": "protocol_adviser officer manager",
    "paid_head": "head_of_paid_service officer manager",
    "administrator": "administrator",
    "auditor": "auditor",
    # They act as a member, before they ever chose.
    "member_and_officer": "member",
    "member_who_is_gone": "no_role",
    "officer_who_left": "no_role",
    "delegate_of_before": "no_role",
    "clerk_of_before": "officer manager",
    "no_role": "no_role",
    # Stopped from signing in, with a session that was open.
    "disabled": "anonymous",
    "anonymous": "anonymous",
}
# Who have the roles of somebody above, and are asked for what is somebody's own alone.
ONLY_OF_THEIR_OWN = frozenset(
    {
        "other_member",
        "same_group",
        "other_officer",
        "chief",
        "member_who_is_gone",
        "delegate_of_before",
    }
)


def everybody(found: stage.Stage) -> dict[str, Person | None]:
    """Each of ROLES; None for whoever has not signed in."""
    people, past = found.people, stage.TODAY - timedelta(days=1)
    alice = people["member"]
    both = MemberFactory(person__name="Bo Both").person
    OfficerFactory(person=both)
    before = OfficerFactory(person__name="Cleo Clerk", level="senior").person
    HoldingFactory(post__key="democratic_services", person=before, until=past, deputy_order=1)
    gone = MemberFactory(person__name="Mo Gone", ended_on=past).person
    left = OfficerFactory(person__name="Ole Left", ended_on=past).person
    acted = PersonFactory(name="Del Once")
    DelegationFactory(principal=alice, delegate=acted, until=past)
    return {
        **{
            name: people[name.replace("_", " ")]
            for name in ROLES
            if name.replace("_", " ") in people
        },
        "same_group": MemberFactory(person__name="Sue Same", group=alice.member.group).person,
        "adviser": people["proper officer"],
        "paid_head": cast.hana(),
        "member_and_officer": both,
        "member_who_is_gone": gone,
        "officer_who_left": left,
        "delegate_of_before": acted,
        "clerk_of_before": before,
        "disabled": OfficerFactory(person__name="Dis Able").person,
        "anonymous": None,
    }
