"""May this happen to a person now? Each raises Refused with what to do instead."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts import keepers, mailing, standing
from accounts.models import AddressChange, Person
from accounts.sealing import LONGEST
from accounts.signing_in import connection, second_step
from accounts.signing_in.second_step import SecondStep
from frontend.fields import refuse_unstorable
from protocol.refusals import NotTheirs, Refused

KEEPERS = ("people.invite", "directory.keep")


def may_see_grants(by: Person) -> None:
    if not any(map(standing.of(by).may, ("people.invite", "council.configure"))):
        raise Refused("Only those who keep people or posts see who holds what.")


def may_be_mailed(mailed: str) -> None:
    """Once a day only where the council sends a daily mail."""
    if mailed not in Person.Mailed.values:
        raise Refused("Choose how you are mailed from the list.")
    found = mailing.hours()
    if mailed == Person.Mailed.DAILY and (found is None or found.daily_at is None):
        raise Refused("The council does not send a daily mail.")


def may_keep(by: Person | None) -> None:
    """Adding and changing people: those who invite, and those who keep the directories."""
    if by is not None and not any(standing.of(by).may(key) for key in KEEPERS):
        raise NotTheirs(
            "You may not add or change people.",
            instead="Ask democratic services or an administrator to do it.",
        )


def may_let_in(by: Person | None) -> None:
    if by is not None and not standing.of(by).may("people.invite"):
        raise NotTheirs(
            "You may not decide who signs in.",
            instead="Ask democratic services or an administrator to do it.",
        )


def has_second_step(person: Person) -> None:
    if not second_step.of(person):
        raise Refused(
            f"{person.name} has no second step.", instead="Set up an authenticator app first."
        )


def may_give_up_second_step() -> None:
    if settings.SECOND_STEP_REQUIRED:
        raise Refused(
            "Everybody here signs in with a second step.",
            instead="Set another one up first, then remove this one.",
        )


def may_do_without(held: SecondStep) -> None:
    """Without one of what they have: the last one only where the password may be enough."""
    if held.only_one:
        may_give_up_second_step()


def may_lose_second_step(person: Person, by: Person | None) -> None:
    """Nobody takes away their own by this door: they would be at a screen that was left open."""
    if by is not None and by.pk == person.pk:
        raise NotTheirs(
            "You may not take away your own second step.",
            instead="Use a recovery code, or ask somebody else who keeps people.",
        )
    has_second_step(person)


# An account of the council's provider ------------------------------------------------------------


def may_connect(person: Person) -> None:
    if connection.of(person):
        raise Refused(
            "You have connected an account already.",
            instead="Disconnect it first, then connect the other one.",
        )


def may_come_by_address(person: Person) -> bool:
    """A verified address is worth an invitation's link: good for whoever has one and was never in."""
    waits = person.invited_at is not None and not person.has_account
    return person.is_active and waits and connection.of(person) is None


def has_connection(person: Person) -> None:
    if not connection.of(person):
        raise Refused(f"{person.name} has connected no account.")


def may_disconnect(person: Person) -> None:
    has_connection(person)
    if not person.has_password:
        raise Refused(
            "It is your only way in: you have no password.",
            instead="Sign out, set a password with “Forgotten your password?”, and disconnect it then.",
        )


def may_lose_connection(person: Person, by: Person | None) -> None:
    """Nobody takes away their own by this door, as with the second step."""
    if by is not None and by.pk == person.pk:
        raise Refused(
            "You may not do this to yourself here.",
            instead="Disconnect it on the page “Your account”.",
        )
    has_connection(person)


def email_is_free(email: str, *, besides: int | None = None) -> None:
    if email and Person.objects.by_email(email).exclude(pk=besides).exists():
        raise Refused(
            "Somebody else has this email address.",
            instead="Give an address of their own, or look for them in the list of people.",
        )


def may_be_invited(person: Person) -> None:
    if not person.is_active:
        raise Refused(
            f"{person.name} was stopped from signing in.",
            instead="Let them sign in again first, then invite them.",
        )
    if not person.email:
        raise Refused(f"{person.name} has no email address.", instead="Add one, then invite them.")
    if person.has_password or connection.of(person):
        raise Refused(
            f"{person.name} can sign in already.",
            instead="If they have lost their password, ask them to use “Forgotten your password?” "
            "on the sign-in page.",
        )


def may_be_disabled(person: Person, by: Person | None) -> None:
    if by is not None and by.pk == person.pk:
        raise Refused(
            "You cannot stop yourself from signing in.",
            instead="Ask somebody else who keeps people to do it.",
        )
    if not person.is_active:
        raise Refused(f"{person.name} is stopped from signing in already.")


def may_be_enabled(person: Person) -> None:
    if person.is_active:
        raise Refused(f"{person.name} is not stopped from signing in.")


# The address of somebody with an account ---------------------------------------------------------


def address_stays(person: Person) -> None:
    """Without an address there is nobody to ask before the next one is given."""
    raise Refused(
        f"{person.name} signs in with this address, so it cannot be taken away.",
        instead="Change it to another, or stop them signing in.",
    )


def address_may_change(person: Person, new: str) -> None:
    if not person.is_active:
        raise Refused(
            f"{person.name} was stopped from signing in, so their address cannot change.",
            instead="Let them sign in again first: they must be able to say no.",
        )
    email_is_free(new, besides=person.pk)


def may_approve_address(change: AddressChange, by: Person, now: datetime) -> None:
    """Another pair of eyes: neither who asked nor whose address it is, and nobody made for it."""
    may_let_in(by)
    if by.pk in (change.asked_by_id, change.person_id):
        raise NotTheirs(
            "Somebody else must approve this: you asked for it, or the address is yours.",
            instead="Ask another who keeps people.",
        )
    if not keepers.known(by, now):
        days = settings.ADDRESS_WAITS.days
        raise Refused(
            f"You first signed in less than {days} days ago, so you cannot approve this yet.",
            instead="Ask another who keeps people.",
        )


def may_cancel_address(change: AddressChange, by: Person) -> None:
    if by.pk != change.person_id:
        may_let_in(by)


# Drafts ------------------------------------------------------------------------------------------

# More than anybody begins and leaves lying; each is deleted when its time has come.
MOST_DRAFTS = 50


def may_be_kept(fields: QueryDict) -> None:
    """What could never be sent is not kept either."""
    values = [value for name in fields for value in fields.getlist(name)]
    if sum(map(len, values)) > LONGEST:
        raise Refused(
            f"It is longer than {LONGEST:,} characters.", instead="Keep a copy of it elsewhere."
        )
    for value in values:
        try:
            refuse_unstorable(value)
        except ValidationError as error:
            raise Refused(error.message) from None


def may_have_more(drafts: int) -> None:
    if drafts >= MOST_DRAFTS:
        raise Refused(
            f"You have {MOST_DRAFTS} drafts already.", instead="Send or delete one of them first."
        )


def is_mark(text: str) -> bool:
    """Whether this is how a saving is marked; anything may be sent."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
