"""Asking another service: who may ask whom, who sees what until when, its own date and its own ladder.

No protocol of the five says how a service is asked: all of it is set by the council (ADR 14).
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Draft
from casework.chasing import actions as chasing
from casework.contributions import actions, lateness, on_case, rules
from casework.enquiries import actions as enquiries
from casework.models import Attachment, Breach, Case, Clock, Contribution, Message
from council.actions import closures
from ledger.actions import deliver
from ledger.models import Event, Notice
from ledger.verification import Tally, verify
from protocol import lifecycle
from protocol.refusals import Refused, Stale
from tests import cast
from tests.casework.making import (
    MONDAY,
    NOW,
    World,
    at,
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
from tests.documents.making import held
from tests.factories import (
    AbsenceFactory,
    DelegationFactory,
    OfficerFactory,
    RelationshipFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}
NONE = {"[contributions]\nallowed = true": "[contributions]\nallowed = false"}
# The enquiry is due on Wednesday 10 June: seven working days.
DUE = date(2026, 6, 10)
THURSDAY = date(2026, 6, 4)


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    found = world("bristol", changed=PAUSING)
    found.gita = cast.gita()
    found.gus = OfficerFactory(
        person__name="Gus Green", service=found.gita.officer.service, level="senior"
    ).person
    service = found.gita.officer.service
    service.head = found.gus.officer
    service.save(update_fields=["head"])
    return found


def housing(made: World):
    return made.gita.officer.service


def ask(made: World, case: Case, **changes) -> Contribution:
    """Bob asks Housing, by Thursday."""
    asked = {
        "case": case,
        "by": fresh(made.bob),
        "service": housing(made),
        "text": "Whose lamp is it?",
        "due": THURSDAY,
        "now": NOW,
    }
    actions.ask(**{**asked, **changes})
    return Contribution.objects.with_names().latest("pk")


def of_gita(made: World, case: Case, **changes) -> Contribution:
    return ask(made, case, service=None, officer=made.gita.officer, **changes)


def sees(contribution: Contribution, person) -> bool:
    return Contribution.objects.visible_to(fresh(person)).filter(pk=contribution.pk).exists()


def reads(person) -> set[str]:
    return set(Message.objects.visible_to(fresh(person)).values_list("body", flat=True))


# Asking ------------------------------------------------------------------------------------------------


def test_a_service_is_asked_by_a_date_and_the_enquiry_keeps_its_own(made):
    case = with_bob(made)
    before = (case.next_due, clock(case).due, case.state, case.owner)
    one = ask(made, case)
    case = reloaded(case)
    assert (case.next_due, clock(case).due, case.state, case.owner) == before
    assert (one.service, one.owner, one.due, one.state) == (housing(made), None, THURSDAY, "asked")
    assert (one.clock.promise, one.clock.days, one.clock.citation) == (
        "contribute",
        3,
        "set by the council",
    )
    event = last_event(case)
    assert event.verb == "contribution_asked"
    # As routing: to the service, whose head hears of what is in its queue.
    assert told(event) == {made.gus.key}


def test_a_service_begins_where_an_enquiry_to_it_would(time_machine):
    """Mo48: a significant one goes to a senior officer; so does what its service is asked."""
    time_machine.move_to(NOW)
    made = world("model")
    made.gita = cast.gita()
    lead = OfficerFactory(level="senior", service=housing(made)).person
    service = housing(made)
    service.head = lead.officer
    service.save(update_fields=["head"])
    case = with_bob(made, significance="significant")
    rule = case.profile.route("enquiry", frozenset({"significant"}))
    one = ask(made, case)
    assert one.owner == (lead if rule.to in ("senior_officer", "chief_officer") else None)


def test_only_whoever_has_it_or_acts_for_them_may_ask(made):
    """Seen red with: the overseers among those who may."""
    case = with_bob(made)
    for person in (made.alice, made.dev, made.gita, cast.charlie()):
        with nothing_written(), pytest.raises(Refused):
            ask(made, case, by=fresh(person))
    for place, person in enumerate((made.bob, made.sam, made.carol)):
        ask(made, reloaded(case), by=fresh(person), service=ServiceFactory(name=f"Service {place}"))


def test_who_may_not_be_asked(made):
    """The service that has it, one that was asked already, somebody apart, away, gone or without a service."""
    case = with_bob(made)
    ask(made, case)
    kin = OfficerFactory(person__name="Kin", service__name="Parks")
    RelationshipFactory(person=made.alice, other=kin.person)
    away = OfficerFactory(service__name="Parks")
    AbsenceFactory(officer=away, since=MONDAY, until=MONDAY)
    gone = OfficerFactory(service__name="Parks", ended_on=MONDAY - timedelta(1))
    nowhere = OfficerFactory(service=None)
    cases = [
        {"service": made.highways},
        {"service": housing(made)},
        {"service": None, "officer": made.sam.officer},
        *({"service": None, "officer": one} for one in (kin, away, gone, nowhere)),
    ]
    for asked in cases:
        with nothing_written(), pytest.raises(Refused):
            ask(made, reloaded(case), **asked)


def test_a_restricted_enquiry_and_a_council_without_it_ask_nobody(made):
    """Seen red with: the sensitivity not asked."""
    case = with_bob(made)
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    with pytest.raises(Refused, match="restricted"):
        ask(made, reloaded(case))


def test_where_the_council_does_not_have_it_the_way_is_not_offered(time_machine):
    time_machine.move_to(NOW)
    made = world("bristol", changed=NONE)
    made.gita = cast.gita()
    case = with_bob(made)
    with pytest.raises(Refused, match="has not set"):
        ask(made, case)
    from casework.enquiries import rules as of_enquiries

    assert "ask_service" not in of_enquiries.available(reloaded(case), fresh(made.bob), MONDAY)


def test_the_date_is_between_today_and_the_day_the_enquiry_is_due(made):
    """Seen red with: the day after the enquiry's taken."""
    case = with_bob(made)
    # The Friday before, the day after, a Saturday.
    for wrong in (MONDAY - timedelta(3), DUE + timedelta(1), date(2026, 6, 6)):
        with nothing_written(), pytest.raises(Refused):
            ask(made, case, due=wrong)
    for place, right in enumerate((MONDAY, DUE)):
        service = ServiceFactory(name=f"Service {place}")
        assert ask(made, reloaded(case), due=right, service=service).due == right


