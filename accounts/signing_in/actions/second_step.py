"""The second step of signing in: set up, used, replaced, given up, or taken away by whoever keeps people.

The rows are django-allauth's. They are written here only, each change in one transaction with its event.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal.auth import (
    WebAuthn,
    complete_authentication,
    complete_registration,
    parse_authentication_response,
    parse_registration_response,
)
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from fido2.cose import UnsupportedKey

from accounts import keepers, rules, throttle
from accounts.actions.tries import forget, spend, stopped, used
from accounts.actions.writing import move
from accounts.models import Attempt, Person
from accounts.signing_in import second_step
from accounts.signing_in.second_step import APP, CODES, PASSKEY
from ledger.actions import record
from ledger.models import Tell
from protocol.refusals import Refused

MOST_PASSKEYS = 10
PARTS = ("id", "rawId", "type", "response")
WRONG = "That code is not right, or it was used already."


@sensitive_variables("secret", "code")
def set_up_app(*, person: Person, secret: str, code: str) -> Person:
    """From now on a code of this app is asked for besides the password. It replaces the app of before.

    `code` shows that the app has the secret, and is used up by it. Recovery codes come with the first
    step. Every other session of theirs ends: none of them gave a second step. Refused.
    """
    code = normalize_user_code(code)
    if not validate_totp_code(secret, code):
        raise Refused(
            "That code is not right.",
            instead="Wait for the next one that your app shows, and enter that. The time on your "
            "phone must be right.",
        )
    _use_up(person, code)
    with transaction.atomic():
        held = _begin_afresh(person)
        Authenticator.objects.filter(user=held, type=APP).delete()
        TOTP.activate(held, secret)
        RecoveryCodes.activate(held)
        _record("second_step_set_up", held, tell=[held])
    return held


@transaction.atomic
def add_passkey(*, person: Person, name: str, credential: dict) -> Person:
    """From now on this passkey is good besides the password. Recovery codes come with the first step.

    `credential` is what the browser made for what this session offered it. Every other session of theirs
    ends. Refused.
    """
    if len(second_step.of(person).passkeys) >= MOST_PASSKEYS:
        raise Refused(f"You have {MOST_PASSKEYS} passkeys.", instead="Remove one first.")
    with _readable("The passkey could not be read.", instead="Make it again."):
        parse_registration_response(credential)
        made = complete_registration(credential)
        if made.credential_data is None or isinstance(
            made.credential_data.public_key, UnsupportedKey
        ):
            raise ValueError("a key of an unknown kind")
        held = _begin_afresh(person)
        # What else came with it is of no use here.
        WebAuthn.add(held, name, {part: credential[part] for part in PARTS})
    RecoveryCodes.activate(held)
    _record("passkey_added", held, tell=[held])
    return held


def _begin_afresh(person: Person) -> Person:
    """The person, held still, with another round of access: sessions of before are worth nothing."""
    held = Person.objects.select_for_update().get(pk=person.pk)
    move(held, access_round=held.access_round + 1)
    return held


@transaction.atomic
def remove_passkey(*, person: Person, passkey: int) -> None:
    """Refused where it is all that they have and everybody needs a second step."""
    held = Person.objects.select_for_update().get(pk=person.pk)
    rules.may_do_without(second_step.of(held))
    if not Authenticator.objects.filter(user=held, type=PASSKEY, pk=passkey).delete()[0]:
        raise Refused("That passkey is removed already.")
    if not second_step.of(held):
        Authenticator.objects.filter(user=held).delete()
    _record("passkey_removed", held, tell=[held])


@transaction.atomic
def make_recovery_codes(*, person: Person) -> None:
    """Other recovery codes: those of before are worth nothing."""
    rules.has_second_step(person)
    held = Person.objects.select_for_update().get(pk=person.pk)
    Authenticator.objects.filter(user=held, type=CODES).delete()
    RecoveryCodes.activate(held)
    _record("recovery_codes_made", held, tell=[held])


@transaction.atomic
def show_recovery_codes(*, person: Person) -> list[str]:
    """The codes that are left, once; [] where they were shown before, or there are none."""
    rows = Authenticator.objects.select_for_update().filter(user=person, type=CODES)
    codes = found.wrap() if (found := rows.first()) else None
    if codes is None or codes.did_view:
        return []
    codes.mark_as_viewed()
    return codes.get_unused_codes()


@transaction.atomic
def give_up_second_step(*, person: Person) -> None:
    """From now on the password is enough. Refused where everybody needs a second step."""
    rules.has_second_step(person)
    rules.may_give_up_second_step()
    Authenticator.objects.filter(user=person).delete()
    _record("second_step_given_up", person, tell=[person])


@transaction.atomic
def take_second_step_away(*, person: Person, by: Person) -> Person:
    """For somebody who has neither their app nor their codes. They are signed out everywhere, and told."""
    rules.may_let_in(by)
    rules.may_lose_second_step(person, by)
    move(person, access_round=person.access_round + 1)
    Authenticator.objects.filter(user=person).delete()
    _record("second_step_taken_away", person, by=by, tell=[person, *keepers.besides(by, person)])
    return person


@sensitive_variables("code")
def give_code(*, person: Person, code: str) -> Authenticator:
    """What the code belongs to: their app, or their recovery codes. Refused where it fits neither.

    Wrong ones are counted; who has used up their tries is told, as somebody knows their password.
    """
    code = normalize_user_code(code)
    _try(person)
    given = _app_of(person, code) or _codes_of(person, code)
    if given is None:
        _record_wrong(person)
        raise Refused(WRONG, instead="Enter the code that your app shows now, or a recovery code.")
    return _given(person, given)


def give_passkey(*, person: Person, passkey: dict) -> Authenticator:
    """Their passkey, which answered what this session asked. Refused; tries are counted as with codes."""
    _try(person)
    try:
        with _readable("Your passkey was not recognised.", instead="Try again, or enter a code."):
            parse_authentication_response(passkey)
            given = complete_authentication(person, passkey)
    except Refused:
        _record_wrong(person)
        raise
    return _given(person, given)


def _try(person: Person) -> None:
    """Count one try; Refused where they have had too many in a while, or too many wrong ones today."""
    if used(throttle.SECOND_STEP_DAY, person.key, timezone.now()) >= throttle.SECOND_STEP_DAY.most:
        stopped(person.key, "code")
        raise Refused(
            "Too many wrong codes today.",
            instead="Set a new password with “Forgotten your password?”, and sign in with that.",
        )
    spend(
        {throttle.SECOND_STEP: person.key},
        Refused("Too many wrong codes.", instead="Wait 15 minutes, then sign in again."),
        about=lambda: person.key,
        why="code",
    )


@transaction.atomic
def _given(person: Person, given: Authenticator) -> Authenticator:
    forget({throttle.SECOND_STEP: person.key})
    # Where it was taken away at the same moment, nothing is written.
    Authenticator.objects.filter(pk=given.pk).update(last_used_at=timezone.now())
    return given


@contextmanager
def _readable(why: str, instead: str) -> Iterator[None]:
    """What a browser sends is anybody's: whatever cannot be read is refused in these words."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        raise Refused(why, instead=instead) from fault
    except (InvalidSignature, NotImplementedError, ValidationError, struct.error) as fault:
        raise Refused(why, instead=instead) from fault


