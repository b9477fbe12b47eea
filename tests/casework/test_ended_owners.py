"""A service ended, and whoever has an enquiry of it belongs to none: the line above them is that of its
successor (docs/adr/0018). No protocol states a ladder; referring upward is Bl10.4 and Mo108."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.chasing import actions as chasing
from casework.enquiries import actions
from casework.models import Case, Clock, Escalation
from ledger.models import Event
from officers.actions import reorganising
from officers.models import Officer
from protocol.refusals import Refused
from tests.casework.making import (
    MONDAY,
    NOW,
    World,
    fresh,
    last_event,
    reloaded,
    told,
    with_bob,
    working_days,
    world,
)
from tests.factories import AbsenceFactory, OfficerFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    """Highways ended with Bob in it, who has an enquiry; Environment carries on, with Ella at its head."""
    time_machine.move_to(NOW, tick=False)
    found = world("blackpool")
    Officer.objects.filter(person=found.bob).update(manager=None)
    found.environment = ServiceFactory(name="Environment")
    lead = {"service": found.environment, "level": "senior"}
    found.ella = OfficerFactory(person__name="Ella Earth", **lead).person
    found.cleo = OfficerFactory(person__name="Cleo Chief", level="chief").person
    found.environment.head = found.ella.officer
    found.environment.chief_officer = found.cleo.officer
    found.environment.save()
    found.case = with_bob(found, significance="routine")
    reorganising.end(
        service=found.highways, into=found.environment, reason="So.", by=fresh(found.dev)
    )
    return found


def told_at(made: World, time_machine, days_late: int) -> list[set[str]]:
    """Whom each event of the sweep tells, day by day, so many working days after the answer was due."""
    due = Clock.objects.get(case=made.case, promise="answer").due
    before = set(Event.objects.values_list("pk", flat=True))
    for n in range(days_late + 1):
        now = NOW + (working_days(due, n) - MONDAY)
        time_machine.move_to(now, tick=False)
        chasing.chase(now=now)
    rows = Event.objects.about(made.case.key).exclude(pk__in=before).order_by("seq")
    return [told(event) for event in rows]


def test_what_is_late_goes_up_to_whoever_answers_for_the_successor(made, time_machine):
    """Not to the old head, and never to nobody. Seen red with: `_in_line` that asks `up` alone."""
    everybody = set().union(*told_at(made, time_machine, 20))
    assert {made.bob.key, made.ella.key, made.cleo.key} <= everybody
    assert made.sam.key not in everybody
    assert made.carol.key not in everybody


def test_they_refer_it_upward_to_the_head_of_the_successor(made):
    """Bl10.4. Seen red with: `refer_upward` that asks `up` alone (refused)."""
    actions.refer_upward(case=reloaded(made.case), by=fresh(made.bob), reason="Too big.")
    case = reloaded(made.case)
    assert (case.owner, case.service) == (made.ella, made.environment)


def test_past_a_head_who_is_away_to_the_chief_officer(made):
    """Bl10.4. Whoever is away without cover is passed over."""
    AbsenceFactory(officer=made.ella.officer, since=MONDAY, until=MONDAY)
    actions.refer_upward(case=reloaded(made.case), by=fresh(made.bob), reason="Too big.")
    assert reloaded(made.case).owner == made.cleo


def test_where_nobody_answers_for_it_it_is_refused_in_words(made):
    """Bl10.4."""
    for person in (made.ella, made.cleo):
        AbsenceFactory(officer=person.officer, since=MONDAY, until=MONDAY)
    with pytest.raises(Refused, match="Nobody stands above you"):
        actions.refer_upward(case=reloaded(made.case), by=fresh(made.bob), reason="Too big.")


def test_what_the_member_adds_reaches_the_new_head_where_the_owner_has_left(made):
    """Else it went to the clerk, who does not answer for it. Seen red with: `_in_line` that asks `up` alone."""
    Officer.objects.filter(person=made.bob).update(ended_on=MONDAY - timedelta(days=1))
    actions.add(case=reloaded(made.case), by=fresh(made.alice), text="And a fourth.")
    assert told(last_event(made.case)) == {made.ella.key}
    assert Case.objects.visible_to(fresh(made.ella)).get() == made.case
    assert not Escalation.objects.filter(person=made.ella).exists()