@given(days=st.integers(0, 40), closed=st.integers(0, 12))
def test_the_date_first_offered_is_the_councils_and_never_the_enquirys(days, closed):
    """Set by the council: so many working days on, the day before the enquiry is due at the latest.

    Seen red with: the enquiry's own date let through.
    """
    from types import SimpleNamespace

    from protocol.calendar import Calendar

    calendar = Calendar.for_nation("england", [MONDAY + timedelta(closed)])
    due = calendar.due_date(MONDAY, 7)
    case = SimpleNamespace(
        next_due=due, profile=SimpleNamespace(contributions=SimpleNamespace(days=3))
    )
    today = MONDAY + timedelta(days)
    found = rules.first_offered(case, today, calendar)
    assert found >= today
    assert calendar.is_working_day(found)
    if today < calendar.add(due, -1):
        assert found < due
        assert calendar.between(today, found) <= 3
    elif today <= due:
        assert found <= due
    else:
        assert calendar.between(today, found) == 3
    rules.may_be_due(case, found, on=today, calendar=calendar)


def test_of_two_who_ask_at_once_one_is_told_and_nothing_is_left_half(made):
    case = with_bob(made)
    stale = reloaded(case)
    ask(made, case)
    with nothing_written(), pytest.raises(Stale):
        ask(made, stale, service=ServiceFactory(name="Parks"))


# Who sees what -----------------------------------------------------------------------------------------


def test_whoever_is_asked_sees_what_they_need_and_not_the_enquiry(made):
    """Need to know. Seen red with: `shares` not asked."""
    case = with_bob(made, constituent_name="Rita Resident", constituent_contact="01632 960001")
    enquiries.note(case=case, by=fresh(made.bob), text="She rings daily.", now=NOW)
    one = of_gita(made, case)
    gita = fresh(made.gita)
    assert not Case.objects.visible_to(gita).filter(pk=case.pk).exists()
    assert sees(one, made.gita)
    assert reads(made.gita) == {"Whose lamp is it?"}


def test_what_the_member_wrote_is_read_only_where_it_is_shared_and_until_it_is_given(made):
    """Seen red with: the officers' notes among what is lent; what has ended left open."""
    case = with_bob(made)
    enquiries.note(case=case, by=fresh(made.bob), text="She rings daily.", now=NOW)
    one = of_gita(made, case, shares=True)
    assert reads(made.gita) == {"Whose lamp is it?", "There are three of them."}
    actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.", now=NOW)
    assert reads(made.gita) == {"Whose lamp is it?", "Ours."}
    assert sees(one, made.gita)


@pytest.mark.parametrize("how", ["call_back", "decline", "answer", "withdraw"])
def test_sight_of_the_enquiry_ends_however_it_ends(made, how):
    case = with_bob(made)
    one = of_gita(made, case, shares=True)
    bob = fresh(made.bob)
    {
        "call_back": lambda: actions.call_back(contribution=one, by=bob, now=NOW),
        "decline": lambda: actions.decline(
            contribution=one, by=fresh(made.gita), reason="Not ours.", now=NOW
        ),
        "answer": lambda: enquiries.answer(case=case, by=bob, text="Done.", now=NOW),
        "withdraw": lambda: enquiries.withdraw(case=case, by=fresh(made.alice), now=NOW),
    }[how]()
    assert "There are three of them." not in reads(made.gita)
    assert "Done." not in reads(made.gita)
    assert "Whose lamp is it?" in reads(made.gita)


def test_what_is_marked_private_is_shared_with_no_service(made):
    """Seen red with: the marking not asked."""
    case = with_bob(made, confidential=True, confidential_why="Her health.")
    with nothing_written(), pytest.raises(Refused, match="marked"):
        of_gita(made, case, shares=True)
    of_gita(made, case)
    assert reads(made.gita) == {"Whose lamp is it?"}


