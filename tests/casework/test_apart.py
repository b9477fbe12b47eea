"""Who may not act in what a member raised: the council sets that nobody close to them is asked to (row 49)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework import apart
from casework.chasing import actions as chasing
from casework.enquiries import actions, routing
from casework.models import ChaseStep
from ledger.models import Notice
from protocol.refusals import Refused
from tests.casework.making import (
    MONDAY,
    NOW,
    at,
    clock,
    enquiry,
    fresh,
    nothing_written,
    with_bob,
    working_days,
    world,
)
from tests.factories import (
    DelegationFactory,
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    RelationshipFactory,
)

pytestmark = pytest.mark.django_db
# What nobody may read of why somebody is passed over.
KINDS = ("partner", "family", "friend", "business", "spouse", "relationship", "declared")


def close(one, other, **changes):
    return RelationshipFactory(person=one, other=other, kind="partner", **changes)


def says_nothing(text: str) -> bool:
    return not any(kind in text.lower() for kind in KINDS)


def heard_of(case) -> set[str]:
    """Everybody who was told of an enquiry, besides the member."""
    notices = Notice.objects.filter(event__stream__key=case.key)
    return set(notices.values_list("recipient", flat=True)) - {f"person:{case.raised_by_id}"}


# Who ----------------------------------------------------------------------------------------------


def test_a_relationship_counts_both_ways_while_it_is_in_force(bristol):
    """Seen red with: one direction left out, each; and `on` left out."""
    alice, day = bristol.alice, timedelta(days=1)
    close(alice, bristol.bob)
    close(bristol.sam, alice, declared_on=MONDAY, ended_on=MONDAY)
    close(alice, bristol.carol, declared_on=MONDAY + day)
    close(bristol.dev, alice, ended_on=MONDAY - day)
    close(bristol.dev, MemberFactory().person)
    DelegationFactory(principal=alice, delegate=bristol.posts["head_of_paid_service"])
    found = apart.of(alice.pk, MONDAY)
    assert found.declared == {bristol.bob.pk, bristol.sam.pk}
    assert found.theirs == {alice.pk, bristol.posts["head_of_paid_service"].pk}


def test_it_is_one_query_for_any_number_of_members_and_none_for_none(
    bristol, django_assert_num_queries
):
    """Seen red with: the members asked for one by one."""
    members = [MemberFactory().person for _ in range(5)]
    for member in members:
        close(member, bristol.bob)
    with django_assert_num_queries(1):
        found = apart.of_many([member.pk for member in members], MONDAY)
    assert {one.declared for one in found.values()} == {frozenset({bristol.bob.pk})}
    with django_assert_num_queries(0):
        assert apart.of_many([], MONDAY) == {}


# Routing ------------------------------------------------------------------------------------------


def test_a_chief_officer_who_may_not_act_is_passed_over_for_the_head_and_says_no_more():
    """Seen red with: `declared` left out of `everyone`."""
    made = world("blackpool")
    close(made.alice, made.carol)
    case = enquiry(made, significance="significant")
    assert case.owner == made.sam
    assert case.enquiry.route_because == routing.CHIEF_ASIDE
    assert "may not act in this matter" in case.enquiry.route_because
    assert says_nothing(case.enquiry.route_because)
    assert case.enquiry.route_clause == ""


def test_a_head_who_may_not_act_is_passed_over_for_the_chief_officer():
    """Mo48: a senior officer, the head first. Seen red with: the rule's own reason and no more."""
    made = world("model")
    close(made.sam, made.alice)
    case = enquiry(made, factual=False)
    assert case.owner == made.carol
    assert routing.HEAD_ASIDE in case.enquiry.route_because


def test_where_none_of_the_line_may_act_it_waits_with_the_service():
    """Nobody whom it leads to is told of it either: the clerk is.

    Seen red with: `IN_THE_QUEUE` given as the reason; and the head told all the same.
    """
    made = world("blackpool")
    for person in (made.carol, made.sam):
        close(made.alice, person)
    case = enquiry(made, significance="significant")
    assert (case.owner, case.enquiry.route_because) == (None, routing.ALL_ASIDE)
    assert heard_of(case) == {f"person:{made.dev.pk}"}


def test_a_clerk_who_may_not_act_is_passed_over_for_the_deputy_by_name():
    """We3.7, and the deputy stands in. Seen red with: the post resolved without avoiding anybody."""
    made = world("weston")
    clerk = made.posts["town_clerk"]
    close(clerk, made.alice)
    deputy = OfficerFactory(person__name="Dee Putty").person
    HoldingFactory(post__key="town_clerk", person=deputy, deputy_order=1)
    case = enquiry(made)
    because = case.enquiry.route_because
    assert case.owner == deputy
    assert f"{clerk.name} may not act in this matter, so Dee Putty stands in." in because
    assert says_nothing(because)


