"""A demand on its pages: flagging it, reading it, and saying what comes of it."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from casework.demands import actions
from casework.models import Demand, DemandTold
from tests.casework.demands import ASKED, flag
from tests.casework.making import (
    NOW,
    World,
    fresh,
    with_bob,
    world,
)

pytestmark = pytest.mark.django_db
MOST_QUERIES = 14


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("model")


def said(client, person, path: str) -> str:
    client.force_login(fresh(person))
    return unescape(client.get(path).content.decode())


def test_an_officer_flags_it_from_the_case_and_reads_what_came_of_it(made, client):
    case = with_bob(made)
    address = reverse("demand-flag", args=[case.reference])
    assert address in said(client, made.bob, case.get_absolute_url())
    page = said(client, made.bob, address)
    for words in ("Mo49", "Mo108", "Mo30", "political assistant", "its due date stays"):
        assert words in page
    answer = client.post(address, {"ground": "0", "text": ""})
    assert "Enter what was asked of you" in answer.content.decode()
    answer = client.post(address, {"ground": "2", "text": ASKED})
    assert "Select what you did with the instruction" in answer.content.decode()
    answer = client.post(address, {"ground": "0", "text": ASKED, "handled": "request"})
    assert "Leave this out" in unescape(answer.content.decode())
    answer = client.post(
        address, {"ground": "2", "text": ASKED, "handled": "exception:3"}, follow=True
    )
    demand = Demand.objects.get()
    assert answer.redirect_chain == [(demand.get_absolute_url(), 302)]
    assert "Sam Stone is asked to consider it" in unescape(answer.content.decode())
    assert demand.exception == "I am a political assistant"
    case_page = said(client, made.bob, case.get_absolute_url())
    assert demand.get_absolute_url() in case_page
    assert demand.get_absolute_url() in said(client, made.sam, reverse("work-list"))
    assert demand.get_absolute_url() in said(client, made.dev, reverse("demand-list"))
    assert "1 demand to be considered" in said(client, made.dev, reverse("overview-show"))
    client.force_login(fresh(made.sam))
    form = {"outcome": "talked", "text": "We spoke, and she sees it.", "version": 1}
    client.post(f"{demand.get_absolute_url()}consider/", form)
    page = said(client, made.bob, demand.get_absolute_url())
    for words in (
        "Talked with the member",
        "We spoke, and she sees it.",
        "Sam Stone considered it",
    ):
        assert words in page
    assert "None to be considered" in said(client, made.dev, reverse("overview-show"))
    assert demand.get_absolute_url() not in said(client, made.sam, reverse("work-list"))


def test_what_was_typed_comes_back_where_somebody_was_first(made, client):
    demand = flag(with_bob(made), made.bob)
    actions.take_back(demand=demand, by=fresh(made.bob), now=NOW)
    DemandTold.objects.update(post_key="democratic_services", person=made.dev)
    client.force_login(fresh(made.dev))
    form = {"outcome": "talked", "text": "We spoke at length.", "version": 1}
    answer = client.post(f"{demand.get_absolute_url()}consider/", form)
    assert answer.status_code == 409
    assert "We spoke at length." in answer.content.decode()


def test_many_demands_cost_no_page_more(made, client, django_assert_max_num_queries):
    """Seen red with: `listed` without its prefetch."""
    cases = [with_bob(made, subject=f"Lamp {place}") for place in range(9)]
    found = [flag(case, made.bob) for case in cases]
    for demand in found[:3]:
        actions.consider(demand=demand, by=fresh(made.sam), outcome="talked", text="Yes.", now=NOW)
    page = found[-1].get_absolute_url()
    for who, path in (
        (made.dev, reverse("demand-list")),
        (made.dev, reverse("overview-show")),
        (made.sam, reverse("work-list")),
        (made.bob, cases[-1].get_absolute_url()),
        (made.bob, page),
        (made.sam, page),
        (made.sam, f"{page}consider/"),
        (made.bob, f"{page}take-back/"),
        (made.bob, reverse("demand-flag", args=[cases[0].reference])),
    ):
        said(client, who, path)
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(path).status_code == 200