def test_each_sees_a_contribution_for_as_long_as_it_is_theirs_to_see(made):
    """Seen red with: what is seen meanwhile seen for good."""
    case = with_bob(made)
    one = of_gita(made, case, shares=True)
    colleague = OfficerFactory(service=housing(made)).person
    cover = OfficerFactory(service__name="Parks").person
    AbsenceFactory(
        officer=made.gita.officer,
        since=MONDAY,
        until=MONDAY + timedelta(30),
        cover=cover.officer,
    )
    everybody = {
        "gita": made.gita,
        "cover": cover,
        "head": made.gus,
        "colleague": colleague,
        "alice": made.alice,
        "erin": cast.erin(),
        "charlie": cast.charlie(),
        "otis": cast.otis(),
        "ada": cast.ada(),
    }
    see = lambda: {name for name, person in everybody.items() if sees(one, person)}  # noqa: E731
    assert see() == {"gita", "cover", "head"}
    assert "There are three of them." in reads(cover)
    Contribution.objects.update(owner=None)
    assert see() == {"colleague", "gita", "head"}
    Contribution.objects.update(owner=made.gita)
    actions.contribute(
        contribution=Contribution.objects.with_names().get(),
        by=fresh(made.gita),
        text="Ours.",
        now=NOW,
    )
    assert see() == {"gita", "head"}
    officer = made.gita.officer
    officer.ended_on = MONDAY - timedelta(1)
    officer.save(update_fields=["ended_on"])
    assert see() == {"head"}


def test_nobody_on_the_members_side_sees_what_the_officers_asked(made):
    """Bracknell: one person can be both. Seen red with: the member's side not taken out."""
    case = with_bob(made)
    one = of_gita(made, case)
    DelegationFactory(principal=made.alice, delegate=made.gita)
    assert not sees(one, made.gita)
    assert "Whose lamp is it?" not in reads(made.gita)
    with pytest.raises(Refused):
        actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.", now=NOW)


def test_files_follow_what_they_came_with(made):
    """Whoever may read a message may open its files (ADR 9)."""
    case = with_bob(made)
    file = held(made.bob, added_at=NOW, since=NOW)
    of_gita(made, case, documents=[file])
    opens = Attachment.objects.visible_to(fresh(made.gita))
    assert [one.document for one in opens] == [file]
    assert not Attachment.objects.visible_to(fresh(cast.charlie())).exists()
    assert not Attachment.objects.visible_to(fresh(made.alice)).exists()


# Giving, passing on, calling back ------------------------------------------------------------------------


def test_what_is_given_is_told_and_stays_for_officers(made):
    case = with_bob(made)
    one = of_gita(made, case)
    version = reloaded(case).version
    actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.", now=at(MONDAY, 12))
    case = reloaded(case)
    # It makes nothing stale that Bob is writing.
    assert case.version == version
    assert told(last_event(case)) == {made.bob.key}
    assert Clock.objects.get(promise="contribute").stopped_at == at(MONDAY, 12)
    assert "Ours." in reads(made.bob)
    assert "Ours." not in reads(made.alice)
    assert "Whose lamp is it?" not in reads(made.alice)


def test_passing_on_stays_in_the_service(made):
    """Seen red with: any officer taken."""
    case = with_bob(made)
    one = of_gita(made, case)
    other = OfficerFactory(service__name="Parks")
    with nothing_written(), pytest.raises(Refused, match="does not work in"):
        actions.pass_on(
            contribution=one, by=fresh(made.gita), officer=other, reason="Yours.", now=NOW
        )
    actions.pass_on(
        contribution=one, by=fresh(made.gita), officer=made.gus.officer, reason="Yours.", now=NOW
    )
    assert told(last_event(case)) == {made.gus.key, made.bob.key}
    assert not sees(one, made.gita)
    assert one.due == THURSDAY


def test_what_has_ended_can_be_given_no_more_and_asked_again(made):
    case = with_bob(made)
    one = of_gita(made, case)
    actions.call_back(contribution=one, by=fresh(made.bob), reason="It is known.", now=NOW)
    with nothing_written(), pytest.raises(Refused):
        actions.contribute(
            contribution=Contribution.objects.with_names().get(),
            by=fresh(made.gita),
            text="Ours.",
            now=NOW,
        )
    again = of_gita(made, reloaded(case))
    assert (again.pk != one.pk, again.state) == (True, "asked")


@pytest.mark.parametrize("person", ["alice", "dev", "bob", "hana"])
def test_only_whoever_is_asked_gives(made, person):
    case = with_bob(made)
    one = of_gita(made, case)
    by = getattr(made, person, None) or made.posts["head_of_paid_service"]
    with nothing_written(), pytest.raises(Refused):
        actions.contribute(contribution=one, by=fresh(by), text="Ours.", now=NOW)


