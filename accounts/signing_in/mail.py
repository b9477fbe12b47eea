"""The mails about the second step and single sign-on: to the person it is, and to whoever keeps people."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.models import Person
from accounts.signing_in import provider
from ledger.hooks import Rendered
from ledger.models import Event

NOT_YOU = """\
If it was not you, tell your council’s democratic services at once, by telephone or in person: somebody
may be signing in as you."""
# To the person: the subject, and what happened.
OWN = {
    "second_step_set_up": (
        "You set up an authenticator app",
        "From now on you sign in to Evenhand with your password and a code from your authenticator app.",
    ),
    "passkey_added": (
        "You added a passkey",
        "From now on you can sign in to Evenhand with your password and the passkey that you added.",
    ),
    "passkey_removed": (
        "You removed a passkey",
        "One of your passkeys does not work in Evenhand any more.",
    ),
    "recovery_codes_made": (
        "You made new recovery codes",
        "New recovery codes were made for you in Evenhand. The ones you had before do not work any more.",
    ),
    "recovery_code_used": (
        "A recovery code was used",
        "Somebody signed in to Evenhand as you, or confirmed that they are you, with your password and "
        "one of your recovery codes.",
    ),
    "second_step_given_up": (
        "You gave up your second step",
        "From now on you sign in to Evenhand with your password alone.",
    ),
    "second_step_taken_away": (
        "Your second step was taken away",
        "{by} took away the second step of your signing in to Evenhand, so that you can set up another "
        "app. You were signed out everywhere.",
    ),
    "second_step_refused": (
        "Too many wrong codes",
        "Somebody who knows your password, or sits where you are signed in, gave Evenhand several wrong "
        "codes, or a passkey that is not yours. They were not let in.\n\nIf it was you, wait 15 minutes "
        "and try again. If it was not, take it that somebody knows "
        "your password: choose another one at {forgotten}",
    ),
    "connection_made": (
        "You connected an account to sign in with",
        "From now on you can sign in to Evenhand with {provider}. Whoever can sign in to that account can "
        "sign in as you, as far as your second step.",
    ),
    "connection_removed": (
        "You disconnected an account",
        "You no longer sign in to Evenhand with {provider}, but with your email address and password.",
    ),
    "connection_taken_away": (
        "Your single sign-on was disconnected",
        "{by} disconnected the account of {provider} that you signed in to Evenhand with. You were signed "
        "out everywhere. Sign in with your email address and password, or ask for an invitation.",
    ),
}
CONNECTION = """\
{by} disconnected the account that {name} signed in to Evenhand with, in the place of a password.

If you did not expect this, ask {by} why:

{page}
"""
KEEPER = """\
{by} took away the second step of {name}’s signing in to Evenhand. Until they set up another app, their
password is enough to sign in as them.

If you did not expect this, ask {name} by telephone or in person, and stop them signing in meanwhile:

{page}
"""
TO_KEEPERS = {
    "second_step_taken_away": ("{name}’s second step was taken away", KEEPER),
    "connection_taken_away": ("{name}’s single sign-on was disconnected", CONNECTION),
}


def mail(event: Event, person: Person, recipient: str, keeps: bool) -> Rendered | None:
    """What this event says to the person it is about, or to somebody who keeps people (`keeps`)."""
    actor = Person.objects.filter(pk=event.actor).first() if event.actor else None
    by = actor.name if actor else "Whoever runs Evenhand for the council"
    if recipient != person.key:
        if not keeps or event.verb not in TO_KEEPERS:
            return None
        subject, words = TO_KEEPERS[event.verb]
        page = settings.BASE_URL + reverse("person-page", args=[person.pk])
        body = words.format(by=by, name=person.name, page=page)
        return Rendered(subject.format(name=person.name), body)
    subject, words = OWN[event.verb]
    forgotten = settings.BASE_URL + reverse("password-forgotten")
    happened = words.format(by=by, forgotten=forgotten, provider=provider.name())
    ends = "" if event.verb == "second_step_refused" else f"\n\n{NOT_YOU}"
    return Rendered(subject, f"Hello {person.name},\n\n{happened}{ends}\n")
