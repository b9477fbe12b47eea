"""Why an enquiry goes where it goes: a clause stands only behind what the protocol says."""

from __future__ import annotations

import pytest

from casework.enquiries import routing
from tests.casework.making import MONDAY, world
from tests.factories import AbsenceFactory, HoldingFactory, OfficerFactory, PersonFactory

pytestmark = pytest.mark.django_db


def _routed(made, *facts: str, service="highways"):
    return routing.route(
        profile=made.profile,
        facts=frozenset(facts),
        member=made.alice,
        service=made.highways if service else None,
        on=MONDAY,
    )


def test_where_the_service_is_not_known_the_clerk_has_it_and_no_clause_says_so():
    """Bl10.1 says where routine matters go, not where unknown ones do.

    Seen red with: the rule's own reason and clause kept.
    """
    made = world("blackpool")
    routed = _routed(made, "routine", service=None)
    assert (routed.owner, routed.clause) == (made.dev.pk, "")
    assert routed.because == routing.SERVICE_NOT_KNOWN


def test_a_significant_matter_begins_with_the_chief_officer_or_says_why_not():
    """Bl10.1. Seen red with: the clause kept for the head of service."""
    made = world("blackpool")
    routed = _routed(made, "significant")
    assert (routed.owner, routed.clause) == (made.carol.pk, "Bl10.1")
    AbsenceFactory(officer=made.carol.officer, since=MONDAY, until=MONDAY, cover=None)
    routed = _routed(made, "significant")
    assert (routed.owner, routed.clause) == (made.sam.pk, "")
    assert routed.because == routing.HEAD_INSTEAD
    AbsenceFactory(officer=made.sam.officer, since=MONDAY, until=MONDAY, cover=None)
    assert _routed(made, "significant").because == routing.IN_THE_QUEUE


def test_whoever_stands_in_for_a_post_is_named():
    """We3.7: the Town Clerk, or their deputy while they are away."""
    made = world("weston")
    clerk = made.posts["town_clerk"]
    assert "stands in" not in _routed(made).because
    deputy = PersonFactory(name="Dee Putty")
    OfficerFactory(person=deputy)
    HoldingFactory(post__key="town_clerk", person=deputy, deputy_order=1)
    AbsenceFactory(officer=clerk.officer, since=MONDAY, until=MONDAY, cover=None)
    routed = _routed(made)
    assert (routed.owner, routed.clause) == (deputy.pk, "We3.7")
    assert f"{clerk.name} cannot take it today, so Dee Putty stands in." in routed.because
    assert len(routed.because) <= 300