# What becomes of it with the enquiry -----------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["answer", "withdraw"])
def test_an_enquiry_ends_and_calls_back_what_is_open_in_the_same_moment(made, verb):
    """It never blocks the answer. Seen red with: `call_back_all` left out of `answer`."""
    case = with_bob(made)
    one = of_gita(made, case)
    if verb == "answer":
        case = enquiries.answer(case=case, by=fresh(made.bob), text="Done.", now=NOW)
    else:
        case = enquiries.withdraw(case=case, by=fresh(made.alice), now=NOW)
    one.refresh_from_db()
    assert (one.state, one.ended_at) == ("called_back", NOW)
    event = Event.objects.of("contribution_called_back").get()
    assert told(event) == {made.gita.key}
    assert event.data["why"] in ("answered", "withdrawn")
    assert not Clock.objects.running().filter(promise="contribute").exists()
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_it_goes_with_the_enquiry_to_another_officer_and_ends_where_it_comes_to_the_asked(made):
    """Seen red with: `came_over` left out of the hand-over."""
    case = with_bob(made)
    one = of_gita(made, case)
    sam = made.sam.officer
    case = enquiries.reassign(
        case=case, by=fresh(made.bob), officer=sam, reason="He knows.", now=NOW
    )
    one.refresh_from_db()
    assert one.is_open
    actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.", now=NOW)
    assert told(last_event(case)) == {made.sam.key}
    again = of_gita(made, reloaded(case), by=fresh(made.sam))
    enquiries.reassign(
        case=reloaded(case),
        by=fresh(made.sam),
        officer=made.gita.officer,
        reason="Hers.",
        now=NOW,
    )
    again.refresh_from_db()
    assert again.state == "called_back"


def test_asked_again_it_is_a_new_round(made):
    case = with_bob(made)
    ask(made, case)
    case = enquiries.answer(case=case, by=fresh(made.bob), text="Done.", now=NOW)
    case = enquiries.ask_again(case=case, by=fresh(made.alice), text="And the kerb?", now=NOW)
    assert ask(made, case).round == 2


def test_whoever_is_asked_leaves_and_the_head_can_give_it_on(made):
    from casework import leaving

    case = with_bob(made)
    one = of_gita(made, case)
    listed = leaving.waiting(made.gita.pk, fresh(made.gus))
    assert listed == [(f"Contribution to {case.reference}: {case.subject}", one.get_absolute_url())]
    # The clerk sees it, and the service passes it on.
    [(words, address)] = leaving.waiting(made.gita.pk, fresh(made.dev))
    assert words == f"{listed[0][0]} (Whoever answers for Housing can pass it on)"
    assert address == one.get_absolute_url()
    officer = made.gita.officer
    officer.ended_on = MONDAY - timedelta(1)
    officer.save(update_fields=["ended_on"])
    other = OfficerFactory(service=housing(made))
    actions.pass_on(
        contribution=one, by=fresh(made.gus), officer=other, reason="She left.", now=NOW
    )
    assert one.owner == other.person


# Time -------------------------------------------------------------------------------------------------------


def swept(day: date) -> None:
    chasing.chase(now=at(day, 9))


def test_it_has_a_ladder_of_its_own_on_the_one_sweep(made):
    """Set by the council: before, on the day, the day after and up the line of whoever is asked.

    Seen red with: the enquiry's owner taken for whoever is asked.
    """
    case = with_bob(made)
    of_gita(made, case)
    made.carol.officer.refresh_from_db()
    service = housing(made)
    service.chief_officer = made.carol.officer
    service.save(update_fields=["chief_officer"])
    found = []
    for days in range(1, 8):
        day = working_days(MONDAY, days)
        swept(day)
        new = Event.objects.about(case.key).filter(verb__startswith="contribution_").order_by("seq")
        found += [(day, e.verb, told(e)) for e in new if e.at == at(day, 9)]
    assert found == [
        (working_days(THURSDAY, -1), "contribution_reminded", {made.gita.key}),
        (THURSDAY, "contribution_due", {made.gita.key}),
        (
            working_days(THURSDAY, 1),
            "contribution_late",
            {made.gita.key, made.gus.key, made.bob.key},
        ),
        (working_days(THURSDAY, 3), "contribution_late", {made.carol.key, made.bob.key}),
    ]
    # No breach: the promise is to the officer. None of it is the member's to hear.
    assert not Breach.objects.filter(clock__promise="contribute").exists()
    assert not any(
        made.alice.key in told(e) for e in Event.objects.filter(verb__startswith="contribution_")
    )
    assert not Case.objects.visible_to(fresh(made.gus)).filter(pk=case.pk).exists()


def test_a_notice_leads_each_to_what_they_may_open_and_quotes_nothing(made, mailoutbox):
    case = with_bob(made)
    one = of_gita(made, case)
    deliver(now=at(MONDAY, 11))
    mail = next(m for m in mailoutbox if made.gita.email in m.to[0])
    assert one.get_absolute_url() in mail.body
    assert case.reference in mail.subject
    assert case.subject not in mail.body + mail.subject
    assert "lamp" not in mail.body
    mailoutbox.clear()
    actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.", now=at(MONDAY, 12))
    deliver(now=at(MONDAY, 13))
    mail = next(m for m in mailoutbox if made.bob.email in m.to[0])
    assert case.get_absolute_url() in mail.body
    assert not Notice.objects.filter(dropped_at__isnull=False).exists()


