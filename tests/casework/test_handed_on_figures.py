"""How many were handed on, and how what was handed on reads in the lists."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from casework.enquiries import actions
from casework.models import Case
from tests.casework.handing import council_with_system, hand_on, take_back
from tests.casework.making import NOW, World, at, fresh, reloaded, with_bob

pytestmark = pytest.mark.django_db
JULY = at(date(2026, 7, 2))


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return council_with_system()


def tile(client, period: str):
    page = client.get(reverse("overview-show"), {"period": period})
    return next(one for one in page.context["answered_tiles"] if "handed on" in one.words)


def test_the_overview_counts_what_was_handed_on_and_leads_to_it(made, client, time_machine):
    """In the month in which it was. Seen red with: no such number; a list of every month."""
    in_june = hand_on(made)
    time_machine.move_to(JULY, tick=False)
    in_july = hand_on(made, with_bob(made, now=JULY), now=JULY)
    with_bob(made, now=JULY)
    client.force_login(fresh(made.dev))
    for period, wanted in {
        "month": [in_july],
        "last-month": [in_june],
        "all": [in_july, in_june],
    }.items():
        found = tile(client, period)
        assert found.count == len(wanted)
        listed = client.get(found.href)
        assert list(listed.context["page"].object_list) == wanted
        assert "handed on: " in listed.context["narrowed_to"]
    assert "last handed on first" in listed.content.decode()


def test_what_came_back_is_not_among_them(made, client):
    """Seen red with: every case that was ever handed on."""
    mistaken, again = hand_on(made), hand_on(made)
    take_back(made, mistaken)
    actions.ask_again(case=reloaded(again), by=fresh(made.alice), text="Not mended.", now=NOW)
    client.force_login(fresh(made.dev))
    assert tile(client, "all").count == 0


@pytest.mark.parametrize(("who", "name"), [("dev", "case-list"), ("alice", "casework-all")])
def test_no_list_gives_it_to_the_officer_who_handed_it_on(made, client, who, name):
    """Seen red with: its owner of before."""
    hand_on(made)
    assert Case.objects.get().owner_id == made.bob.pk
    client.force_login(fresh(getattr(made, who)))
    found = client.get(reverse(name)).content.decode()
    assert "Nobody here" in found
    assert "Bob Baker" not in found
