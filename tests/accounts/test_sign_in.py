"""Signing in and out."""

import re
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions
from accounts.models import Person
from accounts.signing_in import parts
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db
DOOR = "/sign-in/"


def knock(client, email="pat@example.org", password=PASSWORD, after="/account/"):
    return client.post(f"{DOOR}?next={after}", {"email": email, "password": password})


def signed_in(client) -> bool:
    return client.get("/account/").status_code == 200


def test_the_right_email_and_password_let_in_and_lead_to_the_page_asked_for(client, pat, told):
    answer = knock(client, after="/account/password/change/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/password/change/")
    assert signed_in(client)
    assert told() == [("signed_in", pat.key, pat.pk)]


def test_the_case_of_the_email_and_space_around_it_do_not_matter(client, pat):
    knock(client, email="  PAT@Example.ORG ")
    assert signed_in(client)


@pytest.mark.parametrize(
    "after", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_next_leads_only_to_this_host(client, pat, settings, after):
    """Seen red with: `success_url_allowed_hosts = {"evil.example"}` on the view."""
    settings.LOGIN_REDIRECT_URL = "account"
    assert knock(client, after=after)["Location"] == "/account/"


def test_the_key_of_the_session_changes_on_signing_in(client, pat):
    """A key that somebody planted before is worth nothing after."""
    session = client.session
    session["planted"] = True
    session.save()
    knock(client)
    assert client.session.session_key != session.session_key
    assert not Session.objects.filter(session_key=session.session_key).exists()


WHO = {
    "nobody has the email": {"email": "nobody@example.org"},
    "the password is wrong": {"password": "not the password at all"},
    "the person is disabled": {"email": "disabled@example.org"},
    "the person has no password": {"email": "invited@example.org"},
}


@pytest.fixture
def _others(pat):
    PersonFactory(email="disabled@example.org", password=PASSWORD, is_active=False)
    PersonFactory(email="invited@example.org")


def said(answer) -> str:
    """The page without the token and what was typed."""
    page = re.sub(r'name="sending" value="\w+"', "", answer.content.decode())
    for varying in [answer.wsgi_request.POST["email"], page.partition('token" value="')[2][:64]]:
        page = page.replace(varying, "…")
    return page


@pytest.mark.usefixtures("_others")
def test_every_refusal_reads_the_same(client):
    """Seen red with: Django's AuthenticationForm, which says "inactive" in words of its own."""
    pages = {said(knock(client, **who)) for who in WHO.values()}
    assert len(pages) == 1
    assert "do not go together" in pages.pop()
    assert not signed_in(client)


def shapes(queries) -> list[str]:
    return [" ".join(query["sql"].split()[:3]).partition('"s')[0] for query in queries]


@pytest.mark.usefixtures("_others")
@pytest.mark.parametrize("why", WHO)
def test_every_refusal_costs_one_hash_and_the_same_queries(client, why):
    """Seen red with: an early return for an email that nobody has."""
    knock(client, email="first@example.org")
    with (
        CaptureQueriesContext(connection) as queries,
        mock.patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
        ) as encode,
    ):
        answer = knock(client, **WHO[why])
    assert answer.status_code == 200
    assert encode.call_count == 1
    with CaptureQueriesContext(connection) as again:
        knock(client, email="second@example.org")
    assert shapes(queries) == shapes(again)


@pytest.mark.usefixtures("_others")
def test_a_refusal_is_recorded_without_the_email(client, pat, told):
    for who in WHO.values():
        knock(client, **who)
    disabled, invited = (
        Person.objects.get(email=f"{name}@example.org").key for name in ("disabled", "invited")
    )
    assert told() == [
        ("sign_in_refused", subject, None)
        for subject in (actions.STRANGER, pat.key, disabled, invited)
    ]


def test_the_email_typed_stays_and_the_password_does_not(client, pat):
    page = knock(client, password="a wrong one that I typed").content.decode()
    assert 'value="pat@example.org"' in page
    assert "a wrong one that I typed" not in page
    assert "There is a problem" in page
    assert "<title>Error: Sign in" in page


@pytest.mark.parametrize(
    "odd", ["", " ", "\x00", "a@b", "x" * 300 + "@example.org", "ä@example.org", "’; DROP TABLE"]
)
@pytest.mark.parametrize("box", ["email", "password"])
def test_odd_input_is_refused_on_the_page(client, pat, box, odd):
    answer = knock(client, **{box: odd})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()


def test_a_look_alike_letter_is_not_the_same_email(client):
    """PostgreSQL's UPPER takes ı for I: comparing that way would find two people."""
    ira = PersonFactory(email="ira@example.org", password=PASSWORD)
    assert list(Person.objects.by_email("ıra@example.org")) == []
    assert Person.objects.by_email("IRA@example.org").get() == ira


def test_somebody_signed_in_is_taken_past_the_door(client, pat, settings):
    settings.LOGIN_REDIRECT_URL = "account"
    client.force_login(pat)
    assert client.get(DOOR)["Location"] == "/account/"


def test_signing_out_ends_the_session_and_is_recorded(client, pat, told):
    """Seen red with: the session left as it was."""
    client.force_login(pat)
    old = client.cookies.copy()
    assert client.post(reverse("sign-out"))["Location"] == DOOR
    assert told() == [("signed_out", pat.key, pat.pk)]
    client.cookies = old
    assert not signed_in(client)


def test_a_browser_forgets_its_pages_when_a_session_ends_and_not_before(client, pat):
    """Not what lies half-written in another window ("storage"). Seen red with: the header left out; sent
    to whoever is signed in; sent again to whoever has only the sentence of having signed out.
    """
    client.force_login(pat)
    assert "Clear-Site-Data" not in client.get(reverse("account"))
    out = client.post(reverse("sign-out"))
    assert out["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get(DOOR)
    assert "Clear-Site-Data" not in client.post(DOOR, {"email": pat.email, "password": PASSWORD})
    # Ended from elsewhere: the next answer, and that one alone.
    Session.objects.all().delete()
    assert client.get(reverse("account"))["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get(reverse("account"))


def test_following_the_address_of_signing_out_does_not_sign_out(client, pat, told):
    """A picture on another site must not sign anybody out. Seen red with: the method not asked for."""
    client.force_login(pat)
    client.get(reverse("sign-out"))
    assert signed_in(client)
    assert told() == []


def test_signing_out_twice_says_nothing_more(client, told):
    assert client.post(reverse("sign-out")).status_code == 302
    assert told() == []


def test_other_rooms_can_add_to_the_page(client, monkeypatch):
    monkeypatch.setattr(parts, "_parts", {})
    parts.register(
        "components/inset.html", lambda request: {"text": "Only <here> for the demonstration"}
    )
    assert "Only &lt;here&gt; for the demonstration" in client.get(DOOR).content.decode()
