"""Services that are merged, end or are renamed: what the directory keeps of it, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.urls import reverse

from accounts import standing
from council.actions import importing
from ledger.models import Event, Notice
from ledger.verification import Tally, verify
from officers import history
from officers.actions import officers, reorganising
from officers.actions.officers import change_service
from officers.lines import Lines
from officers.models import Officer, Service, ServiceChange
from protocol.refusals import Refused
from tests.cast import ada, alice, bob, charlie, otis
from tests.factories import OfficerFactory, PersonFactory, ServiceFactory
from tests.importing import csv_of, kind
from tests.sending import opened, send

TODAY, YESTERDAY = date(2026, 11, 23), date(2026, 11, 22)
LEVELS = ("officer", "senior")
WHY = "One team looks after what is green."


@pytest.fixture
def two(keeper):
    """Parks, with Pat at its head and Jo in it; Environment, with Ella at its head."""
    return make()


def make():
    parks, environment = ServiceFactory(name="Parks"), ServiceFactory(name="Environment")
    for service, head in ((parks, "Pat Park"), (environment, "Ella Earth")):
        service.head = OfficerFactory(person__name=head, service=service, level="senior")
        service.save(update_fields=["head"])
    OfficerFactory(person__name="Jo Ng", service=parks, manager=parks.head)
    return parks, environment


def again(service: Service) -> Service:
    return Service.objects.select_related("carried_on_by").get(pk=service.pk)


def merge(parks, into, by=None, **more):
    return reorganising.merge(service=parks, into=into, reason=WHY, by=by, **more)


def team(service) -> list[str]:
    return sorted(str(one) for one in Officer.objects.filter(service=service, level__in=LEVELS))


# What is done -------------------------------------------------------------------------------------


def test_a_merged_service_ended_yesterday_and_its_officers_belong_to_the_other(two, keeper):
    """Seen red with: `ended_on` of today, so that enquiries could still go to it."""
    parks, environment = two
    gone = OfficerFactory(service=parks, ended_on=date(2026, 1, 31))
    asleep = OfficerFactory(service=parks, person__is_active=False)
    merge(parks, environment, keeper)
    parks = again(parks)
    assert (parks.ended_on, parks.carried_on_by) == (YESTERDAY, environment)
    assert parks not in Service.objects.current(TODAY)
    assert team(environment) == sorted(["Ella Earth", "Jo Ng", "Pat Park", str(asleep)])
    # Old letters and lists name where somebody was when they left.
    assert team(parks) == [str(gone)]
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_of_a_service_that_ends_the_officers_belong_to_none(two, keeper):
    parks, environment = two
    reorganising.end(service=parks, into=environment, reason=WHY, by=keeper)
    assert team(parks) == []
    assert team(environment) == ["Ella Earth"]
    assert team(None) == ["Jo Ng", "Pat Park"]
    assert Event.objects.of("officer_without_service").count() == 2


def test_each_person_concerned_is_told_once_and_whoever_did_it_not_at_all(two, keeper):
    parks, environment = two
    merge(parks, environment, keeper)
    event = Event.objects.of("service_merged").get()
    people = Officer.objects.filter(service=environment).values_list("person", flat=True)
    told = event.notices.values_list("recipient", flat=True)
    assert sorted(told) == sorted(f"person:{pk}" for pk in people)
    assert Notice.objects.count() == 3
    assert not {"reason", WHY} & set(map(str, event.data.values()))


def test_each_officer_has_it_in_their_own_trail(two, keeper):
    parks, environment = two
    merge(parks, environment, keeper)
    for officer in Officer.objects.filter(person__name__in=["Jo Ng", "Pat Park"]):
        event = Event.objects.about(f"officer:{officer.pk}").get()
        assert (event.verb, event.actor) == ("officer_moved", keeper.pk)
        assert event.data["service_before"] == parks.pk
        assert event.data["service_now"] == environment.pk


def test_who_leads_the_old_one_leads_it_no_longer_and_the_new_head_does(two, keeper):
    """Seen red with: facts that look at the head of a service whether or not it was carried on."""
    parks, environment = two
    pat, ella = parks.head.person, environment.head.person
    merge(parks, environment, keeper)
    lines = Lines.load(TODAY)
    assert lines.service_head(parks.pk) == ella.pk
    assert lines.works_in(pat.pk, parks.pk)
    for person in (pat, ella):
        person.refresh_from_db()
    fresh = {p.pk: type(p).objects.with_capacities().get(pk=p.pk) for p in (pat, ella)}
    assert standing.of(fresh[pat.pk]).ids("heads") == frozenset()
    assert standing.of(fresh[pat.pk]).ids("service") == {parks.pk, environment.pk}
    assert standing.of(fresh[ella.pk]).ids("heads") == {parks.pk, environment.pk}


def test_what_it_had_taken_over_goes_on_with_the_last_of_them(two, keeper):
    parks, environment = two
    place = ServiceFactory(name="Place", head=OfficerFactory())
    merge(parks, environment, keeper)
    merge(environment, place, keeper)
    assert again(parks).carried_on_by == again(environment).carried_on_by == place
    # The history says what was done at the time.
    assert [one.into for one in ServiceChange.objects.endings()] == [environment, place]


# What is refused ----------------------------------------------------------------------------------


def refused(words: str, parks, into, by=None) -> None:
    before = list(Service.objects.order_by("pk").values()), Event.objects.count()
    with pytest.raises(Refused, match=words):
        merge(parks, into, by)
    assert (list(Service.objects.order_by("pk").values()), Event.objects.count()) == before


def test_a_service_is_not_merged_into_itself(two, keeper):
    refused("cannot take over from itself", two[0], two[0], keeper)


def test_nor_into_one_that_has_ended_nor_that_will(two, keeper):
    parks, _ = two
    old = ServiceFactory(name="Old", ended_on=date(2020, 1, 1))
    going = ServiceFactory(name="Going", ended_on=date(2027, 1, 1), head=OfficerFactory())
    refused("Old has ended", parks, old, keeper)
    refused("Going ends on Friday 1 January 2027", parks, going, keeper)


def test_nor_round_in_a_circle(two, keeper):
    """Seen red with: may_take_over that does not look at `ended_on`."""
    parks, environment = two
    merge(parks, environment, keeper)
    refused("Parks has ended", again(environment), again(parks), keeper)


def test_nor_twice(two, keeper):
    parks, environment = two
    merge(parks, environment, keeper)
    refused("has ended already: Environment carries on its work", parks, environment, keeper)
    assert ServiceChange.objects.count() == 1


def test_nor_where_nobody_would_answer(two, keeper):
    parks, _ = two
    left = OfficerFactory(ended_on=date(2026, 1, 1))
    refused("nobody would answer", parks, ServiceFactory(name="Nobody"), keeper)
    refused("nobody would answer", parks, ServiceFactory(name="Left", head=left), keeper)


def test_nor_without_a_reason(two, keeper):
    with pytest.raises(Refused, match="Enter why this is done"):
        reorganising.merge(service=two[0], into=two[1], reason=" \n ", by=keeper)


def test_one_that_ended_long_ago_can_still_be_given_a_successor(two, keeper):
    """Before this was asked, services ended with work in them. Their last day stays."""
    parks, environment = two
    Service.objects.filter(pk=parks.pk).update(ended_on=date(2026, 3, 31))
    merge(again(parks), environment, keeper)
    assert again(parks).ended_on == date(2026, 3, 31)
    assert again(parks).carried_on_by == environment


@pytest.mark.parametrize("verb", ["merge", "end"])
def test_an_administrator_gains_no_sight_of_cases_by_it(two, verb):
    """Who reads no case leads, or works in, neither (docs/adr/0005).

    Seen red with: _not_for_oneself that looks at the successor's leaders alone.
    """
    parks, environment = two
    me = ada()
    act = getattr(reorganising, verb)
    mine = OfficerFactory(person=me, service=environment)
    with pytest.raises(Refused, match="You cannot make yourself an officer of Environment"):
        act(service=parks, into=environment, reason=WHY, by=type(me).objects.get(pk=me.pk))
    Officer.objects.filter(pk=mine.pk).update(service=parks)
    if verb == "merge":
        with pytest.raises(Refused, match="You cannot make yourself"):
            act(service=parks, into=environment, reason=WHY, by=type(me).objects.get(pk=me.pk))
    Officer.objects.filter(pk=mine.pk).update(service=None)
    environment.head = mine
    environment.save()
    with pytest.raises(Refused, match="You cannot make yourself"):
        act(service=parks, into=environment, reason=WHY, by=type(me).objects.get(pk=me.pk))
    environment.head = OfficerFactory()
    environment.save()
    assert act(service=parks, into=environment, reason=WHY, by=type(me).objects.get(pk=me.pk))


def test_an_entry_that_has_ended_stays_as_it_is(two, keeper):
    parks, environment = two
    merge(parks, environment, keeper)
    with pytest.raises(Refused, match="so its entry stays as it is"):
        change_service(service=parks, name="Gardens", head=None, chief_officer=None, by=keeper)


def test_nobody_joins_a_service_that_was_merged_meanwhile(two, keeper):
    """A form that was opened before: they join the one that carries on.

    Seen red with: `taking` left out of `officers.add`.
    """
    parks, environment = two
    merge(parks, environment, keeper)
    officer = officers.add(
        name="New Here", email="new@example.org", job_title="Gardener", service=parks, by=keeper
    )
    assert officer.service == environment


# Renamed ------------------------------------------------------------------------------------------


def test_a_former_name_stays_on_its_page_and_in_its_trail(kept, keeper, time_machine):
    service = officers.add_service(name="Highways", by=keeper)
    time_machine.move_to(datetime(2026, 12, 4, 9, tzinfo=UTC), tick=False)
    kept.force_login(keeper)
    edit = reverse("service-edit", args=[service.pk])
    send(kept, edit, {"name": "Roads"})
    send(kept, edit, {"name": "Roads and paths"})
    page = kept.get(history.address(service)).content.decode()
    assert "until Thursday 3 December 2026: Highways" in page
    assert "on Friday 4 December 2026: Roads" in page
    assert "Renamed from Highways to Roads" in page
    assert "Renamed from Roads to Roads and paths" in page
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_a_former_name_that_was_altered_is_found(kept, keeper):
    """Seen red with: the commitment left off the event."""
    service = officers.add_service(name="Highways", by=keeper)
    change_service(service=service, name="Roads", head=None, chief_officer=None, by=keeper)
    ServiceChange.objects.update(former_name="Byways")
    assert len(list(verify(tally=Tally()))) == 1


# Files --------------------------------------------------------------------------------------------


def run(key: str, *rows, by):
    return importing.import_file(kind=kind(key), content=csv_of(*rows), by=by)


def test_an_old_file_undoes_no_merger_and_is_told_where_to_go(two, keeper):
    """Seen red with: `Found.service` that returns the one that ended."""
    parks, environment = two
    merge(parks, environment, keeper)
    report = run("service", ("service", "head"), ("parks", ""), ("Environment", ""), by=keeper)
    assert [str(one.reason) for one in report.rejected] == [
        "the service Parks has ended. Write Environment, which carries on its work."
    ]
    report = run(
        "officer",
        ("email", "name", "jobtitle", "service"),
        ("jo@example.org", "Jo", "Gardener", "Parks"),
        ("al@example.org", "Al", "Gardener", "Environment"),
        by=keeper,
    )
    assert len(report.rejected) == 1
    environment.refresh_from_db()
    assert environment.head is None  # its own line went on
    assert again(parks).carried_on_by == environment
    assert team(parks) == []


def test_a_file_adds_no_second_service_under_a_former_name(keeper):
    """Seen red with: `former` left out of Found."""
    service = officers.add_service(name="Highways", by=keeper)
    change_service(service=service, name="Roads", head=None, chief_officer=None, by=keeper)
    report = run("service", ("service",), ("HIGHWAYS",), ("Quays",), by=keeper)
    assert "is called Roads now" in str(report.rejected[0].reason)
    assert Service.objects.filter(name__iexact="highways").count() == 0
    # By hand a new one may have the name; then a file means that one.
    officers.add_service(name="Highways", by=keeper)
    assert run("service", ("service",), ("Highways",), by=keeper).unchanged == 1


# Pages --------------------------------------------------------------------------------------------


def at(name: str, parks, into=None) -> str:
    return reverse(name, args=[parks.pk]) + (f"?into={into.pk}" if into else "")


@pytest.mark.parametrize("name", ["service-merge", "service-end"])
def test_it_is_chosen_looked_at_and_then_done(kept, two, name):
    parks, environment = two
    first = kept.get(at(name, parks)).content.decode()
    assert "Which service takes over?" in first
    assert f'value="{parks.pk}"' not in first
    page = unescape(kept.get(at(name, parks, environment)).content.decode())
    for words in ("Ella Earth", "Pat Park", "Jo Ng", "Today, Monday 23 November 2026"):
        assert words in page
    answer = send(kept, at(name, parks, environment), {"reason": WHY})
    assert answer["Location"] == history.address(environment)
    theirs = kept.get(history.address(environment)).content.decode()
    assert "Parks, since Monday 23 November 2026" in theirs
    old = unescape(kept.get(history.address(parks)).content.decode())
    for words in ("Sunday 22 November 2026", "Environment", "Dev Desai", WHY, "Ended"):
        assert words in old
    assert "Merge into another service" not in old
    assert kept.get(at(name, parks)).status_code == 302


@pytest.mark.parametrize("name", ["service-merge", "service-end"])
def test_what_cannot_be_is_said_before_anything_is_pressed(kept, two, name):
    parks, _ = two
    page = kept.get(at(name, parks, ServiceFactory(name="Nobody"))).content.decode()
    assert "nobody would answer for what goes there" in page
    assert "Change Nobody first, and name one." in page
    assert reverse("service-edit", args=[Service.objects.get(name="Nobody").pk]) in page
    assert "Why is this done?" not in page


@pytest.mark.parametrize("name", ["service-merge", "service-end"])
@pytest.mark.parametrize("into", ["", "0", "x", "999999", "\x00", "9" * 30])
def test_a_successor_that_is_none_is_asked_for_again(kept, two, name, into):
    answer = kept.get(reverse(name, args=[two[0].pk]), {"into": into})
    assert answer.status_code == 422
    assert kept.post(at(name, two[0]), {"reason": WHY}).status_code == 422
    assert kept.get(reverse(name, args=[999999])).status_code == 404


def test_whoever_is_overtaken_is_told_and_keeps_their_words(kept, two, client):
    """Seen red with: `differing` not asked in `_change`."""
    parks, environment = two
    address = at("service-merge", parks, environment)
    marks = opened(kept, address)
    environment.head = OfficerFactory(person__name="Nina New")
    environment.save()
    answer = kept.post(address, marks | {"reason": WHY})
    words = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "New head is now: Nina New" in words
    assert WHY in words
    marks = opened(kept, address)
    merge(parks, environment)
    answer = kept.post(address, marks | {"reason": WHY})
    assert answer.status_code == 422
    assert "has ended already" in answer.content.decode()
    assert WHY in unescape(answer.content.decode())
    assert ServiceChange.objects.count() == 1


@pytest.mark.parametrize("name", ["service-show", "service-merge", "service-end"])
@pytest.mark.parametrize("who", [charlie, alice, bob, otis])
def test_nobody_else_opens_or_sends_it(client, two, name, who):
    """As every page of the directory (tests/site/test_access.py asks it of them all)."""
    client.force_login(who())
    address = at(name, two[0], two[1])
    assert client.get(address).status_code == 403
    assert client.post(address, {"reason": WHY}).status_code == 403
    assert not ServiceChange.objects.exists()


@pytest.mark.parametrize("name", ["service-show", "service-merge", "service-end"])
def test_the_pages_of_one_service_cost_a_bounded_number_of_queries(
    kept, two, name, django_assert_max_num_queries
):
    parks, environment = two
    for number in range(30):
        OfficerFactory(service=parks)
        old = ServiceFactory(name=f"Team {number}", head=OfficerFactory(person=PersonFactory()))
        merge(old, parks)
    with django_assert_max_num_queries(14):
        assert kept.get(at(name, parks, environment)).status_code == 200
