"""What changes about a person takes effect on their next click (T13)."""

from datetime import date, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import Person
from accounts.tasks import clear_sessions
from council.models import Holding
from tests import cast
from tests.factories import PASSWORD, HoldingFactory, PersonFactory

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


# Where somebody is signed in ----------------------------------------------------------------------
LIST = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/19.0 Mobile/15E148 Safari/604.1"
)


def browser(agent: str, person) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/sign-in/", {"email": person.email, "password": PASSWORD})
    return client


def test_somebody_sees_where_they_are_signed_in_and_ends_one(pat, told):
    """Seen red with: the session's row left in place; the list that looks at nobody's in particular."""
    desk, phone = browser(FIREFOX, pat), browser(IPHONE, pat)
    browser(FIREFOX, PersonFactory(email="other@example.org", password=PASSWORD))
    page = desk.get(LIST).content.decode()
    assert "Firefox on Linux (this one)" in page
    assert "Mobile Safari on iOS" in page
    assert page.count("Network address") == 2
    only = UserSession.objects.get(user=pat, user_agent=IPHONE).pk
    said = desk.post(LIST, {"only": only}, follow=True).content.decode()
    assert "1 browser is signed out." in said
    assert phone.get("/account/").status_code == 302
    assert desk.get("/account/").status_code == 200
    assert told()[-1] == ("sessions_ended", pat.key, pat.pk)
    assert "signed out already" in desk.post(LIST, {"only": only}, follow=True).content.decode()


def test_everywhere_but_here_is_one_button(pat):
    here, *others = (browser(agent, pat) for agent in (FIREFOX, IPHONE, ""))
    assert "Unknown browser" in here.get(LIST).content.decode()
    here.post(LIST)
    assert [one.get("/account/").status_code for one in (here, *others)] == [200, 302, 302]
    assert "nowhere else" in here.get(LIST).content.decode()


@pytest.mark.parametrize("only", ["x", "-1", "0", "9" * 40, "1.5"])
def test_what_is_no_number_of_theirs_ends_nothing(pat, only):
    """Seen red with: the invalid taken for none, which means all."""
    here, other = browser(FIREFOX, pat), browser(IPHONE, pat)
    here.post(LIST, {"only": only})
    assert other.get("/account/").status_code == 200


def test_nobody_ends_somebody_elses(pat):
    """Seen red with: the person left out of the filter."""
    dev = PersonFactory(email="other@example.org", password=PASSWORD)
    theirs = browser(FIREFOX, dev)
    browser(IPHONE, pat).post(LIST, {"only": UserSession.objects.get(user=dev).pk})
    assert theirs.get("/account/").status_code == 200


def test_a_new_password_is_where_they_are_signed_in_still(pat):
    here = browser(FIREFOX, pat)
    here.post(
        "/account/password/change/",
        {"current": PASSWORD, "password": "quiet lamps over harbour"},
    )
    assert "(this one)" in here.get(LIST).content.decode()


def test_sessions_whose_time_is_over_are_forgotten(pat, time_machine):
    """Seen red with: what was noted of them left behind."""
    browser(FIREFOX, pat)
    clear_sessions()
    assert (Session.objects.count(), UserSession.objects.count()) == (1, 1)
    time_machine.move_to(timezone.now() + timedelta(hours=13))
    clear_sessions()
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)