def _app_of(person: Person, code: str) -> Authenticator | None:
    """Their app, where this is a code of it that nobody used yet."""
    app = Authenticator.objects.filter(user=person, type=APP).first()
    if app is None or not validate_totp_code(decrypt(app.data["secret"]), code):
        return None
    try:
        _use_up(person, code)
    except Refused:
        return None
    return app


def _use_up(person: Person, code: str) -> None:
    """A code is good once. In the database, and committed at once, so that no other process takes it."""
    spend({throttle.USED_CODE: f"{person.pk} {code}"}, Refused(WRONG, instead="Wait for the next."))


@transaction.atomic
def _codes_of(person: Person, code: str) -> Authenticator | None:
    """Their recovery codes, where this is one that is left. It is used up by it, and they are told."""
    codes = Authenticator.objects.filter(user=person, type=CODES).first()
    if codes is None or not codes.wrap().validate_code(code):
        return None
    _record("recovery_code_used", person, tell=[person])
    return codes


@transaction.atomic
def _record_wrong(person: Person) -> None:
    """They are told when their tries are used up, and when half of a day's wrong ones are."""
    now = timezone.now()
    Attempt.objects.create(key=throttle.SECOND_STEP_DAY.key(person.key), at=now)
    lately = used(throttle.SECOND_STEP, person.key, now) >= throttle.SECOND_STEP.most
    today = used(throttle.SECOND_STEP_DAY, person.key, now) == throttle.SECOND_STEP_DAY.most // 2
    _record("second_step_refused", person, by=None, tell=[person] if lately or today else [])


def _record(verb: str, person: Person, *, by: Person | str | None = "", tell: list[Person]) -> None:
    actor = person.pk if by == "" else by and by.pk
    record(verb=verb, subject=person.key, actor=actor, tell=[Tell(one.key) for one in tell])
