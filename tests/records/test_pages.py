"""The pages of holds, erasure and review, as the clerk goes through them and as nobody else can."""

from __future__ import annotations

import random
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.signing_in import confirming
from casework.models import Case
from ledger.models import Event
from records import actions, rooms
from records.models import Erasure, ErasureRequest, Hold, Review
from records.views import holds, reviews
from tests.casework.making import NOW, World, fresh, world
from tests.confirming import long_ago
from tests.factories import PASSWORD, HoldingFactory, PersonFactory
from tests.records.residents import Resident, asked_for, resident
from tests.records.test_retention import closed

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    return world("bristol")


@pytest.fixture
def one(made) -> Resident:
    return resident(made, 0, random.Random(4))


@pytest.fixture
def clerk(made, monkeypatch) -> Client:
    """Somebody who said a moment ago who they are."""
    monkeypatch.setattr(confirming, "recently", lambda request: True)
    client = Client()
    client.force_login(fresh(made.dev))
    return client


def page(client: Client, name: str, *args, **query) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def day(name: str, year: int) -> dict[str, str]:
    return {f"{name}_day": "1", f"{name}_month": "6", f"{name}_year": str(year)}


def test_a_request_is_recorded_looked_for_erased_and_closed(clerk, one):
    """Seen red with: `find` that looks at subjects alone, for where it says that they stand."""
    said = {"name": one.name, "address": "", "phone": "", "email": "", **day("received_on", 2026)}
    made = clerk.post(reverse("erasure-add"), said)
    request = ErasureRequest.objects.get()
    assert made["Location"] == reverse("erasure-show", args=[request.pk])
    shown = page(clerk, "erasure-show", request.pk)
    assert one.case.reference in shown
    assert "Resident’s name" in shown
    assert "Wednesday 1 July 2026" in shown  # one month
    ticked = urlencode({"about": one.case.key, "extent": "all"})
    confirm = f"{reverse('erasure-confirm', args=[request.pk])}?{ticked}"
    assert "It cannot be undone" in unescape(clerk.get(confirm).content.decode())
    assert not Erasure.objects.exists()
    assert clerk.post(confirm).status_code == 302
    assert Erasure.objects.get().about == one.case.key
    assert "Erased" in page(clerk, "case-page", one.case.reference)
    assert "This text was erased." in page(clerk, "case-page", one.case.reference)
    closing = reverse("erasure-close", args=[request.pk])
    assert clerk.post(closing, {"outcome": "erased"}).status_code == 302
    assert one.token not in page(clerk, "erasure-list")
    assert clerk.get(reverse("erasure-show", args=[request.pk])).status_code == 404


def test_who_they_are_is_asked_before_anything_is_erased(made, one):
    """Seen red with: `confirmed` taken off the two pages that erase."""
    client = Client()
    client.force_login(fresh(made.dev))
    long_ago(client)
    request = asked_for(one, made.dev)
    Review.objects.create(about=one.case.key, due_on=NOW.date(), brought_at=NOW)
    for path in (reverse("erasure-confirm", args=[request.pk]), reverse("review-anonymise")):
        sent = client.post(f"{path}?{urlencode({'about': one.case.key, 'extent': 'all'})}")
        assert sent["Location"].startswith(reverse("identity-confirm"))
    assert not Erasure.objects.exists()


def test_an_enquiry_under_a_hold_says_so_and_cannot_be_ticked(clerk, made, one):
    """Seen red with: the held left out of the lines of the list."""
    place = f"{reverse('hold-place')}?{urlencode({'about': one.case.key})}"
    assert clerk.post(place, {"why": "", **day("look_again_on", 2027)}).status_code == 422
    assert clerk.post(place, {"why": "A claim.", **day("look_again_on", 2027)}).status_code == 302
    assert "Legal hold" in page(clerk, "case-page", one.case.reference)
    request = asked_for(one, made.dev)
    shown = page(clerk, "erasure-show", request.pk)
    assert "Under a legal hold" in shown
    assert 'name="about"' not in shown
    sent = urlencode({"about": one.case.key, "extent": "all"})
    refused = clerk.post(f"{reverse('erasure-confirm', args=[request.pk])}?{sent}")
    assert refused.status_code == 422
    assert "under a legal hold" in refused.content.decode()
    officer = Client()
    officer.force_login(fresh(made.bob))
    said = page(officer, "case-page", one.case.reference)
    assert "Legal hold" in said
    assert "A claim." not in said
    member = Client()
    member.force_login(fresh(made.alice))
    assert "legal hold" not in page(member, "case-page", one.case.reference).lower()
    lift = reverse("hold-lift", args=[Hold.objects.get().pk])
    assert clerk.post(lift, {"why": "Settled."}).status_code == 302
    assert Event.objects.filter(verb="hold_lifted", subject=one.case.key).exists()


