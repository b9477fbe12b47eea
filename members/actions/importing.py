"""Importing members from a file: the plan is made and carried out in one transaction, set by set."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import actions as accounts
from accounts.models import Person
from council.actions import importing
from council.models import Upload
from council.rules import not_for_oneself
from frontend.terms import current
from ledger.actions import Entry, record_many
from members import rules
from members.actions.people import actor, close_held, key, let_sign_in, stop_signing_in
from members.imports import cleaning, plan, reading
from members.models import Leadership, Member, PartyGroup, Seat, Term, Ward
from protocol.refusals import Refused, Stale

KIND = "members"
MEMBER_FIELDS = (
    "external_id", "group", "phone", "key_posts", "work_address", "home_address", "ended_on",
)  # fmt: skip


def keep_upload(*, by: Person, name: str, content: bytes, home_addresses: bool) -> Upload:
    """Keep a file until its preview is answered (council/actions/importing.py).

    Refused, with the reason, where the file cannot be read: nothing is kept then.
    """
    rules.may_keep(by)
    reading.read(content, home_addresses=home_addresses)
    return importing.keep_upload(
        kind=KIND,
        permission="directory.keep",
        by=by,
        name=name,
        content=content,
        home_addresses=home_addresses,
    )


def preview(*, content: bytes, home_addresses: bool = False) -> plan.Plan:
    """What an import of this file would do today. Writes nothing. Refused for an unreadable file."""
    contents = reading.read(content, home_addresses=home_addresses)
    return plan.make(contents, on=timezone.localdate())


def import_members(
    *,
    by: Person | None,
    content: bytes,
    home_addresses: bool = False,
    allow_many_ends: bool = False,
    seen: str | None = None,
) -> plan.Plan:
    """Import a file and return what was done. A file that changes nothing writes nothing.

    `seen` is the fingerprint of the preview that was confirmed: Stale where the directory has
    changed so that something else would be done. Refused for a file that cannot be read, and for
    one that would end more than half of the members unless `allow_many_ends`.
    """
    rules.may_keep(by)
    contents = reading.read(content, home_addresses=home_addresses)
    try:
        with transaction.atomic():
            made = plan.make(contents, on=timezone.localdate())
            if seen is not None and seen != made.fingerprint:
                raise Stale(
                    "The directory has changed since you saw what this file would do.",
                    instead="Look at it again, then import.",
                )
            if made.ends_too_many and not allow_many_ends:
                raise Refused(too_many_ends(made), instead=TOO_MANY_INSTEAD)
            if made.changes_anything:
                _Import(made, by, timezone.localdate(), content, home_addresses).run()
    except IntegrityError as error:
        raise Stale(
            "Somebody else changed the directory at the same moment. Nothing was imported.",
            instead="Import the file again.",
        ) from error
    return made


def too_many_ends(made: plan.Plan) -> str:
    return (
        f"The file would end {len(made.ends)} of the {made.current} {current().members} that come "
        "from imports, "
        "which is more than half. It may be the wrong file, or only a part of one."
    )


TOO_MANY_INSTEAD = (
    "If it is right, as after an election, say so: tick the box on the page, or give "
    "--allow-many-ends to the command."
)


def _corrected(entry: plan.Entry) -> accounts.Correction:
    """What the file has for them; the plan has taken out every address that is somebody's account."""
    same = entry.email == (entry.person.email or "").lower()
    return accounts.Correction(entry.person, entry.record.name, "" if same else entry.email)


