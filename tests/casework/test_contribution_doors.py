"""Whoever is asked for a contribution comes to nothing else of the enquiry, by no door, ever (ADR 14)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Person
from casework import leaving
from casework.contributions import actions
from casework.enquiries import actions as enquiries
from casework.models import Attachment, Case, Contribution, Message
from tests import cast
from tests.casework.making import MONDAY, NOW, World, fresh, reloaded, with_bob, world
from tests.documents.making import held
from tests.factories import (
    DelegationFactory,
    MemberFactory,
    OfficerFactory,
    RelationshipFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

THURSDAY = date(2026, 6, 4)
# A word of each thing that she was not given.
NOTE, LENT, ASKED = "zebranote", "lentword", "askedword"


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    found = world("bristol", changed={"[pausing]\nallowed = false": "[pausing]\nallowed = true"})
    found.gita = cast.gita()
    return found


def lamp(made: World, **changes) -> Case:
    case = with_bob(made, body=f"There are three, {LENT}.", **changes)
    enquiries.note(case=case, by=fresh(made.bob), text=f"She rings daily, {NOTE}.", now=NOW)
    return case


def of_gita(made: World, case: Case, **changes) -> Contribution:
    asked = {
        "case": reloaded(case),
        "by": fresh(made.bob),
        "officer": made.gita.officer,
        "text": f"Whose lamp is it, {ASKED}?",
        "due": THURSDAY,
        "shares": True,
        "now": NOW,
    }
    actions.ask(**{**asked, **changes})
    return Contribution.objects.with_names().latest("pk")


def reads(person) -> str:
    return " ".join(Message.objects.visible_to(fresh(person)).values_list("body", flat=True))


def closed_to(client, person, case: Case) -> None:
    """Its page, every verb of it, its letters, its lists and the search: as if there were no such case."""
    client.force_login(person)
    addresses = [case.get_absolute_url(), reverse("letter-page", args=[case.reference, 1])]
    addresses += [
        reverse(f"enquiry-{verb}", args=[case.reference])
        for verb in ("answer", "note", "ask-service", "reassign", "link", "close-duplicate")
    ]
    assert {client.get(one).status_code for one in addresses} == {404}
    for words in (case.reference, LENT, NOTE, ASKED, case.subject):
        found = client.get(reverse("case-find"), {"q": words})
        assert case.get_absolute_url() not in found.content.decode()
        work = client.get(reverse("work-list"), {"q": words})
        assert case.get_absolute_url() not in work.content.decode()
    assert not Case.objects.visible_to(fresh(person)).filter(pk=case.pk).exists()


def give(one: Contribution, made: World) -> None:
    actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.", now=NOW)


def call_back(one: Contribution, made: World) -> None:
    actions.call_back(contribution=one, by=fresh(made.bob), now=NOW)


def pass_on(one: Contribution, made: World) -> None:
    other = OfficerFactory(service=one.service)
    actions.pass_on(contribution=one, by=fresh(made.gita), officer=other, reason="Yours.", now=NOW)


def restrict(one: Contribution, made: World) -> None:
    Case.objects.filter(pk=one.case_id).update(sensitivity="restricted")


def mark(one: Contribution, made: World) -> None:
    one.case.enquiry.confidential = True
    one.case.enquiry.save(update_fields=["confidential"])


def leave_it(one: Contribution, made: World) -> None:
    made.bob.officer.ended_on = MONDAY - timedelta(1)
    made.bob.officer.save(update_fields=["ended_on"])


def change_service(one: Contribution, made: World) -> None:
    made.gita.officer.service = ServiceFactory(name="Parks")
    made.gita.officer.save(update_fields=["service"])


def relate(one: Contribution, made: World) -> None:
    RelationshipFactory(person=made.alice, other=made.gita)


def nothing(one: Contribution, made: World) -> None:
    """She was asked and has not given it."""


# What happens, whether she still reads what was lent, and what she was asked.
LATER = [
    (nothing, True, True),
    (give, False, True),
    (call_back, False, True),
    (pass_on, False, False),
    (restrict, False, True),
    (mark, False, True),
    (leave_it, True, True),
    (change_service, True, True),
    (relate, True, True),
]


@pytest.mark.parametrize(("happens", "lent", "asked"), LATER)
def test_what_happens_later_opens_nothing_and_closes_what_it_should(
    made, client, happens, lent, asked
):
    case = lamp(made, constituent_name="Rita Resident")
    file = held(made.bob, added_at=NOW, since=NOW)
    one = of_gita(made, case, documents=[file])
    happens(one, made)
    closed_to(client, made.gita, case)
    text = reads(made.gita)
    assert (LENT in text, ASKED in text, NOTE in text) == (lent, asked, False)
    files = Attachment.objects.visible_to(fresh(made.gita))
    assert [one.document for one in files] == ([file] if asked else [])
    opened = client.get(reverse("document-open", args=[file.key]))
    assert (opened.status_code == 200) is asked
    if asked:
        opened.getvalue()
    page = client.get(one.get_absolute_url())
    assert (page.status_code == 200) is asked
    shown = page.content.decode()
    assert "Rita" not in shown
    assert NOTE not in shown
    assert (LENT in shown) is lent
    assert case.get_absolute_url() not in shown


def test_a_lent_letter_is_read_there_and_has_no_way_to_paper(made, client):
    """On paper it says whose enquiry it is and its subject, through the door of the case (ADR 12).

    Seen red with: the links left; both lists numbered from 1.
    """
    case = lamp(made)
    enquiries.acknowledge(case=case, by=fresh(made.bob), text="It has arrived.", now=NOW)
    one = of_gita(made, case)
    client.force_login(made.gita)
    shown = client.get(one.get_absolute_url()).content.decode()
    assert "It has arrived." in shown
    assert "/letters/" not in shown
    # Two lists of messages on one page: each has its own place on it.
    places = re.findall(r' id="(message-[^"]*)"', shown)
    assert len(places) == len(set(places)) == 3


def overview(client, person) -> list:
    client.force_login(person)
    return client.get(reverse("overview-show")).context["asked"]


@pytest.mark.parametrize("how", ["raised", "acts for"])
def test_the_overview_counts_nothing_of_what_ones_own_side_raised(made, client, how):
    """Which service was asked is for officers: a clerk who is the member, or acts for her, learns it
    neither from a number nor from what a list leaves (Bk: one person can be both).

    Seen red with: `of_others` left out of the count; of the list.
    """
    if how == "raised":
        MemberFactory(person=made.dev)
        case = with_bob(made, member=made.dev, by=fresh(made.dev))
        # Who is several things acts as a member, before they ever chose.
        Person.objects.filter(pk=made.dev.pk).update(acted_as="officer")
    else:
        case = with_bob(made)
    of_gita(made, case)
    if how == "acts for":
        assert overview(client, made.dev)
        DelegationFactory(principal=made.alice, delegate=made.dev)
    assert overview(client, made.dev) == []
    lists = reverse("case-list")
    assert case in client.get(lists).context["page"].object_list
    for asked in ({"asked": "open"}, {"asked_service": one_of(case).service_id}):
        found = client.get(lists, asked).context["page"].object_list
        assert case not in found


def one_of(case: Case) -> Contribution:
    return Contribution.objects.get(case=case)


def test_the_member_reads_nothing_of_how_it_stands(made, client):
    """That another service was asked, and no more: the same page before it is given and after.

    Seen red with: said only while one is open.
    """
    case = with_bob(made)
    pages = []
    client.force_login(made.alice)
    one = of_gita(made, case)
    pages.append(words_of(client, case))
    assert "has asked another service for part of the answer" in pages[0]
    give(one, made)
    pages.append(words_of(client, case))
    call_back(of_gita(made, case, due=MONDAY), made)
    again = words_of(client, case)
    assert pages[0] == pages[1]
    assert "has asked another service for part of the answer" in again


def words_of(client, case: Case) -> str:
    page = client.get(case.get_absolute_url()).content.decode()
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|name="version" value)="[^"]*"', "", page)


def test_whoever_ends_an_officer_finds_what_they_may_read_of_it(made):
    """The clerk opens it from the enquiry, and so finds it here; an administrator reads none.

    Seen red with: those alone who are asked.
    """
    one = of_gita(made, lamp(made))
    words = f"Contribution to {one.case.reference}: {one.case.subject}"
    words = f"{words} (Whoever answers for Housing can pass it on)"
    assert leaving.waiting(made.gita.pk, fresh(made.dev)) == [(words, one.get_absolute_url())]
    assert leaving.waiting(made.gita.pk, fresh(cast.ada())) == []
    DelegationFactory(principal=made.alice, delegate=made.dev)
    # Nor does a clerk who acts for the member, not even that there is something.
    assert leaving.waiting(made.gita.pk, fresh(made.dev)) == []
