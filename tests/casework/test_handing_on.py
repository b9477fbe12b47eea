"""An enquiry that is really something else is handed on as what it is, and nothing of it is lost."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from casework.contributions import actions as contributions
from casework.enquiries import actions, rules
from casework.finding import asking, search
from casework.models import Breach, Case, Contribution, Handing
from council.models import Council
from ledger.models import Notice
from ledger.verification import Tally, verify
from protocol import lifecycle
from protocol.refusals import Refused, Stale
from tests import cast
from tests.casework.handing import (
    ADDRESS,
    NAME,
    PAUSING,
    council_with_system,
    hand_on,
    page,
)
from tests.casework.making import (
    NOW,
    World,
    clock,
    enquiry,
    fresh,
    last_event,
    nothing_written,
    reloaded,
    told,
    verbs,
    with_bob,
    working_days,
)
from tests.casework.rooms import invented, registered
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return council_with_system()


# Handed on ------------------------------------------------------------------------------------------


def test_bl10_1_a_routine_matter_goes_to_the_online_reporting_system(made):
    """Bl10.1. Seen red with: a state that stays open; the clock left running; the notice left out."""
    case = reloaded(hand_on(made))
    assert (case.state, case.closed_at) == (lifecycle.HANDED_ON, NOW)
    row = Handing.objects.get(case=case)
    assert (row.name, row.address, row.reference) == (NAME, ADDRESS, "RI-12345")
    assert row.entered_on == NOW.date()
    assert clock(case).stopped_at == NOW
    assert clock(case).next_step_at is None
    event = last_event(case)
    assert event.verb == "enquiry_handed_on"
    assert told(event) == {f"person:{made.alice.pk}"}
    # Ids and words of the product alone stand in the ledger.
    held = {"version": case.version, "handing": row.pk, "state_before": "with_officer"}
    assert event.data == held
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_the_member_reads_where_it_is_and_when_they_may_ask_again(made, client):
    """Bl10.1. Seen red with: no link; the words of an answer."""
    case = hand_on(made)
    found = page(client, made.alice, case)
    words = (
        f"It was handed on as a service request: it is now in {NAME}, with the reference RI-12345"
    )
    assert words in found
    assert f'href="{ADDRESS}"' in found
    assert "If nothing happens there, you can ask again here until the end of" in found
    assert "It is for the roads team." in found
    assert "Bl10.1" in found
    assert "Ask again about this" in found
    assert "No longer due" in found


def test_the_mail_leads_there_and_says_nothing_that_anybody_wrote(made):
    from casework import notices

    hand_on(made)
    sent = Notice.objects.get(event__verb="enquiry_handed_on")
    mail = notices.render([sent])[sent.pk]
    assert mail.subject.endswith("Handed on")
    assert "handed on to where it is dealt with" in mail.body
    assert "RI-12345" not in mail.body
    assert "roads team" not in mail.body


def test_it_is_neither_answered_in_time_nor_a_breach(made):
    """As what was returned. Seen red with: a figure set."""
    case = hand_on(made)
    counts = Case.objects.counts(NOW.date())
    assert {name: number for name, number in counts.items() if number} == {"handed_on": 1}
    assert reloaded(case).figure == ""


def test_no_enquiry_vanishes_late_by_being_handed_on(made, time_machine):
    """Bl10.1, as with a duplicate. Seen red with: `record_late` left out of `hand_on`."""
    case = with_bob(made)
    late = NOW + timedelta(days=30)
    time_machine.move_to(late, tick=False)
    hand_on(made, case, now=late)
    case = reloaded(case)
    assert case.awaits_explanation
    assert Breach.objects.filter(clock__case=case, clock__promise="answer").count() == 1
    assert "breach_recorded" in verbs(case)
    assert "explain_breach" in rules.available(case, fresh(made.bob), late.date())


def test_a_question_a_pause_and_a_contribution_end_with_it(time_machine):
    """Seen red with: the contributions left open; a paused clock that stopped without its pause closed."""
    time_machine.move_to(NOW, tick=False)
    made = council_with_system("bristol", changed=PAUSING)
    case, bob = with_bob(made), fresh(made.bob)
    actions.ask(case=case, by=bob, text="Which end?", now=NOW)
    assert reloaded(case).remind_at
    gita = cast.gita()
    asked = {"service": gita.officer.service, "due": working_days(NOW.date(), 2), "shares": False}
    contributions.ask(case=reloaded(case), by=bob, text="Whose is it?", now=NOW, **asked)
    actions.pause(case=reloaded(case), by=bob, reason="A survey.", now=NOW)
    hand_on(made, case)
    case = reloaded(case)
    assert case.remind_at is None
    assert clock(case).paused_on is None
    assert clock(case).stopped_at == NOW
    assert Contribution.objects.get(case=case).state == lifecycle.CALLED_BACK
    assert {"clock_resumed", "contribution_called_back"} <= set(verbs(case))


def test_its_words_are_still_found_and_so_is_the_reference_there(made):
    case = hand_on(made)
    for who in (made.alice, made.bob, made.dev):
        for words in ("potholes", "12345", "roads team"):
            found = search.narrowed(
                Case.objects.visible_to(fresh(who)), fresh(who), asking.terms(words)
            )
            assert [one.pk for one in found] == [case.pk], (who, words)


@pytest.mark.parametrize("state", ["received", "with_officer", "with_member"])
def test_it_is_handed_on_from_wherever_it_is(made, state):
    case = enquiry(made) if state == "received" else with_bob(made)
    if state == "with_member":
        actions.ask(case=reloaded(case), by=fresh(made.bob), text="Which?", now=NOW)
    assert reloaded(case).state == state
    hand_on(made, case, by=fresh(made.dev))
    assert reloaded(case).state == lifecycle.HANDED_ON


# What is refused ------------------------------------------------------------------------------------


def test_who_may_hand_it_on(made):
    """Whoever has it or answers for it, and democratic services. Seen red with: the member among WHO, and
    those of the room."""
    case = with_bob(made)
    pat = OfficerFactory(person__name="Pat Parry", service=made.highways).person
    for who in (made.alice, pat, cast.gita()):
        with nothing_written(), pytest.raises(Refused):
            hand_on(made, case, by=fresh(who))
    for who in (made.sam, made.dev, made.bob):
        one = with_bob(made)
        hand_on(made, one, by=fresh(who))


def test_a_room_can_be_open_to_fewer(made):
    case = with_bob(made)
    room = invented("few", who=frozenset({"overseer"}))
    with registered(room):
        with nothing_written(), pytest.raises(Refused, match="not for you"):
            hand_on(made, case, room=room)
        hand_on(made, case, room=room, by=fresh(made.dev))


def test_nothing_is_handed_on_where_the_system_is_not_known(made, client):
    """It pretends nothing. Seen red with: `may` without the address."""
    Council.objects.update(online_name="", online_address="")
    case = with_bob(made)
    with nothing_written(), pytest.raises(Refused, match="Nobody has said yet where") as refused:
        hand_on(made, case)
    assert "democratic services" in refused.value.instead
    client.force_login(fresh(made.bob))
    at = reverse("enquiry-hand-on", args=[case.reference])
    found = unescape(client.get(at).content.decode())
    assert "Nobody has said yet where" in found
    assert "Hand it on as" not in found
    sent = {"version": reloaded(case).version, "room": "service_request", "reference": "R"}
    with nothing_written():
        answer = client.post(at, {**sent, "reason": "So."})
    assert "Nothing was handed on. Nobody has said yet where" in unescape(answer.content.decode())


def test_a_protocol_from_before_hands_nothing_on(time_machine):
    time_machine.move_to(NOW, tick=False)
    table = "[handing_on]\nservice_requests = true\nset_by_council = true\n"
    made = council_with_system("bristol", changed={table: ""})
    with pytest.raises(Refused, match="has not set"):
        hand_on(made, with_bob(made))


def test_a_restricted_enquiry_stays(made):
    """Seen red with: `may_hand_on` without the sensitivity."""
    case = with_bob(made)
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    with nothing_written(), pytest.raises(Refused, match="restricted"):
        hand_on(made, case)
    assert "hand_on" not in rules.available(reloaded(case), fresh(made.bob), NOW.date())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"reference": "   "}, "reference that it has there"),
        ({"reference": "R\u202e1"}, "reference that it has there"),
        ({"reference": "R 1", "entered_on": NOW.date() + timedelta(days=1)}, "future"),
    ],
)
def test_what_it_is_called_there_has_to_be_said(made, said, why):
    case = with_bob(made)
    with nothing_written(), pytest.raises(Refused, match=why):
        hand_on(made, case, said=said)


def test_an_older_window_hands_nothing_on(made):
    case = with_bob(made)
    with nothing_written(), pytest.raises(Stale):
        hand_on(made, case, seen=1)


def test_bl10_1_a_significant_matter_does_not_go_to_the_online_reporting_system(made, client):
    """Bl10.1: to the chief officer. Seen red with: any significance."""
    case = with_bob(made, significance="significant")
    with nothing_written(), pytest.raises(Refused, match="significant matter") as refused:
        hand_on(made, case)
    assert refused.value.clause == "Bl10.1"
    client.force_login(fresh(made.bob))
    found = unescape(client.get(reverse("enquiry-hand-on", args=[case.reference])).content.decode())
    assert "only routine ones go there" in found
    assert "Hand it on as" not in found
    hand_on(made, with_bob(made, significance="routine"))


def test_elsewhere_nobody_says_how_significant_it_is(time_machine):
    """A council whose protocol does not tell them apart. Seen red with: the word alone."""
    time_machine.move_to(NOW, tick=False)
    made = council_with_system("bristol")
    case = with_bob(made)
    case.enquiry.significance = "significant"
    case.enquiry.save()
    hand_on(made, case)
