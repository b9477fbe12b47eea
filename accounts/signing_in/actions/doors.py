"""Signing in and out, and passwords. Tries are counted, so that guessing is stopped."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.views.decorators.debug import sensitive_variables

from accounts import throttle
from accounts.actions.tries import forget, spend
from accounts.models import Attempt, Person
from ledger.actions import record
from ledger.models import Tell
from protocol.refusals import Refused, Stale

# One answer for every reason, so that nobody learns who has an account.
WRONG = "That email address and password do not go together."
TOO_MANY = "Too many tries to sign in."
# What the ledger calls somebody whom nobody knows.
STRANGER = "person:unknown"


# Passwords ------------------------------------------------------------------------------------


def request_link(*, email: str, address: str) -> None:
    """Send a link to whoever has this email, if anybody. Says nothing either way.

    Refused after too many in a while, whoever has the email.
    """
    spend(
        {throttle.LINK_EMAIL: email, throttle.LINK_ADDRESS: address},
        Refused(
            "Too many links were asked for.",
            instead="Wait 15 minutes, and look in your junk mail meanwhile.",
        ),
        about=lambda: _key_of(email),
        why="link",
    )
    person = Person.objects.reachable().by_email(email).first()
    with transaction.atomic():
        record(
            verb="password_link_requested",
            subject=person.key if person else STRANGER,
            actor=None,
            tell=[Tell(person.key)] if person else (),
        )


@sensitive_variables("password", "hashed", "before")
@transaction.atomic
def set_password(*, person: Person, password: str) -> Person:
    """Set it. Their other sessions and links end. Stale where it was set meanwhile.

    The form has validated it.
    """
    before, hashed = person.password, make_password(password)
    if (
        not Person.objects.active()
        .filter(pk=person.pk, password=before)
        .update(password=hashed, version=F("version") + 1)
    ):
        raise Stale(
            "Your password was set a moment ago.", instead="Sign in with it, or ask for a new link."
        )
    person.password = hashed
    keys = [throttle.SIGN_IN_EMAIL.key(person.email or "")]
    keys += [limit.key(person.key) for limit in (throttle.SECOND_STEP, throttle.SECOND_STEP_DAY)]
    Attempt.objects.filter(key__in=keys).delete()
    record(verb="password_set", subject=person.key, actor=person.pk)
    return person


@sensitive_variables("current", "password")
def change_password(*, person: Person, current: str, password: str) -> Person:
    """Set a new password for somebody who knows the one they have. Guesses at it are counted."""
    spend(
        {throttle.SIGN_IN_EMAIL: person.email or ""},
        Refused("Too many tries at your current password.", instead="Wait 15 minutes."),
        about=lambda: person.key,
        why="confirm",
    )
    if not person.check_password(current):
        _record_wrong(person, "change")
        raise Refused("That is not your current password.", instead="Type it again.")
    return set_password(person=person, password=password)


# Signing in and out ---------------------------------------------------------------------------


@sensitive_variables("password")
def know(*, email: str, password: str, address: str) -> Person:
    """The person whose email and password these are, or Refused in the same words for every reason.

    Costs the same work whether or not somebody has the email. They are not signed in by it: a code may
    be asked for besides.
    """
    tries = {throttle.SIGN_IN_EMAIL: email, throttle.SIGN_IN_ADDRESS: address}
    spend(
        tries,
        Refused(
            TOO_MANY,
            instead="Wait 15 minutes, or set a new password with “Forgotten your password?”.",
        ),
        about=lambda: _key_of(email),
        why="sign_in",
    )
    person = authenticate(None, username=email, password=password)
    if person is None:
        _record_refusal(email)
        raise Refused(WRONG, instead="Check both and try again, or set a new password.")
    with transaction.atomic():
        forget(tries)
    return person


@transaction.atomic
def sign_in(*, person: Person, by: str = "", besides: str = "") -> None:
    """Record that they signed in; `by`: "single_sign_on", or "" for a password. `besides` is what they gave
    besides: "totp", "webauthn", "recovery_codes", "provider" (its own second factor) or "". The session is
    the view's to begin.
    """
    data = {key: value for key, value in {"by": by, "besides": besides}.items() if value}
    record(verb="signed_in", subject=person.key, actor=person.pk, data=data)


@sensitive_variables("password")
def confirm(*, person: Person, password: str) -> None:
    """Whether it is still them at the screen. Guesses at the password are counted; Refused."""
    spend(
        {throttle.SIGN_IN_EMAIL: person.email or ""},
        Refused("Too many tries at your password.", instead="Wait 15 minutes."),
        about=lambda: person.key,
        why="confirm",
    )
    if not person.check_password(password):
        _record_wrong(person, "confirm")
        raise Refused("That is not your password.", instead="Type it again.")
    forget({throttle.SIGN_IN_EMAIL: person.email or ""})


@transaction.atomic
def record_confirmed(*, person: Person, by_giving: str) -> None:
    """Record that they gave `by_giving` again: "password", "totp", "webauthn" or "recovery_codes"."""
    data = {"by_giving": by_giving}
    record(verb="identity_confirmed", subject=person.key, actor=person.pk, data=data)


@transaction.atomic
def sign_out(*, person: Person) -> None:
    """Record that they signed out. The session is the view's to end."""
    record(verb="signed_out", subject=person.key, actor=person.pk)


@transaction.atomic
def _record_wrong(person: Person, where: str) -> None:
    """By nobody: whoever sits there may not be them. As often as `spend` lets anybody try."""
    record(verb="password_refused", subject=person.key, actor=None, data={"where": where})


def _record_refusal(email: str) -> None:
    with transaction.atomic():
        record(verb="sign_in_refused", subject=_key_of(email), actor=None)


def _key_of(email: str) -> str:
    """How the ledger calls whoever has this email, or nobody."""
    known = Person.objects.by_email(email).first()
    return known.key if known else STRANGER
