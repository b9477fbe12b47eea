"""Single sign-on: who comes in with the council's provider."""

from __future__ import annotations

import re

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client

from accounts import actions
from accounts.models import Person
from ledger.models import Event
from tests import cast
from tests.accounts.councils_provider import come_back, set_out, sign_in
from tests.accounts.second_steps import give_app, shown
from tests.accounts.test_kept import blob, with_password
from tests.accounts.test_second_step import CODE, give, knock, signed_in
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
ADD, REMOVE = "/account/connection/add/", "/account/connection/remove/"
UNKNOWN = "That account is not connected to anybody who may sign in here."


def connect(person: Person, subject: str = "pat-there") -> Person:
    actions.connect(person=person, subject=subject)
    return person


def events() -> list[tuple]:
    return list(Event.objects.order_by("id").values_list("verb", "subject", "data"))


# Off -----------------------------------------------------------------------------------------------


def test_without_a_provider_there_is_nothing_of_it(client, pat, settings):
    settings.OIDC_ISSUER = ""
    assert "/sign-in/elsewhere/" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/elsewhere/").status_code == 404
    assert client.get("/sign-in/elsewhere/return/?state=x").status_code == 404
    knock(client, pat)
    assert "connection" not in client.get("/account/").content.decode()
    for path in (ADD, REMOVE, "/account/confirm/elsewhere/"):
        assert client.get(path).status_code == 404


def test_nothing_of_the_librarys_own_pages_is_served():
    """Seen red with: the addresses of allauth's provider among our own."""
    from tests.site.test_access import addresses

    views = {address.view.__module__ for address in addresses()}
    assert not {module for module in views if module.startswith("allauth")}


# Signing in ----------------------------------------------------------------------------------------


def test_whoever_is_connected_comes_in_and_to_the_page_asked_for(client, provider, pat):
    connect(pat)
    page = client.get("/sign-in/?next=/account/mail/").content.decode()
    assert 'name="next" value="/account/mail/"' in page
    assert "Sign in with your council account" in page
    answer = sign_in(client, provider, "pat-there", {"next": "/account/mail/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/mail/")
    assert signed_in(client)
    assert events()[-1] == ("signed_in", pat.key, {"by": "single_sign_on"})


def test_what_we_ask_the_provider_for(client, provider):
    """A code, with PKCE; no more of the person than who it is."""
    asked = set_out(client)
    for part in (
        "response_type=code&",
        "code_challenge_method=S256",
        "scope=openid&",
        "nonce=",
        "state=",
        f"max_age={12 * 3600}",
    ):
        assert part in asked
    again = set_out(client)
    assert len({asked.partition(f"{name}=")[2][:20] for name in ("state", "nonce")}) == 2
    assert asked != again


def test_nobody_comes_in_without_pressing_the_button(client, provider, pat):
    """V7.6.2. Seen red with: `single_sign_on` that goes at a GET."""
    connect(pat)
    assert client.get("/sign-in/elsewhere/")["Location"] == "/sign-in/"
    assert provider.asked == []
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in/elsewhere/").status_code == 403


def test_the_second_step_is_asked_for_as_after_a_password(client, provider, pat):
    """Seen red with: `said.stepped` not looked at."""
    secret = give_app(connect(pat))
    answer = sign_in(client, provider, "pat-there", amr=["mfa"])
    assert answer["Location"] == CODE
    assert not signed_in(client)
    give(client, shown(secret))
    assert signed_in(client)
    data = {"by": "single_sign_on", "besides": "totp"}
    assert events()[-1] == ("signed_in", pat.key, data)


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "mfa"}, True),
        ({"acrs": ["c1", "mfa"]}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"acr": "MFA"}, False),
        ({}, False),
    ],
)
def test_the_providers_second_factor_counts_where_the_council_says_and_it_says_so(
    client, provider, pat, settings, claims, counts
):
    """V6.8.4: what it does not say, it did not do. Seen red with: `_stepped` by the setting alone."""
    settings.OIDC_SECOND_STEP, settings.SECOND_STEP_REQUIRED = "mfa", True
    give_app(connect(pat))
    sign_in(client, provider, "pat-there", **claims)
    assert signed_in(client) == counts


@pytest.mark.parametrize("stepped", [True, False])
def test_where_a_second_step_is_required_the_providers_own_is_one(
    client, provider, pat, settings, stepped
):
    """Seen red with: `connection.stepped` that looks at no session."""
    settings.OIDC_SECOND_STEP, settings.SECOND_STEP_REQUIRED = "mfa", True
    connect(pat)
    sign_in(client, provider, "pat-there", amr=["mfa"] if stepped else ["pwd"])
    answer = client.get("/account/")
    assert answer.status_code == (200 if stepped else 302)
    settings.OIDC_SECOND_STEP = ""
    assert client.get("/account/")["Location"] == "/account/second-step/"


