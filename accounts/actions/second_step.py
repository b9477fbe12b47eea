"""The second step of signing in: set up, used, replaced, given up, or taken away by whoever keeps people.

The rows are django-allauth's. They are written here only, each change in one transaction with its event.
"""

from __future__ import annotations

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from django.conf import settings
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from accounts import keepers, rules, throttle
from accounts.actions.tries import forget, spend
from accounts.actions.writing import move
from accounts.models import Attempt, Person
from ledger.actions import record
from ledger.models import Tell
from protocol.refusals import Refused

WRONG = "That code is not right, or it was used already."
APP, CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


@sensitive_variables("secret", "code")
@transaction.atomic
def set_up_app(*, person: Person, secret: str, code: str) -> None:
    """From now on a code of this app is asked for besides the password. It replaces the app of before.

    `code` shows that the app has the secret. Recovery codes come with the first one. Refused.
    """
    if not validate_totp_code(secret, _bare(code)):
        raise Refused(
            "That code is not right.",
            instead="Wait for the next one that your app shows, and enter that. The time on your "
            "phone must be right.",
        )
    held = Person.objects.select_for_update().get(pk=person.pk)
    Authenticator.objects.filter(user=held, type=APP).delete()
    TOTP.activate(held, secret)
    RecoveryCodes.activate(held)
    _record("second_step_set_up", held, tell=[held])


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
    if settings.SECOND_STEP_REQUIRED:
        raise Refused(
            "Everybody here signs in with a second step.",
            instead="To use another phone or app, set that one up in place of this one.",
        )
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
    tries = {throttle.SECOND_STEP: person.key}
    spend(tries, Refused("Too many wrong codes.", instead="Wait 15 minutes, then sign in again."))
    given = _app_of(person, _bare(code)) or _codes_of(person, _bare(code))
    if given is None:
        _record_wrong(person)
        raise Refused(WRONG, instead="Enter the code that your app shows now, or a recovery code.")
    with transaction.atomic():
        forget(tries)
        given.record_usage()
    return given


def _app_of(person: Person, code: str) -> Authenticator | None:
    """Their app, where this is a code of it that nobody used yet."""
    app = Authenticator.objects.filter(user=person, type=APP).first()
    if app is None or not app.wrap().validate_code(code):
        return None
    # In the database, and committed at once, so that no other process takes it a second time.
    spend({throttle.USED_CODE: f"{person.pk} {code}"}, Refused(WRONG, instead="Wait for the next."))
    return app


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
    key = throttle.SECOND_STEP.key(person.key)
    last = Attempt.objects.filter(key=key).count() >= throttle.SECOND_STEP.most
    _record("second_step_refused", person, by=None, tell=[person] if last else [])


def _record(verb: str, person: Person, *, by: Person | str | None = "", tell: list[Person]) -> None:
    actor = person.pk if by == "" else by and by.pk
    record(verb=verb, subject=person.key, actor=actor, tell=[Tell(one.key) for one in tell])


def _bare(code: str) -> str:
    """As people type it: "123 456", "1234-5678"."""
    return re.sub(r"[\s-]", "", code)
