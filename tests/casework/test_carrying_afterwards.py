"""A service was merged or ended: the ladder, and what begins or is opened again afterwards
(docs/adr/0018)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from casework.chasing import actions as chasing
from casework.enquiries import actions, service_requests
from casework.enquiries.forms import LogForm
from casework.models import Case, Clock, Handover
from council.models import Council
from ledger.models import Event
from ledger.verification import Tally, verify
from officers.models import Officer, Service
from protocol.refusals import Refused
from tests.casework.carrying import TUESDAY, asked, housing, merge, sees, two_services
from tests.casework.making import (
    MONDAY,
    NOW,
    World,
    enquiry,
    fresh,
    reloaded,
    told,
    verbs,
    with_bob,
)
from tests.factories import OfficerFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return two_services()


# The ladder ---------------------------------------------------------------------------------------


def test_the_next_rung_of_the_ladder_goes_to_the_new_lead(made, time_machine):
    """Of what waits in the queue: Ella hears, and Sam no longer.

    Seen red with: neither the enquiry moved nor the lead of what was taken over carried on in `Lines` (either
    is enough).
    """
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
    """Seen red with: a merger that clears the steps and the hour of the next."""
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
    """As services ended before it was asked who carries on. Seen red with: `taking` that refuses nothing."""
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
    """Seen red with: `follow` left out of `put_right`."""
    case = actions.answer(case=with_bob(made), by=fresh(made.bob), text="They are filled.")
    merge(made)
    case = actions.put_right(case=reloaded(case), by=fresh(made.bob), reason="One was not.")
    assert reloaded(case).service == made.environment


def test_a_page_that_was_open_meanwhile_is_told_what_happened(made, client):
    """The version rises, so that nobody writes on what they did not see.

    Seen red with: a version that stays.
    """
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


# Where nobody said who carries on -----------------------------------------------------------------


@pytest.fixture
def gone(made) -> Service:
    """As services ended before it was asked who carries on: Old, with Oz in it."""
    old = ServiceFactory(name="Old")
    made.oz = OfficerFactory(person__name="Oz Old", service=old).person
    return old


def ended(old: Service) -> None:
    Service.objects.filter(pk=old.pk).update(ended_on=date(2026, 5, 31))


def officer_of(person) -> Officer:
    return Officer.objects.select_related("person", "service").get(person=person)


@pytest.mark.parametrize("verb", ["allocate", "reassign"])
def test_what_is_given_to_an_officer_of_a_service_that_ended_stays_in_its_own(made, gone, verb):
    """Seen red with: `held` in place of `going` in `_hand_over` (an open enquiry of a service that ended)."""
    ended(gone)
    case = enquiry(made) if verb == "allocate" else with_bob(made)
    actions_of = {"allocate": actions.allocate, "reassign": actions.reassign}
    actions_of[verb](case=case, by=fresh(made.dev), officer=officer_of(made.oz), reason="Yours.")
    case = reloaded(case)
    assert (case.owner, case.service) == (made.oz, made.highways)
    assert sees(made.oz, case)
    assert not Handover.objects.exists()


def test_what_is_referred_upward_to_one_of_them_stays_in_its_own_too(made, gone):
    """Bl10.4; Mo108. Seen red with: `held` in place of `going` in `_hand_over`."""
    case = with_bob(made)
    Officer.objects.filter(person=made.bob).update(manager=made.oz.officer)
    ended(gone)
    actions.refer_upward(case=reloaded(case), by=fresh(made.bob), reason="Too big.")
    assert (reloaded(case).owner, reloaded(case).service) == (made.oz, made.highways)


def answered_by_oz(made: World, old: Service) -> Case:
    case = enquiry(made, service=old)
    case = actions.accept(case=case, by=fresh(made.oz))
    return actions.answer(case=case, by=fresh(made.oz), text="They are filled.")


@pytest.mark.parametrize("left", [False, True])
def test_what_is_asked_again_there_is_in_no_service_and_with_somebody(made, gone, client, left):
    """With whoever answered, or with the clerk; and the member is not refused for what the clerk left undone.

    Seen red with: `held` in place of `going` in `follow` (an open enquiry of a service that ended).
    """
    case = answered_by_oz(made, gone)
    ended(gone)
    if left:
        Officer.objects.filter(person=made.oz).update(ended_on=date(2026, 5, 31))
    case = actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="They are not.")
    case = reloaded(case)
    assert (case.service, case.owner) == (None, made.dev if left else made.oz)
    assert verbs(case)[-2:] == ["enquiry_without_service", "enquiry_asked_again"]
    assert [str(fault) for fault in verify(tally=Tally())] == []
    for person in (made.alice, made.dev):
        client.force_login(fresh(person))
        page = client.get(case.get_absolute_url())
        assert page.status_code == 200
        assert "The enquiry belongs to no service, as Old has ended" in page.content.decode()
    # The clerk gives it to somebody, and it goes to their service.
    give = actions.allocate if left else actions.reassign
    give(case=case, by=fresh(made.dev), officer=officer_of(made.evan), reason="Yours.")
    assert reloaded(case).service == made.environment


def test_what_was_handed_on_from_there_comes_back_to_no_service(made, gone):
    """Seen red with: `held` in place of `going` in `follow`."""
    Council.objects.update(online_name="Report it", online_address="https://report.example.gov.uk/")
    case = actions.accept(case=enquiry(made, service=gone), by=fresh(made.oz))
    room, said = service_requests.ROOM, {"reference": "R-1"}
    actions.hand_on(case=case, by=fresh(made.oz), room=room, reason="So.", said=said, now=NOW)
    ended(gone)
    actions.take_back(case=reloaded(case), by=fresh(made.oz), reason="It is ours.", now=TUESDAY)
    assert (reloaded(case).service, reloaded(case).owner) == (None, made.oz)
    assert verbs(case)[-2:] == ["enquiry_without_service", "enquiry_taken_back"]


@pytest.mark.parametrize("kinds", [("merge", "end"), ("end", "merge")])
def test_what_is_asked_again_after_two_changes_says_each_of_them_as_it_was(made, kinds):
    """Merged first and ended then, it was not merged into the last of them.

    Seen red with: one event from the first service to the last, by the kind of the first change.
    """
    case = actions.answer(case=with_bob(made), by=fresh(made.bob), text="They are filled.")
    parks = ServiceFactory(name="Parks", head=OfficerFactory())
    merge(made, kind=kinds[0])
    merge(made, made.environment, parks, kind=kinds[1])
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="They are not.")
    said = {"merge": "enquiry_moved_by_merger", "end": "enquiry_moved_by_ending"}
    moves = list(Event.objects.about(case.key).order_by("-seq")[1:3])[::-1]
    services = [made.highways.pk, made.environment.pk, parks.pk]
    assert [(one.verb, one.data["service_before"], one.data["service_now"]) for one in moves] == [
        (said[kind], *services[n : n + 2]) for n, kind in enumerate(kinds)
    ]
    assert reloaded(case).service == parks
    assert [str(fault) for fault in verify(tally=Tally())] == []
