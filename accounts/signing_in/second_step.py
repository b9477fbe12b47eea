"""What somebody has besides a password: an authenticator app, and codes for when it is not to hand.

The secrets and the arithmetic are django-allauth's (docs/adr/0021-second-step.md). Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal.auth import begin_authentication, begin_registration
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.models import Person

APP = Authenticator.Type.TOTP
CODES = Authenticator.Type.RECOVERY_CODES
PASSKEY = Authenticator.Type.WEBAUTHN
# What is asked for besides the password. Recovery codes alone are no second step.
STEPS = (APP, PASSKEY)
# Where the secret of an app waits in the session, locked, for the app's first code.
OFFERED = "second_step_offered"
# Where a half-done sign-in keeps what must not have changed when it ends.
KNOWN_AS = "known_as"


@dataclass(frozen=True)
class Held:
    """An app or a passkey: its number, what its owner calls it, since when, and when it was last used."""

    pk: int
    name: str
    since: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class SecondStep:
    """What somebody has, and how many recovery codes are left."""

    app: Held | None = None
    passkeys: tuple[Held, ...] = ()
    codes_left: int = 0

    def __bool__(self) -> bool:
        return bool(self.app or self.passkeys)

    @property
    def only_one(self) -> bool:
        return len(self.passkeys) + bool(self.app) == 1


def of(person: Person) -> SecondStep:
    """What this person has today. One query."""
    rows = list(Authenticator.objects.filter(user_id=person.pk).order_by("pk"))
    held = {
        kind: tuple(
            Held(row.pk, str(row), row.created_at, row.last_used_at)
            for row in rows
            if row.type == kind
        )
        for kind in STEPS
    }
    left = [len(row.wrap().get_unused_codes()) for row in rows if row.type == CODES]
    return SecondStep(next(iter(held[APP]), None), held[PASSKEY], sum(left))


def codes_unseen(person: Person) -> bool:
    """Whether recovery codes were made that nobody has shown them yet."""
    row = Authenticator.objects.filter(user_id=person.pk, type=CODES).first()
    return row is not None and not row.wrap().did_view


# Setting an app up --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """What an app is given: `secret` to store with it, `address` to tap on the phone itself, `picture` (SVG)
    to scan from another screen, and `typed`, for an app that can do neither."""

    secret: str
    address: str
    picture: str

    @property
    def typed(self) -> str:
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


def offer(request: HttpRequest, *, afresh: bool) -> Offer:
    """The secret that waits in this session for its first code; `afresh`, another."""
    adapter, waiting = get_adapter(), request.session.get(OFFERED)
    if afresh or not waiting:
        waiting = request.session[OFFERED] = adapter.encrypt(generate_totp_secret())
    secret = adapter.decrypt(waiting)
    address = adapter.build_totp_url(request.user, secret)
    svg = adapter.build_totp_svg(address)
    return Offer(secret, address, svg[svg.index("<svg") :])


def forget_offer(request: HttpRequest) -> None:
    request.session.pop(OFFERED, None)


def passkey_offer(person: Person) -> dict:
    """What the browser needs to make a passkey: JSON. It waits in this session for what comes back."""
    return begin_registration(person, passwordless=False)


def passkey_question(person: Person) -> dict | None:
    """What the browser needs to use one: JSON; None for somebody who has none."""
    if not Authenticator.objects.filter(user_id=person.pk, type=PASSKEY).exists():
        return None
    return begin_authentication(person)


# A sign-in that is half done ----------------------------------------------------------------------


def begun(person: Person, onward: str) -> Login:
    """The password was right; a code may be asked for. It ends where the person changes meanwhile."""
    state = {KNOWN_AS: person.get_session_auth_hash()}
    return Login(user=person, email=person.email, redirect_url=onward, state=state)


def half_done(request: HttpRequest) -> LoginStage | None:
    """The sign-in that waits for a code in this session; None where there is none, or none any more."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        return None
    person, known_as = stage.login.user, stage.login.state.get(KNOWN_AS, "")
    # Since then stopped, or with another password: what was known then is worth nothing.
    if not person.is_active or not constant_time_compare(known_as, person.get_session_auth_hash()):
        clear_login(request)
        return None
    return stage
