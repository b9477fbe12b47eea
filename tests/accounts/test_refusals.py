"""What a signed-in person is refused goes on record, and nobody can fill the ledger by it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts import refusals
from ledger import bounded
from ledger.models import Bounded, Event
from ledger.tasks import seal
from tests import cast

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def of(verb: str = "request_refused") -> list[dict]:
    return [event.data for event in Event.objects.of(verb).order_by("id")]


def test_a_page_that_they_may_not_open_is_on_record_by_its_name(client):
    alice = cast.alice()
    client.force_login(alice)
    assert client.get(reverse("person-list")).status_code == 403
    event = Event.objects.of("request_refused").get()
    assert (event.actor, event.subject) == (alice.pk, alice.key)
    assert event.data == {"why": "not_allowed", "page": "person-list", "method": "GET"}


def test_what_is_not_there_is_recorded_as_what_is_somebody_elses(client):
    client.force_login(cast.erin())
    for key in (uuid.uuid4(), uuid.uuid4()):
        assert client.get(reverse("contribution-page", args=[key])).status_code == 404
    first, second = of()
    assert {**first, "key": ""} == {**second, "key": ""}
    assert first["why"] == "not_there"


def test_nothing_that_was_typed_into_an_address_is_kept_but_ids(client):
    """Seen red with: every part of the address kept."""
    client.force_login(cast.erin())
    client.get("/cases/Mrs.Canary-of-5-Quay-Street/")
    client.get(f"/people/{10**30}/")
    assert [set(data) for data in of()] == [{"why", "page", "method"}] * 2
    assert "anary" not in str(of())


def test_addresses_that_lead_nowhere_and_strangers_are_left_out(client):
    """Seen red with: addresses without a view recorded."""
    assert client.get(reverse("person-list")).status_code == 302
    client.force_login(cast.alice())
    assert client.get("/no/such/page/").status_code == 404
    assert of() == []


def test_a_form_without_its_token_is_on_record(client):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.alice())
    assert strict.post(reverse("mail-edit"), {"mailed": "daily"}).status_code == 403
    assert [data["why"] for data in of()] == ["token"]


def test_what_is_not_theirs_to_do_is_on_record_whatever_the_page_answers_with(client):
    """Ada, who sees no case, lets nobody act for another. Seen red with: `noted` left out of `form_page`."""
    alice, bob = cast.alice(), cast.bob()
    client.force_login(cast.ada())
    sent = {"principal": alice.pk, "delegate": bob.pk, "since_day": 1, "since_month": 6}
    answer = client.post(reverse("delegation-add"), {**sent, "since_year": 2026})
    assert answer.status_code == 422
    assert "you cannot see them yourself" in answer.content.decode()
    assert [(data["why"], data["page"]) for data in of()] == [("not_theirs", "delegation-add")]


def test_a_mistake_in_a_form_is_no_refusal(client):
    client.force_login(cast.ada())
    assert client.post(reverse("delegation-add"), {}).status_code == 422
    assert of() == []


def test_after_twenty_in_an_hour_the_rest_is_counted_and_the_next_one_says_how_many(client):
    """Seen red with: no bound; a count that stays at one."""
    client.force_login(cast.alice())
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(refusals.MOST + 5):
            client.get(reverse("person-list"))
        assert len(of()) == refusals.MOST
        assert not any("more" in data for data in of())
        clock.shift(bounded.WINDOW)
        client.get(reverse("person-list"))
        client.get(reverse("person-list"))
    assert [data.get("more") for data in of()[refusals.MOST :]] == [5, None]


def test_the_sweep_says_what_no_later_refusal_said(client):
    """Seen red with: `record_counted` left out of the task that seals."""
    alice = cast.alice()
    client.force_login(alice)
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(refusals.MOST + 3):
            client.get(reverse("person-list"))
        seal()
        assert of("refusals_counted") == []
        clock.shift(bounded.WINDOW)
        seal()
        seal()
    event = Event.objects.of("refusals_counted").get()
    assert (event.actor, event.subject, event.data["more"]) == (alice.pk, alice.key, 3)
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        seal()
    assert not Bounded.objects.exists()


def test_a_refusal_is_kept_though_the_request_was_rolled_back(client, monkeypatch):

    def undone(*args, **kwargs):
        with transaction.atomic():
            Event.objects.exists()
            raise PermissionDenied

    monkeypatch.setattr("accounts.views.own.roles_in_words", undone)
    client.force_login(cast.alice())
    assert client.get(reverse("authority-page")).status_code == 403
    assert [data["page"] for data in of()] == ["authority-page"]


def test_a_page_that_opens_costs_no_query_more(client, monkeypatch):
    client.force_login(cast.alice())
    client.get(reverse("account"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("account")).status_code == 200
    assert not [query for query in asked if "ledger_bounded" in query["sql"]]


class Counting(TestCase):
    """Whatever the times at which somebody is refused, each refusal is told or counted, once."""

    @given(
        gaps=st.lists(st.integers(0, 90), max_size=60), most=st.integers(1, 5), sweep=st.booleans()
    )
    @settings(max_examples=40)
    def test_each_is_told_or_counted_once(self, gaps, most, sweep):
        """Seen red with: no bound; a count that stays at one."""
        moment = NOON
        for minutes in gaps:
            moment += timedelta(minutes=minutes)
            bounded.record(
                about="person:5",
                most=most,
                verb="request_refused",
                subject="person:5",
                actor=5,
                now=moment,
            )
            if sweep:
                bounded.record_counted(now=moment)
        bounded.record_counted(now=moment + bounded.WINDOW)
        told = Event.objects.of("request_refused")
        counted = Event.objects.of("request_refused", "refusals_counted")
        total = told.count() + sum(event.data.get("more", 0) for event in counted)
        assert total == len(gaps)
        # No hour holds more than twice the bound: the end of one window and the beginning of the next.
        for event in told:
            within = told.filter(at__gte=event.at, at__lt=event.at + bounded.WINDOW)
            assert within.count() <= 2 * most
