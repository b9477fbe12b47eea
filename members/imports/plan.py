"""What a file would change in the directory: worked out from a bounded number of queries.

The rules of an import:
- The file decides name, wards, group, key posts and terms of the members it lists. Contact details
  that it leaves blank stay as they are.
- Members are found by councillorid; failing that by email, where the names share a word.
- An email that two members of the file share is nobody's way to sign in, so it is left out.
- Whoever has an account keeps the address that they sign in with. Another one in the file is shown, and
  changes only when they confirm it: whoever writes the file must not be able to become a member.
- A member who came from a file and is in it no longer is ended. One made by hand is left alone.
- Wards, groups and past terms are never ended or removed by an import.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models.functions import Lower

from accounts.models import Person
from council.imports.report import FEW, Remark
from frontend.terms import current
from members.imports import cleaning
from members.imports.records import Contents, Record, Term
from members.models import Member, PartyGroup, Seat, Ward
from members.models import Term as TermRow

LISTED = {
    "councillorid": "councillorid",
    "name": "Name",
    "email": "Email",
    "group": "Group",
    "phone": "Phone",
    "key_posts": "Key posts",
    "work_address": "Work address",
    "home_address": "Home address",
    "wards": "Wards",
    "terms": "Terms",
    "ended_on": "Ended",
}
KEPT_WHEN_BLANK = frozenset({"email", "phone", "work_address", "home_address"})
PLAIN = ("phone", "key_posts", "work_address", "home_address")


@dataclass(frozen=True, slots=True)
class Change:
    """One field, with what it was and what it becomes, as words to show."""

    field: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{LISTED[self.field]}: {self.old or 'nothing'} → {self.new or 'nothing'}"


@dataclass(slots=True)
class Entry:
    """A member of the file beside the one we have, or None where there is none."""

    record: Record
    email: str
    member: Member | None = None
    person: Person | None = None
    # Whether the person was here before, as an officer may be.
    known: bool = False
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    creates: list[Entry]
    updates: list[Entry]
    unchanged: list[Entry]
    ends: list[Member]
    by_hand: list[Member]
    new_wards: list[str]
    new_groups: list[str]
    reopened: list[Ward | PartyGroup]
    contents: Contents
    notes: list[Remark]
    # Members with an account whose address in the file is another: theirs stays.
    addresses: list[Remark]
    current: int

    @property
    def ends_too_many(self) -> bool:
        """Whether more than half of the members that imports keep would go: a wrong file, likely."""
        return len(self.ends) > FEW and 2 * len(self.ends) > self.current

    @property
    def changes_anything(self) -> bool:
        return bool(
            self.creates or self.updates or self.ends or self.new_wards or self.new_groups
            or self.reopened
        )  # fmt: skip

    @property
    def counts(self) -> dict[str, int]:
        """In the order of the last line; `members` are distinct by councillorid."""
        return {
            "wards": len(self.contents.wards),
            "groups": len(self.contents.groups),
            "members": len(self.contents.records),
            "created": len(self.creates),
            "updated": len(self.updates),
            "unchanged": len(self.unchanged),
            "ended": len(self.ends),
            "rejected": len(self.contents.rejected),
        }

    @property
    def last_line(self) -> str:
        named = {"members": current().members}
        return ", ".join(f"{named.get(k, k)} {count}" for k, count in self.counts.items())

    @property
    def fingerprint(self) -> str:
        """Changes when what would be done changes: what was confirmed is what was seen."""
        seen = [
            [(entry.record.external_id, entry.email, str(entry.person and entry.person.pk))
             for entry in self.creates],
            [(entry.member.pk, [str(change) for change in entry.changes])
             for entry in self.updates],
            [member.pk for member in self.ends],
            self.counts, self.new_wards, self.new_groups, [row.name for row in self.reopened],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


@dataclass(slots=True)
class Directory:
    """Everything that an import compares with, keyed as the file is."""

    members: list[Member]
    by_id: dict[str, Member]
    people: dict[str, Person]
    wards: dict[str, Ward]
    groups: dict[str, PartyGroup]
    seats: dict[int, dict[int, Seat]]
    terms: dict[int, list[TermRow]]


def make(contents: Contents, *, on: date) -> Plan:
    """Compare a file with the directory on a day. Reads only, in seven queries whatever the size."""
    directory = _directory(contents)
    notes, addresses = list(contents.notes), []
    entries = _matched(contents, directory, notes)
    _leave_accounts(entries, addresses)
    _settle_emails(entries, directory, notes)
    for entry in entries:
        if entry.member:
            entry.changes = list(_changes(entry, directory, contents.provided))
    matched = {entry.member.pk for entry in entries if entry.member}
    open_members = [m for m in directory.members if m.ended_on is None]
    gone = [m for m in open_members if m.pk not in matched and not _spared(m, contents)]
    reopened = _ended(contents.wards, directory.wards)
    reopened += _ended(contents.groups, directory.groups)
    return Plan(
        creates=[e for e in entries if e.member is None],
        updates=[e for e in entries if e.member and e.changes],
        unchanged=[e for e in entries if e.member and not e.changes],
        ends=[m for m in gone if m.external_id],
        by_hand=[m for m in gone if not m.external_id],
        new_wards=[w for w in contents.wards if cleaning.key(w) not in directory.wards],
        new_groups=[g for g in contents.groups if cleaning.key(g) not in directory.groups],
        reopened=reopened,
        contents=contents,
        notes=notes,
        addresses=addresses,
        current=sum(1 for m in open_members if m.external_id),
    )


def _directory(contents: Contents) -> Directory:
    members = list(Member.objects.select_related("person", "group").order_by("pk"))
    emails = [record.email for record in contents.records if record.email]
    people = {m.person.email.lower(): m.person for m in members if m.person.email}
    wanted = [email for email in emails if email not in people]
    others = Person.objects.alias(_email=Lower("email")).filter(_email__in=wanted)
    people.update({person.email.lower(): person for person in others})
    seats: dict[int, dict[int, Seat]] = {}
    for seat in Seat.objects.filter(until__isnull=True).select_related("ward"):
        seats.setdefault(seat.member_id, {})[seat.ward_id] = seat
    terms: dict[int, list[TermRow]] = {}
    for term in TermRow.objects.order_by("pk"):
        terms.setdefault(term.member_id, []).append(term)
    return Directory(
        members=members,
        by_id={m.external_id: m for m in members if m.external_id},
        people=people,
        wards={cleaning.key(ward.name): ward for ward in Ward.objects.all()},
        groups={cleaning.key(group.name): group for group in PartyGroup.objects.all()},
        seats=seats,
        terms=terms,
    )


def _matched(contents: Contents, directory: Directory, notes: list[Remark]) -> list[Entry]:
    """Each record with its member: by councillorid, else by an email that is theirs alone."""
    uses = Counter(record.email for record in contents.records if record.email)
    in_file = {record.external_id for record in contents.records}
    entries, taken = [], set()
    for record in contents.records:
        shared = uses[record.email] > 1
        entry = Entry(
            record, "" if shared else record.email, directory.by_id.get(record.external_id)
        )
        if shared:
            notes.append(
                Remark(
                    record.place,
                    record.name,
                    f"{uses[record.email]} {current().members} of the file share the email {record.email}. It "
                    f"was left out, as an email lets one person sign in. Add each {current().member}’s own.",
                )
            )
        if entry.member is None:
            _recognise(entry, directory, in_file, taken)
        if entry.member:
            entry.person = entry.member.person
        entries.append(entry)
    return entries


def _recognise(entry: Entry, directory: Directory, in_file: set[str], taken: set[int]) -> None:
    """Find who has this email already: a member made by hand or renumbered, or another person."""
    person = directory.people.get(entry.email) if entry.email else None
    if person is None or person.pk in taken:
        return
    if not cleaning.share_a_word(person.name, entry.record.name):
        return
    member = next((m for m in directory.members if m.person_id == person.pk), None)
    if member and member.external_id and member.external_id in in_file:
        return
    taken.add(person.pk)
    entry.member, entry.person, entry.known = member, person, True


def _leave_accounts(entries: list[Entry], addresses: list[Remark]) -> None:
    """Take away each new email of somebody who has an account, and say so."""
    for entry in entries:
        person = entry.person
        if not (person and person.has_account and entry.email):
            continue
        if entry.email == (person.email or "").lower():
            continue
        reason = (
            f"the file has the email {entry.email}, and they sign in with {person.email or 'none'}, "
            "which stays. If the new one is right, change it on their page: they are asked to confirm it."
        )
        addresses.append(Remark(entry.record.place, person.name, reason))
        entry.email = ""


def _settle_emails(entries: list[Entry], directory: Directory, notes: list[Remark]) -> None:
    """Take away each new email that somebody else keeps. Members may exchange theirs."""
    moving = True
    while moving:
        moving = False
        leaving = {
            entry.person.pk: entry.email
            for entry in entries
            if entry.person and entry.email and entry.email != (entry.person.email or "").lower()
        }
        for entry in entries:
            holder = directory.people.get(entry.email) if entry.email else None
            if holder is None or (entry.person and holder.pk == entry.person.pk):
                continue
            if holder.pk in leaving:
                continue
            entry.email, moving = "", True
            notes.append(
                Remark(
                    entry.record.place,
                    entry.record.name,
                    f"the email {entry.record.email} belongs to {holder.name} already. It was left "
                    f"out. If they are one person, give the {current().member} this email by hand.",
                )
            )


def _changes(entry: Entry, directory: Directory, provided: frozenset[str]):
    """Each field in which the file differs from the member we have."""
    record, member = entry.record, entry.member
    if member.external_id != record.external_id:
        yield Change("councillorid", member.external_id or "", record.external_id)
    if member.person.name != record.name:
        yield Change("name", member.person.name, record.name)
    if entry.email and entry.email != (member.person.email or "").lower():
        yield Change("email", member.person.email or "", entry.email)
    group = member.group.name if member.group else ""
    if "group" in provided and cleaning.key(group) != cleaning.key(record.group):
        yield Change("group", group, record.group)
    for name in PLAIN:
        old, new = getattr(member, name), getattr(record, name)
        if name in provided and old != new and (new or name not in KEPT_WHEN_BLANK):
            yield Change(name, " / ".join(old.split("\n")), " / ".join(new.split("\n")))
    seats = directory.seats.get(member.pk, {})
    stands = {cleaning.key(seat.ward.name): seat.ward.name for seat in seats.values()}
    if "wards" in provided and stands.keys() != {cleaning.key(ward) for ward in record.wards}:
        yield Change("wards", _listed(stands.values()), _listed(record.wards))
    if "terms" in provided and (
        added := new_terms(record.terms, directory.terms.get(member.pk, ()))
    ):
        yield Change("terms", "", _listed(_words(term) for term in added))
    if member.ended_on is not None:
        yield Change("ended_on", member.ended_on.isoformat(), "reinstated")


def new_terms(terms, kept) -> list[Term]:
    """The terms of the file that we do not have. Those we have and it lacks stay."""
    have = {(term.starts_on, term.ends_on) for term in kept}
    return [term for term in terms if term not in have]


def _listed(names) -> str:
    return ", ".join(sorted(names))


def _words(term: Term) -> str:
    start, end = (day.strftime("%d/%m/%Y") if day else "unspecified" for day in term)
    return f"{start} to {end}"


def _spared(member: Member, contents: Contents) -> bool:
    """Named in a row that was rejected: still in the file, so not gone."""
    return (
        member.external_id in contents.spared_ids
        or cleaning.key(member.person.name) in contents.spared_names
    )


def _ended(names, kept) -> list:
    rows = (kept.get(cleaning.key(name)) for name in sorted(names) if name)
    return [row for row in rows if row is not None and row.ended_on is not None]
