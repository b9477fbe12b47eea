"""Ways round the second step that somebody found who had not written it. Each was open once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from allauth.mfa.internal.flows import trust
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fido2.cose import ES256, CoseKey
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts import actions
from accounts.models import Person
from accounts.signing_in import second_step, sessions
from protocol.refusals import Refused
from tests import cast
from tests.accounts.second_steps import give_app, give_passkey, recovery_codes, shown
from tests.accounts.test_kept import blob, with_password
from tests.accounts.test_second_step import CODE, give, knock, offered, signed_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
APP, PASSKEY = "/account/second-step/app/", "/account/second-step/passkey/"


@pytest.fixture
def required(settings):
    settings.SECOND_STEP_REQUIRED = True


# A session without one ----------------------------------------------------------------------------


@pytest.mark.usefixtures("required")
def test_a_session_begun_by_password_alone_ends_when_its_owner_sets_one_up():
    """A thief who waits on the first page. Seen red with: the round of access left as it was."""
    dev = with_password(cast.dev())
    thief, owner = Client(), Client()
    knock(thief, dev)
    knock(owner, dev)
    owner.post(APP, {"code": shown(offered(owner))})
    assert owner.get(reverse("person-list")).status_code == 200
    assert not signed_in(thief)
    assert thief.get(APP)["Location"].startswith("/sign-in/")


def test_a_password_is_no_step_up_for_whoever_has_a_second_step(client, pat):
    """Seen red with: `recently` that takes any record."""
    knock(client, pat)
    assert client.get(APP).status_code == 200
    give_app(pat)
    assert client.get(APP)["Location"].startswith("/account/confirm/")


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("name", ["person-list", "case-list", "overview-show", "member-list"])
def test_words_that_were_kept_open_no_page_before_it_is_set_up(client, name):
    """ADR 5's way of drawing again. Seen red with: `lacks_second_step` not asked there."""
    dev = with_password(cast.dev())
    knock(client, dev)
    client.session.flush()
    ended = client.post(reverse(name), {"body": "The lamp is out."})
    page = knock(client, dev, kept=blob(ended))
    answer = client.post(reverse(name), {"kept": blob(page)})
    assert answer.status_code == 403
    assert "The lamp is out." in answer.content.decode()


def test_a_forged_mark_of_a_trusted_browser_is_worth_nothing(client, pat):
    give_app(pat)
    issued = trust.IssuedTrust(
        trust.create_config_fingerprint(pat), int(timezone.now().timestamp())
    )
    client.cookies["mfa_trusted"] = trust.encode_trust_cookie([issued])
    assert knock(client, pat)["Location"] == CODE


def test_whoever_is_stopped_and_let_in_again_has_their_second_step_still(client, pat):
    give_app(pat)
    actions.disable(person=pat, by=None)
    actions.enable(person=Person.objects.get(pk=pat.pk), by=None)
    assert knock(client, pat)["Location"] == CODE


# Codes --------------------------------------------------------------------------------------------


def test_a_code_is_good_once_however_it_is_written(client, pat):
    """Seen red with: spaces and hyphens alone taken out."""
    code = shown(give_app(pat))
    knock(client, pat)
    give(client, code)
    cache.clear()
    other = Client()
    knock(other, pat)
    give(other, f"{code[:3]}.{code[3:]}")
    assert not signed_in(other)


def test_the_code_that_set_the_app_up_signs_nobody_in(client, pat):
    knock(client, pat)
    code = shown(offered(client))
    client.post(APP, {"code": code})
    other = Client()
    knock(other, pat)
    give(other, code)
    assert not signed_in(other)


def test_a_code_that_was_used_counts_as_a_wrong_one(client, pat, told):
    code = shown(give_app(pat))
    knock(client, pat)
    give(client, code)
    other = Client()
    knock(other, pat)
    give(other, code)
    assert told()[-1] == ("second_step_refused", pat.key, None)