def test_a_closure_day_moves_it_and_says_why(made):
    """Seen red with: the contribution left with the date of before."""
    case = with_bob(made)
    one = of_gita(made, case)
    closures.add(first=date(2026, 6, 3), name="Storm", by=None)
    chasing.recount(now=at(MONDAY, 11))
    one.refresh_from_db()
    assert one.due == one.clock.due == date(2026, 6, 5)
    assert Clock.objects.get(promise="contribute").original_due == THURSDAY
    event = Event.objects.of("contribution_recomputed").get()
    assert told(event) == {made.gita.key, made.bob.key}
    assert reloaded(case).next_due == date(2026, 6, 11)


def test_it_waits_while_the_enquiry_is_paused(made):
    """Seen red with: the clock left running."""
    case = with_bob(made)
    one = of_gita(made, case)
    bob = fresh(made.bob)
    enquiries.ask(case=case, by=bob, text="Which end?", now=NOW)
    enquiries.pause(case=case, by=bob, reason="She is away.", now=NOW)
    swept(working_days(THURSDAY, 2))
    assert "contribution_reminded" not in verbs(case)
    assert not Contribution.objects.counted("late", working_days(THURSDAY, 2)).exists()
    enquiries.resume(case=reloaded(case), by=bob, now=at(date(2026, 6, 3)))
    one.refresh_from_db()
    # Two working days lie in the pause.
    assert one.due == one.clock.due == date(2026, 6, 8)
    assert one.clock.next_step_at is not None


def test_several_open_over_a_closure_day_a_pause_and_the_clocks_going_back(made, time_machine):
    """Each keeps its own working days, and its ladder its hour in London: BST ends on Sunday 25 October."""
    friday = date(2026, 10, 23)
    time_machine.move_to(at(friday))
    case, bob = with_bob(made, now=at(friday)), fresh(made.bob)
    due = {days: working_days(friday, days) for days in (0, 1, 2, 3)}
    for days, day in due.items():
        service = ServiceFactory(name=f"Service {days}")
        ask(made, reloaded(case), due=day, service=service, now=at(friday))
    enquiries.ask(case=reloaded(case), by=bob, text="Which end?", now=at(friday))
    enquiries.pause(case=reloaded(case), by=bob, reason="Away.", now=at(friday))
    closures.add(first=date(2026, 10, 28), name="Storm", by=None)
    chasing.recount(now=at(friday, 11))
    # Monday and Tuesday lie in the pause.
    enquiries.resume(case=reloaded(case), by=bob, now=at(date(2026, 10, 27)))
    # Wednesday is closed.
    wanted = {
        0: date(2026, 10, 27),
        1: date(2026, 10, 29),
        2: date(2026, 10, 30),
        3: date(2026, 11, 2),
    }
    found = Contribution.objects.select_related("clock", "service")
    assert {int(one.service.name[-1]): one.due for one in found} == wanted
    assert all(one.due == one.clock.due for one in found)
    remind = next(one for one in found if one.due == wanted[2]).clock.next_step_at
    hour = case.profile.ladder.hour
    assert remind == at(wanted[1], hour)
    assert remind.astimezone(UTC).hour == hour


def test_asked_for_by_the_same_day(made):
    """No working day after it: it is due at once, and late the day after."""
    case = with_bob(made)
    one = of_gita(made, case, due=MONDAY)
    assert (one.clock.days, one.due) == (0, MONDAY)
    closures.add(first=date(2026, 6, 8), name="Storm", by=None)
    chasing.recount(now=at(MONDAY, 11))
    one.refresh_from_db()
    assert one.due == MONDAY
    swept(date(2026, 6, 2))
    assert last_event(case).verb == "contribution_late"


# The record of a late answer -----------------------------------------------------------------------------


def test_the_late_service_is_on_record_when_the_answer_comes_late(made):
    """Named to officers with its three dates, and in the ledger; a service that was in time is not.

    Seen red with: every service named.
    """
    case = with_bob(made)
    parks, trees = (OfficerFactory(service__name=name) for name in ("Parks", "Trees"))
    late = of_gita(made, case)
    ask(made, reloaded(case), service=None, officer=parks)
    in_time = Contribution.objects.with_names().latest("pk")
    ask(made, reloaded(case), service=None, officer=trees, due=DUE)
    actions.contribute(contribution=in_time, by=fresh(parks.person), text="No.", now=NOW)
    given = at(date(2026, 6, 12))
    actions.contribute(contribution=late, by=fresh(made.gita), text="Ours.", now=given)
    answered = at(date(2026, 6, 15))
    case = enquiries.answer(case=reloaded(case), by=fresh(made.bob), text="Done.", now=answered)
    found = lateness.of_case(case, clock(case), case.contributions.with_names(), answered.date())
    assert [lateness.sentence(one) for one in found] == [
        "Housing: asked Monday 1 June, due Thursday 4 June, given Friday 12 June",
        "Trees: asked Monday 1 June, due Wednesday 10 June, called back Monday 15 June",
    ]
    event = Event.objects.of("late_services_recorded").get()
    assert event.data["services_late"] == sorted([housing(made).pk, trees.service_id])
    assert case.figure == "breach"


def test_an_answer_in_time_puts_no_service_on_record(made):
    case = with_bob(made)
    one = of_gita(made, case, due=MONDAY)
    given = at(date(2026, 6, 3))
    actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.", now=given)
    assert last_event(case).data["was_late"] is True
    enquiries.answer(case=reloaded(case), by=fresh(made.bob), text="Done.", now=given)
    assert not Event.objects.of("late_services_recorded").exists()


