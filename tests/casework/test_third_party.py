"""Row 9: what goes to somebody for whom a member asks is checked first, as the council's protocol has it."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from casework.contributions import actions as contributions
from casework.enquiries import actions, third_party
from casework.models import Case, Contribution
from protocol.refusals import Refused
from tests import cast
from tests.casework.making import (
    LIBRARY,
    NOW,
    World,
    fresh,
    last_event,
    nothing_written,
    reloaded,
    verbs,
    with_bob,
    world,
)

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 4)
RESIDENT = {"constituent_name": "Mrs Green", "constituent_basis": "consent"}
# What each protocol requires, and on what that rests: Mo110 states three things; elsewhere the council sets it.
REQUIRED = {"model": (("public", "data_protection", "member_role"), "Mo110")}
ELSEWHERE = (("data_protection",), None)
OFF = {"[third_party]\ncheck = true": "[third_party]\ncheck = false"}


@pytest.fixture
def mo(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("model")


def asked_for(made: World, **changes) -> Case:
    return with_bob(made, factual=True, significance="routine", **{**RESIDENT, **changes})


def answer(made: World, case: Case, **given) -> Case:
    return actions.answer(case=case, by=fresh(made.bob), text="It is mended.", now=NOW, **given)


@pytest.mark.parametrize("key", list(LIBRARY))
def test_nothing_is_answered_until_what_the_protocol_requires_was_checked(key, time_machine):
    """Mo110. Every subset of the checks, in every council. Seen red with: any one of the checks enough."""
    time_machine.move_to(NOW, tick=False)
    made = world(key)
    required, clause = REQUIRED.get(key, ELSEWHERE)
    case = asked_for(made)
    by = fresh(reloaded(case).owner)
    assert third_party.asked(case) == required
    short = [required[:n] for n in range(len(required))] + [required[1:]]
    for given in ({}, *({"gives": True, "checked": found} for found in short)):
        with nothing_written(), pytest.raises(Refused) as refused:
            actions.answer(case=reloaded(case), by=by, text="Done.", now=NOW, **given)
        assert refused.value.clause == clause
    actions.answer(case=reloaded(case), by=by, text="Done.", gives=True, checked=required, now=NOW)
    assert reloaded(case).state == "answered"


def test_who_checked_what_and_when_is_on_record(mo):
    """Mo110. Kept in the order of the profile, whatever the order of the ticks."""
    case = asked_for(mo)
    answer(mo, case, gives=True, checked=["member_role", "public", "data_protection"])
    assert verbs(case)[-2:] == ["third_party_checked", "enquiry_answered"]
    event = next(e for e in _events(case) if e.verb == "third_party_checked")
    assert (event.actor, event.at) == (mo.bob.pk, NOW)
    assert event.data["checks"] == ["public", "data_protection", "member_role"]


def test_that_nothing_goes_to_anybody_is_on_record_and_needs_no_check(mo):
    case = asked_for(mo)
    answer(mo, case, gives=False)
    event = next(e for e in _events(case) if e.verb == "third_party_checked")
    assert event.data["checks"] == []


def test_a_second_answer_is_checked_afresh(mo):
    """Mo110: of each answer. Seen red with: asked in the first round alone."""
    case = answer(mo, asked_for(mo), gives=False)
    case = actions.ask_again(case=case, by=fresh(mo.alice), text="And her address?", now=NOW)
    with nothing_written(), pytest.raises(Refused, match="somebody else"):
        answer(mo, reloaded(case))


def test_how_to_reach_a_resident_is_a_resident(mo):
    """Mo110. Seen red with: the name asked for alone."""
    case = asked_for(mo, constituent_name="", constituent_contact="7 Ash Road")
    with nothing_written(), pytest.raises(Refused, match="somebody else"):
        answer(mo, case)


@pytest.mark.parametrize("changed", [{"constituent_name": ""}, {}])
def test_nothing_is_asked_without_a_resident_or_where_the_council_asks_nothing(
    changed, time_machine
):
    time_machine.move_to(NOW, tick=False)
    made = world("model", changed={} if changed else OFF)
    case = asked_for(made, **changed)
    answer(made, case)
    assert last_event(case).verb == "enquiry_answered"
    assert "third_party_checked" not in verbs(case)


# The page ------------------------------------------------------------------------------------------


def test_the_case_page_asks_and_keeps_what_was_typed(mo, client):
    case = asked_for(mo)
    client.force_login(mo.bob)
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    for words in ("information for somebody else", "Such as Mrs Green", "Mo110", "It is public"):
        assert words in page
    address = reverse("enquiry-answer", args=[case.reference])
    sent = {"version": case.version, "text": "Her number is 7."}
    refused = client.post(address, sent)
    assert "Select yes if your answer gives" in unescape(refused.content.decode())
    refused = client.post(address, {**sent, "gives": "yes", "checked": ["public"]})
    said = unescape(refused.content.decode())
    assert "Tick each that you have checked" in said
    assert "Her number is 7." in said
    every = ["public", "data_protection", "member_role"]
    assert client.post(address, {**sent, "gives": "yes", "checked": every}).status_code == 302
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert "checked what goes to somebody else: it is public" in page


def test_the_page_of_a_holding_reply_says_that_such_information_waits(mo, client):
    """Mo110. Seen red with: the words left out."""
    client.force_login(mo.bob)
    for case, there in ((asked_for(mo), True), (asked_for(mo, constituent_name=""), False)):
        page = unescape(client.get(reverse("enquiry-hold", args=[case.reference])).content.decode())
        assert ("it is checked when you answer (Mo110)" in page) is there


@pytest.mark.parametrize("way", ["put_right", "use", "copies"])
def test_no_way_to_an_answer_goes_round_the_checks(mo, client, way):
    """Mo110: put right, begun with what another service gave, or copied, it is an answer like any other. Seen
    red with: asked of an answer that nobody put right; of one without copies.
    """
    case, given = asked_for(mo), {}
    if way == "put_right":
        case = answer(mo, case, gives=False)
        actions.put_right(case=case, by=fresh(mo.bob), reason="The wrong road.", now=NOW)
    if way == "copies":
        given = {"copy_to": [cast.erin()], "writer_agreed": True}
    if way == "use":
        gita = cast.gita()
        how = {"officer": gita.officer, "by": fresh(mo.bob), "text": "Whose tree?", "due": DUE}
        contributions.ask(case=case, now=NOW, **how)
        one = Contribution.objects.get()
        contributions.contribute(contribution=one, by=fresh(gita), text="Hers.", now=NOW)
        client.force_login(mo.bob)
        address = reverse("enquiry-answer", args=[case.reference])
        page = unescape(client.get(f"{address}?use={one.key}").content.decode())
        assert "Hers." in page
        assert "information for somebody else?" in page
    with nothing_written(), pytest.raises(Refused, match="somebody else"):
        answer(mo, reloaded(case), **given)


def test_the_member_does_not_read_of_the_checks(mo, client):
    case = answer(mo, asked_for(mo), gives=False)
    client.force_login(mo.alice)
    assert "what goes to somebody else" not in client.get(case.get_absolute_url()).content.decode()


def test_without_a_resident_the_page_asks_nothing(mo, client):
    case = asked_for(mo, constituent_name="")
    client.force_login(mo.bob)
    assert "somebody else?" not in client.get(case.get_absolute_url()).content.decode()


def _events(case: Case):
    from ledger.models import Event

    return Event.objects.about(case.key)