def test_guessing_slowly_is_told_and_stopped_and_a_new_password_ends_it(
    client, pat, notices, time_machine
):
    """Four an hour, and a right one in between. Seen red with: no limit of a day; with `forget` for it."""
    secret, now = give_app(pat), timezone.now()
    for hour in range(5):
        time_machine.move_to(now + timedelta(hours=hour))
        for _ in range(4):
            with pytest.raises(Refused):
                actions.give_code(person=pat, code="000000")
        if hour < 4:
            actions.give_code(person=pat, code=shown(secret))
    assert notices() == [("second_step_refused", pat.key)]
    time_machine.move_to(now + timedelta(hours=6))
    with pytest.raises(Refused, match="today"):
        actions.give_code(person=pat, code=shown(secret))
    actions.set_password(person=pat, password="quiet lamps over harbour")
    assert actions.give_code(person=pat, code=shown(secret)).type == "totp"


def test_a_cache_that_is_down_keeps_nobody_out(client, pat, settings):
    """Seen red with: allauth's `validate_code`, which asks the cache."""
    secret = give_app(pat)
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    knock(client, pat)
    give(client, shown(secret))
    assert signed_in(client)


def test_codes_made_anew_while_one_is_given_break_nothing(pat, monkeypatch):
    """Seen red with: `record_usage` on a row that is gone."""
    from accounts.signing_in.actions import second_step as module

    give_app(pat)
    real = module.forget

    def forget(tries):
        real(tries)
        actions.make_recovery_codes(person=pat)

    monkeypatch.setattr(module, "forget", forget)
    assert actions.give_code(person=pat, code=recovery_codes(pat)[0]).type == "recovery_codes"


# What lies where ----------------------------------------------------------------------------------


def test_no_code_is_kept_in_a_page_when_the_session_has_ended(client, pat):
    secret = give_app(pat)
    knock(client, pat)
    give(client, shown(secret))
    client.session.flush()
    code = recovery_codes(pat)[0]
    ended = client.post("/account/confirm/", {"code": code, "body": "Two words."})
    page = give(client, "", kept=blob(knock(client, pat, kept=blob(ended))))
    answer = give(client, shown(secret, ahead=1), kept=blob(page))
    drawn = client.post("/account/confirm/", {"kept": blob(answer)})
    assert code not in drawn.content.decode()


@pytest.mark.usefixtures("required")
def test_a_password_of_several_words_is_not_given_back(client):
    client.force_login(with_password(cast.dev()))
    typed = {"current": "my old secret words", "password": "quiet lamps over harbour"}
    answer = client.post(reverse("password-change"), {**typed, "why": "Two words."})
    assert "Two words." in answer.content.decode()
    assert "my old secret words" not in answer.content.decode()


def test_a_secret_that_waits_for_its_first_code_lies_locked(client, pat):
    knock(client, pat)
    secret = offered(client)
    lying = json.dumps([row.get_decoded() for row in Session.objects.all()])
    assert secret not in lying


def test_a_browser_that_looks_ahead_uses_up_no_codes(client, pat):
    knock(client, pat)
    give(client, shown(give_app(pat)))
    client.head("/account/second-step/codes/")
    assert second_step.codes_unseen(pat)


def test_the_key_of_the_session_changes_at_the_code_and_when_it_is_confirmed(client, pat):
    secret = give_app(pat)
    knock(client, pat)
    keys = [client.session.session_key]
    give(client, shown(secret))
    keys.append(client.session.session_key)
    client.post("/account/confirm/", {"code": shown(secret, ahead=1)})
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3
    assert "(this one)" in client.get("/account/sessions/").content.decode()


def test_a_session_that_idled_out_is_not_shown_as_signed_in(pat, time_machine):
    now = timezone.now()
    time_machine.move_to(now)
    old = Client()
    knock(old, pat)
    old.get("/account/")
    time_machine.move_to(now + timedelta(hours=3))
    new = Client()
    knock(new, pat)
    assert len(sessions.of(pat, new.session.session_key)) == 1


