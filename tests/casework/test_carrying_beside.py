"""A service is merged or ends: what it was asked, what it had passed on, and what members may take straight to
it (We3.7) go on with its successor (docs/adr/0018)."""

from __future__ import annotations

from datetime import date

import pytest

from casework.contributions import actions as contributions
from casework.enquiries import actions, service_requests
from casework.models import Contribution, DirectContact, EnquiryDetail, Handover
from council.models import Council
from ledger.models import Event
from ledger.verification import Tally, verify
from protocol.refusals import Refused
from tests import cast
from tests.casework.carrying import (
    TUESDAY,
    asked,
    clocks,
    housing,
    merge,
    sees,
    two_services,
)
from tests.casework.making import (
    MONDAY,
    NOW,
    World,
    clock,
    fresh,
    last_event,
    reloaded,
    verbs,
    with_bob,
)
from tests.factories import OfficerFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return two_services()


def test_what_a_service_was_asked_goes_along_with_its_own_clock(made, client):
    """Seen red with: a clock that moves with it."""
    one = asked(made, housing())
    before = clocks()
    merge(made, housing())
    one.refresh_from_db()
    assert (one.service, one.asked_of, one.state) == (made.environment, housing(), "asked")
    assert clocks() == before
    event = last_event(one.case)
    assert event.verb == "contribution_moved_by_merger"
    assert Contribution.objects.visible_to(fresh(made.ella)).get() == one
    client.force_login(made.bob)
    page = client.get(one.case.get_absolute_url()).content.decode()
    assert "Environment (asked as Housing)" in page
    client.force_login(made.alice)
    assert "Housing" not in client.get(one.case.get_absolute_url()).content.decode()
    client.force_login(made.ella)
    page = client.get(one.get_absolute_url()).content.decode()
    assert "A contribution by Environment (asked as Housing)" in page


def test_two_that_were_asked_become_one_and_owe_both(made):
    """Seen red with: `asked_of` left out of the constraint's condition (IntegrityError)."""
    case = with_bob(made)
    one, two = asked(made, housing(), case), asked(made, made.environment, case)
    merge(made, housing())
    assert Contribution.objects.open().filter(service=made.environment).count() == 2
    parks = ServiceFactory(name="Parks", head=OfficerFactory())
    merge(made, made.environment, parks)
    assert {one.asked_of.name for one in Contribution.objects.open()} == {"Housing", "Environment"}
    # It is not asked a third time while it owes two.
    with pytest.raises(Refused, match="has been asked already"):
        asked(made, parks, case)
    for each in (one, two):
        contributions.call_back(
            contribution=Contribution.objects.get(pk=each.pk), by=fresh(made.bob)
        )


def test_what_was_asked_of_the_successor_is_not_called_back_by_the_merger(made):
    """Seen red with: `came_over` that does not ask whether the case changed its service."""
    one = asked(made, made.environment)
    merge(made)
    actions.reassign(
        case=reloaded(one.case), by=fresh(made.dev), officer=made.evan.officer, reason="Yours."
    )
    one.refresh_from_db()
    assert one.state == "asked"
    assert one.case.service_id == one.service_id


def test_what_it_had_passed_on_stays_in_the_sight_of_whoever_answers_for_it_now(made):
    """Seen red with: no lead of what was taken over."""
    case = with_bob(made)
    actions.reassign(case=case, by=fresh(made.dev), officer=made.gita.officer, reason="Housing.")
    assert sees(made.sam, case)
    assert not sees(made.ella, case)
    merge(made)
    assert Handover.objects.get().service == made.highways
    assert sees(made.ella, case)
    assert not sees(made.sam, case)


