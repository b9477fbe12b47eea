"""BrG2.1: a matter for family or a friend is declared, and another member may take it up instead."""

from __future__ import annotations

import pytest
from django.urls import reverse

from casework.enquiries import actions
from tests.casework.making import NOW, World, enquiry, fresh, with_bob, world
from tests.factories import DelegationFactory, PersonFactory

pytestmark = pytest.mark.django_db
OFFER = "Another member can take it up instead"
NO_OFFER = {"offer_other_member = true": "offer_other_member = false"}


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    return world("bristol")


def page(client, person, path: str) -> str:
    client.force_login(person)
    return client.get(path).content.decode()


def test_brg21_the_form_offers_another_member_before_it_is_sent(made, client):
    """Seen red with: `before` that says nothing."""
    words = page(client, made.alice, reverse("enquiry-log"))
    assert "think about asking another member to raise it instead" in words
    assert "(BrG2.1)" in words


@pytest.mark.parametrize("interest", ["family", "friend"])
def test_brg21_the_enquiry_says_how_another_member_takes_it_up(made, client, interest):
    """To the member and whoever acts for them, with the clause. Seen red with: `afterwards` that says
    nothing; said to officers too."""
    case = with_bob(made, interest=interest)
    dora = PersonFactory(name="Dora Dunn")
    DelegationFactory(principal=made.alice, delegate=dora)
    for person in (made.alice, dora):
        words = page(client, person, case.get_absolute_url())
        assert OFFER in words
        assert "withdraw this one" in words
        assert "BrG2.1" in words
    assert OFFER not in page(client, made.bob, case.get_absolute_url())
    assert OFFER not in page(client, made.dev, case.get_absolute_url())


@pytest.mark.parametrize("interest", ["", "other"])
def test_it_is_not_said_of_what_is_for_nobody_close(made, client, interest):
    """Seen red with: every interest that was declared."""
    case = with_bob(made, interest=interest)
    assert OFFER not in page(client, made.alice, case.get_absolute_url())


def test_it_is_not_said_once_it_cannot_be_withdrawn(made, client):
    """Seen red with: the verbs not asked."""
    case = with_bob(made, interest="family")
    actions.answer(case=case, by=fresh(made.bob), text="Mended.", now=NOW)
    assert OFFER not in page(client, made.alice, case.get_absolute_url())


def test_a_council_that_does_not_offer_it_says_nothing_of_it(client, time_machine):
    """By the profile alone. Seen red with: `offered` that is always true."""
    time_machine.move_to(NOW)
    made = world("bristol", changed=NO_OFFER)
    case = enquiry(made, interest="family")
    assert "another member" not in page(client, made.alice, reverse("enquiry-log"))
    assert OFFER not in page(client, made.alice, case.get_absolute_url())
