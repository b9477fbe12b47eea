"""What an enquiry really is where no room receives it: whom the protocol names, with its clause (Mo136;
We11.3; Bk If things go wrong; Bl4.3–4.5 – Br22; Mo113; We7.3; Bl9.4 – Mo134; Bl2.5)."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from casework.enquiries import doors
from casework.models import Case
from council.models import Holding
from tests.casework.making import (
    NOW,
    World,
    enquiry,
    fresh,
    reloaded,
    with_bob,
    world,
)
from tests.casework.rooms import invented, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("blackpool")


WHO = {
    "bristol": ("Monitoring Officer is Mona Murray", "Proper Officer is Prue Park", None, "Br22"),
    "model": (
        "Monitoring Officer is Mona Murray",
        "Whoever holds the information",
        "Mo136",
        "Mo113",
    ),
    "weston": ("Town Mayor is Max Moss", "Town Clerk is Tess Todd", "We11.3", "We7.3"),
    "bracknell": ("is Max Moss", "is Prue Park", "Bk If things go wrong", "Bk Councillors"),
    "blackpool": ("Highways, that is Carol Clarke", "Highways is Carol Clarke", "Bl4.4", "Bl9.4"),
}


@pytest.mark.parametrize("key", WHO)
def test_the_page_says_what_each_protocol_has_one_do_with_the_rest(key, client, time_machine):
    """Mo136; We11.3; Bk If things go wrong; Bl4.3, Bl4.4 – Br22; Mo113; We7.3; Bl9.4 – Mo134; Bl2.5."""
    time_machine.move_to(NOW, tick=False)
    made = world(key)
    case = with_bob(made)
    found = doors.doors(reloaded(case), NOW.date(), ["answer"])
    complaint, access, whistle = [one for one in found if one.key != doors.RESIDENTS]
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
    made = world("bristol")
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
        assert "Where the officer works in Highways, that is Carol Clarke" in then
    nothing = client.get(f"{reverse('enquiry-return', args=[waiting.reference])}?door=whistle")
    assert nothing.status_code == 200


def test_what_a_room_receives_has_no_such_words_any_more(made):
    case = reloaded(with_bob(made))
    with registered(invented("complaint")):
        assert "complaint" not in [one.key for one in doors.doors(case, NOW.date(), [])]
        assert doors.words(case, "complaint", NOW.date()) == ""


def door(made: World, key: str, **changes) -> doors.Door:
    case = reloaded(with_bob(made, **changes))
    return next(one for one in doors.doors(case, NOW.date(), ["answer"]) if one.key == key)


def test_we11_3_both_posts_are_named_and_the_line_manager_said(time_machine):
    """We11.3: the line manager, the Town Clerk or the Town Mayor, who is the way where it is about her.
    Seen red with: the first post alone; `or_post` that is nobody's named all the same."""
    time_machine.move_to(NOW, tick=False)
    made = world("weston")
    words = door(made, doors.COMPLAINT).words
    assert "line manager" in words
    assert words.endswith("The Town Clerk is Tess Todd. The Town Mayor is Max Moss.")
    Holding.objects.filter(post__key="town_mayor").delete()
    assert door(made, doors.COMPLAINT).words.endswith("The Town Clerk is Tess Todd.")


def test_mo136_one_about_the_chief_executive_has_somebody_to_go_to(time_machine):
    """Mo136. Seen red with: the first post alone."""
    time_machine.move_to(NOW, tick=False)
    words = door(world("model"), doors.COMPLAINT).words
    assert "The Chief Executive is Hana Hughes. The Monitoring Officer is Mona Murray." in words


@pytest.mark.parametrize("key", [doors.COMPLAINT, doors.RESIDENTS])
def test_bl4_4_the_chief_officer_is_the_officers_and_not_the_enquirys(made, key):
    """Bl4.4, Bl4.5: "that service" is the one in which the officer works, which nobody has said. Seen red
    with: "The chief officer of Highways is Carol Clarke", whomever it is about."""
    words = door(made, key).words
    assert "chief officer of that officer’s service" in words
    assert "Where the officer works in Highways, that is Carol Clarke." in words
    case = reloaded(with_bob(made))
    Case.objects.filter(pk=case.pk).update(service=None)
    assert "Carol" not in doors.words(reloaded(case), key, NOW.date())


def test_bl4_5_what_a_resident_complains_of_is_asked_for_in_writing_and_sent_on(made, client):
    """Bl4.5: a resident complains about an officer to a member, who passes it on. Seen red with: no such
    door; the words lost on the way."""
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    first = unescape(client.get(reverse("enquiry-hand-on", args=[case.reference])).content.decode())
    assert "A resident’s complaint about an officer" in first
    assert "Bl4.5" in first
    href = f"{reverse('enquiry-answer', args=[case.reference])}?door={doors.RESIDENTS}"
    assert href in first
    then = unescape(client.get(href).content.decode())
    assert "ask the resident to put it in writing" in then
    assert "Where it is about you" in first


@pytest.mark.parametrize("key", ["bristol", "model", "weston", "bracknell"])
def test_the_other_four_say_nothing_of_what_a_resident_brings(key, time_machine):
    """No clause of theirs does, so nothing is claimed."""
    time_machine.move_to(NOW, tick=False)
    case = reloaded(with_bob(world(key)))
    assert doors.RESIDENTS not in [one.key for one in doors.doors(case, NOW.date(), [])]
    assert doors.words(case, doors.RESIDENTS, NOW.date()) == ""
