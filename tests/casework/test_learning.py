"""What was learned from an answer, asked for when the enquiry is closed (set by the council)."""

from __future__ import annotations

import pytest

from casework import breaches
from casework.enquiries import actions, rules
from casework.models import Breach, Message
from protocol.refusals import Refused
from tests.casework.again import PAUSING, TUESDAY, answered
from tests.casework.making import (
    MONDAY,
    World,
    at,
    fresh,
    nothing_written,
    reloaded,
    verbs,
    working_days,
    world,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(db) -> World:
    return world("bristol", changed=PAUSING)


# What was learned ----------------------------------------------------------------------------------


def test_a_late_answer_is_closed_with_what_was_learned_and_only_officers_read_it(made):
    """Set by the council. Seen red with: learning asked of the form alone."""
    case = answered(made, on=working_days(MONDAY, 9))
    bob, now = fresh(made.bob), at(working_days(MONDAY, 10))
    with nothing_written(), pytest.raises(Refused, match="say what was learned"):
        actions.close(case=case, by=bob, outcome="resolved", now=now)
    actions.close(case=case, by=bob, outcome="resolved", learned="Grit early.", now=now)
    message = Message.objects.get(kind="learning")
    assert Breach.objects.get().learned == message
    assert verbs(case)[-2:] == ["learning_recorded", "enquiry_closed"]
    assert message not in Message.objects.visible_in(case, fresh(made.alice))
    assert message in Message.objects.visible_in(case, bob)


def test_what_was_learned_when_it_was_explained_is_not_asked_for_again(made):
    case = answered(made, on=working_days(MONDAY, 9))
    bob, now = fresh(made.bob), at(working_days(MONDAY, 10))
    actions.explain_breach(case=case, by=bob, explanation="Snow.", learned="Grit early.", now=now)
    assert not rules.owes_learning(case, now.date())
    actions.close(case=case, by=bob, outcome="resolved", now=now)


def test_what_was_learned_in_time_is_optional_unless_the_council_always_asks(made):
    case = answered(made)
    assert not rules.owes_learning(case, TUESDAY)
    always = {'learning = "after_a_breach"': 'learning = "always"'}
    text = made.adoption.text
    for old, new in always.items():
        text = text.replace(old, new)
    type(made.adoption).objects.update(text=text)
    assert rules.owes_learning(reloaded(case), TUESDAY)


def test_explaining_after_closing_keeps_what_was_said_at_closing(made):
    """No text is lost, and the first stays the one on the breach. Seen red with: it written over."""
    case = answered(made, on=working_days(MONDAY, 9))
    bob, now = fresh(made.bob), at(working_days(MONDAY, 10))
    actions.close(case=case, by=bob, outcome="resolved", learned="Grit early.", now=now)
    actions.explain_breach(case=case, by=bob, explanation="Snow.", learned="Buy grit.", now=now)
    assert Breach.objects.get().learned.body == "Grit early."
    assert Message.objects.filter(kind="learning").count() == 2
    assert not breaches.unlearned(case, now.date())
