"""An enquiry that is really something else is handed on as what it is, and nothing of it is lost."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.chasing import actions as chasing
from casework.contributions import actions as contributions
from casework.enquiries import actions, rules, service_requests
from casework.finding import asking, search
from casework.models import Breach, Case, Clock, Contribution, FollowUp, Handing, Message
from council.actions import details
from council.models import Council
from ledger.models import Event, Notice
from ledger.verification import Tally, verify
from protocol import lifecycle
from protocol.refusals import Refused, Stale
from tests import cast
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
    world,
)
from tests.casework.rooms import KEPT, invented, registered
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "Report it", "https://report.example.gov.uk/"
PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}


def council_with_system(key: str = "blackpool", **changes) -> World:
    made = world(key, **changes)
    Council.objects.update(online_name=NAME, online_address=ADDRESS)
    return made


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return council_with_system()


def hand_on(made: World, case: Case | None = None, **changes) -> Case:
    case = case or with_bob(made)
    asked = {
        "by": fresh(made.bob),
        "room": service_requests.ROOM,
        "reason": "It is for the roads team.",
        "said": {"reference": "RI-12345", "entered_on": NOW.date()},
        "now": NOW,
    }
    return actions.hand_on(case=reloaded(case), **{**asked, **changes})


def take_back(made: World, case: Case, **changes) -> Case:
    asked = {"by": fresh(made.bob), "reason": "It is ours after all.", "now": NOW}
    return actions.take_back(case=reloaded(case), **{**asked, **changes})


def page(client, who, case: Case) -> str:
    client.force_login(fresh(who))
    answer = client.get(case.get_absolute_url())
    assert answer.status_code == 200
    return unescape(answer.content.decode())


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
    # Ids alone stand in the ledger.
    assert event.data == {"version": case.version, "handing": row.pk}
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
    assert {name: number for name, number in counts.items() if number} == {}
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
    assert "choose what it really is" in unescape(answer.content.decode())


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


# Asked again, and taken back ------------------------------------------------------------------------


def test_nothing_happened_there_so_the_member_asks_again(made, time_machine):
    """With the days of the profile, and a promise of its own. Seen red with: counted from the answer that
    there never was.
    """
    case = hand_on(made)
    later = NOW + timedelta(days=3)
    time_machine.move_to(later, tick=False)
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Not mended.", now=later)
    case = reloaded(case)
    assert (case.state, case.round, case.closed_at) == ("with_officer", 2, None)
    assert case.owner_id == made.bob.pk
    again = Clock.objects.get(case=case, promise="answer", round=2)
    assert again.due == working_days(later.date(), 10)
    # Where it went stays on record.
    assert Handing.objects.filter(case=case, taken_back_at=None).count() == 1


def test_what_came_back_and_is_answered_counts_apart_and_not_as_a_second_answer(made, client):
    """Seen red with: "Answered again"; "Sent" of the promise that was never kept."""
    case = hand_on(made)
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Not mended.", now=NOW)
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="Mended now.", now=NOW)
    counts = Case.objects.counts(NOW.date())
    assert (counts["within"], counts["again_within"]) == (0, 1)
    assert FollowUp.objects.get(case=case).figure == "within"
    found = page(client, made.alice, case)
    assert "Answered in time" in found
    assert "Answered again" not in found
    assert "Bob Baker answered the enquiry<" in found.replace("\n", "")
    assert "Not needed: handed on" in found


def test_what_came_back_is_not_handed_on_twice(made):
    """Nobody is sent round in a circle. Seen red with: any round."""
    case = hand_on(made)
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Not mended.", now=NOW)
    with nothing_written(), pytest.raises(Refused, match="asked about again"):
        hand_on(made, case)


def test_after_the_days_of_the_profile_a_new_enquiry_is_offered(made, client, time_machine):
    case = hand_on(made)
    late = NOW + timedelta(days=60)
    time_machine.move_to(late, tick=False)
    with pytest.raises(Refused, match="which has passed"):
        actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Still not.", now=late)
    assert "Raise another enquiry about this" in page(client, made.alice, case)


def test_an_acknowledgement_that_was_owed_is_owed_again(made, client):
    """Seen red with: only the answer's clock run on; the page then said that it was sent."""
    case = hand_on(made, enquiry(made))
    take_back(made, case)
    assert clock(case, "acknowledge").stopped_at is None
    assert clock(case, "acknowledge").next_step_at is not None
    assert reloaded(case).next_due == clock(case).due
    assert (
        "Sent" not in page(client, made.alice, case).split("Acknowledgement")[1].split("</dd>")[0]
    )
    assert "acknowledge" in rules.available(reloaded(case), fresh(made.sam), NOW.date())


