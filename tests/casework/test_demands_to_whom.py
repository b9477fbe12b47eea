"""To whom a demand goes, and who is reminded of it (Mo49; We2.9; Bl2.6; elsewhere set by the council)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.chasing import actions as chasing
from casework.demands import actions
from casework.models import Case, Demand
from council.models import Holding
from ledger.models import Event
from officers.models import Officer
from protocol.refusals import Refused
from tests.casework.demands import flag, told_of, with_whom
from tests.casework.making import (
    NOW,
    World,
    at,
    enquiry,
    fresh,
    hold,
    with_bob,
    working_days,
    world,
)
from tests.factories import (
    AbsenceFactory,
    HoldingFactory,
    OfficerFactory,
    RelationshipFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("model")


@pytest.mark.parametrize(
    ("profile", "whom", "clause"),
    [
        ("model", "Sam Stone", "Mo49"),
        ("weston", "Tess Todd", "We2.9"),
        ("blackpool", "Sam Stone", "Bl2.6"),
        ("bristol", "Sam Stone", ""),
        ("bracknell", "Prue Price", ""),
    ],
)
def test_it_goes_to_whom_the_protocol_names(time_machine, profile, whom, clause):
    """Mo49, Bl2.6 and Bristol: the officer's manager; We2.9: the Town Clerk; Bracknell: the Proper Officer.
    Where the document says nothing, it is the council's. Seen red with: `considerer` that ignores `to`."""
    time_machine.move_to(NOW, tick=False)
    made = world(profile)
    demand = flag(with_bob(made), made.bob)
    named = made.posts.get("proper_officer")
    assert with_whom(demand) == (named.name if profile == "bracknell" else whom)
    assert demand.clause == clause


def test_whoever_is_away_is_passed_over(made):
    """Seen red with: `considerer` that takes the officer's `manager` field."""
    AbsenceFactory(officer=made.sam.officer, since=NOW.date(), until=NOW.date())
    assert with_whom(flag(with_bob(made), made.bob)) == "Carol Clarke"


def test_whoever_is_close_to_the_member_is_passed_over(made):
    """Seen red with: `_in_line` that asks nobody who may not act."""
    RelationshipFactory(person=made.sam, other=made.alice, declared_on=NOW.date())
    assert with_whom(flag(with_bob(made), made.bob)) == "Carol Clarke"


def test_nobody_considers_what_they_flagged_themselves(time_machine):
    """At Weston it goes to the Town Clerk, who has most enquiries. Seen red with: `_holding` that avoids
    nobody but those apart."""
    time_machine.move_to(NOW, tick=False)
    made = world("weston")
    clerk = made.posts["town_clerk"]
    case = with_bob(made)
    Case.objects.filter(pk=case.pk).update(owner=clerk)
    demand = flag(case, clerk)
    assert demand.told.get().person != clerk
    HoldingFactory(post__key="town_clerk", person=made.carol, deputy_order=1)
    other = with_bob(made, subject="Flood")
    Case.objects.filter(pk=other.pk).update(owner=clerk)
    second = flag(other, clerk)
    assert with_whom(second) == "Carol Clarke"
    with pytest.raises(Refused, match="Only whoever it was brought to"):
        actions.consider(demand=second, by=fresh(clerk), outcome="carry_on", text="Yes.", now=NOW)


def test_whoever_stands_in_for_a_post_can_read_what_they_are_asked_to_consider(time_machine):
    """We2.9. The Town Clerk flags one of her own and is democratic services too, so it goes to the adviser,
    in whose absence the deputy clerk stands in. Seen red with: the post that was asked for, and not the one
    that is held.
    """
    time_machine.move_to(NOW, tick=False)
    made = world("weston")
    case = with_bob(made)
    clerk, dee = made.posts["town_clerk"], OfficerFactory(person__name="Dee Deputy").person
    hold("deputy_town_clerk", dee)
    Holding.objects.filter(post__key="democratic_services").update(person=clerk)
    Officer.objects.filter(person=clerk).update(manager=None, service=None)
    Case.objects.filter(pk=case.pk).update(owner=clerk)
    demand = flag(case, clerk)
    assert with_whom(demand) == "Dee Deputy"
    assert Demand.objects.brought_to(fresh(dee)).get() == demand
    actions.consider(demand=demand, by=fresh(dee), outcome="carry_on", text="Yes.", now=NOW)


def test_where_nobody_may_it_waits_and_is_brought_to_whoever_comes(made):
    """It is not lost: the reminder finds whoever is there by then."""
    Officer.objects.exclude(person__in=[made.bob]).update(ended_on=NOW.date() - timedelta(days=1))
    case = enquiry(made)
    Case.objects.filter(pk=case.pk).update(owner=made.bob, state="with_officer")
    demand = flag(case, made.bob)
    assert not demand.told.exists()
    Officer.objects.filter(person=made.sam).update(ended_on=None)
    chasing.chase(now=at(working_days(NOW.date(), 5)))
    assert with_whom(demand) == "Sam Stone"


def test_it_is_brought_to_mind_while_it_waits_and_no_longer(made, time_machine):
    """Mo49 has no date: after the working days of the council, again and again.
    Seen red with: `_close` that keeps `remind_at`; `_reminded` that sets no next day."""
    demand = flag(with_bob(made), made.bob)
    first = working_days(NOW.date(), 5)
    chasing.chase(now=at(first - timedelta(days=1), 23))
    assert not Event.objects.of("demand_reminded").exists()
    for times in (1, 2):
        chasing.chase(now=at(working_days(NOW.date(), 5 * times), 10))
        chasing.chase(now=at(working_days(NOW.date(), 5 * times), 11))
        assert Event.objects.of("demand_reminded").count() == times
    assert told_of("demand_reminded") == {f"person:{made.sam.pk}"}
    later = at(working_days(NOW.date(), 11))
    time_machine.move_to(later, tick=False)
    demand.refresh_from_db()
    actions.consider(demand=demand, by=fresh(made.sam), outcome="talked", text="Yes.", now=later)
    chasing.chase(now=later + timedelta(days=63))
    assert Event.objects.of("demand_reminded").count() == 2


def test_where_whoever_had_it_is_away_it_is_brought_to_the_next(made, time_machine):
    demand = flag(with_bob(made), made.bob)
    then = at(working_days(NOW.date(), 5))
    AbsenceFactory(officer=made.sam.officer, since=then.date(), until=then.date())
    time_machine.move_to(then, tick=False)
    chasing.chase(now=then)
    assert with_whom(demand) == "Carol Clarke"
    demand.refresh_from_db()
    actions.consider(demand=demand, by=fresh(made.carol), outcome="talked", text="Yes.", now=then)


def test_what_a_closure_day_put_off_waits_for_the_next_working_day(made):
    demand = flag(with_bob(made), made.bob)
    saturday = working_days(NOW.date(), 5) + timedelta(days=5)
    while saturday.weekday() != 5:
        saturday += timedelta(days=1)
    Demand.objects.update(remind_at=at(saturday, 8))
    chasing.chase(now=at(saturday, 9))
    assert not Event.objects.of("demand_reminded").exists()
    demand.refresh_from_db()
    assert demand.remind_at.date() == saturday + timedelta(days=2)
