"""A service is merged or ends: its open enquiries, and what it was asked, go on with its successor.

No protocol says how a council reorganises; every promise of it runs on (docs/adr/0018).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework import carrying
from casework.chasing import actions as chasing
from casework.contributions import actions as contributions
from casework.enquiries import actions, service_requests
from casework.enquiries.forms import LogForm
from casework.models import Case, Clock, Contribution, DirectContact, Handover
from council.models import Council
from ledger.actions import deliver
from ledger.models import Event, Notice
from ledger.verification import Tally, verify
from officers.actions import reorganising
from officers.models import Officer, Service
from protocol.refusals import Refused
from tests import cast
from tests.casework.making import (
    MONDAY,
    NOW,
    World,
    clock,
    enquiry,
    fresh,
    last_event,
    reloaded,
    told,
    verbs,
    with_bob,
    working_days,
    world,
)
from tests.factories import OfficerFactory, ServiceFactory

pytestmark = pytest.mark.django_db
WHY = "One team for the streets."
TUESDAY = NOW + timedelta(days=1)


@pytest.fixture
def made(time_machine) -> World:
    """Highways (Bob, Sam at its head) is to be part of Environment (Ella at its head, Evan in it)."""
    time_machine.move_to(NOW, tick=False)
    found = world("bristol")
    found.gita = cast.gita()
    found.environment = ServiceFactory(name="Environment")
    found.ella = OfficerFactory(
        person__name="Ella Earth", service=found.environment, level="senior"
    ).person
    found.evan = OfficerFactory(person__name="Evan Elm", service=found.environment).person
    found.environment.head = found.ella.officer
    found.environment.save()
    return found


def merge(made: World, service=None, into=None, kind: str = "merge"):
    act = getattr(reorganising, kind)
    return act(
        service=service or made.highways,
        into=into or made.environment,
        reason=WHY,
        by=fresh(made.dev),
    )


def sees(person, case: Case) -> bool:
    return Case.objects.visible_to(fresh(person)).filter(pk=case.pk).exists()


def clocks() -> list:
    return list(Clock.objects.order_by("pk").values())


def restricted(case: Case) -> Case:
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    return reloaded(case)


# What goes along ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["merge", "end"])
def test_what_is_open_goes_along_with_its_owner_and_its_dates(made, kind):
    """Seen red with: `carry` that moves the cases without an owner alone."""
    queue, mine = enquiry(made), with_bob(made, subject="A lamp")
    before = clocks(), mine.owner_id, mine.owner_since, mine.next_due
    change = merge(made, kind=kind)
    for case in (queue, mine):
        assert reloaded(case).service == made.environment
        event = last_event(case)
        assert event.verb == f"enquiry_moved_by_{'merger' if kind == 'merge' else 'ending'}"
        assert event.actor == made.dev.pk
        assert event.data == {
            "version": case.version + 1,
            "service_before": change.service_id,
            "service_now": made.environment.pk,
        }
        assert event.data["version"] == reloaded(case).version
    mine = reloaded(mine)
    assert (clocks(), mine.owner_id, mine.owner_since, mine.next_due) == before
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_what_was_answered_keeps_the_old_name_and_says_who_has_it_now(made, client):
    """Seen red with: `mine` without `open()`."""
    case = actions.answer(case=with_bob(made), by=fresh(made.bob), text="They are filled.")
    merge(made)
    assert reloaded(case).service == made.highways
    assert last_event(case).verb == "enquiry_answered"
    for person in (made.alice, made.dev):
        client.force_login(person)
        assert "Highways, now Environment" in client.get(case.get_absolute_url()).content.decode()


def test_the_history_says_from_where_and_why(made, client):
    case = with_bob(made)
    merge(made)
    client.force_login(made.alice)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "The enquiry moved from Highways to Environment, as these were merged" in page
    assert "Highways, now" not in page


def test_nobody_is_told_of_each_case_and_each_person_once(made):
    """Seen red with: an entry that tells, for each case, its owner."""
    cases = [with_bob(made, subject=f"Hole {n}") for n in range(3)]
    before = Notice.objects.count()
    merge(made)
    assert [told(last_event(case)) for case in cases] == [set()] * 3
    event = Event.objects.of("service_merged").get()
    people = (made.bob, made.sam, made.carol, made.ella)
    assert told(event) == {f"person:{one.pk}" for one in people}
    assert Notice.objects.count() == before + len(people)


def test_the_mail_names_services_and_no_case(made, mailoutbox):
    case = with_bob(made)
    deliver(now=NOW + timedelta(hours=1))
    mailoutbox.clear()
    merge(made)
    deliver(now=NOW + timedelta(hours=1))
    mails = {mail.to[0].split(" <")[0].strip('"'): mail.subject + mail.body for mail in mailoutbox}
    assert len(mails) == 4
    for text in mails.values():
        assert "Highways is part of Environment from today." in text
        assert case.reference not in text
    assert "You answer for Environment" in mails["Ella Earth"]
    assert "What you have stays with you" in mails["Bob Baker"]


def test_an_owner_of_another_service_is_told_too_and_stays_there(made):
    """A chief officer who has it by the protocol works elsewhere."""
    case = with_bob(made)
    Case.objects.filter(pk=case.pk).update(owner=made.gita)
    merge(made)
    assert f"person:{made.gita.pk}" in told(Event.objects.of("service_merged").get())
    assert Officer.objects.get(person=made.gita).service.name == "Housing"


# Who may see --------------------------------------------------------------------------------------


def test_the_new_head_and_team_see_it_at_once_and_the_old_head_as_one_of_the_team(made):
    case, old = enquiry(made), actions.answer(case=with_bob(made), by=fresh(made.bob), text="Done.")
    assert not sees(made.ella, case)
    assert not sees(made.ella, old)
    merge(made)
    for person in (made.ella, made.evan, made.sam, made.bob):
        assert sees(person, case), person
        assert sees(person, old), person
    assert not sees(made.gita, case)
    assert not sees(made.gita, old)


def test_where_it_ends_its_officers_keep_what_is_theirs_and_see_nothing_else(made):
    """Seen red with: `heads` of a service that was carried on left to its old head."""
    mine, queue = with_bob(made, subject="Mine"), enquiry(made)
    merge(made, kind="end")
    assert sees(made.bob, mine)
    assert not sees(made.bob, queue)
    assert not sees(made.sam, mine)
    assert not sees(made.sam, queue)
    assert sees(made.ella, mine)
    assert sees(made.ella, queue)


def test_what_is_restricted_goes_along_and_opens_to_nobody(made):
    """Seen red with: `carry` that asks `visible_to` for what it moves."""
    case = restricted(with_bob(made, subject="Secret"))
    merge(made)
    assert reloaded(case).service == made.environment
    assert sees(made.bob, case)
    assert sees(made.alice, case)
    for person in (made.ella, made.evan, made.sam, made.carol, made.dev):
        assert not sees(person, case), person


def test_what_goes_along_is_counted_as_far_as_the_viewer_may_know_of_it(made, client):
    """The same words, at the cost of the same queries, whether or not anything restricted is there.

    Seen red with: `known` that counts the cases without `visible_to`.
    """
    address = reverse("service-end", args=[made.highways.pk]) + f"?into={made.environment.pk}"

    def read(person) -> tuple[str, int]:
        client.force_login(person)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as cost:
            page = client.get(address).content.decode()
        return page[page.index("What will happen") : page.index("</dl>")], len(cost)

    empty = {one: read(person) for one, person in (("dev", made.dev), ("ada", cast.ada()))}
    assert "open enquir" not in empty["dev"][0]
    restricted(with_bob(made, subject="Secret"))
    ada = made.dev.__class__.objects.get(name="Ada Adams")
    assert {"dev": read(made.dev), "ada": read(ada)} == empty
    with_bob(made)
    enquiry(made)
    assert "2 open enquiries that you can see" in read(made.dev)[0]
    assert read(ada) == empty["ada"]


def test_the_ledger_says_nothing_of_how_many(made):
    restricted(with_bob(made))
    merge(made)
    event = Event.objects.of("service_merged").get()
    assert set(event.data) == {"change", "service_before", "service_now", "date_from"}


# Contributions, handovers and agreements ----------------------------------------------------------


def asked(made: World, service, case=None) -> Contribution:
    """The case asks a service for something; Bob has the case."""
    case = case or with_bob(made)
    contributions.ask(
        case=reloaded(case),
        by=fresh(Case.objects.get(pk=case.pk).owner),
        text="Who owns the tree?",
        due=working_days(MONDAY, 4),
        service=service,
    )
    return Contribution.objects.latest("pk")


def housing() -> Service:
    return Service.objects.get(name="Housing")


def test_what_a_service_was_asked_goes_along_with_its_own_clock(made, client):
    one = asked(made, housing())
    before = clocks()
    merge(made, housing())
    one.refresh_from_db()
    assert (one.service, one.asked_of, one.state) == (made.environment, housing(), "asked")
    assert clocks() == before
    event = last_event(one.case)
    assert event.verb == "contribution_moved_by_merger"
    assert Contribution.objects.visible_to(fresh(made.ella)).get() == one
    client.force_login(made.bob)
    page = client.get(one.case.get_absolute_url()).content.decode()
    assert "Environment (asked as Housing)" in page
    client.force_login(made.alice)
    assert "Housing" not in client.get(one.case.get_absolute_url()).content.decode()
    client.force_login(made.ella)
    page = client.get(one.get_absolute_url()).content.decode()
    assert "A contribution by Environment (asked as Housing)" in page


def test_two_that_were_asked_become_one_and_owe_both(made):
    """Seen red with: `asked_of` left out of the constraint's condition (IntegrityError)."""
    case = with_bob(made)
    one, two = asked(made, housing(), case), asked(made, made.environment, case)
    merge(made, housing())
    assert Contribution.objects.open().filter(service=made.environment).count() == 2
    parks = ServiceFactory(name="Parks", head=OfficerFactory())
    merge(made, made.environment, parks)
    assert {one.asked_of.name for one in Contribution.objects.open()} == {"Housing", "Environment"}
    # It is not asked a third time while it owes two.
    with pytest.raises(Refused, match="has been asked already"):
        asked(made, parks, case)
    for each in (one, two):
        contributions.call_back(
            contribution=Contribution.objects.get(pk=each.pk), by=fresh(made.bob)
        )