def test_an_acknowledgement_that_was_sent_first_stays_sent(made, client):
    """Also once it is asked about again. Seen red with: every clock of the first round taken for one that
    handing on stopped.
    """
    case = enquiry(made)
    actions.acknowledge(case=case, by=fresh(made.bob), text="Here.", now=NOW)
    later = NOW + timedelta(hours=2)
    hand_on(made, case, now=later)
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="Still dark.", now=later)
    said = page(client, made.alice, case).split("Acknowledgement")[1].split("</dd>")[0]
    assert "Sent" in said
    assert "handed on" not in said


def test_a_mistake_is_taken_back_and_wins_no_day(made, time_machine):
    """Bl10.1; the date is the one that it had. Seen red with: a clock started afresh; the ladder left out."""
    case = with_bob(made)
    due = clock(case).due
    hand_on(made, case)
    later = NOW + timedelta(days=4)
    time_machine.move_to(later, tick=False)
    take_back(made, case, now=later)
    case = reloaded(case)
    assert (case.state, case.round, case.closed_at) == ("with_officer", 1, None)
    assert (case.next_due, clock(case).due, clock(case).stopped_at) == (due, due, None)
    assert clock(case).next_step_at is not None
    assert Handing.objects.get(case=case).taken_back_at == later
    assert last_event(case).verb == "enquiry_taken_back"
    assert told(last_event(case)) == {f"person:{made.alice.pk}"}
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_what_became_late_meanwhile_is_late(made, time_machine):
    """Seen red with: a promise counted from the day on which it was taken back."""
    case = hand_on(made)
    late = NOW + timedelta(days=30)
    time_machine.move_to(late, tick=False)
    take_back(made, case, now=late)
    chasing.chase(now=late)
    assert reloaded(case).awaits_explanation
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="Mended.", now=late)
    assert reloaded(case).figure == "breach"
    assert Breach.objects.filter(clock__case=case, clock__promise="answer").count() == 1


def test_whoever_oversees_can_take_it_back_too_and_its_officer_hears_of_it(made):
    case = hand_on(made)
    take_back(made, case, by=fresh(made.dev))
    assert reloaded(case).owner_id == made.bob.pk
    assert told(last_event(case)) == {f"person:{made.alice.pk}", f"person:{made.bob.pk}"}
    with nothing_written(), pytest.raises(Refused):
        take_back(made, case)


def test_what_was_taken_back_can_be_handed_on_again(made, client):
    case = hand_on(made)
    take_back(made, case)
    hand_on(made, case, said={"reference": "RI-2"})
    assert Handing.objects.filter(case=case).count() == 2
    found = page(client, made.bob, case)
    assert "Handed on by mistake to" in found
    assert "Report it, with the reference RI-2" in found


def test_nobody_who_has_left_gets_it_back(made):
    case = hand_on(made)
    officer = made.bob.officer
    officer.ended_on = NOW.date() - timedelta(days=1)
    officer.save()
    take_back(made, case, by=fresh(made.sam))
    assert reloaded(case).state == lifecycle.RECEIVED
    assert reloaded(case).owner_id != made.bob.pk


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