# Addresses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7:51234", "203.0.113.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", "0.0.0.0"),
    ],
)
def test_a_proxy_that_writes_a_port_keeps_nobody_out(client, pat, settings, forwarded, address):
    """PostgreSQL holds addresses alone. Seen red with: the header taken as it is."""
    settings.BEHIND_PROXY = True
    headers = {"X-Forwarded-For": f"198.51.100.9, {forwarded}"}
    client.post("/sign-in/", {"email": pat.email, "password": PASSWORD}, headers=headers)
    page = client.get("/account/sessions/", headers=headers).content.decode()
    assert f"Network address {address}<" in page


# Passkeys -----------------------------------------------------------------------------------------

JUNK = [
    "[" * 15_000,
    '{"a":' * 3_000,
    "9" * 5_000,
    "9" * 30_000,
    '{"id":"\\ud800"}',
    "NaN",
    "[1]",
    '{"id":"AQ","rawId":"AQ","type":"public-key","response":{"clientDataJSON":"\\u0000"}}',
]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_json_that_no_browser_writes_is_refused_in_words(client, pat, junk):
    """T11. Seen red with: Django's own field for JSON."""
    knock(client, pat)
    client.get(PASSKEY)
    page = client.post(PASSKEY, {"name": "My phone", "passkey": junk})
    assert "could not be read" in page.content.decode()
    give_passkey(pat)
    other = Client()
    knock(other, pat)
    other.get(CODE)
    page = other.post(CODE, {"passkey": junk})
    assert "could not be read" in page.content.decode()


def made(client, *, algorithm: int = -7, **more) -> str:
    """A sound answer to what the page offered, with a key of this kind."""
    client.get(PASSKEY)
    state = client.session["mfa.webauthn.state"]
    key = dict(ES256.from_cryptography_key(derive_private_key(7, SECP256R1()).public_key()))
    key[3] = algorithm
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    attested = AttestedCredentialData.create(Aaguid.NONE, b"\x01", CoseKey(key))
    data = AuthenticatorData.create(sha256(b"testserver"), flags, 0, bytes(attested))
    said = {
        "type": "webauthn.create",
        "challenge": state["challenge"],
        "origin": "https://testserver",
    }
    answer = {
        "clientDataJSON": websafe_encode(json.dumps(said).encode()),
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    found = {"id": "AQ", "rawId": "AQ", "type": "public-key", "response": answer}
    return json.dumps({**found, **more})


@pytest.mark.parametrize("algorithm", [-99999, 5])
def test_a_key_of_an_unknown_kind_is_not_taken(client, pat, algorithm):
    """It could never be used. Seen red with: UnsupportedKey not asked for."""
    knock(client, pat)
    passkey = made(client, algorithm=algorithm)
    page = client.post(PASSKEY, {"name": "My phone", "passkey": passkey})
    assert "could not be read" in page.content.decode()
    assert not Authenticator.objects.exists()


def test_what_came_with_a_passkey_besides_is_not_kept(client, pat):
    knock(client, pat)
    more = {"clientExtensionResults": {"x": "findme"}, "else": "findme"}
    client.post(PASSKEY, {"name": "My phone", "passkey": made(client, **more)})
    assert "findme" not in repr(Authenticator.objects.get(type="webauthn").data)


def test_a_passkey_is_removed_once(pat, notices):
    give_app(pat)
    first, _ = give_passkey(pat), give_passkey(pat)
    actions.remove_passkey(person=pat, passkey=first.pk)
    with pytest.raises(Refused, match="already"):
        actions.remove_passkey(person=pat, passkey=first.pk)
    assert [verb for verb, _ in notices()].count("passkey_removed") == 1


def test_nobody_has_passkeys_without_end(client, pat):
    knock(client, pat)
    give_app(pat)
    for number in range(10):
        give_passkey(pat, name=f"Key {number}")
    with pytest.raises(Refused, match="10 passkeys"):
        actions.add_passkey(person=pat, name="One more", credential={})
