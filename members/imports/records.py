"""What a file says, made clean: one record a member, and what was left out, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from council.imports.cleaning import SHOWN, shown
from council.imports.report import Remark
from members.imports import cleaning
from protocol.refusals import Refused

# Far more than the largest council has.
MOST_ROWS = 5000
LONGEST = {
    "councillorid": 40,
    "name": 200,
    "ward": 120,
    "party": 120,
    "phone": 60,
    "keyposts": 400,
    "address": 1000,
}
Term = tuple[date | None, date | None]
EVERYTHING = frozenset(
    ("email", "group", "home_address", "key_posts", "phone", "terms", "wards", "work_address")
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the file has it, uncleaned. `place` says where to find it again."""

    place: str
    councillor_id: str = ""
    name: str = ""
    wards: tuple[str, ...] = ()
    party: str = ""
    email: str = ""
    phone: str = ""
    key_posts: str = ""
    work_address: str = ""
    home_address: str = ""
    home_phone: str = ""
    home_email: str = ""
    terms: tuple[tuple[str, str], ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A member as the file gives them, clean, each councillorid once."""

    place: str
    external_id: str
    name: str
    wards: tuple[str, ...] = ()
    group: str = ""
    email: str = ""
    phone: str = ""
    key_posts: str = ""
    work_address: str = ""
    home_address: str = ""
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a file says. `provided`: the fields that it speaks about at all."""

    kind: str
    records: tuple[Record, ...]
    wards: tuple[str, ...]
    groups: tuple[str, ...]
    rejected: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    provided: frozenset[str] = EVERYTHING
    # Rejected rows may still be members of ours: nobody named in the file is ended.
    spared_ids: frozenset[str] = frozenset()
    spared_names: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Gathering:
    records: dict[str, Record] = field(default_factory=dict)
    wards: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    rejected: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    spared_ids: set[str] = field(default_factory=set)
    spared_names: set[str] = field(default_factory=set)


def gather(
    rows: Iterable[Row],
    *,
    kind: str,
    wards: Iterable[str] = (),
    provided: frozenset[str] = EVERYTHING,
    home_addresses: bool = False,
) -> Contents:
    """Clean the rows and merge those of one councillorid (the same member under two wards).

    `wards` are those that the file lists whether or not anyone stands for them. Home addresses,
    home phones and home emails are dropped here unless they were asked for.
    """
    found = _Gathering()
    for title in wards:
        _ward(found, title)
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise Refused(
                f"The file lists more than {MOST_ROWS:,} people, which no council has.",
                instead="Check that it is the list of councillors.",
            )
        _take(found, row, home_addresses)
    return Contents(
        kind=kind,
        records=tuple(found.records.values()),
        wards=tuple(found.wards.values()),
        groups=tuple(found.groups.values()),
        rejected=tuple(found.rejected),
        notes=tuple(found.notes),
        provided=provided if home_addresses else provided - {"home_address"},
        spared_ids=frozenset(found.spared_ids),
        spared_names=frozenset(found.spared_names),
    )


def _take(found: _Gathering, row: Row, home_addresses: bool) -> None:
    name = cleaning.name(row.name)
    external_id = cleaning.line(row.councillor_id)
    if reason := _why_not(row, name, external_id):
        if cleaning.is_vacant(name):
            for title in row.wards:
                _ward(found, title)
        else:
            found.spared_ids.update(filter(None, [external_id]))
            found.spared_names.update(filter(None, [cleaning.key(name)]))
        found.rejected.append(Remark(row.place, name[:SHOWN], reason))
        return
    before = found.records.get(external_id)
    if before and not cleaning.share_a_word(before.name, name):
        reason = (
            f"councillorid {shown(external_id)} is {before.name}’s already ({before.place}). "
            "Give each of them their own."
        )
        found.rejected.append(Remark(row.place, name, reason))
        found.spared_names.add(cleaning.key(name))
        return
    record = _record(found, row, name, external_id, home_addresses)
    found.records[external_id] = _merged(found, before, record) if before else record


def _why_not(row: Row, name: str, external_id: str) -> str:
    """Why a row cannot be a member, or "" where it can."""
    if cleaning.is_vacant(name):
        return "a vacant seat, not a person."
    if row.fault:
        return row.fault
    if not any(map(str.isalpha, name)):
        return "the name (fullusername) is missing."
    if not external_id:
        return "the councillorid is missing, so they could not be found again."
    lengths = [
        ("councillorid", "councillorid", external_id),
        ("name", "name", name),
        ("party", "party", cleaning.group(row.party)),
        *(("ward", "ward’s title", cleaning.ward(title)) for title in row.wards),
    ]
    for kind, called, value in lengths:
        if len(value) > LONGEST[kind]:
            return (
                f"the {called} has {len(value):,} characters; at most {LONGEST[kind]} can be kept."
            )
    return ""


def _record(
    found: _Gathering, row: Row, name: str, external_id: str, home_addresses: bool
) -> Record:
    def note(reason: str) -> None:
        remark = Remark(row.place, name, reason)
        if remark not in found.notes:
            found.notes.append(remark)

    phone, email, home = row.phone, row.email, ""
    if home_addresses:
        home = _fitting(cleaning.lines(row.home_address), "address", "home address", note)
        phone = phone if cleaning.line(phone) else row.home_phone
        email = email if cleaning.line(email) else row.home_email
    address, wrong = cleaning.email(email)
    if wrong:
        note(f"the email {shown(email)} {wrong}. It was left out.")
    return Record(
        place=row.place,
        external_id=external_id,
        name=name,
        wards=tuple(filter(None, dict.fromkeys(_ward(found, title) for title in row.wards))),
        group=_group(found, row.party),
        email=address,
        phone=_fitting(cleaning.line(phone), "phone", "phone number", note),
        key_posts=_cut(cleaning.posts(row.key_posts), note),
        work_address=_fitting(cleaning.lines(row.work_address), "address", "work address", note),
        home_address=home,
        terms=_terms(row.terms, note),
    )


def _merged(found: _Gathering, before: Record, again: Record) -> Record:
    """The same member a second time: wards and terms add up, else the first that says something."""
    if again.group and before.group and again.group != before.group:
        reason = f"the party is {shown(again.group)} here and {shown(before.group)} before, kept."
        found.notes.append(Remark(again.place, again.name, reason))
    first = {
        name: getattr(before, name) or getattr(again, name)
        for name in ("group", "email", "phone", "key_posts", "work_address", "home_address")
    }
    return replace(
        before,
        **first,
        wards=tuple(dict.fromkeys(before.wards + again.wards)),
        terms=_one_a_start(before.terms + again.terms),
    )


def _ward(found: _Gathering, title: str) -> str:
    """The ward's title as the file first spells it, or "" for none or one that cannot be kept."""
    clean = cleaning.ward(title)
    if not clean or len(clean) > LONGEST["ward"]:
        return ""
    return found.wards.setdefault(cleaning.key(clean), clean)


def _group(found: _Gathering, title: str) -> str:
    clean = cleaning.group(title)
    return found.groups.setdefault(cleaning.key(clean), clean) if clean else ""


def _fitting(value: str, kind: str, called: str, note) -> str:
    if len(value) <= LONGEST[kind]:
        return value
    note(f"the {called} has {len(value):,} characters; at most {LONGEST[kind]}. It was left out.")
    return ""


def _cut(value: str, note) -> str:
    most = LONGEST["keyposts"]
    if len(value) <= most:
        return value
    note(f"the key posts have {len(value):,} characters; the first {most} were kept.")
    return value[: most - 1].rstrip() + "…"


def _terms(written: tuple[tuple[str, str], ...], note) -> tuple[Term, ...]:
    read = []
    for start, end in written:
        days = []
        for text in (start, end):
            day, wrong = cleaning.day(text)
            days.append(day)
            if wrong:
                note(f"the date {shown(text)} of a term {wrong}. It was taken as unspecified.")
        starts_on, ends_on = days
        if starts_on and ends_on and ends_on < starts_on:
            note(f"a term ends ({shown(end)}) before it starts ({shown(start)}). It was left out.")
            continue
        read.append((starts_on, ends_on))
    return _one_a_start(read)


def _one_a_start(terms: Iterable[Term]) -> tuple[Term, ...]:
    """One term a first day, with the latest end given; a term with neither date says nothing."""
    ends: dict[date | None, date | None] = {}
    for start, end in terms:
        if start is None and end is None:
            continue
        known = ends.get(start)
        ends[start] = max(filter(None, (known, end)), default=None)
    return tuple(sorted(ends.items(), key=lambda term: term[0] or date.min))
