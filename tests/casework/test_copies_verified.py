"""A copy by rule that nobody made, or that somebody took away, is found by verifying the ledger (Bl10.3)."""

from __future__ import annotations

import pytest

from casework import texts
from casework.enquiries import actions
from casework.models import Copy, Message
from casework.portfolios import actions as portfolios
from ledger import hooks
from ledger.models import Event
from ledger.verification import Tally, verify
from tests import cast
from tests.casework.copies import answered, belongs, blackpool, holds, raised
from tests.casework.making import NOW, World, fresh, reloaded

pytestmark = pytest.mark.django_db
FOUND = "who was copied in differs"


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return blackpool()


def faults() -> list[str]:
    return [str(fault) for fault in verify(tally=Tally())]


@pytest.fixture
def case(made):
    holds(made.erin)
    belongs(made)
    case = answered(made, raised(made))
    assert faults() == []
    return case


@pytest.mark.parametrize("kind", ["enquiry", "answer"])
def test_a_copy_by_rule_that_no_event_knows_of_is_found(case, kind):
    """Whoever writes to the database gives themselves the page. Seen red with: every `by_rule` row sound."""
    message = case.messages.get(kind=kind)
    forged = Copy.objects.create(message=message, person=cast.norris(), by_rule=True)
    (fault,) = faults()
    assert FOUND in fault
    Copy.objects.filter(pk=forged.pk).update(by_rule=False)
    assert len(faults()) == 1


def test_a_copy_by_rule_that_was_taken_away_is_found(case):
    """Seen red with: the rows that are left compared with each other. The mark on the message as well."""
    Copy.objects.filter(message__kind="enquiry").delete()
    assert [FOUND in fault for fault in faults()] == [True]
    Message.objects.filter(kind="enquiry").update(copied=False)
    assert [FOUND in fault for fault in faults()] == [True]


def test_one_of_two_copies_by_rule_that_was_taken_away_is_found(made):
    """Seen red with: a message that has any copy taken for one that has all of its own."""
    holds(made.erin)
    holds(cast.norris())
    belongs(made)
    raised(made)
    assert faults() == []
    Copy.objects.filter(person=made.erin).delete()
    assert [FOUND in fault for fault in faults()] == [True]


def test_a_copy_by_rule_that_was_given_to_another_is_found(case):
    Copy.objects.filter(message__kind="answer").update(person=cast.norris())
    assert [FOUND in fault for fault in faults()] == [True]


def test_a_copy_on_a_message_of_which_no_rule_has_any_is_found(case, made):
    """A note for officers among the copies of a member. Seen red with: events of the case, not of the
    message."""

    actions.note(case=reloaded(case), by=fresh(made.bob), text="She is cross.", now=NOW)
    note = case.messages.get(kind="note")
    Copy.objects.create(message=note, person=made.erin, by_rule=True)
    assert [FOUND in fault for fault in faults()] == [True]


def test_a_copy_that_is_made_while_it_verifies_is_no_fault(made, monkeypatch):
    """As the sweep makes it, between two readings. Seen red with: the events read once, before or after."""
    nobody = holds(made.erin)
    belongs(made)
    nobody.delete()
    raised(made)
    holds(made.erin)
    read, times = texts._copied_by_rule, []

    def meanwhile(asked):
        found = read(asked)
        if not times:
            portfolios.make_up(now=NOW)
        times.append(found)
        return found

    monkeypatch.setattr(texts, "_copied_by_rule", meanwhile)
    (message,) = Message.objects.filter(kind="enquiry")
    held = texts.messages([message.key])[message.key]
    assert Copy.objects.count() == 1
    event = Event.objects.get(verb="enquiry_logged")
    committing = hooks.Committing(
        verb=event.verb,
        subject=event.subject,
        actor=event.actor,
        acting_for=event.acting_for,
        at=event.at,
        data=event.data,
        names=tuple(event.commitments),
    )
    assert held.differs(committing) == []