def test_what_was_handed_on_before_comes_back_to_the_successor(made):
    """Seen red with: the case left in the service that it had when it was handed on."""
    Council.objects.update(online_name="Report it", online_address="https://report.example.gov.uk/")
    case, said = with_bob(made), {"reference": "R-1"}
    actions.hand_on(
        case=case, by=fresh(made.bob), room=service_requests.ROOM, reason="So.", said=said, now=NOW
    )
    due = clock(case).due
    merge(made)
    actions.take_back(case=reloaded(case), by=fresh(made.bob), reason="It is ours.", now=TUESDAY)
    assert reloaded(case).service == made.environment
    assert clock(case).due == due
    assert verbs(case)[-2:] == ["enquiry_moved_by_merger", "enquiry_taken_back"]
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_what_may_go_straight_to_it_goes_straight_to_its_successor(made):
    """Seen red with: every agreement moved, those that are over, too."""
    running = DirectContact.objects.create(
        member=made.alice, service=made.highways, matter="Potholes", agreed_by=made.dev,
        since=date(2026, 1, 1),
    )  # fmt: skip
    over = DirectContact.objects.create(
        member=made.alice, service=made.highways, matter="Kerbs", agreed_by=made.dev,
        since=date(2025, 1, 1), until=date(2025, 12, 31),
    )  # fmt: skip
    merge(made)
    assert DirectContact.objects.get(pk=running.pk).service == made.environment
    assert DirectContact.objects.get(pk=over.pk).service == made.highways
    event = Event.objects.about(f"direct-contact:{running.pk}").get()
    assert event.verb == "direct_contact_moved"


# Agreed of both -----------------------------------------------------------------------------------

YESTERDAY, NEXT_YEAR = date(2026, 5, 31), date(2027, 3, 31)


def agreed(made: World, service, matter: str = "Potholes", **changes) -> DirectContact:
    values = {"member": made.alice, "agreed_by": made.dev, "since": date(2026, 1, 1)}
    return DirectContact.objects.create(service=service, matter=matter, **(values | changes))


def standing(made: World) -> list[tuple]:
    """What holds or will, as (service, matter, first day, last day)."""
    rows = DirectContact.objects.current_or_coming(MONDAY).order_by("matter", "since")
    return [(one.service.name, one.matter, one.since, one.until) for one in rows]


@pytest.mark.parametrize("kind", ["merge", "end"])
def test_what_was_agreed_of_both_is_one_agreement_afterwards(made, kind):
    """We3.7. Ended, it is ended: no other goes on in its place. Each keeps its own event.

    Seen red with: every agreement moved (two the same, and one left when the other was ended).
    """
    mine = agreed(made, made.highways, matter="POTHOLES", until=NEXT_YEAR)
    theirs = agreed(made, made.environment, since=date(2026, 4, 1), until=date(2026, 12, 31))
    merge(made, kind=kind)
    assert standing(made) == [("Environment", "Potholes", date(2026, 1, 1), NEXT_YEAR)]
    mine.refresh_from_db()
    assert (mine.service.name, mine.until) == ("Highways", YESTERDAY)
    [event] = Event.objects.of("direct_contact_moved")
    assert (event.subject, event.data["joined_to"]) == (f"direct-contact:{mine.pk}", theirs.pk)
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_one_without_a_last_day_leaves_the_one_that_is_kept_without(made):
    """We3.7."""
    agreed(made, made.highways)
    agreed(made, made.environment, until=NEXT_YEAR)
    merge(made)
    assert standing(made) == [("Environment", "Potholes", date(2026, 1, 1), None)]


def test_one_that_spans_two_makes_them_one(made):
    """We3.7. Seen red with: each of the old service compared with one of the successor’s alone."""
    agreed(made, made.highways, since=date(2026, 2, 1), until=date(2026, 9, 30))
    agreed(made, made.environment, until=date(2026, 6, 30))
    agreed(made, made.environment, since=date(2026, 9, 1), until=NEXT_YEAR)
    merge(made)
    assert standing(made) == [("Environment", "Potholes", date(2026, 1, 1), NEXT_YEAR)]


def test_what_differs_in_member_matter_or_days_stays_apart(made):
    """We3.7. Seen red with: members, or days, not compared."""
    erin = cast.erin()
    agreed(made, made.highways, until=date(2026, 6, 30))
    agreed(made, made.environment, matter="Kerbs")
    agreed(made, made.environment, member=erin)
    agreed(made, made.environment, since=date(2026, 7, 1))
    merge(made)
    assert DirectContact.objects.current_or_coming(MONDAY).filter(
        service=made.environment
    ).count() == 4  # fmt: skip


def test_an_enquiry_that_went_straight_there_stands_by_the_one_that_is_kept(made):
    """We3.7: asked again, it goes straight there again while that lasts.

    Seen red with: enquiries left with the agreement that is over.
    """
    mine, theirs = agreed(made, made.highways), agreed(made, made.environment)
    case = with_bob(made)
    EnquiryDetail.objects.filter(case=case).update(direct_contact=mine)
    merge(made)
    assert EnquiryDetail.objects.get(case=case).direct_contact == theirs
