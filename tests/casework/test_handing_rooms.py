"""The rooms that an enquiry is handed on to, and who may know of what they made of it."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.enquiries import rules
from casework.models import Handing, Message
from ledger.models import Event
from protocol.refusals import Refused
from tests.casework.handing import (
    council_with_system,
    hand_on,
    page,
    take_back,
)
from tests.casework.making import (
    NOW,
    World,
    fresh,
    nothing_written,
    reloaded,
    with_bob,
)
from tests.casework.rooms import KEPT, invented, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return council_with_system()


# Rooms ----------------------------------------------------------------------------------------------


def test_only_what_is_really_there_is_offered(made, client):
    """One receiver in the product; no stub. Seen red with: a second one registered in apps.py."""
    from casework import receiving

    assert [one.key for one in receiving.rooms()] == ["service_request"]


def test_of_two_rooms_one_is_chosen_and_asks_for_its_own(made, client):
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    at = reverse("enquiry-hand-on", args=[case.reference])
    with registered(invented("complaints")):
        first = unescape(client.get(at).content.decode())
        assert "?room=complaints" in first
        assert "?room=service_request" in first
        assert "<textarea" not in first
        chosen = unescape(client.get(f"{at}?room=complaints").content.decode())
        assert "Whom is it about?" in chosen
        assert "Which reference" not in chosen
        sent = {"version": reloaded(case).version, "room": "complaints", "about": "Ned"}
        answer = client.post(at, {**sent, "reason": "It is a complaint."})
        assert answer.status_code == 302
    assert KEPT["complaints"][-1] == {"case": case.pk, "by": made.bob.pk, "about": "Ned"}
    assert Handing.objects.get(case=case).record == "complaints:1"


def test_what_a_room_was_told_is_its_own_and_where_it_is_only_for_those_who_may_know(made, client):
    """The officer whom a complaint is about reads that it was handed on, and no more. Seen red with:
    `known_to` that asks no room; the name in the message; the name in the event.
    """
    case = with_bob(made)
    room = invented("complaints", known_to=lambda person: Q(case__raised_by=person))
    with registered(room):
        hand_on(made, case, room=room, by=fresh(made.sam), said={"about": "Bob, in secret"})
        for who, knows in ((made.alice, True), (made.bob, False), (made.dev, False)):
            found = page(client, who, case)
            assert ("Room complaints" in found) is knows, who
            assert ("COMPLAINTS-1" in found) is knows, who
            assert ("/complaints/1/" in found) is knows, who
            assert "in secret" not in found
            assert "handed the enquiry on" in found
            seen = Handing.objects.visible_to(fresh(who)).filter(case=case)
            assert seen.exists() is knows
    assert "complaints" not in str(list(Event.objects.values_list("data", flat=True)))
    said = Message.objects.filter(case=case).values_list("body", flat=True)
    assert not any("COMPLAINTS" in body for body in said)


def test_a_page_costs_the_same_whether_its_reader_may_know_or_not(made, client):
    """Nothing is learned by counting."""

    def cost(room) -> int:
        case = with_bob(made)
        hand_on(made, case, room=room, by=fresh(made.sam), said={"about": "x"})
        client.force_login(fresh(made.bob))
        client.get(case.get_absolute_url())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(case.get_absolute_url())
        return len(queries)

    open_room = invented("open")
    secret = invented("secret", known_to=lambda person: Q(pk__in=[]))
    with registered(open_room, secret):
        assert cost(open_room) == cost(secret)


def test_a_room_that_gives_nothing_back_says_so(made):
    with registered(room := invented("final")):
        case = hand_on(made, room=room, said={"about": "x"})
        with nothing_written(), pytest.raises(Refused, match="cannot be taken back"):
            take_back(made, case)
        assert "take_back" not in rules.available(reloaded(case), fresh(made.bob), NOW.date())


def test_nobody_takes_back_what_they_may_not_know_of(made):
    """Seen red with: the handing found without `known_to`."""
    room = invented(
        "complaints",
        known_to=lambda person: Q(case__raised_by=person),
        recall=lambda **told: None,
    )
    with registered(room):
        case = hand_on(made, room=room, said={"about": "x"})
        with nothing_written(), pytest.raises(Refused):
            take_back(made, case)


def test_a_room_that_fails_leaves_nothing_half_done(made):
    """One transaction. Seen red with: `hand_on` without it."""

    def broken(**told):
        raise Refused("Not today.")

    case = with_bob(made)
    room = invented("broken", receive=broken)
    with registered(room), nothing_written(), pytest.raises(Refused, match="Not today"):
        hand_on(made, case, room=room)