def test_what_was_asked_of_the_successor_is_not_called_back_by_the_merger(made):
    """Seen red with: `came_over` that does not ask whether the case changed its service."""
    one = asked(made, made.environment)
    merge(made)
    actions.reassign(
        case=reloaded(one.case), by=fresh(made.dev), officer=made.evan.officer, reason="Yours."
    )
    one.refresh_from_db()
    assert one.state == "asked"
    assert one.case.service_id == one.service_id


def test_what_it_had_passed_on_stays_in_the_sight_of_whoever_answers_for_it_now(made):
    case = with_bob(made)
    actions.reassign(case=case, by=fresh(made.dev), officer=made.gita.officer, reason="Housing.")
    assert sees(made.sam, case)
    assert not sees(made.ella, case)
    merge(made)
    assert Handover.objects.get().service == made.highways
    assert sees(made.ella, case)
    assert not sees(made.sam, case)


def test_what_was_handed_on_before_comes_back_to_the_successor(made):
    """Seen red with: the case left in the service that it had when it was handed on."""
    Council.objects.update(online_name="Report it", online_address="https://report.example.gov.uk/")
    case, said = with_bob(made), {"reference": "R-1"}
    actions.hand_on(
        case=case, by=fresh(made.bob), room=service_requests.ROOM, reason="So.", said=said, now=NOW
    )
    due = clock(case).due
    merge(made)
    actions.take_back(case=reloaded(case), by=fresh(made.bob), reason="It is ours.", now=TUESDAY)
    assert reloaded(case).service == made.environment
    assert clock(case).due == due
    assert verbs(case)[-2:] == ["enquiry_moved_by_merger", "enquiry_taken_back"]
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_what_may_go_straight_to_it_goes_straight_to_its_successor(made):
    running = DirectContact.objects.create(
        member=made.alice, service=made.highways, matter="Potholes", agreed_by=made.dev,
        since=date(2026, 1, 1),
    )  # fmt: skip
    over = DirectContact.objects.create(
        member=made.alice, service=made.highways, matter="Kerbs", agreed_by=made.dev,
        since=date(2025, 1, 1), until=date(2025, 12, 31),
    )  # fmt: skip
    merge(made)
    assert DirectContact.objects.get(pk=running.pk).service == made.environment
    assert DirectContact.objects.get(pk=over.pk).service == made.highways
    event = Event.objects.about(f"direct-contact:{running.pk}").get()
    assert event.verb == "direct_contact_moved"


