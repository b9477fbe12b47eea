"""People: added, changed, invited, stopped and let in again. Nobody is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import keepers, rules, standing
from accounts.actions import addresses
from accounts.actions.drafts import drop_all_drafts
from accounts.actions.writing import actor, move, stored, write
from accounts.models import AddressChange, Person
from accounts.names import sort_key
from ledger.actions import Entry, record, record_many
from ledger.models import Tell
from protocol.refusals import Refused, Stale


@dataclass(frozen=True)
class NewPerson:
    """Somebody to be added; `email` is "" where they have none."""

    name: str
    email: str = ""


def add_person(*, name: str, email: str = "", by: Person | None) -> Person:
    """Add somebody, who cannot sign in until they are invited."""
    return add_people(people=[NewPerson(name, email)], by=by)[0]


@transaction.atomic
def add_people(*, people: Sequence[NewPerson], by: Person | None) -> list[Person]:
    """Add many in a few queries, in the order given. Refused whole where an email is taken."""
    rules.may_keep(by)
    now = timezone.now()
    rows = [
        Person(
            name=new.name.strip(),
            sort_name=sort_key(new.name),
            email=stored(new.email),
            password=make_password(None),
            created_at=now,
        )
        for new in people
    ]
    write(lambda: Person.objects.bulk_create(rows))
    record_many([Entry("person_added", row.key, actor(by)) for row in rows], at=now)
    return rows


@transaction.atomic
def change_person(*, person: Person, name: str, email: str, by: Person | None) -> Person:
    """Change the name or the email. Stale where somebody changed this person meanwhile.

    Where they have an account, another email is only asked for (`addresses.ask`), and taking it away
    is Refused. Where they never had one, a wrong email is put right at once; without any, the
    invitation goes too.
    """
    rules.may_keep(by)
    wanted = {"name": name.strip(), "email": stored(email)}
    changed = {field: value for field, value in wanted.items() if getattr(person, field) != value}
    if not changed:
        return person
    asked = _only_asked(person, changed)
    if changed.get("email"):
        rules.email_is_free(changed["email"], besides=person.pk)
    elif "email" in changed:
        changed |= {"password": make_password(None), "invited_at": None, "invited_by": None}
    mistaken = _mistaken([(person, changed["email"])], by) if "email" in changed else {}
    # What is only asked for is a change too: whoever edits this person at the same time is told.
    if "name" in changed:
        changed["sort_name"] = sort_key(changed["name"])
    write(lambda: move(person, **changed))
    if fields := [field for field in wanted if field in changed]:
        record_many([_change_entry(person, fields, by, mistaken)])
    if asked:
        addresses.ask(person=person, new=asked, by=by)
    return person


@dataclass(frozen=True)
class Correction:
    """What an import has for somebody; an email only where they have no account. "" leaves it."""

    person: Person
    name: str
    email: str = ""


@transaction.atomic
def correct_people(*, corrections: Sequence[Correction], by: Person | None) -> None:
    """`change_person` for many, in a few queries. Two may exchange their emails.

    Stale where somebody whose email would change has an account by now.
    """
    rules.may_keep(by)
    fields: dict[Person, list[str]] = {}
    for one in corrections:
        wanted = {"name": one.name, "email": stored(one.email) or one.person.email}
        differing = [name for name, value in wanted.items() if getattr(one.person, name) != value]
        if differing:
            fields[one.person] = differing
    moved = [
        (one.person, stored(one.email))
        for one in corrections
        if "email" in fields.get(one.person, ())
    ]
    ids = [person.pk for person, _ in moved]
    _have_no_account(ids)
    mistaken = _mistaken(moved, by)
    for one in corrections:
        one.person.name, one.person.email = one.name, stored(one.email) or one.person.email
        one.person.sort_name = sort_key(one.name)
    renamed = [person for person, names in fields.items() if "name" in names]
    Person.objects.bulk_update(renamed, ["name", "sort_name"])
    # The database checks each row by itself, so nobody has one while they change hands.
    Person.objects.filter(pk__in=ids).update(email=None)
    Person.objects.bulk_update([person for person, _ in moved], ["email"])
    Person.objects.filter(pk__in=[p.pk for p in fields]).update(version=F("version") + 1)
    record_many([_change_entry(p, names, by, mistaken) for p, names in fields.items()])


def _only_asked(person: Person, changed: dict) -> str | None:
    """Take the email out of what changes at once where it may only be asked for, and return it."""
    if "email" not in changed or not person.has_account:
        return None
    if not changed["email"]:
        rules.address_stays(person)
    if changed["email"].lower() == (person.email or "").lower():
        # The same mailbox, written otherwise.
        return None
    return changed.pop("email")


def _have_no_account(ids: Sequence[int]) -> None:
    locked = Person.objects.select_for_update().filter(pk__in=ids)
    if had := next((person for person in locked if person.has_account), None):
        raise Stale(
            f"{had.name} has just accepted an invitation, so their address is theirs to change.",
            instead="Look at it again.",
        )


def _mistaken(
    moved: Sequence[tuple[Person, str | None]], by: Person | None
) -> dict[int, AddressChange]:
    """By person: a settled change for each mailbox that an invitation went to by mistake."""
    now = timezone.now()
    rows = AddressChange.objects.bulk_create(
        AddressChange(
            person=person,
            old=person.email,
            new=new or "",
            asked_by=by,
            asked_at=now,
            needs_keeper=False,
            ends_at=now,
            settled_at=now,
            settled_by=by,
            outcome=AddressChange.Outcome.CORRECTED,
        )
        for person, new in moved
        if person.email and person.invited_at and person.email.lower() != (new or "").lower()
    )
    return {row.person_id: row for row in rows}


def _change_entry(
    person: Person, fields: list[str], by: Person | None, mistaken: dict[int, AddressChange]
) -> Entry:
    """The event of a change; the mailbox that an invitation went to by mistake hears of it."""
    change = mistaken.get(person.pk)
    data = {"changed": fields} | ({"change": change.pk} if change else {})
    tell = [Tell(change.old_key)] if change else []
    return Entry("person_changed", person.key, actor(by), data, tell=tell)


@transaction.atomic
def invite(*, person: Person, by: Person | None) -> Person:
    """Send a link with which they set their first password. Again sends another."""
    rules.may_let_in(by)
    rules.may_be_invited(person)
    now = timezone.now()
    move(person, invited_at=now, invited_by=by)
    # Whoever gets this link is that person from then on: where they hold a post, the other keepers
    # hear whose mailbox it went to.
    watching = keepers.besides(by, person) if standing.of(person).keys("post") else []
    record(
        verb="person_invited",
        subject=person.key,
        actor=actor(by),
        tell=[Tell(one.key) for one in (person, *watching)],
        at=now,
    )
    return person


@transaction.atomic
def invite_many(*, people: Iterable[Person], by: Person | None) -> list[Person]:
    """`invite` for each who may be. Returns them: somebody else may have seen to the others since."""
    rules.may_let_in(by)
    invited = []
    for person in people:
        try:
            invited.append(invite(person=person, by=by))
        except Refused:
            continue
    return invited


@transaction.atomic
def disable(*, person: Person, by: Person | None) -> Person:
    """Stop them signing in. Every session and link they have ends with their next click; what they had
    begun to write is deleted.
    """
    rules.may_let_in(by)
    rules.may_be_disabled(person, by)
    move(person, is_active=False, access_round=person.access_round + 1)
    drop_all_drafts(people=[person])
    record(verb="person_disabled", subject=person.key, actor=actor(by))
    return person


@transaction.atomic
def enable(*, person: Person, by: Person | None) -> Person:
    """Let them sign in again, with the password that they had."""
    rules.may_let_in(by)
    rules.may_be_enabled(person)
    move(person, is_active=True)
    record(verb="person_enabled", subject=person.key, actor=actor(by))
    return person
