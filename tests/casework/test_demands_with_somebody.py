"""A demand is always with somebody who can consider it, and somebody is reminded of it: whoever is asked
can leave, and a text that was adopted before has no number of days for it (set by the council)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Person
from casework.chasing import actions as chasing
from casework.demands import chasing as demands
from casework.models import Case, Demand
from council.models import Holding
from ledger.models import Event, Notice
from officers.models import Officer
from tests.casework.demands import flag, ground, with_whom
from tests.casework.making import NOW, World, at, enquiry, fresh, with_bob, working_days, world
from tests.factories import DelegationFactory, RelationshipFactory, profile_text

pytestmark = pytest.mark.django_db
YESTERDAY = NOW.date() - timedelta(days=1)
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("model")


def before_demands(key: str = "weston") -> World:
    """The council's text from before there were grounds, or a number of days for reminders."""
    text = profile_text(key)
    start, end = text.index("[[demands.grounds]]"), text.index("[member_queries]")
    days = 'remind_after_days = 5\nclause = "We2.9"\ncouncil_adds = ["remind_after_days"]\n'
    return world(key, changed={text[start:end]: "", days: 'clause = "We2.9"\n'})


def reminded() -> list[str]:
    return list(
        Notice.objects.filter(event__verb="demand_reminded")
        .order_by("pk")
        .values_list("recipient", flat=True)
    )


def test_a_text_without_a_number_of_days_has_somebody_reminded_all_the_same(time_machine, client):
    """After as many days as a member is reminded of a question: it has no other. That is no clause's.
    Seen red with: `moment` that is None there; `_reminded` that cites We2.9."""
    time_machine.move_to(NOW, tick=False)
    made = before_demands()
    demand = flag(with_bob(made), made.bob)
    assert (demand.kind, demand.clause) == ("unreasonable", "We2.9")
    chasing.chase(now=SOON)
    assert reminded() == []
    later = at(working_days(NOW.date(), 5), 10)
    time_machine.move_to(later, tick=False)
    chasing.chase(now=later)
    chasing.chase(now=later + timedelta(minutes=5))
    clerk = made.posts["town_clerk"]
    assert reminded() == [f"person:{clerk.pk}"]
    client.force_login(fresh(clerk))
    page = client.get(demand.get_absolute_url()).content.decode()
    said = page[page.index("A reminder went to") :].partition("flagged a demand")[0]
    assert "set by the council" in said
    assert "We2.9" not in said


def test_what_was_flagged_before_reminders_is_found_too(made):
    """Its row has no moment. Seen red with: `to_be_reminded` that asks for a moment that has passed."""
    demand = flag(with_bob(made), made.bob)
    Demand.objects.update(remind_at=None)
    chasing.chase(now=SOON)
    assert reminded() == [f"person:{made.sam.pk}"]
    demand.refresh_from_db()
    assert demand.remind_at == at(working_days(NOW.date(), 5), demand.case.profile.ladder.hour)


def lost(made, how: str) -> Person:
    """Sam, or who holds the post, can consider it no more."""
    asked = made.sam
    if how == "left":
        Officer.objects.filter(person=asked).update(ended_on=YESTERDAY)
    elif how == "cannot sign in":
        Person.objects.filter(pk=asked.pk).update(is_active=False)
    elif how == "close":
        RelationshipFactory(person=made.alice, other=asked, declared_on=NOW.date())
    elif how == "acts for":
        DelegationFactory(principal=made.alice, delegate=asked)
    return asked


@pytest.mark.parametrize("how", ["left", "cannot sign in", "close", "acts for"])
def test_where_whoever_was_asked_can_do_it_no_more_it_is_brought_to_the_next_at_once(made, how):
    """Not after the days of the reminder, and once. Seen red with: `to_be_reminded` without `somebody`;
    `there` without each of its conditions; a loop that never ends where nobody is left."""
    demand = flag(with_bob(made), made.bob)
    chasing.chase(now=SOON)
    assert reminded() == []
    lost(made, how)
    for minutes in (5, 10, 15):
        chasing.chase(now=NOW + timedelta(minutes=minutes))
    assert with_whom(demand) == "Carol Clarke"
    assert reminded() == [f"person:{made.carol.pk}"]
    assert Event.objects.of("demand_reminded").count() == 1


def test_where_the_post_changed_hands_its_next_holder_has_it(time_machine):
    """We2.9: the Town Clerk of today. Seen red with: `there` that asks no post."""
    time_machine.move_to(NOW, tick=False)
    made = world("weston")
    demand = flag(with_bob(made), made.bob)
    Holding.objects.filter(post__key="town_clerk").update(person=made.carol)
    chasing.chase(now=SOON)
    chasing.chase(now=SOON)
    assert with_whom(demand) == "Carol Clarke"
    assert reminded() == [f"person:{made.carol.pk}"]
    assert Demand.objects.brought_to(fresh(made.carol)).get() == demand


def test_what_was_with_nobody_is_brought_to_whoever_comes_by_the_next_sweep(made):
    """And nothing is told or written down while there is nobody. Seen red with: five working days waited."""
    Officer.objects.exclude(person=made.bob).update(ended_on=YESTERDAY)
    case = enquiry(made)
    Case.objects.filter(pk=case.pk).update(owner=made.bob, state="with_officer")
    demand = flag(case, made.bob)
    for minutes in (5, 10):
        chasing.chase(now=NOW + timedelta(minutes=minutes))
    assert not demand.told.exists()
    assert not Event.objects.of("demand_reminded").exists()
    Officer.objects.filter(person=made.sam).update(ended_on=None)
    chasing.chase(now=NOW + timedelta(minutes=15))
    assert with_whom(demand) == "Sam Stone"


def test_on_a_day_that_is_no_working_day_nothing_is_brought_to_anybody(made):
    demand = flag(with_bob(made), made.bob)
    lost(made, "left")
    saturday = NOW + timedelta(days=5)
    chasing.chase(now=saturday)
    assert with_whom(demand) == "Sam Stone"
    chasing.chase(now=saturday + timedelta(days=2))
    assert with_whom(demand) == "Carol Clarke"


def test_a_sweep_asks_once_where_nothing_waits(made, django_assert_num_queries):
    """However many are open."""
    for place in range(3):
        flag(with_bob(made, subject=f"Lamp {place}"), made.bob)
    with django_assert_num_queries(1):
        demands.remind(now=SOON)


def test_bl2_4_its_history_cites_its_own_ground_and_not_the_first_of_its_kind(time_machine, client):
    """Blackpool has two grounds of one kind. Seen red with: the clause by the kind alone (Bl2.6)."""
    time_machine.move_to(NOW, tick=False)
    made = world("blackpool")
    case = with_bob(made)
    second = case.profile.demands.offered[1]
    assert (second.kind, second.clause) == (ground(case).kind, "Bl2.4")
    demand = flag(case, made.bob, ground=second)
    client.force_login(fresh(made.bob))
    page = client.get(demand.get_absolute_url()).content.decode()
    assert "Bl2.4" in page
    assert "Bl2.6" not in page
