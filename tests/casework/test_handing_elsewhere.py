"""What no room receives, and where the council's own online reporting system is."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from casework.enquiries import doors
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
    enquiry,
    fresh,
    reloaded,
    with_bob,
)
from tests.casework.rooms import invented, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return council_with_system()


# What no room receives ------------------------------------------------------------------------------

WHO = {
    "bristol": ("Monitoring Officer is Mona Murray", "Proper Officer is Prue Park", None, "Br22"),
    "model": ("Chief Executive is Hana Hughes", "Whoever holds the information", "Mo136", "Mo113"),
    "weston": ("Town Clerk is Tess Todd", "Town Clerk is Tess Todd", "We11.3", "We7.3"),
    "bracknell": ("is Max Moss", "is Prue Park", "Bk If things go wrong", "Bk Councillors"),
    "blackpool": ("Highways is Carol Clarke", "Highways is Carol Clarke", "Bl4.4", "Bl9.4"),
}


@pytest.mark.parametrize("key", WHO)
def test_the_page_says_what_each_protocol_has_one_do_with_the_rest(key, client, time_machine):
    """Mo136; We11.3; Bk If things go wrong; Bl4.3, Bl4.4 – Br22; Mo113; We7.3; Bl9.4 – Mo134; Bl2.5."""
    time_machine.move_to(NOW, tick=False)
    made = council_with_system(key)
    case = with_bob(made)
    found = doors.doors(reloaded(case), NOW.date(), ["answer"])
    complaint, access, whistle = found
    concern, decides, concern_clause, access_clause = WHO[key]
    assert concern in complaint.words
    assert decides in access.words
    cites = [one.cite.label for one in complaint.said if one.cite]
    assert any((concern_clause or "") in cite for cite in cites)
    assert access_clause in access.said[0].cite.label
    # Nothing is written of whistleblowing: whoever reads the enquiry would read it.
    assert (whistle.words, whistle.link) == ("", None)
    assert case.profile.posts[case.profile.diversions.whistleblowing.to_post].title in (
        whistle.said[0].words
    )


def test_br10f_a_complaint_that_a_member_makes_is_owed_its_answer_within_seven_days(time_machine):
    """Br10f."""
    time_machine.move_to(NOW, tick=False)
    made = council_with_system("bristol")
    first = doors.doors(reloaded(with_bob(made)), NOW.date(), [])[0].said[0]
    assert "answered here like an enquiry, within 7 working days" in first.words
    assert first.cite.label == "Br10f"


def test_it_is_returned_or_answered_with_the_right_words(made, client):
    """Bl4.4. Seen red with: the words lost on the way."""
    waiting, taken = enquiry(made), with_bob(made)
    client.force_login(fresh(made.bob))
    for case, verb in ((waiting, "return"), (taken, "answer")):
        first = client.get(reverse("enquiry-hand-on", args=[case.reference]))
        href = f"{reverse(f'enquiry-{verb}', args=[case.reference])}?door=complaint"
        assert href in unescape(first.content.decode())
        then = unescape(client.get(href).content.decode())
        assert "This is a concern about an officer" in then
        assert "Highways is Carol Clarke" in then
    nothing = client.get(f"{reverse('enquiry-return', args=[waiting.reference])}?door=whistle")
    assert nothing.status_code == 200


def test_what_a_room_receives_has_no_such_words_any_more(made):
    case = reloaded(with_bob(made))
    with registered(invented("complaint")):
        assert "complaint" not in [one.key for one in doors.doors(case, NOW.date(), [])]
        assert doors.words(case, "complaint", NOW.date()) == ""


# Where the council's system is ----------------------------------------------------------------------


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