def duplicate(made: World, case: Case, now) -> Case:
    """Bob closes it as a duplicate of another of Alice's."""
    other, bob = with_bob(made, subject="The same lamp"), fresh(made.bob)
    enquiries.link(case=case, by=bob, other=other, kind="duplicate", reason="The same.", now=now)
    return enquiries.close_duplicate(
        case=reloaded(case), by=bob, other=other, reason="See there.", now=now
    )


def test_closed_late_as_a_duplicate_it_is_on_record_too(made):
    """And called back in the same moment. Seen red with: either left out of `close_duplicate`."""
    case = with_bob(made)
    one = of_gita(made, case)
    now = at(date(2026, 6, 15))
    duplicate(made, case, now)
    one.refresh_from_db()
    assert (one.state, one.ended_at) == ("called_back", now)
    assert Clock.objects.get(promise="contribute").stopped_at == now
    back = Event.objects.of("contribution_called_back").get()
    assert (told(back), back.data["why"]) == ({made.gita.key}, "duplicate")
    late = Event.objects.of("late_services_recorded").get()
    assert late.data["services_late"] == [housing(made).pk]
    # After what it was called back with: the record says how that stood.
    assert late.seq > back.seq


def test_closed_in_time_as_a_duplicate_it_is_called_back_and_no_service_is_late(made):
    case = with_bob(made)
    of_gita(made, case)
    duplicate(made, case, NOW)
    assert Contribution.objects.get().state == "called_back"
    assert not Event.objects.of("late_services_recorded").exists()


def test_closed_as_a_duplicate_while_paused_its_pause_ends_with_it(made):
    """The working days of the pause are allowed for, so neither the enquiry nor the service is late.

    Seen red with: the clock not resumed.
    """
    case, bob = with_bob(made), fresh(made.bob)
    one = of_gita(made, case)
    enquiries.ask(case=case, by=bob, text="Which end?", now=NOW)
    enquiries.pause(case=case, by=bob, reason="She is away.", now=NOW)
    duplicate(made, reloaded(case), at(date(2026, 6, 15)))
    one.refresh_from_db()
    assert (one.state, one.due) == ("called_back", working_days(THURSDAY, 10))
    assert one.clock.paused_on is None
    assert "was_late" not in Event.objects.of("contribution_called_back").get().data
    assert not Event.objects.of("late_services_recorded").exists()


def test_withdrawn_late_it_is_on_record_too(made):
    case = with_bob(made)
    of_gita(made, case)
    enquiries.withdraw(case=reloaded(case), by=fresh(made.alice), now=at(date(2026, 6, 15)))
    assert Event.objects.of("late_services_recorded").exists()


# Pages ------------------------------------------------------------------------------------------------------

MOST_QUERIES = 12


def page(client, person, address: str):
    client.force_login(person)
    return client.get(address)


def test_whoever_is_asked_finds_it_in_their_work_and_gives_it_there(
    made, client, django_assert_max_num_queries
):
    case = with_bob(made)
    one = of_gita(made, case)
    work = page(client, made.gita, reverse("work-list")).content.decode()
    assert one.get_absolute_url() in work
    assert "Due Thursday 4 June" in work
    assert "(3 working days)" in work
    client.get(one.get_absolute_url())
    with django_assert_max_num_queries(MOST_QUERIES):
        shown = client.get(one.get_absolute_url()).content.decode()
    assert "Whose lamp is it?" in shown
    assert "There are three of them." not in shown
    assert page(client, made.gita, case.get_absolute_url()).status_code == 404
    sent = {"text": "It is ours.", "version": one.version}
    client.post(f"{one.get_absolute_url()}contribute/", sent)
    one.refresh_from_db()
    assert one.state == "given"


def test_many_contributions_cost_the_work_list_no_more(made, client, django_assert_max_num_queries):
    for place in range(6):
        case = with_bob(made, subject=f"Lamp {place}")
        of_gita(made, case)
        ask(made, reloaded(case), service=ServiceFactory(name="Parks"))
    for who, name in (
        (made.gita, "work-list"),
        (made.gus, "team-list"),
        (made.dev, "overview-show"),
    ):
        page(client, who, reverse(name))
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(reverse(name))
    page(client, made.bob, case.get_absolute_url())
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(case.get_absolute_url())


def test_the_officer_uses_the_words_in_the_answer(made, client):
    case = with_bob(made)
    one = of_gita(made, case)
    actions.contribute(contribution=one, by=fresh(made.gita), text="The lamp is ours.", now=NOW)
    shown = page(client, made.bob, case.get_absolute_url()).content.decode()
    assert "Use in your answer" in shown
    answer = reverse("enquiry-answer", args=[case.reference])
    form = client.get(f"{answer}?use={one.key}").content.decode()
    assert ">\nThe lamp is ours.</textarea>" in form
    assert "lamp is ours" not in client.get(f"{answer}?use=nothing").content.decode()
    # The words of another enquiry are not to be had by its key.
    other = reverse("enquiry-answer", args=[with_bob(made, subject="Other").reference])
    assert "lamp is ours" not in client.get(f"{other}?use={one.key}").content.decode()