@dataclass
class _Import:
    """One import being carried out. Every step is a bounded number of queries."""

    plan: plan.Plan
    by: Person | None
    on: date
    content: bytes
    home_addresses: bool
    events: list[Entry] = field(default_factory=list)
    wards: dict[str, Ward] = field(default_factory=dict)
    groups: dict[str, PartyGroup] = field(default_factory=dict)

    def run(self) -> None:
        self._entries()
        self._people()
        self._members()
        self._wards_of_members()
        self._terms()
        self._ends()
        counts = self.plan.counts
        digest = hashlib.sha256(self.content).hexdigest()
        data = {**counts, "file": digest, "home_addresses": self.home_addresses}
        whole = Entry("members_imported", "members:import", actor(self.by), data)
        record_many([whole, *self.events])

    def _event(self, verb: str, subject: str, **data) -> None:
        self.events.append(Entry(verb, subject, actor(self.by), data))

    def _entries(self) -> None:
        """New wards and groups, and ended ones that the file names again."""
        for model, names in ((Ward, self.plan.new_wards), (PartyGroup, self.plan.new_groups)):
            for row in model.objects.bulk_create(model(name=name) for name in names):
                self._event("entry_added", key(row))
            again = [row for row in self.plan.reopened if isinstance(row, model)]
            if again:
                model.objects.filter(pk__in=[row.pk for row in again]).update(ended_on=None)
            for row in again:
                self._event("entry_changed", key(row), changed=["ended_on"])
        self.wards = {cleaning.key(ward.name): ward for ward in Ward.objects.all()}
        self.groups = {cleaning.key(group.name): group for group in PartyGroup.objects.all()}

    def _people(self) -> None:
        """Persons for new members, changed names and emails, and who may sign in again."""
        strangers = [entry for entry in self.plan.creates if entry.person is None]
        added = accounts.add_people(
            people=[accounts.NewPerson(entry.record.name, entry.email) for entry in strangers],
            by=self.by,
        )
        for entry, person in zip(strangers, added, strict=True):
            entry.person = person
        for entry in (*self.plan.creates, *self.plan.updates):
            if entry.member is None or entry.member.ended_on is not None:
                not_for_oneself(entry.person, self.by, f"a {current().member}")
        entries = self.plan.creates + self.plan.updates
        accounts.correct_people(corrections=[_corrected(entry) for entry in entries], by=self.by)
        back = [
            entry.person
            for entry in entries
            if entry.member is None or entry.member.ended_on is not None
        ]
        for person in let_sign_in(back):
            self._event("person_enabled", person.key)

    def _members(self) -> None:
        created = Member.objects.bulk_create(
            self._filled(Member(person=entry.person), entry) for entry in self.plan.creates
        )
        for entry, member in zip(self.plan.creates, created, strict=True):
            entry.member = member
            self._event("entry_added", key(member), person_member=entry.person.pk)
        moved = []
        for entry in self.plan.updates:
            fields = [change.field for change in entry.changes]
            if "group" in fields:
                moved.append(entry.member.pk)
            self._filled(entry.member, entry)
            self._event("entry_changed", key(entry.member), changed=fields)
        if moved:
            open_ones = Leadership.objects.filter(member_id__in=moved, until__isnull=True)
            open_ones.update(until=self.on)
        for name in MEMBER_FIELDS:
            named = "councillorid" if name == "external_id" else name
            differing = [
                entry.member
                for entry in self.plan.updates
                if any(change.field == named for change in entry.changes)
            ]
            # One field at a time: what an update costs grows with rows times fields.
            Member.objects.bulk_update(differing, [name])

    def _filled(self, member: Member, entry: plan.Entry) -> Member:
        """The member as the file has them, in the fields that it speaks about."""
        record, provided = entry.record, self.plan.contents.provided
        member.external_id = record.external_id
        member.ended_on = None
        if "group" in provided:
            member.group = self.groups[cleaning.key(record.group)] if record.group else None
        for name in plan.PLAIN:
            value = getattr(record, name)
            if name in provided and (value or name not in plan.KEPT_WHEN_BLANK):
                setattr(member, name, value)
        return member

    def _wards_of_members(self) -> None:
        """Close the seats that the file lacks and open those that it has."""
        if "wards" not in self.plan.contents.provided:
            return
        ids = [entry.member.pk for entry in self.plan.updates]
        held: dict[tuple[int, int], Seat] = {}
        # Seats that closed today are opened again rather than doubled: a mended file comes back soon.
        closed = Seat.objects.filter(member_id__in=ids, until__gte=self.on)
        for seat in [*closed, *Seat.objects.filter(member_id__in=ids, until__isnull=True)]:
            held[seat.member_id, seat.ward_id] = seat
        opened, reopened, wanted = [], [], set()
        for entry in self.plan.creates + self.plan.updates:
            for ward in {self.wards[cleaning.key(name)].pk for name in entry.record.wards}:
                wanted.add((entry.member.pk, ward))
                seat = held.get((entry.member.pk, ward))
                if seat is None:
                    opened.append(Seat(member=entry.member, ward_id=ward, since=self._since(entry)))
                elif seat.until is not None:
                    reopened.append(seat.pk)
        gone = [s.pk for at, s in held.items() if at not in wanted and s.until is None]
        Seat.objects.bulk_create(opened)
        Seat.objects.filter(pk__in=reopened).update(until=None)
        Seat.objects.filter(pk__in=gone, since__gt=self.on).update(until=F("since"))
        Seat.objects.filter(pk__in=gone, until__isnull=True).update(until=self.on)

    def _since(self, entry: plan.Entry) -> date:
        """A new member's seat goes back to their term; one who moves wards moves today."""
        if not entry.changes:
            begun = [start for start, _ in entry.record.terms if start and start <= self.on]
            return max(begun, default=self.on)
        return self.on

    def _terms(self) -> None:
        if "terms" not in self.plan.contents.provided:
            return
        entries = self.plan.creates + self.plan.updates
        kept: dict[int, list[Term]] = {}
        ids = [entry.member.pk for entry in self.plan.updates]
        for term in Term.objects.filter(member_id__in=ids).order_by("pk"):
            kept.setdefault(term.member_id, []).append(term)
        added, changed = [], []
        for entry in entries:
            have = kept.get(entry.member.pk, [])
            for starts_on, ends_on in plan.new_terms(entry.record.terms, have):
                same = next((term for term in reversed(have) if term.starts_on == starts_on), None)
                if same is None:
                    added.append(Term(member=entry.member, starts_on=starts_on, ends_on=ends_on))
                else:
                    same.ends_on = ends_on
                    changed.append(same)
        Term.objects.bulk_create(added)
        Term.objects.bulk_update(changed, ["ends_on"])

    def _ends(self) -> None:
        ended = self.plan.ends
        if not ended:
            return
        ids = [member.pk for member in ended]
        close_held(ids, self.on)
        Member.objects.filter(pk__in=ids).update(ended_on=self.on)
        stopped = stop_signing_in([member.person for member in ended], self.by)
        names = {person.pk for person in stopped}
        for member in ended:
            self._event(
                "entry_ended",
                key(member),
                date_ended=self.on,
                sign_in_stopped=member.person_id in names,
            )
        for person in stopped:
            self._event("person_disabled", person.key)
