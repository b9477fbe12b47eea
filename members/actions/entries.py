"""Wards, party groups and committees. Ended, they stay: old cases name them."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.models import Person
from council.editing import as_seen, one_at_a_time
from ledger.actions import record
from members import rules
from members.actions.people import actor, ending, key
from members.models import Committee, Member, PartyGroup, Seat, Ward
from protocol.refusals import Refused

LONGEST = {Ward: 120, PartyGroup: 120, Committee: 160}
CALLED = {Ward: "a ward", PartyGroup: "a party group", Committee: "a committee"}


def entry_shown(entry: Ward | PartyGroup | Committee) -> dict[str, str]:
    """What the page that changes an entry shows."""
    kind = {"kind": entry.kind} if isinstance(entry, Committee) else {}
    return {"name": entry.name, **kind}


def add_ward(*, by: Person | None, name: str) -> Ward:
    return _add(by, Ward, name)


def change_ward(*, by: Person | None, ward: Ward, name: str, seen: str | None = None) -> list[str]:
    return _change(by, ward, seen, name)


@transaction.atomic
def end_ward(*, by: Person | None, ward: Ward, ended_on: date, seen: str | None = None) -> Ward:
    """End a ward for which nobody stands any longer, as after a boundary review."""
    rules.may_keep(by)
    as_seen(ward, seen, ending)
    standing_for = Seat.objects.filter(ward=ward, until__isnull=True).count()
    rules.nobody_left(standing_for, ward.name, "represent")
    return _end(by, ward, ended_on)


def add_group(*, by: Person | None, name: str) -> PartyGroup:
    return _add(by, PartyGroup, name)


def change_group(
    *, by: Person | None, group: PartyGroup, name: str, seen: str | None = None
) -> list[str]:
    return _change(by, group, seen, name)


@transaction.atomic
def end_group(
    *, by: Person | None, group: PartyGroup, ended_on: date, seen: str | None = None
) -> PartyGroup:
    rules.may_keep(by)
    as_seen(group, seen, ending)
    inside = Member.objects.filter(group=group, ended_on__isnull=True).count()
    rules.nobody_left(inside, group.name, "belong to")
    return _end(by, group, ended_on)


def add_committee(*, by: Person | None, name: str, kind: str = "other") -> Committee:
    return _add(by, Committee, name, kind=_kind(kind))


def change_committee(
    *, by: Person | None, committee: Committee, name: str, kind: str, seen: str | None = None
) -> list[str]:
    return _change(by, committee, seen, name, kind=_kind(kind))


@transaction.atomic
def end_committee(
    *, by: Person | None, committee: Committee, ended_on: date, seen: str | None = None
) -> Committee:
    """End a committee and every seat on it, on that day."""
    rules.may_keep(by)
    as_seen(committee, seen, ending)
    rules.last_day(ended_on)
    seats = committee.seats.filter(until__isnull=True)
    for seat in seats.filter(since__gt=ended_on):
        seats.filter(pk=seat.pk).update(until=seat.since)
    seats.update(until=ended_on)
    return _end(by, committee, ended_on)


@transaction.atomic
def reopen_entry(*, by: Person | None, entry: Ward | PartyGroup | Committee) -> None:
    """Undo the end of a ward, group or committee. Seats on a committee are given anew."""
    rules.may_keep(by)
    if not type(entry).objects.filter(pk=entry.pk, ended_on__isnull=False).update(ended_on=None):
        raise Refused(f"{entry} has not ended.")
    entry.ended_on = None
    _changed(by, entry, ["ended_on"])


@transaction.atomic
def _add(by: Person | None, model, name: str, **fields):
    rules.may_keep(by)
    name = rules.words(name, "a name", LONGEST[model])
    # Names are compared first and written after.
    one_at_a_time()
    rules.name_is_free(model, name, CALLED[model])
    entry = model.objects.create(name=name, **fields)
    record(verb="entry_added", subject=key(entry), actor=actor(by))
    return entry


@transaction.atomic
def _change(by: Person | None, entry, seen: str | None, name: str, **fields) -> list[str]:
    """Write what differs and return the names of those fields."""
    rules.may_keep(by)
    model = type(entry)
    one_at_a_time()
    as_seen(entry, seen, entry_shown)
    rules.is_open(entry, entry.name)
    fields["name"] = rules.words(name, "a name", LONGEST[model])
    rules.name_is_free(model, fields["name"], CALLED[model], besides=entry.pk)
    changed = [field for field, value in fields.items() if getattr(entry, field) != value]
    if changed:
        model.objects.filter(pk=entry.pk).update(**{name: fields[name] for name in changed})
        _changed(by, entry, changed)
    return changed


def _end(by: Person | None, entry, ended_on: date):
    rules.is_open(entry, entry.name)
    rules.last_day(ended_on)
    type(entry).objects.filter(pk=entry.pk).update(ended_on=ended_on)
    entry.ended_on = ended_on
    data = {"date_ended": ended_on}
    record(verb="entry_ended", subject=key(entry), actor=actor(by), data=data)
    return entry


def _changed(by: Person | None, entry, fields: list[str]) -> None:
    record(verb="entry_changed", subject=key(entry), actor=actor(by), data={"changed": fields})


def _kind(kind: str) -> str:
    if kind not in dict(Committee.KINDS):
        raise Refused("Select what kind of committee it is.")
    return kind