def test_the_words_go_below_what_the_officer_has_written_already(made, client):
    """A draft of the answer is not written over, and the words are not lost behind it; nor come twice."""
    case = with_bob(made)
    one = of_gita(made, case)
    actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.\n\nIt is lit.", now=NOW)
    client.force_login(made.bob)
    answer = reverse("enquiry-answer", args=[case.reference])
    use = f"{answer}?use={one.key}"
    version = reloaded(case).version
    client.post(answer, {"text": "Thank you.", "save_draft": "1", "version": version})
    assert text_in(client.get(answer)) == "Thank you."
    began = text_in(client.get(use))
    assert began == "Thank you.\n\nOurs.\n\nIt is lit."
    draft = Draft.objects.get()
    # As a browser sends it.
    sent = {"text": began.replace("\n", "\r\n"), "save_draft": "1", "draft_seen": draft.mark}
    client.post(answer, {**sent, "version": version})
    assert text_in(client.get(use)).count("It is lit.") == 1


def text_in(page) -> str:
    return page.context["form"]["text"].value().replace("\r\n", "\n")


def test_the_member_cannot_have_the_words_of_a_service_by_its_key(made, client):
    """Nor whoever acts for her. The page says who may answer; the box of a draft would have shown them."""
    case = with_bob(made)
    one = of_gita(made, case)
    actions.contribute(contribution=one, by=fresh(made.gita), text="The lamp is ours.", now=NOW)
    client.force_login(made.alice)
    shown = client.get(f"{reverse('enquiry-answer', args=[case.reference])}?use={one.key}")
    assert "lamp is ours" not in shown.content.decode()
    assert on_case.given(case, str(one.key), "member") == ""


def test_the_answer_says_first_that_it_calls_back_what_is_open(made, client):
    case = with_bob(made)
    of_gita(made, case)
    shown = page(client, made.bob, case.get_absolute_url()).content.decode()
    assert "Not yet given: what you asked of Housing. Sending the answer calls it back." in shown


def test_the_member_reads_that_another_service_was_asked_and_not_which(made, client):
    """Blame between services is for officers. Seen red with: one sentence for both sides."""
    case = with_bob(made)
    one = of_gita(made, case)
    shown = page(client, made.alice, case.get_absolute_url()).content.decode()
    assert "has asked another service for part of the answer" in shown
    assert "asked another service for part of the answer" in shown
    for secret in ("Housing", "Gita", "lamp", str(one.key)):
        assert secret not in shown
    enquiries.answer(
        case=reloaded(case), by=fresh(made.bob), text="Done.", now=at(date(2026, 6, 15))
    )
    shown = page(client, made.alice, case.get_absolute_url()).content.decode()
    for secret in ("Housing", "Gita", "contribution"):
        assert secret not in shown
    for name in ("contribution-page", "contribution-contribute", "contribution-call-back"):
        assert client.get(reverse(name, args=[one.key])).status_code == 404


def test_the_overview_counts_by_service_and_each_number_leads_to_its_cases(
    made, client, time_machine
):
    """Seen red with: what is not yet due among the late."""
    first, second = with_bob(made), with_bob(made, subject="Other")
    of_gita(made, first, due=MONDAY)
    of_gita(made, second)
    time_machine.move_to(at(date(2026, 6, 2)))
    shown = page(client, made.dev, reverse("overview-show"))
    ((name, open_, late),) = shown.context["asked"]
    assert (name, open_.text, late.text) == ("Housing", "2", "1")
    listed = [list(client.get(link.href).context["page"].object_list) for link in (open_, late)]
    assert [set(cases) for cases in listed] == [{first, second}, {first}]


def test_two_at_once_lose_no_text(made, client):
    """The second to give reads why not, with what they typed."""
    case = with_bob(made)
    one = of_gita(made, case)
    client.force_login(made.gita)
    actions.call_back(contribution=one, by=fresh(made.bob), now=NOW)
    sent = {"text": "A long and careful text.", "version": 1}
    answer = client.post(f"{one.get_absolute_url()}contribute/", sent)
    assert answer.status_code == 409
    assert "A long and careful text." in answer.content.decode()


def test_what_was_typed_is_not_lost_where_a_colleague_took_it_on(made, client):
    """It is out of sight then; the page is the same for one that never was."""
    one = of_gita(made, with_bob(made))
    client.force_login(made.gita)
    actions.take_on(contribution=one, by=fresh(made.gus), now=NOW)
    sent = {"text": "A long and careful text.", "version": 1}
    pages = [
        client.post(address, sent)
        for address in (
            f"{one.get_absolute_url()}contribute/",
            reverse("contribution-contribute", args=[uuid.uuid4()]),
        )
    ]
    for answer in pages:
        shown = answer.content.decode()
        assert answer.status_code == 404
        assert "This contribution is not one that you can see" in shown
        assert "A long and careful text." in shown
    assert client.get(f"{one.get_absolute_url()}contribute/").status_code == 404


