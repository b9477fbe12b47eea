"""Passkeys: whatever a browser sends that is not one is refused in words. The real thing is in the journeys."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import actions
from protocol.refusals import Refused
from tests.accounts.second_steps import give_app, give_passkey, recovery_codes, shown
from tests.accounts.test_second_step import CODE, give, knock, signed_in
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
ADD = "/account/second-step/passkey/"


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=6,
)
BYTES = st.binary(max_size=200).map(b64)
PART = st.one_of(BYTES, JSON)


def answers(*, made: bool) -> st.SearchStrategy:
    """Near misses of what a browser answers, to making a passkey or to using one."""
    parts = ["attestationObject"] if made else ["authenticatorData", "signature", "userHandle"]
    inner = st.fixed_dictionaries({}, optional=dict.fromkeys(("clientDataJSON", *parts), PART))
    near = st.fixed_dictionaries(
        {"id": PART, "rawId": PART, "type": st.just("public-key"), "response": inner},
        optional={"clientExtensionResults": JSON, "authenticatorAttachment": JSON},
    )
    return near | JSON


FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(answer=answers(made=True))
def test_what_is_no_new_passkey_is_refused_in_words(pat, answer):
    """T11. Seen red with: `_readable` that lets a TypeError through."""
    client = Client()
    knock(client, pat)
    client.get(ADD)
    page = client.post(ADD, {"name": "My phone", "passkey": json.dumps(answer)})
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert not Authenticator.objects.exists()


@FUZZ
@given(answer=answers(made=False))
def test_what_is_no_passkey_of_theirs_lets_nobody_in(answer):
    """T11. Seen red with: `_readable` left out of `give_passkey`."""
    person = PersonFactory(password="quiet lamps over harbour")
    give_passkey(person)
    client = Client()
    client.post("/sign-in/", {"email": person.email, "password": "quiet lamps over harbour"})
    client.get(CODE)
    page = client.post(CODE, {"passkey": json.dumps(answer)})
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert not signed_in(client)


def test_what_is_no_json_is_refused_in_words(client, pat):
    knock(client, pat)
    page = client.post(ADD, {"name": "My phone", "passkey": "{"})
    assert "could not be read" in page.content.decode()
    page = client.post(ADD, {"name": "", "passkey": ""})
    assert "Enter a name" in page.content.decode()


def test_tries_with_passkeys_count_as_those_with_codes(client, pat, notices):
    give_passkey(pat)
    secret = give_app(pat)
    knock(client, pat)
    for _ in range(5):
        client.post(CODE, {"passkey": json.dumps({"id": "x"})})
    assert notices() == [("second_step_refused", pat.key)]
    give(client, shown(secret))
    assert not signed_in(client)


def test_somebody_with_a_passkey_alone_is_asked_for_it_and_may_use_a_recovery_code(client, pat):
    """Seen red with: the annotation that looks for apps alone."""
    give_passkey(pat)
    knock(client, pat)
    assert not signed_in(client)
    page = client.get(CODE).content.decode()
    assert "Use your passkey" in page
    assert "authenticator app" not in page
    give(client, recovery_codes(pat)[0])
    assert signed_in(client)


def test_a_passkey_is_removed_by_its_owner_alone(client, pat, notices):
    other = PersonFactory()
    give_passkey(other)
    mine = give_passkey(pat)
    knock(client, pat)
    give(client, recovery_codes(pat)[0])
    theirs = Authenticator.objects.get(user=other, type="webauthn")
    assert client.post(f"{ADD}{theirs.pk}/remove/").status_code == 404
    assert "Remove My phone?" in client.get(f"{ADD}{mine.pk}/remove/").content.decode()
    client.post(f"{ADD}{mine.pk}/remove/")
    assert set(Authenticator.objects.values_list("user_id", flat=True)) == {other.pk}
    assert ("passkey_removed", pat.key) in notices()


def test_the_last_one_stays_where_a_second_step_is_required(pat, settings):
    """Seen red with: `only_one` always False."""
    settings.SECOND_STEP_REQUIRED = True
    mine = give_passkey(pat)
    with pytest.raises(Refused, match="Everybody here"):
        actions.remove_passkey(person=pat, passkey=mine.pk)
    give_app(pat)
    actions.remove_passkey(person=pat, passkey=mine.pk)
    kinds = Authenticator.objects.filter(user=pat).values_list("type", flat=True)
    assert set(kinds) == {"totp", "recovery_codes"}