# The ladder ---------------------------------------------------------------------------------------


def test_the_next_rung_of_the_ladder_goes_to_the_new_lead(made, time_machine):
    """Of what waits in the queue: Ella hears, and Sam no longer. Nothing taken is taken again."""
    case = enquiry(made)
    case.refresh_from_db()
    assert case.owner_id is None
    merge(made)
    due = Clock.objects.get(case=case, promise="answer").due
    now = NOW + (due + timedelta(days=1) - MONDAY)
    time_machine.move_to(now, tick=False)
    chasing.chase(now=now)
    event = Event.objects.about(case.key).of("breach_recorded").filter(data__promise="answer").get()
    assert f"person:{made.ella.pk}" in told(event)
    assert f"person:{made.sam.pk}" not in told(event)


def test_steps_that_were_taken_are_not_taken_again(made, time_machine):
    case = with_bob(made)
    due = Clock.objects.get(case=case, promise="answer").due
    now = NOW + (due + timedelta(days=1) - MONDAY)
    time_machine.move_to(now, tick=False)
    chasing.chase(now=now)
    before = verbs(case)
    merge(made)
    chasing.chase(now=now + timedelta(minutes=5))
    assert verbs(case) == [*before, "enquiry_moved_by_merger"]


# What begins afterwards ---------------------------------------------------------------------------


