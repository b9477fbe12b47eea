"""An authenticator app, as a test holds one."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)

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
