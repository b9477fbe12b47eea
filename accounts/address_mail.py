"""The mails about sign-in addresses: to the mailbox that was, to the one that is to be, to keepers."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts import links
from accounts.models import AddressChange, Person
from frontend.words import day
from ledger.hooks import Rendered

VERBS = frozenset(
    {
        "person_changed",
        "address_change_asked",
        "address_changed",
        "address_change_cancelled",
        "address_change_lapsed",
    }
)
Outcome = AddressChange.Outcome
ALARM = """\
If you did not expect this, tell your council’s monitoring officer or clerk at once, by telephone or
in person: somebody may be trying to sign in as {name}."""


def mail(verb: str, change: AddressChange, recipient: str) -> Rendered | None:
    """What this event says to this recipient: a mailbox of the change, or a keeper's key."""
    to = {change.old_key: "old", change.new_key: "new"}.get(recipient, "keeper")
    words = WORDS.get((verb, to))
    return words(change) if words else None


# A change begins -----------------------------------------------------------------------------------


def _asked_old(change: AddressChange) -> Rendered | None:
    """The only mail with the link: whoever reads the old mailbox is the person."""
    if change.settled_at:
        return None
    body = f"""\
Hello {change.person.name},

{_asker(change)} asked for your sign-in address in Evenhand to change:

  from  {change.old}
  to    {change.new}

Nothing has changed yet. To confirm the change, or to stop it, open this page:

{links.address_link(change)}

{_otherwise(change)}

If you did not expect this, open the page and choose “Stop the change”. Then tell your council’s
monitoring officer or clerk, by telephone or in person: somebody may be trying to sign in as you.
"""
    return Rendered("Your sign-in address is about to change", body)


def _asked_new(change: AddressChange) -> Rendered | None:
    if change.settled_at:
        return None
    body = f"""\
Hello,

{_asker(change)} asked for {change.person.name} to sign in to Evenhand with this email address. Nothing
has changed yet, and you need do nothing here.

If that is you: {_confirmed_from(change)} Until the change is made, sign in as before.

If you are somebody else, tell the council: the address was mistyped, or it is not theirs to use.
"""
    return Rendered("This address is to be used for Evenhand", body)


def _asked_keeper(change: AddressChange) -> Rendered | None:
    if change.settled_at:
        return None
    body = f"""\
{_asker(change)} asked for the sign-in address of {change.person.name} to change:

  from  {change.old or "none"}
  to    {change.new}

{_otherwise(change)}

Approve it only if {change.person.name} has told you so, in person or on a number that you had before.
If they have not, stop it:

{_page(change.person)}
"""
    return Rendered(f"A new sign-in address for {change.person.name}", body)


# A change ends -------------------------------------------------------------------------------------


def _changed_old(change: AddressChange) -> Rendered:
    body = f"""\
Hello {change.person.name},

You now sign in to Evenhand with {change.new}. {_how(change)}

Your password is the same. Links to set a password that were mailed before no longer work. No more mail
from Evenhand comes to this address.

{ALARM.format(name="you")}
"""
    return Rendered("Your sign-in address has changed", body)


def _changed_new(change: AddressChange) -> Rendered:
    body = f"""\
Hello {change.person.name},

From now on you sign in to Evenhand with this email address, and its mail comes here. Your password is
the same. If you have lost it, choose “Forgotten your password?” at {settings.BASE_URL}

{_how(change)}

If this is not you, tell the council.
"""
    return Rendered("You sign in to Evenhand with this address", body)


def _changed_keeper(change: AddressChange) -> Rendered:
    body = f"""\
{change.person.name} now signs in with {change.new}, and no longer with {change.old or "none"}.
{_how(change)}

{ALARM.format(name=change.person.name)}
"""
    return Rendered(f"{change.person.name} has a new sign-in address", body)


def _stopped(change: AddressChange) -> Rendered:
    return _stays(change, f"{_stopper(change)} stopped the change to {change.new}.")


