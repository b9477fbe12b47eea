"""An authenticator app, as a test holds one."""

from __future__ import annotations

import json
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.models import Person


def give_app(person: Person) -> str:
    """Set an app up for them, by the back door. Returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


def shown(secret: str, ahead: int = 0) -> str:
    """What the app shows now, or `ahead` codes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def recovery_codes(person: Person) -> list[str]:
    row = Authenticator.objects.get(user=person, type="recovery_codes")
    return row.wrap().get_unused_codes()


def give_passkey(person: Person, name: str = "My phone") -> Authenticator:
    """A passkey that no browser holds: what is asked of them stands, and nothing answers it."""
    RecoveryCodes.activate(person)
    key = ES256.from_cryptography_key(derive_private_key(7, SECP256R1()).public_key())
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    attested = AttestedCredentialData.create(Aaguid.NONE, b"\x01", key)
    data = AuthenticatorData.create(bytes(32), flags, 0, bytes(attested))
    client = {"type": "webauthn.create", "challenge": "AA", "origin": "https://localhost"}
    credential = {
        "id": "AQ",
        "rawId": "AQ",
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(json.dumps(client).encode()),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
    }
    return WebAuthn.add(person, name, credential).instance


def just_confirmed(client) -> None:
    """Whoever is signed in by `force_login` has just said again who they are."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods"] += [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