def test_what_the_clerk_may_not_see_stands_on_no_list_and_is_not_held_or_lifted(clerk, made, one):
    """Seen red with: `rooms.items` asked for nobody's sight."""
    later = NOW.date().replace(year=2027)
    (hold,) = actions.hold(
        abouts=[one.case.key], why="A claim.", look_again_on=later, by=fresh(made.dev)
    )
    Review.objects.create(about=one.case.key, due_on=NOW.date(), brought_at=NOW)
    request = asked_for(one, made.dev)
    Case.objects.filter(pk=one.case.pk).update(sensitivity="restricted")
    shown = [page(clerk, name) for name in ("hold-list", "review-list")]
    shown.append(page(clerk, "erasure-show", request.pk))
    assert not any(one.case.reference in text or one.case.subject in text for text in shown)
    assert clerk.get(reverse("hold-lift", args=[hold.pk])).status_code == 404
    assert clerk.post(reverse("hold-lift", args=[hold.pk]), {"why": "x"}).status_code == 404


def test_lists_take_few_queries_however_long_they_are(
    clerk, made, one, django_assert_max_num_queries
):
    for number in range(1, 4):
        other = resident(made, number, random.Random(number))
        Review.objects.create(about=other.case.key, due_on=NOW.date(), brought_at=NOW)
    actions.hold(
        abouts=[other.case.key],
        why="A claim.",
        look_again_on=NOW.date().replace(year=2027),
        by=fresh(made.dev),
    )
    for name in ("review-list", "hold-list", "erasure-list", "retention-edit"):
        with django_assert_max_num_queries(MOST_QUERIES):
            page(clerk, name)
    ticked = {"about": one.case.key}
    for name in ("review-keep", "review-anonymise", "hold-place"):
        with django_assert_max_num_queries(MOST_QUERIES):
            page(clerk, name, **ticked)


def test_a_page_with_nothing_ticked_says_so_and_changes_nothing(clerk, one):
    for name in ("review-keep", "review-anonymise", "hold-place"):
        for about in ("", "case:999999", "case:x'", "nothing", "person:1"):
            answer = clerk.get(reverse(name), {"about": about}, follow=True)
            assert "Tick what" in answer.content.decode()


def test_the_council_sets_how_long_and_a_wrong_number_is_said(clerk):
    path = reverse("retention-edit")
    assert "Proposed by Evenhand" in page(clerk, "retention-edit")
    sent = {
        f"case-{outcome}": "12"
        for outcome in ("answered", "closed", "duplicate", "handed_on", "returned", "withdrawn")
    }
    wrong = clerk.post(path, sent | {"case-closed": "0"})
    assert wrong.status_code == 422
    assert "Enquiries, closed: months must be 1 or more" in wrong.content.decode()
    assert clerk.post(path, sent).status_code == 302
    assert "Proposed by Evenhand" not in page(clerk, "retention-edit")


def test_whoever_is_asked_to_confirm_comes_back_with_their_ticks(made, one):
    """The ticks stand in the address, so that nothing is lost on the way."""
    person = PersonFactory(name="Kay Keeper", email="kay@example.org", password=PASSWORD)
    HoldingFactory(post__key="democratic_services", person=person)
    client = Client()
    client.force_login(fresh(person))
    long_ago(client)
    path = f"{reverse('review-anonymise')}?about={one.case.key}"
    Review.objects.create(about=one.case.key, due_on=NOW.date(), brought_at=NOW)
    asked = client.get(path)
    back = client.post(asked["Location"], {"password": PASSWORD})
    assert back["Location"] == path
    assert one.case.reference in client.get(path).content.decode()


def test_what_the_clerk_may_not_see_keeps_nothing_off_their_lists(clerk, made, one, monkeypatch):
    """Restricted enquiries on which nobody decides stay at the head for good; a hundred emptied both lists.

    Seen red with: the rows cut to `MOST` before it was asked who sees them.
    """
    monkeypatch.setattr(reviews, "MOST", 1)
    monkeypatch.setattr(holds, "MOST", 1)
    monkeypatch.setattr(rooms, "AT_ONCE", 2)
    early, late = NOW.date(), NOW.date() + timedelta(days=1)
    for _ in range(3):
        unseen = closed(made)
        actions.hold(abouts=[unseen.key], why="Theirs.", look_again_on=late, by=fresh(made.dev))
        Review.objects.create(about=unseen.key, due_on=early - timedelta(days=9), brought_at=NOW)
        Case.objects.filter(pk=unseen.pk).update(sensitivity="restricted")
    mine = closed(made)
    actions.hold(
        abouts=[mine.key],
        why="A claim.",
        look_again_on=late + timedelta(days=9),
        by=fresh(made.dev),
    )
    Review.objects.create(about=mine.key, due_on=early, brought_at=NOW)
    for name in ("review-list", "hold-list"):
        shown = page(clerk, name)
        assert mine.reference in shown
        assert "These are the 100" not in shown


def test_an_empty_date_is_asked_for_in_a_plain_sentence(clerk, one):
    """Seen red with: "Enter The day to look again"."""
    sent = clerk.post(
        f"{reverse('hold-place')}?{urlencode({'about': one.case.key})}", {"why": "A claim."}
    )
    assert "Enter the day to look again" in sent.content.decode()