def test_an_enquiry_is_never_with_no_one_although_the_only_clerk_may_not_act():
    """The clerk hears of it, to give it out. Seen red with: the clerk avoided at the last, too."""
    made = world("blackpool")
    close(made.dev, made.alice)
    case = enquiry(made, significance="routine", service=None)
    assert (case.owner, case.enquiry.route_because) == (None, routing.CLERK_ASIDE)
    assert heard_of(case) == {f"person:{made.dev.pk}"}


# Hand-over ----------------------------------------------------------------------------------------


def test_it_is_given_to_nobody_who_may_not_act(bristol):
    """Seen red with: `may_be_given_to` left out of `_hand_over`."""
    case = enquiry(bristol)
    close(bristol.bob, bristol.alice)
    dev = fresh(bristol.dev)
    with nothing_written(), pytest.raises(Refused) as refused:
        actions.allocate(case=case, by=dev, officer=bristol.bob.officer, now=NOW)
    assert refused.value.reason == (
        f"{bristol.bob.name} may not act in this matter (set by the council)."
    )
    assert refused.value.instead
    assert refused.value.clause is None
    case = actions.allocate(case=case, by=dev, officer=bristol.sam.officer, now=NOW)
    with nothing_written(), pytest.raises(Refused, match="may not act in this matter"):
        actions.reassign(case=case, by=dev, officer=bristol.bob.officer, reason="x", now=NOW)


def test_nobody_takes_on_what_they_may_not_act_in(bristol, client, time_machine):
    """Seen red with: `may_take` left out of `accept`."""
    time_machine.move_to(NOW)
    case = enquiry(bristol)
    close(bristol.bob, bristol.alice)
    client.force_login(bristol.bob)
    address = reverse("enquiry-accept", args=[case.reference])
    with nothing_written():
        page = client.post(address, {"version": case.version})
    assert page.status_code == 409
    said = page.content.decode().partition("<main")[2]
    assert "You may not act in this matter (set by the council)." in said
    assert "choose one" in said
    assert says_nothing(said)


def test_an_enquiry_is_referred_past_whoever_may_not_act():
    """Mo108. Seen red with: the first of the line taken; and nothing said where none is left."""
    made = world("model")
    case = with_bob(made)
    close(made.alice, made.sam)
    bob = fresh(made.bob)
    case = actions.refer_upward(case=case, by=bob, reason="Above me.", now=NOW)
    assert case.owner == made.carol
    case = actions.reassign(
        case=case, by=fresh(made.dev), officer=made.bob.officer, reason="Yours.", now=NOW
    )
    close(made.alice, made.carol)
    with nothing_written(), pytest.raises(Refused, match="can take it today"):
        actions.refer_upward(case=case, by=fresh(made.bob), reason="Above me.", now=NOW)


# Chasing ------------------------------------------------------------------------------------------


def late(made, case, days: int = 30):
    """Every step of the ladder, and whom each told."""
    due = clock(case).due
    for n in range(days):
        chasing.sweep(now=at(working_days(due, n - 5)))
    steps = ChaseStep.objects.filter(clock__case=case, clock__promise="answer")
    return {key for step in steps for key in step.told}


def test_the_ladder_passes_over_whoever_may_not_act(bristol):
    """A manager for the next above, a post for its deputy.

    Seen red with: `raised_by` alone avoided in the line; and in posts.
    """
    case = with_bob(bristol)
    chief = bristol.posts["head_of_paid_service"]
    for person in (bristol.sam, chief):
        close(bristol.alice, person)
    heard = late(bristol, case)
    assert f"person:{bristol.bob.pk}" in heard
    assert f"person:{bristol.carol.pk}" in heard
    assert not heard & {f"person:{bristol.sam.pk}", f"person:{chief.pk}"}


def test_an_owner_who_came_to_be_close_is_no_longer_chased_and_the_manager_is(bristol):
    """So that it is given to another. Seen red with: the owner told whoever they are."""
    case = with_bob(bristol)
    close(bristol.alice, bristol.bob)
    heard = late(bristol, case)
    assert f"person:{bristol.bob.pk}" not in heard
    assert f"person:{bristol.sam.pk}" in heard


def test_where_nobody_may_act_the_clerk_still_hears_of_it(bristol):
    """Seen red with: the ladder ending in silence."""
    case = with_bob(bristol)
    for person in (bristol.bob, bristol.sam, bristol.carol, bristol.dev, *bristol.posts.values()):
        if person != bristol.dev:
            close(bristol.alice, person)
    close(bristol.alice, bristol.dev)
    assert late(bristol, case) == {f"person:{bristol.dev.pk}"}


def test_relationships_cost_a_sweep_one_query_whatever_their_number(bristol):
    """Seen red with: `apart.of` asked for each case."""
    costs = []
    for count in (2, 9):
        for _ in range(count):
            member = MemberFactory().person
            close(member, bristol.sam)
            enquiry(bristol, by=member, member=member)
        due = clock(enquiry(bristol)).due
        with CaptureQueriesContext(connection) as queries:
            chasing.sweep(now=at(due))
        costs.append(sum("council_relationship" in one["sql"] for one in queries))
    assert costs == [1, 1]