def test_an_unknown_account_is_told_what_to_do_whoever_it_is(client, provider, pat):
    """One answer: nobody there, an unconnected person, one who is stopped.

    Seen red with: other words for somebody who is stopped.
    """
    stopped = connect(PersonFactory(name="Stop Stone", email="stop@example.org"), "stopped")
    actions.disable(person=stopped, by=None)
    pages = set()
    for subject, email in (("nobody", "no@example.org"), ("pat", pat.email), ("stopped", "x")):
        answer = sign_in(client, provider, subject, email=email, email_verified=True)
        assert answer["Location"] == "/sign-in/"
        page = client.get(answer["Location"]).content.decode()
        assert UNKNOWN in page
        assert "then connect it on the page" in page
        pages.add(re.sub(r'((csrfmiddlewaretoken|sending)" value=")[^"]+', r"\1", page))
        assert not signed_in(client)
    assert len(pages) == 1
    refused = [event for event in events() if event[0] == "sign_in_refused"]
    assert [subject for _, subject, _ in refused] == ["person:unknown"] * 2 + [stopped.key]
    assert refused[0][2] == {"by": "single_sign_on", "why": "unknown"}


def test_nobody_and_no_authority_is_ever_made(client, provider, settings):
    """Seen red with: a person made for whoever the provider vouches for."""
    settings.OIDC_LINKS_BY_EMAIL = True
    before = list(Person.objects.values())
    sign_in(client, provider, "new", email="new@example.org", email_verified=True, roles=["admin"])
    assert list(Person.objects.values()) == before
    assert not SocialAccount.objects.exists()


def test_nothing_of_what_the_provider_says_is_kept(client, provider, pat):
    connect(pat)
    sign_in(client, provider, "pat-there", name="Patricia", email="private@example.org")
    row = SocialAccount.objects.get()
    assert (row.provider, row.uid, row.extra_data) == (provider.issuer, "pat-there", {})
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()
    held = repr(dict(client.session.items()))
    for secret in ("opaque", "Patricia", "private@example.org", "eyJ"):
        assert secret not in held


def test_the_page_asked_for_is_one_of_ours(client, provider, pat):
    """Seen red with: `next` taken as it was sent."""
    connect(pat)
    for there in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"):
        other = Client()
        answer = sign_in(other, provider, "pat-there", {"next": there})
        assert answer["Location"] == "/", there


def test_what_was_typed_when_the_session_ended_comes_through(client, provider, db):
    """ADR 5, through the provider and the second step. Seen red with: `request.kept` not set on return."""
    dev = connect(with_password(cast.dev()))
    secret = give_app(dev)
    knock(client, dev)
    give(client, shown(secret))
    client.session.flush()
    ended = client.post("/people/add/", {"name": "Somebody New", "email": "", "version": "0"})
    page = ended.content.decode()
    assert page.count('name="kept"') == 2
    there = set_out(client, kept=blob(ended))
    back = provider.let_in(there, "pat-there")
    page = come_back(client, back)
    assert "Confirm that it is you" in page.content.decode()
    answer = give(client, shown(secret, ahead=1), kept=blob(page))
    again = client.post("/people/add/", {"kept": blob(answer)})
    assert "Somebody New" in again.content.decode()


def test_what_was_typed_is_carried_on_where_the_provider_says_no(client, provider, db):
    dev = connect(with_password(cast.dev()))
    knock(client, dev)
    client.session.flush()
    ended = client.post("/people/add/", {"name": "Somebody New", "email": "", "version": "0"})
    there = set_out(client, kept=blob(ended))
    page = come_back(client, provider.let_in(there, "a stranger"))
    assert UNKNOWN in page.content.decode()
    assert blob(page) == blob(ended)


def test_nothing_that_is_not_ours_waits_in_a_session(client, provider, pat):
    """Seen red with: `kept_here` that keeps what it cannot open."""
    connect(pat)
    sign_in(client, provider, "pat-there")
    client.session.flush()
    set_out(client, kept="junk " * 1000)
    assert "junk" not in repr(dict(client.session.items()))


def test_setting_out_is_counted_by_address_and_coming_in_is_forgiven(client, provider, pat):
    """Seen red with: `set_out` that counts nothing; `forget` left out."""
    connect(pat)
    for _ in range(61):
        other = Client()
        sign_in(other, provider, "pat-there")
    assert signed_in(other)
    for _ in range(60):
        set_out(client)
    page = client.post("/sign-in/elsewhere/", follow=True).content.decode()
    assert "Too many tries to sign in." in page


def test_signing_out_says_that_the_provider_does_not_sign_out(client, provider, pat):
    connect(pat)
    sign_in(client, provider, "pat-there")
    page = client.post("/sign-out/", follow=True).content.decode()
    assert "You may still be signed in to your council account here" in page