def test_every_verb_of_the_lifecycle_has_its_rule_and_its_step():
    from casework.contributions.steps import STEPS

    table = {verb for _, verb in lifecycle.TABLE["contribution"]}
    assert table == set(rules.WHO) == set(STEPS)
    for state in lifecycle.CONTRIBUTION_WORDS:
        for verb in table - lifecycle.verbs("contribution", state):
            with pytest.raises(Refused):
                lifecycle.next_state("contribution", state, verb)


def test_what_is_received_and_with_nobody_asks_nobody(made):
    with pytest.raises(Refused):
        ask(made, enquiry(made), by=fresh(made.sam))


# What else is refused ---------------------------------------------------------------------------------------


def test_no_more_are_asked_at_once_than_anybody_reads(made, monkeypatch):
    case = with_bob(made)
    monkeypatch.setattr(rules, "MOST_OPEN", 1)
    ask(made, case)
    with nothing_written(), pytest.raises(Refused, match="1 service"):
        ask(made, reloaded(case), service=ServiceFactory(name="Parks"))


def test_nobody_apart_gives_in_anothers_place(made):
    """Whoever covers for Gita has declared a relationship with the member (set by the council)."""
    one = of_gita(made, with_bob(made))
    cover = OfficerFactory(service__name="Parks")
    AbsenceFactory(officer=made.gita.officer, since=MONDAY, until=MONDAY, cover=cover)
    RelationshipFactory(person=made.alice, other=cover.person)
    by = fresh(cover.person)
    for give in (
        lambda: actions.contribute(contribution=one, by=by, text="Ours.", now=NOW),
        lambda: actions.decline(contribution=one, by=by, reason="Not ours.", now=NOW),
        lambda: actions.take_on(contribution=one, by=by, now=NOW),
    ):
        with nothing_written(), pytest.raises(Refused, match="may not act"):
            give()


def test_whoever_it_was_brought_to_gives_it_on_and_gives_nothing(made):
    """They come to see it by the ladder, and to nothing of the enquiry."""
    case = with_bob(made)
    one = of_gita(made, case)
    # Gita’s manager works in another service.
    above = OfficerFactory(person__name="Max Manager", service__name="Parks", level="senior")
    officer = made.gita.officer
    officer.manager = above
    officer.save(update_fields=["manager"])
    assert not sees(one, above.person)
    for days in range(5):
        swept(working_days(THURSDAY, days - 1))
    assert sees(one, above.person)
    by = fresh(above.person)
    assert not Case.objects.visible_to(by).filter(pk=case.pk).exists()
    assert not case.escalations.filter(person=by).exists()
    with nothing_written(), pytest.raises(Refused):
        actions.contribute(contribution=one, by=by, text="Ours.", now=NOW)
    actions.pass_on(contribution=one, by=by, officer=made.gus.officer, reason="See to it.", now=NOW)
    assert one.owner == made.gus


def test_whoever_is_asked_cannot_call_it_back(made):
    one = of_gita(made, with_bob(made))
    for person in (made.gita, made.gus, made.dev, made.alice):
        with nothing_written(), pytest.raises(Refused):
            actions.call_back(contribution=one, by=fresh(person), now=NOW)


def test_whoever_comes_second_is_told_and_changes_nothing(made):
    """By the version that the page showed, and by the row's own."""
    one = of_gita(made, with_bob(made))
    stale = Contribution.objects.with_names().get()
    with nothing_written(), pytest.raises(Stale):
        actions.decline(contribution=one, by=fresh(made.gita), reason="No.", seen=2, now=NOW)
    actions.take_on(contribution=one, by=fresh(made.gus), now=NOW)
    with nothing_written(), pytest.raises(Stale):
        actions.contribute(contribution=stale, by=fresh(made.gita), text="Ours.", now=NOW)


def test_given_while_paused_its_pause_ends_with_it(made):
    """The days of the pause are allowed for, so that it is not late."""
    case, bob = with_bob(made), fresh(made.bob)
    one = of_gita(made, case)
    enquiries.ask(case=case, by=bob, text="Which end?", now=NOW)
    enquiries.pause(case=case, by=bob, reason="She is away.", now=NOW)
    given_at = at(date(2026, 6, 9))
    one = Contribution.objects.with_names().get()
    actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.", now=given_at)
    assert one.due == working_days(THURSDAY, 6)
    kept = Clock.objects.get(promise="contribute")
    assert (kept.paused_on, kept.due, kept.stopped_at) == (None, one.due, given_at)
    assert "was_late" not in last_event(case).data


def test_a_service_that_was_late_for_the_answer_before_is_not_named_with_the_next(made):
    case = with_bob(made)
    of_gita(made, case, due=MONDAY)
    answered = at(date(2026, 6, 3))
    enquiries.answer(case=reloaded(case), by=fresh(made.bob), text="Done.", now=answered)
    enquiries.ask_again(
        case=reloaded(case), by=fresh(made.alice), text="And the kerb?", now=answered
    )
    enquiries.answer(
        case=reloaded(case), by=fresh(made.bob), text="Done.", now=at(date(2026, 6, 30))
    )
    assert last_event(case).verb == "breach_recorded"
    assert not Event.objects.of("late_services_recorded").exists()
