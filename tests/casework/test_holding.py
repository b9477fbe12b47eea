"""Who is told in the place of somebody who is away or has left: what the sweep says, the actions say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.chasing import actions as chasing
from casework.enquiries import actions
from casework.models import Case, ChaseStep, Escalation
from officers.models import Officer, Service
from tests.casework.making import (
    MONDAY,
    World,
    at,
    enquiry,
    fresh,
    last_event,
    reloaded,
    told,
    with_bob,
)
from tests.factories import AbsenceFactory, OfficerFactory

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


def _left(made: World) -> None:
    Officer.objects.filter(person=made.bob).update(ended_on=MONDAY)


def _away(made: World) -> None:
    AbsenceFactory(officer=made.bob.officer, since=TUESDAY, until=TUESDAY + timedelta(days=60))


@pytest.mark.parametrize(("gone", "himself"), [(_left, False), (_away, True)])
def test_a_reply_and_a_withdrawal_reach_whom_the_sweep_would_tell(bristol, gone, himself):
    """The owner has left, or is away and nobody covers. Whoever is away reads it when they are back.

    Seen red with: the owner’s line left out of _in_line.
    """
    case = with_bob(bristol)
    actions.acknowledge(case=case, by=bristol.bob, text="Here.", now=at(MONDAY))
    actions.ask(case=case, by=bristol.bob, text="Which end?", now=at(MONDAY))
    gone(bristol)
    expected = {bristol.sam.key} | ({bristol.bob.key} if himself else set())
    actions.reply(case=reloaded(case), by=fresh(bristol.alice), text="North.", now=at(TUESDAY))
    assert told(last_event(case)) == expected
    chasing.sweep(now=at(case.next_due))
    assert ChaseStep.objects.last().told == [bristol.sam.key]
    actions.withdraw(case=reloaded(case), by=fresh(bristol.alice), now=at(TUESDAY))
    assert told(last_event(case)) == expected


def test_a_manager_elsewhere_who_is_told_in_the_owners_place_may_open_it(bristol):
    """Else their mail would be dropped as it goes out. Seen red with: `brought` left out of _holders."""
    manager = OfficerFactory(service__name="Housing")
    Officer.objects.filter(person=bristol.bob).update(manager=manager)
    Service.objects.update(head=None)
    case = with_bob(bristol)
    actions.ask(case=case, by=bristol.bob, text="Which end?", now=at(MONDAY))
    _left(bristol)
    assert not Case.objects.visible_to(fresh(manager.person)).exists()
    actions.reply(case=reloaded(case), by=fresh(bristol.alice), text="North.", now=at(TUESDAY))
    assert told(last_event(case)) == {manager.person.key}
    assert Case.objects.visible_to(fresh(manager.person)).get() == case


def test_who_sees_a_case_where_they_stand_has_nothing_opened_to_them(bristol):
    """An escalation gives more to do than the place they have. Seen red with: a row for whoever is told."""
    case = enquiry(bristol)
    actions.withdraw(case=case, by=fresh(bristol.alice), now=at(MONDAY))
    assert told(last_event(case)) == {bristol.sam.key}
    assert not Escalation.objects.exists()


def test_a_queue_without_a_head_is_its_chief_officers_for_sweep_and_actions(bristol):
    """Seen red with: the chief officer left out of _in_line, so that the last resort was chased."""
    Service.objects.update(head=None)
    case = enquiry(bristol)
    chasing.sweep(now=at(case.next_due))
    assert ChaseStep.objects.last().told == [bristol.carol.key]
    actions.withdraw(case=reloaded(case), by=fresh(bristol.alice), now=at(TUESDAY))
    assert told(last_event(case)) == {bristol.carol.key}
