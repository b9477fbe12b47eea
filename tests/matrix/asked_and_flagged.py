"""How somebody can stand to a contribution, and to a demand: the rows of protocol/who_sees.toml by key.

Bob has Alice's enquiry; Gita of Housing, which Gus heads, is asked about it. Bob flags a demand of Alice's,
and it is brought to Sam, his manager.
"""

from __future__ import annotations

from casework.contributions import actions as contributions
from casework.models import Case, Contribution
from officers.models import Officer
from tests import cast
from tests.casework.making import World, fresh
from tests.factories import (
    AbsenceFactory,
    DelegationFactory,
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    RelationshipFactory,
    ServiceFactory,
)
from tests.matrix import relations
from tests.matrix.relations import yesterday


def gita(made: World):
    return Officer.objects.get(person__name="Gita Gill").person


def is_asked(made):
    return gita(made)


def is_asked_and_left(made):
    Officer.objects.filter(person=gita(made)).update(ended_on=yesterday())
    return gita(made)


def heads_the_service_asked(made):
    return Officer.objects.get(person__name="Gus Green").person


def colleague_of_the_asked(made):
    return OfficerFactory(service=gita(made).officer.service).person


def in_the_service_asked(made):
    Contribution.objects.update(owner=None)
    return OfficerFactory(service=gita(made).officer.service).person


def covers_for_the_asked(made):
    cover = OfficerFactory(service__name="Parks")
    today = Case.objects.get().received_on
    AbsenceFactory(officer=gita(made).officer, since=today, until=today, cover=cover)
    return cover.person


def asked_of_before(made):
    other = OfficerFactory(service=gita(made).officer.service)
    contributions.pass_on(
        contribution=Contribution.objects.with_names().get(),
        by=fresh(gita(made)),
        officer=other,
        reason="Yours.",
    )
    return gita(made)


def asked_and_acts_for_member(made):
    DelegationFactory(principal=made.alice, delegate=gita(made))
    return relations.acting(gita(made), f"for:{made.alice.pk}")


def asked_and_acts_as_an_officer(made):
    """Changing what they act as takes nobody out of a conflict."""
    return relations.acting(asked_and_acts_for_member(made), "officer")


def officer_of_a_third_service(made):
    return OfficerFactory(service=ServiceFactory(name="Parks")).person


# To a demand ----------------------------------------------------------------------------------------


def flagged_it_and_left(made):
    return relations.owner_who_left(made)


def _close(made, person):
    RelationshipFactory(person=person, other=made.alice)
    return person


def manager_close_to_the_member(made):
    return _close(made, made.sam)


def oversees_and_is_close(made):
    return _close(made, made.dev)


def oversees_and_raised_it(made):
    HoldingFactory(post__key="democratic_services", person=made.alice, deputy_order=1)
    return made.alice


def of_that_members_group(made):
    return MemberFactory(group=made.alice.member.group).person


CONTRIBUTION = {
    make.__name__: make
    for make in (
        is_asked,
        is_asked_and_left,
        heads_the_service_asked,
        colleague_of_the_asked,
        in_the_service_asked,
        covers_for_the_asked,
        asked_of_before,
        asked_and_acts_for_member,
        asked_and_acts_as_an_officer,
        officer_of_a_third_service,
    )
} | {
    "asks_for_it": relations.has_it,
    "colleague_of_whoever_asks": relations.colleague,
    "heads_the_asking_service": relations.heads_the_service,
    "raised_what_it_is_about": relations.raised_it,
    "acts_for_whoever_raised_it": relations.delegate_who_is_nothing_else,
    "member_of_another_group": relations.another_group,
    "oversees_it": relations.overseer,
    "administers": relations.administrator,
    "audits": relations.auditor,
    "is_nothing": relations.nobody_in_particular,
}
DEMAND = {
    make.__name__: make
    for make in (
        flagged_it_and_left,
        manager_close_to_the_member,
        oversees_and_is_close,
        oversees_and_raised_it,
        of_that_members_group,
    )
} | {
    "flagged_it": relations.has_it,
    "manager_who_considers": relations.heads_the_service,
    "colleague_of_whoever_flagged": relations.colleague,
    "directs_whoever_flagged": relations.directs_the_service,
    "oversees_the_demand": relations.overseer,
    "whom_it_is_about": relations.raised_it,
    "acts_for_whom_it_is_about": relations.delegate,
    "of_a_third_service": lambda made: cast.gita(),
    "administers_it_all": relations.administrator,
    "audits_it_all": relations.auditor,
}
