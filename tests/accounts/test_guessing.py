"""Guessing passwords, and asking for links without end, is stopped for a while."""

from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from accounts import throttle
from accounts.models import Attempt
from ledger.models import Event, Notice
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=15, seconds=1)


def knock(client, password="a guess at the password", email="pat@example.org", **extra):
    return client.post("/sign-in/?next=/account/", {"email": email, "password": password}, **extra)


def let_in(answer) -> bool:
    return answer.status_code == 302


def stopped(answer) -> bool:
    return "Too many tries" in answer.content.decode()


def test_after_ten_wrong_passwords_even_the_right_one_waits_a_quarter_of_an_hour(client, pat):
    """Seen red with: the limit of SIGN_IN_EMAIL raised to 1,000."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        answers = [knock(client) for _ in range(10)]
        assert not any(stopped(answer) or let_in(answer) for answer in answers)
        assert stopped(knock(client, PASSWORD))
        clock.shift(LATER)
        assert let_in(knock(client, PASSWORD))


def test_an_email_that_nobody_has_is_stopped_in_the_same_way(client):
    """Seen red with: the limit raised to 1,000."""
    for _ in range(10):
        assert not stopped(knock(client, email="nobody@example.org"))
    assert stopped(knock(client, email="nobody@example.org"))


def test_writing_the_email_otherwise_counts_as_the_same(client, pat):
    """Seen red with: the key made of the email as it was typed."""
    for email in ["pat@example.org", "PAT@example.org", " pat@example.org"] * 4:
        answer = knock(client, email=email)
    assert stopped(answer)


def test_the_right_password_clears_what_went_wrong_before(client, pat):
    """Seen red with: `_forget` not called."""
    for _ in range(9):
        knock(client)
    assert let_in(knock(client, PASSWORD))
    client.post("/sign-out/")
    for _ in range(9):
        assert not stopped(knock(client))


def test_tries_that_are_stopped_do_not_lengthen_the_wait(client, pat):
    """However many there are. Seen red with: what was stopped left among what counts."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(10):
            knock(client)
        clock.shift(timedelta(minutes=14))
        assert all(stopped(knock(client, PASSWORD)) for _ in range(11))
        clock.shift(timedelta(minutes=1, seconds=1))
        assert let_in(knock(client, PASSWORD))


def test_one_address_cannot_try_one_password_on_everybody(client, pat):
    """Seen red with: no limit for an address."""
    for number in range(throttle.SIGN_IN_ADDRESS.most):
        assert not stopped(knock(client, email=f"person{number}@example.org"))
    assert stopped(knock(client, PASSWORD))
    assert let_in(knock(client, PASSWORD, REMOTE_ADDR="192.0.2.7"))


def test_others_are_not_stopped_by_guesses_at_one_person(client, pat):
    PersonFactory(email="quinn@example.org", password=PASSWORD)
    for _ in range(12):
        knock(client)
    assert let_in(knock(client, PASSWORD, email="quinn@example.org"))


def test_a_stopped_try_is_not_recorded_so_that_nobody_can_fill_the_ledger(client, pat, told):
    """That it was stopped is recorded once an hour, with how many more there were the next time.

    Seen red with: each stopped try recorded.
    """
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(15):
            knock(client)
        ten = [("sign_in_refused", pat.key, None)] * 10
        assert told() == [*ten, ("tries_stopped", pat.key, None)]
        clock.shift(timedelta(hours=1, seconds=1))
        for _ in range(11):
            knock(client)
    assert [e.data for e in Event.objects.of("tries_stopped")] == [
        {"why": "sign_in"},
        {"why": "sign_in", "more": 4},
    ]


def test_nothing_that_was_typed_is_kept_and_what_is_old_goes(client, pat):
    """Seen red with: the key being what was typed."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        knock(client, email="my-password-by-mistake@example.org")
        assert not Attempt.objects.filter(key__contains="mistake").exists()
        clock.shift(throttle.DAY + LATER)
        knock(client)
        assert Attempt.objects.count() == 2


def test_the_fourth_link_in_a_quarter_of_an_hour_is_refused_whoever_asks(client, pat, notices):
    """Seen red with: the limit of LINK_EMAIL raised to 300."""
    for email in ("pat@example.org", "nobody@example.org"):
        answers = [client.post("/account/password/forgotten/", {"email": email}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
        assert "Too many links" in answers[3].content.decode()
    assert len(notices()) == 3
    assert Event.objects.of("password_link_requested").count() == 6
    assert Notice.objects.filter(recipient=pat.key).count() == 3


def test_guesses_at_the_current_password_are_counted_too(client, pat):
    """Seen red with: nothing spent by `change_password`."""
    client.force_login(pat)
    for _ in range(11):
        answer = client.post(
            "/account/password/change/", {"current": "a guess", "password": "three odd wordy ones"}
        )
    assert "Too many tries" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "wrong", "where"),
    [
        ("/account/confirm/", {"password": "a guess"}, "confirm"),
        (
            "/account/password/change/",
            {"current": "a guess", "password": "three odd wordy ones"},
            "change",
        ),
    ],
)
def test_a_wrong_password_of_somebody_signed_in_is_recorded_as_often_as_it_may_be_tried(
    client, pat, path, wrong, where
):
    """V16.3.1. Seen red with: `_record_wrong` left out of `confirm`, and of `change_password`; called
    before `spend`.
    """
    client.force_login(pat)
    for _ in range(13):
        client.post(path, wrong)
    found = Event.objects.filter(verb="password_refused")
    assert [(event.subject, event.actor, event.data) for event in found] == [
        (pat.key, None, {"where": where})
    ] * throttle.SIGN_IN_EMAIL.most


def test_whoever_confirms_that_it_is_them_is_on_record_with_what_they_gave(client, pat, told):
    """Seen red with: nothing recorded by `_confirmed_now`."""
    client.force_login(pat)
    client.post("/account/confirm/", {"password": PASSWORD})
    assert told() == [("identity_confirmed", pat.key, pat.pk)]
    assert Event.objects.get().data == {"by_giving": "password"}


@pytest.mark.parametrize(
    ("proxy", "forwarded", "expected"),
    [
        (False, "198.51.100.9", "192.0.2.1"),
        (True, "198.51.100.9", "198.51.100.9"),
        (True, "1.1.1.1, 198.51.100.9", "198.51.100.9"),
        (True, "", "192.0.2.1"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxy_saw(settings, proxy, forwarded, expected):
    """Seen red with: the first of X-Forwarded-For, which anybody can write."""
    settings.BEHIND_PROXY = proxy
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", **extra)
    assert throttle.client_address(request) == expected
