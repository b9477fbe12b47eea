"""What a member holds, as the member's page lists it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import CharField, F, Value
from django.urls import reverse

from frontend.parts import Link
from frontend.words import shortday
from members.models import CommitteeSeat, Leadership, Member, Portfolio, Seat, Term


@dataclass(frozen=True, slots=True)
class Line:
    """One thing held: words, dates, and what may be done with it now."""

    text: str
    when: str
    action: Link | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A heading of the page, with what stands below it and the way to add to it."""

    title: str
    now: list[Line]
    before: list[Line]
    none: str
    add: Link | None


class Kind(NamedTuple):
    """How one kind of thing is asked for and shown."""

    key: str
    title: str
    model: type
    name: str
    none: str
    add: str
    # What a role reads as, where it is worth saying.
    roles: dict[str, str] = {}


KINDS = (
    Kind("seat", "Wards", Seat, "ward__name", "No ward", "Add a ward"),
    Kind(
        "leadership", "Leading a party group", Leadership, "group__name",
        "They do not lead a group", "Make them leader or deputy", dict(Leadership.ROLES),
    ),
    Kind(
        "committee-seat", "Committees", CommitteeSeat, "committee__name", "No committee",
        "Add a committee seat", {"chair": "Chair", "vice_chair": "Vice-chair"},
    ),
    Kind("portfolio", "Portfolios", Portfolio, "name", "No portfolio", "Add a portfolio"),
)  # fmt: skip


def held_by(member: Member) -> list[Held]:
    """Everything that a member holds or held, kind by kind; one query for all of it."""
    rows = defaultdict(list)
    for kind, *row in _query(member):
        rows[kind].append(row)
    found = [_held(member, kind, sorted(rows[kind.key], key=_newest_last)) for kind in KINDS]
    return [*found, _terms(member, sorted(rows["term"], key=_newest_last))]


def _query(member: Member):
    """Rows of (kind, id, name, role, since, until)."""

    def asked(kind: str, model: type, name, since: str, until: str):
        role = F("role") if hasattr(model, "ROLES") else _words("")
        return (
            model.objects.filter(member=member)
            .order_by()
            .annotate(
                a_kind=_words(kind), a_key=F("pk"), a_name=name, a_role=role, a_since=F(since),
                a_until=F(until),
            )
            .values_list("a_kind", "a_key", "a_name", "a_role", "a_since", "a_until")
        )  # fmt: skip

    first, *others = (asked(k.key, k.model, F(k.name), "since", "until") for k in KINDS)
    return first.union(*others, asked("term", Term, _words(""), "starts_on", "ends_on"), all=True)


def _words(text: str) -> Value:
    return Value(text, output_field=CharField())


def _newest_last(row) -> tuple:
    return row[3] or date.min, row[1].casefold(), row[0]


def _held(member: Member, kind: Kind, rows: list) -> Held:
    now, before = [], []
    for key, name, role, since, until in rows:
        text = f"{kind.roles[role]}, {name}" if role in kind.roles else name
        if until is None:
            end = Link("End", reverse(f"{kind.key}-end", args=[key]), about=text)
            now.append(Line(text, f"since {shortday(since)}", end))
        else:
            before.append(Line(text, f"{shortday(since)} to {shortday(until)}"))
    add = _add(member, kind.key, kind.add)
    if kind.key == "leadership" and member.group_id is None:
        return Held(kind.title, now, before, "They are in no group", None)
    return Held(kind.title, now, before, kind.none, add)


def _terms(member: Member, rows: list) -> Held:
    lines = [
        Line(
            f"{_day(starts_on)} to {_day(ends_on)}",
            "",
            Link("Change", reverse("term-edit", args=[key]), about="this term"),
        )
        for key, _, _, starts_on, ends_on in rows
    ]
    add = _add(member, "term", "Add a term")
    return Held("Terms of office", lines, [], "No term is recorded", add)


def _day(day) -> str:
    return shortday(day) or "not known"


def _add(member: Member, kind: str, text: str) -> Link | None:
    """The way to add one; nothing can be given to somebody who has left."""
    if member.ended_on:
        return None
    return Link(text, reverse(f"{kind}-add", args=[member.pk]))
