"""The clause behind each step of a case, as its timeline cites it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework import sources, timeline
from casework.chasing import actions as chasing
from casework.enquiries import actions
from casework.models import Case
from ledger.models import Event
from tests.casework.making import MONDAY, NOW, at, fresh, with_bob, world

pytestmark = pytest.mark.django_db


def cited(case: Case) -> dict[str, str]:
    """verb → the clause; empty where the council set it."""
    found = Case.objects.for_page().prefetch_related("clocks").get(pk=case.pk)
    events = list(Event.objects.about(found.key).order_by("-seq"))
    return {e.verb: cite.label for e in events if (cite := sources.of(found, e)) is not None}


@pytest.mark.parametrize(
    ("key", "answer", "route", "asked"),
    [
        ("bristol", "Br10f", "", ""),
        ("model", "", "Mo48", "Mo50"),
        ("weston", "", "We3.7", "We2.5"),
        ("bracknell", "", "Bk Some general principles", ""),
        ("blackpool", "Bl10.2", "Bl10.1", ""),
    ],
)
def test_each_step_cites_its_clause_or_says_that_the_council_set_it(
    time_machine, key, answer, route, asked
):
    """Seen red with: the answer's clause given for the acknowledgement; no source for a breach."""
    time_machine.move_to(NOW)
    made = world(key)
    details = {"significance": "routine"} if key == "blackpool" else {}
    case = with_bob(made, **details)
    actions.ask(case=case, by=fresh(made.bob), text="Which end?", now=NOW)
    for days in range(40):
        chasing.sweep(now=at(MONDAY + timedelta(days=days)))
    found = cited(case)
    assert answer in found["breach_recorded"]
    assert route in found["enquiry_routed"]
    assert asked in found["member_asked"]
    for verb, clause in (("breach_recorded", answer), ("enquiry_routed", route)):
        assert bool(clause) == bool(found[verb]), verb
    # No protocol states a ladder, nor a time for acknowledging.
    assert found["chase_escalated"] == found["chase_reminded"] == ""


def test_a_step_left_out_is_named_in_words(time_machine):
    """Seen red with: the key of the step."""
    time_machine.move_to(NOW)
    made = world("bristol")
    case = with_bob(made)
    chasing.sweep(now=at(MONDAY + timedelta(days=40)))
    found = Case.objects.for_page().prefetch_related("clocks").get(pk=case.pk)
    events = list(Event.objects.about(found.key).order_by("-seq"))
    titles = [
        item.title
        for item in timeline.items(found, events, timeline.Names.of(events), side="officer")
    ]
    assert "The escalation to the chief officer was left out: its day had passed already" in titles
    assert not [title for title in titles if "escalate_" in title or "escalate 1" in title]
