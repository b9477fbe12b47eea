"""The mails that this room writes, and whose address is whose: what it lends to the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import address_mail, links, standing
from accounts.models import AddressChange, Person
from accounts.signing_in import mail
from frontend.terms import say
from ledger.hooks import Address, Rendered
from ledger.models import Notice
from protocol import authority

INVITATION = """\
Hello {name},

You have been invited to use Evenhand, where your council works through {members}’ enquiries.

Set a password within 7 days, with this link:

{link}

The link works once. After that, sign in at {site} with this email address and your password.

If you did not expect this, you need do nothing.
"""
RESET = """\
Hello {name},

Somebody asked for a link to set a new password for you in Evenhand. If it was you, use this link
within {hours} hours:

{link}

The link works once. Everywhere else that you are signed in, you will be signed out.

If it was not you, you need do nothing: your password stays as it is.
"""


WATCHED = """\
{by} invited {name}, who holds {posts}, to sign in to Evenhand. The link to set a password went to:

  {email}

Whoever reads that mailbox can sign in as {name}. If the address is not theirs, stop them signing in at
once, and tell your council’s monitoring officer or clerk:

{page}
"""
INVITING = frozenset({"person_invited", "password_link_requested"})


def render(notices: Sequence[Notice]) -> dict[int, Rendered | None]:
    """Mails about people. A link is made here, as the mail goes, and kept nowhere else."""
    ids = {notice.id: _person_id(notice.event.subject) for notice in notices}
    people = Person.objects.reachable().in_bulk(set(ids.values()) - {None})
    changes = _changes(notices)
    found: dict[int, Rendered | None] = {}
    for notice in notices:
        if notice.event.verb in INVITING:
            found[notice.id] = _mail(notice, people.get(ids[notice.id]))
        elif notice.event.verb in address_mail.VERBS:
            change = changes.get(notice.event.data.get("change"))
            found[notice.id] = change and _about_address(notice, change)
        elif notice.event.verb in mail.OWN and (person := people.get(ids[notice.id])):
            keeps = notice.recipient != person.key and _keeps(notice.recipient)
            found[notice.id] = mail.mail(notice.event, person, notice.recipient, keeps)
    return found


def _changes(notices: Sequence[Notice]) -> dict[int, AddressChange]:
    ids = {notice.event.data.get("change") for notice in notices} - {None}
    rows = AddressChange.objects.select_related("person", "asked_by", "settled_by")
    return rows.in_bulk(ids) if ids else {}


def _about_address(notice: Notice, change: AddressChange) -> Rendered | None:
    """To a mailbox of this change, or to whoever keeps people still."""
    if notice.recipient not in (change.old_key, change.new_key) and not _keeps(notice.recipient):
        return None
    return address_mail.mail(notice.event.verb, change, notice.recipient)


def _keeps(recipient: str) -> bool:
    person = Person.objects.active().filter(pk=_person_id(recipient)).first()
    return standing.of(person).may("people.invite")


def _mail(notice: Notice, person: Person | None) -> Rendered | None:
    if person is None:
        return None
    # A link goes to the person it lets in and to nobody else, whoever was told.
    if notice.recipient != person.key:
        watching = notice.event.verb == "person_invited" and _keeps(notice.recipient)
        return _watched(notice, person) if watching else None
    if notice.event.verb == "person_invited":
        if person.has_password:
            return None
        link = links.link_for(person, invitation=True)
        words = say(INVITATION, name=person.name, link=link, site=settings.BASE_URL)
        return Rendered("You are invited to Evenhand", words)
    lasts = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    # Mail that waited for days for its server brings nobody a link that they have forgotten about.
    if timezone.now() - notice.created_at > lasts:
        return None
    hours = lasts // timedelta(hours=1)
    words = RESET.format(name=person.name, link=links.link_for(person), hours=hours)
    return Rendered("Set a new password for Evenhand", words)


def _watched(notice: Notice, person: Person) -> Rendered | None:
    """What other keepers hear where somebody who holds a post is let in."""
    posts = ", ".join(map(authority.post_in_words, sorted(standing.of(person).keys("post"))))
    if not posts:
        return None
    by = Person.objects.filter(pk=notice.event.actor).first()
    body = WATCHED.format(
        by=by.name if by else "Whoever runs Evenhand for the council",
        name=person.name,
        posts=posts,
        email=person.email,
        page=settings.BASE_URL + reverse("person-page", args=[person.pk]),
    )
    return Rendered(f"{person.name} was invited to sign in", body)


def addresses(recipients: Sequence[str]) -> dict[str, Address]:
    """Where mail goes: to `person:12`, where they are not disabled and have an email; and to the two
    mailboxes of a change of address, whatever became of the person.
    """
    ids = {key: _person_id(key) for key in recipients}
    people = Person.objects.reachable().in_bulk(set(ids.values()) - {None})
    found = {
        key: Address(people[pk].name, people[pk].email) for key, pk in ids.items() if pk in people
    }
    return found | _mailboxes(recipients)


def _mailboxes(recipients: Sequence[str]) -> dict[str, Address]:
    """`address_before:7` and `address_after:7`: what change 7 was from, and to."""
    parts = {key: key.partition(":") for key in recipients if key.startswith("address_")}
    ids = {int(number) for _, _, number in parts.values() if number.isascii() and number.isdigit()}
    changes = AddressChange.objects.in_bulk(ids) if ids else {}
    mailboxes = {}
    for change in changes.values():
        mailboxes |= {change.old_key: change.old, change.new_key: change.new}
    return {key: Address("", mailboxes[key]) for key in parts if mailboxes.get(key)}


def _person_id(key: str) -> int | None:
    kind, _, number = key.partition(":")
    return int(number) if kind == "person" and number.isascii() and number.isdigit() else None
