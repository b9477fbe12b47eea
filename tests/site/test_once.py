"""A form that is sent twice is done once: a double tap, a slow line, a page that was loaded again. ADR 27."""

from __future__ import annotations

import os
import random
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from unittest import mock
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from casework.models import Case, Message
from ledger import actions, sendings
from ledger.models import Event, Sending
from tests.casework.making import NOW, with_bob, world

pytestmark = pytest.mark.django_db(transaction=True)
KEY = re.compile(r'name="sending" value="([0-9a-f]{32})"')
WORDS = "The crane comes on Friday."
TAPS = 8


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW, tick=False)
    return world("bristol")


@pytest.fixture
def case(made) -> Case:
    return with_bob(made)


@pytest.fixture
def bob(made, client) -> Client:
    client.force_login(made.bob)
    client.get("/account/")
    return client


def note(case: Case) -> str:
    return reverse("enquiry-note", args=[case.reference])


def filled(client: Client, path: str, **typed: str) -> dict[str, str]:
    """What a browser would send of the form there."""
    answer = client.get(path)
    form = answer.context["form"]
    fields = {name: form[name].value() for name in form.fields}
    fields = {
        name: value
        for name, value in fields.items()
        if value not in (None, "") and value is not False
    }
    return fields | {"sending": KEY.search(answer.content.decode())[1]} | typed


def notes(case: Case) -> int:
    return Event.objects.filter(subject=case.key, verb__contains="note").count()


def tapped(client: Client, path: str, fields: dict) -> list:
    """The answers to so many presses at the same moment, of one browser."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    gate = Barrier(TAPS)

    def press(_):
        one = Client()
        one.cookies[settings.SESSION_COOKIE_NAME] = cookie
        gate.wait()
        try:
            return one.post(path, fields)
        finally:
            connection.close()

    with ThreadPoolExecutor(TAPS) as pool:
        return list(pool.map(press, range(TAPS)))


def test_eight_presses_of_one_button_do_it_once_and_all_lead_to_the_same_page(bob, case):
    """T9. Seen red with: `_take_key` doing nothing."""
    rounds, seed = int(os.environ.get("EVENHAND_TAPS", "4")), 20261129
    chosen = random.Random(seed)
    for number in range(1, rounds + 1):
        fields = filled(bob, note(case), text=f"{WORDS} {chosen.random()}")
        answers = tapped(bob, note(case), fields)
        assert [answer.status_code for answer in answers] == [302] * TAPS
        assert {answer["Location"] for answer in answers} == {case.get_absolute_url()}
        assert notes(case) == number
        assert Message.objects.filter(body=fields["text"]).count() == 1
    print(f"N = {rounds} forms × {TAPS} presses, seed = {seed}")


def test_eight_presses_add_one_person_where_no_version_stands_in_the_way(made, client):
    """T9. Seen red with: `_take_key` doing nothing (eight people)."""
    client.force_login(made.dev)
    client.get("/account/")
    fields = filled(client, reverse("person-add"), name="Ines Ivory")
    answers = tapped(client, reverse("person-add"), fields)
    ines = Person.objects.get(name="Ines Ivory")
    assert {answer["Location"] for answer in answers} == {reverse("person-page", args=[ines.pk])}


def test_whoever_sends_it_again_later_is_told_that_it_was_done(bob, case):
    fields = filled(bob, note(case), text=WORDS)
    first = bob.post(note(case), fields)
    again = bob.post(note(case), fields, follow=True)
    assert again.redirect_chain == [(first["Location"], 302)]
    assert "You had sent this already. It was done once." in again.content.decode()
    assert notes(case) == 1


def test_other_words_of_the_same_page_are_no_repetition(bob, case):
    """Back, and changed. Nothing that was typed is taken for what went before.

    Seen red with: the key made of the page's number alone.
    """
    fields = filled(bob, note(case), text=WORDS)
    bob.post(note(case), fields)
    fresh = filled(bob, note(case))
    other = fields | {"text": "And the holes on Monday.", "version": fresh["version"]}
    assert bob.post(note(case), other).status_code == 302
    assert notes(case) == 2


def test_a_page_is_no_answer_and_gives_its_key_up(made, client):
    """Something was recorded, and the form drawn again. Seen red with: the key kept whatever came of it."""
    client.force_login(made.dev)
    fields = filled(client, reverse("person-add"), name="Ines Ivory")
    with mock.patch("accounts.views.people.redirect", return_value=HttpResponse("drawn again")):
        assert client.post(reverse("person-add"), fields).status_code == 200
    assert Event.objects.filter(verb="person_added").exists()
    assert not Sending.objects.exists()


def test_what_was_refused_may_be_sent_again(bob, case):
    """As it is; and a refusal is no answer of the one before it."""
    fields = filled(bob, note(case), text=WORDS)
    stale = fields | {"version": "0"}
    assert bob.post(note(case), stale).status_code == 409
    assert bob.post(note(case), stale).status_code == 409
    assert not Sending.objects.exists()
    assert bob.post(note(case), fields).status_code == 302


@pytest.mark.parametrize("led_to", ["", "/account/"])
def test_whoever_comes_second_writes_nothing_and_loses_no_word(bob, case, led_to):
    """Before the first one's answer, and after. Seen red with: AlreadySent caught within the action."""
    fields = filled(bob, note(case), text=WORDS)
    Sending.objects.create(key="a" * 64, request=uuid4(), led_to=led_to, at=timezone.now())
    with (
        mock.patch("accounts.once.key_of", return_value="a" * 64),
        mock.patch("accounts.once.APART", 0),
    ):
        answer = bob.post(note(case), fields)
    assert notes(case) == 0
    assert Case.objects.get(pk=case.pk).version == case.version
    if led_to:
        assert answer["Location"] == led_to
    else:
        assert answer.status_code == 409
        assert "This may have been done already" in answer.content.decode()
        assert WORDS in answer.content.decode()


def test_after_a_fault_of_ours_it_is_not_done_again_and_no_word_is_lost(bob, case):
    """A fault after the commit. Seen red with: the key given up after a fault."""
    fields = filled(bob, note(case), text=WORDS)
    bob.raise_request_exception = False
    with mock.patch("casework.enquiries.views.act.tell_sent", side_effect=RuntimeError):
        assert bob.post(note(case), fields).status_code == 500
    with mock.patch("accounts.once.APART", 0):
        answer = bob.post(note(case), fields)
    assert answer.status_code == 409
    assert WORDS in answer.content.decode()
    assert notes(case) == 1
    assert Sending.objects.get().led_to == ""


def test_a_key_says_nothing_and_goes_after_two_days(bob, case, time_machine):
    """Seen red with: `clear_sendings` taking none."""
    bob.post(note(case), filled(bob, note(case), text=WORDS))
    kept = Sending.objects.get()
    assert WORDS not in str(vars(kept))
    assert re.fullmatch("[0-9a-f]{64}", kept.key)
    assert actions.clear_sendings(now=timezone.now()) == 0
    assert actions.clear_sendings(now=timezone.now() + sendings.KEPT * 1.01) == 1