def _stopped_new(change: AddressChange) -> Rendered:
    return _not_used(change, f"{_stopper(change)} stopped it.")


def _stopped_keeper(change: AddressChange) -> Rendered:
    told = _stopped(change)
    if change.settled_by_id != change.person_id:
        return told
    return Rendered(told.subject, f"{told.body}\n{ALARM.format(name=change.person.name)}\n")


def _lapsed(change: AddressChange) -> Rendered:
    return _stays(change, f"The change to {change.new} was not made: it was not confirmed in time.")


def _lapsed_new(change: AddressChange) -> Rendered:
    return _not_used(change, "It was not confirmed in time.")


def _stays(change: AddressChange, why: str) -> Rendered:
    stays = change.old or "no address"
    body = f"{why}\n\n{change.person.name} signs in with {stays}, as before.\n"
    return Rendered(f"The sign-in address of {change.person.name} stays as it was", body)


def _not_used(change: AddressChange, why: str) -> Rendered:
    """To a mailbox that may be a stranger's: without the address that stays."""
    body = f"{change.person.name} does not sign in to Evenhand with this address. {why}\n"
    return Rendered("This address is not used for Evenhand", f"{body}\nYou need do nothing.\n")


def _mistaken(change: AddressChange) -> Rendered:
    body = f"""\
Hello,

An invitation to use Evenhand as {change.person.name} was sent to this address. The council has changed the
address since, and the link in that mail no longer works.

If you are {change.person.name} and did not expect this, tell your council’s monitoring officer or clerk at
once, by telephone or in person. If you are somebody else, you need do nothing.
"""
    return Rendered("An invitation to Evenhand was taken back", body)


WORDS = {
    ("address_change_asked", "old"): _asked_old,
    ("address_change_asked", "new"): _asked_new,
    ("address_change_asked", "keeper"): _asked_keeper,
    ("address_changed", "old"): _changed_old,
    ("address_changed", "new"): _changed_new,
    ("address_changed", "keeper"): _changed_keeper,
    ("address_change_cancelled", "old"): _stopped,
    ("address_change_cancelled", "new"): _stopped_new,
    ("address_change_cancelled", "keeper"): _stopped_keeper,
    ("address_change_lapsed", "old"): _lapsed,
    ("address_change_lapsed", "new"): _lapsed_new,
    ("address_change_lapsed", "keeper"): _lapsed,
    ("person_changed", "old"): _mistaken,
}


# Parts ---------------------------------------------------------------------------------------------


def _asker(change: AddressChange) -> str:
    return change.asked_by.name if change.asked_by else "Whoever runs Evenhand for the council"


def _stopper(change: AddressChange) -> str:
    return change.settled_by.name if change.settled_by else "Nobody"


def _otherwise(change: AddressChange) -> str:
    """What happens where nobody confirms it."""
    if change.needs_keeper:
        return (
            "Otherwise it is made only if another person who keeps people at the council approves it, "
            f"and it lapses on {day(change.ends_at)}."
        )
    return f"If nobody stops it, it is made by itself on {day(change.ends_at)}."


def _confirmed_from(change: AddressChange) -> str:
    if not change.old:
        return "another person who keeps people at the council can approve it."
    return (
        "a mail went to the address that the council has for you now, with which you can confirm it at "
        "once. If you cannot read that mailbox any more, ask the council."
    )


def _how(change: AddressChange) -> str:
    by = change.settled_by.name if change.settled_by else ""
    return {
        Outcome.CONFIRMED: "It was confirmed from the old address.",
        Outcome.APPROVED: f"{_asker(change)} asked for it, and {by} approved it.",
        Outcome.WAITED: f"{_asker(change)} asked for it, and nobody stopped it while it waited.",
    }.get(Outcome(change.outcome), "")


def _page(person: Person) -> str:
    return settings.BASE_URL + reverse("person-page", args=[person.pk])
