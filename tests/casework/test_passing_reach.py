"""What the pages of passing on say to whom: what is called back, whose work is listed, what is hidden
(set by the council, ADR 17)."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from casework import leaving
from casework.contributions import actions as contributions
from casework.models import Case, Contribution, ContributionTold
from casework.passing import actions, ways
from casework.passing.checking import check
from casework.passing.theirs import judged
from tests.casework.making import NOW, World, fresh, reloaded, with_bob
from tests.casework.passing import DUE, WHY, Desk, contribution, marks, team, ticked, with_gita
from tests.factories import DelegationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return team()


# What happens besides --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "asked_of", "called_back"),
    [
        # Within the service, which was another's when it was asked: the two became one since.
        ("nia", "highways", False),
        # To the service that was asked.
        ("gita", "housing", True),
        # To whoever was asked, whatever service they are in.
        ("nia", "nia", True),
    ],
)
def test_it_says_what_is_called_back_where_it_is_and_nowhere_else(made, to, asked_of, called_back):
    """The page and the action, each by itself. Seen red with: `_called_back` that asks only which service
    the officer works in; that asks only the service."""
    case = with_bob(made)
    contributions.ask(
        case=case,
        by=fresh(made.bob),
        service=made.gita.officer.service,
        text="Whose lamp?",
        due=DUE,
        now=NOW,
    )
    one = Contribution.objects.get()
    if asked_of != "housing":
        owner = made.nia if asked_of == "nia" else one.owner
        Contribution.objects.update(service=made.highways, owner=owner)
    officer, by = getattr(made, to).officer, fresh(made.sam)
    chosen = marks(reloaded(case))
    asked = {"marks": chosen, "of": made.bob.officer, "officer": officer, "by": by}
    [seen] = check(**asked, on=NOW.date())
    assert any("called back" in words for words in seen.besides) is called_back
    [done] = actions.pass_on(**asked, reason=WHY, once=uuid.uuid4(), now=NOW)
    assert done.refused is None
    one.refresh_from_db()
    assert (not one.is_open) is called_back


# Whose work is listed --------------------------------------------------------------------------------


def test_whoever_a_contribution_was_brought_to_is_led_to_it(made, client):
    """As with an enquiry: they may pass it on by the rule of its own page, which lists it.

    Seen red with: `whose` that asks whom it was brought to of enquiries alone.
    """
    asked = contribution(made)
    listed = reverse("work-pass-on-list")
    client.force_login(made.nia)
    assert client.get(listed).context["whose"] == []
    ContributionTold.objects.create(contribution=asked, person=made.nia, at=NOW)
    assert ticked(Desk(client, made.nia, made.bob.officer).open()) == {str(asked.key): True}
    [one] = client.get(listed).context["whose"]
    assert one.link.text == "Bob Baker, Highways"
    Contribution.objects.update(state="given", ended_at=NOW)
    assert ways.whose(fresh(made.nia), NOW.date()) == []


# What is hidden --------------------------------------------------------------------------------------


def test_an_overseer_who_acts_for_the_member_does_not_learn_that_a_service_was_asked(made):
    """Which service was asked is for officers; "Enquiries that you cannot open" would say that one was.

    Seen red with: all contributions read for an overseer.
    """
    asked = contribution(made)
    assert judged(made.bob.pk, fresh(made.dev)).staying[0].thing == asked
    DelegationFactory(principal=made.alice, delegate=made.dev)
    found = judged(made.bob.pk, fresh(made.dev))
    assert (found.items, found.staying, found.hidden) == ([], [], False)
    assert leaving.waiting(made.bob.pk, fresh(made.dev)) == []


def test_an_overseer_hears_all_the_same_that_there_are_others(made):
    """Seen red with: `hidden` for nobody."""
    case = with_gita(made)
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    assert judged(made.gita.pk, fresh(made.dev)).hidden
    assert leaving.waiting(made.gita.pk, fresh(made.dev)) == [(leaving.OTHERS, "")]
