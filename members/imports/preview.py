"""The preview of an import in words: the same for the page and for the command."""

from __future__ import annotations

from council.imports.report import Section
from frontend.terms import say
from members.imports.plan import Plan


def sections(plan: Plan) -> list[Section]:
    """What would be created, updated, ended, rejected and left out, each with its reason."""
    found = [
        Section("Wards to add", tuple(plan.new_wards)),
        Section("Party groups to add", tuple(plan.new_groups)),
        Section("Wards and groups to open again", tuple(row.name for row in plan.reopened)),
        Section(say("{Members} to create"), tuple(_created(entry) for entry in plan.creates)),
        Section(say("{Members} to update"), tuple(_updated(entry) for entry in plan.updates)),
        Section(say("{Members} to end"), tuple(_ended(member) for member in plan.ends)),
        Section("Sign-in addresses that differ, left as they are", _words(plan.addresses)),
        Section("Rows rejected", _words(plan.contents.rejected)),
        Section("Left out or to check", _words(plan.notes)),
        Section("Added by hand and left as they are", tuple(map(str, plan.by_hand))),
    ]
    return [section for section in found if section.lines]


def _words(remarks) -> tuple[str, ...]:
    return tuple(map(str, remarks))


def _created(entry) -> str:
    record = entry.record
    place = ", ".join(record.wards) or "no ward"
    who = f"{record.name}, {place}, {record.group or 'no group'}"
    known = say(" (already here as a person, who becomes a {member} too)") if entry.known else ""
    return f"{who}{known}"


def _updated(entry) -> str:
    return f"{entry.member.person.name}: " + "; ".join(map(str, entry.changes))


def _ended(member) -> str:
    return f"{member.person.name}, who is not in the file"
