"""Where the council's own online reporting system is."""

from __future__ import annotations

import pytest

from council.actions import details
from council.models import Council
from protocol.refusals import Refused
from tests.casework.handing import (
    ADDRESS,
    council_with_system,
    hand_on,
    page,
)
from tests.casework.making import (
    NOW,
    World,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return council_with_system()


@pytest.mark.parametrize(
    "address",
    [
        "http://report.example.gov.uk/",
        "javascript:alert(1)",
        "//report.example.gov.uk/",
        "https://report.example.gov.uk@evil.example/",
        "https://",
        "https://a b.example/",
        "https://report.example/\u202e",
        'https://report.example/"onmouseover="x',
    ],
)
def test_members_are_led_to_a_safe_address_alone(made, address):
    """Seen red with: any scheme; a name before the host."""
    unchanged = {"name": "Exampleton Council", "nation": "england", "colour": "#1d70b8"}
    with pytest.raises(Refused, match="not a web address"):
        details.change(
            council=Council.objects.get(),
            **unchanged,
            online_name="Report it",
            online_address=address,
            by=None,
        )


def test_the_council_says_where_its_system_is_and_takes_it_away(made):
    """Seen red with: a name without an address kept; the fields not saved."""
    unchanged = {"name": "Exampleton Council", "nation": "england", "colour": "#1d70b8", "by": None}
    there = {"online_name": " Fix  my street ", "online_address": "https://fix.example/report?a=1"}
    details.change(council=Council.objects.get(), **unchanged, **there)
    council = Council.objects.get()
    assert (council.online_name, council.online_address) == (
        "Fix my street",
        "https://fix.example/report?a=1",
    )
    with pytest.raises(Refused, match="both its name and its address"):
        details.change(council=council, **unchanged, online_name="Fix", online_address="")
    details.change(council=Council.objects.get(), **unchanged)
    assert Council.objects.get().online_name == "Fix my street"
    details.change(council=Council.objects.get(), **unchanged, online_name="", online_address="")
    assert Council.objects.get().online_address == ""


def test_where_it_was_stays_as_it_was_on_that_day(made, client):
    case = hand_on(made)
    Council.objects.update(online_name="Another", online_address="https://another.example/")
    found = page(client, made.alice, case)
    assert f'href="{ADDRESS}"' in found
    assert "another.example" not in found