def test_a_form_that_was_open_meanwhile_goes_to_the_successor(made):
    """Seen red with: `taking` left out of `_keep`."""
    highways = made.highways
    merge(made)
    case = enquiry(made, service=highways)
    assert case.service == made.environment
    assert reloaded(case).service == made.environment


def test_a_hand_over_to_an_officer_whose_service_was_merged_meanwhile(made):
    """The form was sent before, with the officer as they were.

    Seen red with: the service that the officer was loaded with.
    """
    case = enquiry(made, service=housing())
    officer = Officer.objects.select_related("person", "service").get(person=made.bob)
    merge(made)
    actions.allocate(case=reloaded(case), by=fresh(made.dev), officer=officer)
    assert reloaded(case).service == made.environment


def test_what_ended_without_a_successor_takes_nothing_new(made):
    """As services ended before it was asked who carries on."""
    old = ServiceFactory(name="Old", ended_on=date(2026, 1, 1))
    with pytest.raises(Refused, match="Old has ended"):
        enquiry(made, service=old)
    assert not Case.objects.exists()


def test_the_form_offers_the_successor_and_says_so_of_the_other(made):
    merge(made)
    asked_for = QueryDict(f"service={made.highways.pk}&once={uuid.uuid4()}")
    form = LogForm(asked_for, by=fresh(made.alice), profile=made.profile)
    assert form.errors["service"] == ["Select a service from the list: the one you chose has ended"]


@pytest.mark.parametrize("kind", ["merge", "end"])
def test_what_is_asked_again_goes_on_with_the_successor(made, kind):
    """Seen red with: `follow` left out of `_asked`: an open case of an ended service."""
    case = actions.answer(case=with_bob(made), by=fresh(made.bob), text="They are filled.")
    merge(made, kind=kind)
    case = actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="They are not.")
    assert reloaded(case).service == made.environment
    assert reloaded(case).owner == made.bob
    moved = "enquiry_moved_by_merger" if kind == "merge" else "enquiry_moved_by_ending"
    assert verbs(case)[-2:] == [moved, "enquiry_asked_again"]
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_what_is_put_right_goes_on_with_the_successor(made):
    case = actions.answer(case=with_bob(made), by=fresh(made.bob), text="They are filled.")
    merge(made)
    case = actions.put_right(case=reloaded(case), by=fresh(made.bob), reason="One was not.")
    assert reloaded(case).service == made.environment


def test_a_page_that_was_open_meanwhile_is_told_what_happened(made, client):
    """The version rises, so that nobody writes on what they did not see."""
    from casework.timeline import Names, since
    from protocol.refusals import Stale

    case = with_bob(made)
    seen = case.version
    merge(made)
    case = reloaded(case)
    with pytest.raises(Stale):
        actions.note(case=case, by=fresh(made.bob), text="Filled.", seen=seen)
    found = list(Event.objects.about(case.key))
    said = since(found, seen, case, Names.of(found), side="officer")
    assert said == ["The enquiry moved from Highways to Environment, as these were merged"]


