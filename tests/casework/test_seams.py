"""Where copies, duplicates, handing on and demands meet: what each was right about by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q

from casework import receiving
from casework.chasing import actions as chasing
from casework.enquiries import actions
from casework.models import Case
from casework.portfolios import actions as portfolios
from council.models import Council, Holding
from ledger.models import Event
from officers.models import Officer
from tests.casework.copies import MP, REPLY, belongs, blackpool, holds, raised, reads, waits
from tests.casework.demands import flag
from tests.casework.handing import hand_on, take_back
from tests.casework.making import NOW, World, enquiry, fresh, hold, reloaded, with_bob
from tests.casework.rooms import invented, registered
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    found = blackpool()
    Council.objects.update(online_name="Report it", online_address="https://report.example.gov.uk/")
    return found


def closed_as_duplicate(made: World, *, of: Case) -> Case:
    """What an MP raised, closed as a duplicate of the other."""
    case, by = enquiry(made, mp_name=MP, significance="routine"), fresh(made.dev)
    how = {"by": by, "reason": "The same.", "now": NOW}
    actions.link(case=case, other=of, kind="duplicate", **how)
    return actions.close_duplicate(case=reloaded(case), other=reloaded(of), **how)


def test_bl10_3_a_duplicate_of_what_nobody_has_taken_on_is_not_copied_yet(made):
    """The service of the other one is what somebody guessed. Seen red with: the duplicate's own state."""
    holds(made.erin)
    belongs(made)
    case = closed_as_duplicate(made, of=enquiry(made, significance="routine"))
    assert reads(made.erin) == []
    assert waits(case)


def test_bl10_3_a_duplicate_of_what_was_withdrawn_is_copied_to_nobody(made):
    """Seen red with: the duplicate's own state."""
    other = enquiry(made, significance="routine")
    closed_as_duplicate(made, of=other)
    actions.withdraw(case=reloaded(other), by=fresh(made.alice), reason="Done.", now=NOW)
    holds(made.erin)
    belongs(made)
    chasing.chase(now=NOW)
    assert reads(made.erin) == []


def test_whoever_may_not_know_where_it_went_is_not_told_that_it_came_back(made):
    """Bl10.3; ADR 20. Seen red with: taking back that asks no room who knows of it."""
    holds(made.erin)
    belongs(made)
    case = raised(made)
    secret = invented("secret", known_to=lambda person: Q(by=person), recall=lambda **_: None)
    with registered(secret):
        hand_on(made, case, reason="To the online system.")
        take_back(made, case, reason="Back from there.")
        where = {"room": receiving.room("secret"), "said": {"about": "x"}}
        hand_on(made, case, reason="Handed on.", **where)
        take_back(made, case, reason="It was no complaint about Sam.")
    assert any("Back from there." in one for one in reads(made.erin))
    assert not any("Sam" in one for one in reads(made.erin))


def test_bl10_3_an_mp_named_while_somebody_answers_is_not_missed(made):
    """To name one raises no version. Seen red with: what was read before the lock."""
    holds(made.erin)
    belongs(made)
    case = raised(made, mp_name="")
    stale = Case.objects.select_related("enquiry").get(pk=case.pk)
    portfolios.name_mp(case=reloaded(case), name=MP, by=fresh(made.bob))
    actions.answer(case=stale, by=fresh(made.bob), text=REPLY, now=NOW, gives=False)
    assert REPLY in reads(made.erin)[-1]


def test_whoever_was_an_officer_once_is_reminded_of_a_demand_on_its_day_alone(made):
    """A councillor now, who holds the post. Seen red with: a reminder by every sweep."""
    yesterday = NOW.date() - timedelta(days=1)
    OfficerFactory(person=made.erin, ended_on=NOW.date() - timedelta(days=200))
    Holding.objects.filter(post__key="democratic_services").update(until=yesterday)
    hold("democratic_services", made.erin)
    Officer.objects.exclude(person=made.bob).update(ended_on=yesterday)
    demand = flag(with_bob(made), made.bob)
    assert [told.person for told in demand.told.all()] == [made.erin]
    for minutes in (5, 10, 15):
        chasing.chase(now=NOW + timedelta(minutes=minutes))
    assert not Event.objects.of("demand_reminded").exists()
