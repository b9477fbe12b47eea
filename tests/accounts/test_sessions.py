"""What changes about a person takes effect on their next click (T13)."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import Person
from council.models import Holding
from tests import cast
from tests.factories import PASSWORD, HoldingFactory

pytestmark = pytest.mark.django_db
NEW = "quiet lamps over harbour"


def session_of(person) -> Client:
    client = Client()
    client.force_login(person)
    assert client.get("/account/").status_code == 200
    return client


def is_in(client) -> bool:
    return client.get("/account/").status_code == 200


def test_disabling_ends_every_session_with_the_next_click():
    """Seen red with: the backend not asking `user_can_authenticate`, and no new round of access.

    Either of the two is enough, and both stand.
    """
    bob = cast.bob()
    desk, phone = session_of(bob), session_of(bob)
    actions.disable(person=bob, by=cast.dev())
    for client in (desk, phone):
        assert client.get("/account/")["Location"].startswith("/sign-in/")
        assert client.post("/account/password/change/", {}).status_code == 302


def test_sessions_from_before_do_not_come_back_when_the_person_does():
    """Seen red with: `access_round` left out of the session's hash."""
    bob, dev = cast.bob(), cast.dev()
    client = session_of(bob)
    actions.disable(person=bob, by=dev)
    actions.enable(person=bob, by=dev)
    assert not is_in(client)
    assert is_in(session_of(Person.objects.get(pk=bob.pk)))


def test_a_disabled_person_cannot_sign_in(client, pat):
    """Seen red with: `user_can_authenticate` always saying yes."""
    actions.disable(person=pat, by=None)
    client.post("/sign-in/", {"email": pat.email, "password": PASSWORD})
    assert not is_in(client)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(pat, told):
    """Seen red with: the hash of the session taken over the round of access alone."""
    here, elsewhere = session_of(pat), session_of(pat)
    answer = here.post("/account/password/change/", {"current": PASSWORD, "password": NEW})
    assert answer["Location"] == "/account/"
    assert is_in(here)
    assert not is_in(elsewhere)
    assert told() == [("password_set", pat.key, pat.pk)]


def test_a_wrong_current_password_changes_nothing(pat):
    """Seen red with: the current password not checked."""
    here = session_of(pat)
    answer = here.post("/account/password/change/", {"current": "no", "password": NEW})
    assert "not your current password" in answer.content.decode()
    assert Person.objects.get(pk=pat.pk).check_password(PASSWORD)


def test_a_post_that_ends_takes_its_pages_away_with_the_next_click():
    """Seen red with: the last day not asked for; standing remembered from click to click."""
    dev = cast.dev()
    client = session_of(dev)
    assert client.get("/people/").status_code == 200
    Holding.objects.filter(person=dev).update(until=date(2020, 1, 1))
    assert client.get("/people/").status_code == 403


def test_a_post_that_begins_gives_its_pages_with_the_next_click():
    """Seen red with: standing remembered from click to click."""
    charlie = cast.charlie()
    client = session_of(charlie)
    assert client.get("/people/").status_code == 403
    HoldingFactory(post__key="administrator", person=charlie, since=timezone.localdate())
    assert client.get("/people/").status_code == 200


def test_a_member_who_ended_yesterday_has_no_role_left():
    """Seen red with: standing remembered from click to click."""
    alice = cast.alice()
    client = session_of(alice)
    assert client.get("/who-may-do-what/").status_code == 200
    type(alice.member).objects.filter(pk=alice.member.pk).update(ended_on=date(2020, 1, 1))
    assert client.get("/who-may-do-what/").status_code == 403


def test_a_page_of_somebody_signed_in_costs_few_queries(django_assert_max_num_queries):
    dev = cast.dev()
    client = session_of(dev)
    for _ in range(30):
        cast.PersonFactory()
    with django_assert_max_num_queries(12):
        client.get("/people/")