@pytest.mark.postgresql
@pytest.mark.parametrize("verb", ["log", "reassign", "ask", "again"])
def test_a_service_is_held_before_the_case_that_goes_to_it(made, verb):
    """A merger locks services first, then cases: the other way round two would wait for each other.

    Seen red with: `held` asked after the case was locked.
    """
    case = with_bob(made)
    if verb == "again":
        case = actions.answer(case=case, by=fresh(made.bob), text="Done.")
    gita = Officer.objects.select_related("person", "service").get(person=made.gita)
    done = {
        "log": lambda: enquiry(made, subject="Another"),
        "reassign": lambda: actions.reassign(
            case=reloaded(case), by=fresh(made.dev), officer=gita, reason="Yours."
        ),
        "ask": lambda: asked(made, housing(), case),
        "again": lambda: actions.ask_again(
            case=reloaded(case), by=fresh(made.alice), text="Not so."
        ),
    }
    with CaptureQueriesContext(connection) as queries:
        done[verb]()
    said = [one["sql"] for one in queries]
    held = next(at for at, sql in enumerate(said) if "FOR SHARE" in sql)
    writes = ('UPDATE "casework_case"', 'INSERT INTO "casework_case"')
    locks = [
        at
        for at, sql in enumerate(said)
        if sql.startswith(writes) or ('"casework_case"' in sql and "FOR UPDATE" in sql)
    ]
    assert held < min(locks)


# Finding ------------------------------------------------------------------------------------------


def test_a_filter_by_the_successor_has_what_it_took_over(made, client):
    """Seen red with: `stands_for` that names the service alone."""
    old = actions.answer(
        case=with_bob(made, subject="An old hole"), by=fresh(made.bob), text="Filled."
    )
    merge(made)
    client.force_login(made.dev)
    page = client.get(reverse("case-list"), {"service": made.environment.pk}).content.decode()
    assert old.reference in page
    assert "Environment (including Highways, until Sunday 31 May 2026)" in page
    assert "Highways (until Sunday 31 May 2026)" in page
    page = client.get(reverse("case-list"), {"service": housing().pk}).content.decode()
    assert old.reference not in page
    client.force_login(made.gita)
    page = client.get(reverse("case-find"), {"service": made.environment.pk, "q": "hole"})
    assert old.reference not in page.content.decode()


# How much it costs --------------------------------------------------------------------------------


def many(made: World, number: int) -> None:
    """Cases as rows: Bob has every other one, the rest wait in the queue; every tenth is restricted."""
    first = with_bob(made)
    row = Case.objects.filter(pk=first.pk).values().get()
    Case.objects.bulk_create(
        Case(**{
            **row,
            "id": None,
            "reference": f"EN-{n:06}",
            "owner_id": row["owner_id"] if n % 2 else None,
            "sensitivity": "ordinary" if n % 10 else "restricted",
            "submission_key": uuid.uuid4(),
        })
        for n in range(number)
    )  # fmt: skip


def cost(made: World, number: int) -> tuple[int, int]:
    many(made, number)
    open_now = Case.objects.open().filter(service=made.highways).count()
    with CaptureQueriesContext(connection) as queries:
        merge(made)
    assert not Case.objects.open().filter(service=made.highways).exists()
    return len(queries), open_now


MOST_STATEMENTS = 45


@pytest.mark.parametrize("number", [1, 1000])
def test_a_thousand_cases_take_as_many_statements_as_one(made, number):
    """Seen red with: an event recorded for each case by itself."""
    statements, moved = cost(made, number)
    print(f"{moved} cases in {statements} statements")
    assert moved == number + 1
    assert statements <= MOST_STATEMENTS
    assert Event.objects.of("enquiry_moved_by_merger").count() == moved
    assert Case.objects.filter(service=made.environment).count() == moved


def test_carrying_is_registered_for_the_directory(made):
    from officers import changing

    assert carrying.ROOM in changing._rooms
    assert isinstance(NOW, datetime)
