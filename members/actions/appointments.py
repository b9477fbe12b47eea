"""What members hold between dates: wards, committee seats, leading a group, portfolios, terms."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from accounts.models import Person
from council.editing import as_seen
from ledger.actions import Entry, record, record_many
from members import rules
from members.actions.people import actor, key
from members.models import (
    Committee,
    CommitteeSeat,
    Leadership,
    Member,
    PartyGroup,
    Portfolio,
    Seat,
    Term,
    Ward,
)
from protocol.refusals import Refused

Appointment = Seat | CommitteeSeat | Leadership | Portfolio
FIELDS = {
    Seat: "wards", CommitteeSeat: "committees", Leadership: "leadership", Portfolio: "portfolios",
    Term: "terms",
}  # fmt: skip


@transaction.atomic
def add_seat(*, by: Person | None, member: Member, ward: Ward, since: date) -> Seat:
    """The member stands for a ward from a day, besides any other ward."""
    rules.is_open(ward, ward.name)
    if member.seats.filter(ward=ward, until__isnull=True).exists():
        raise Refused(f"{member} represents {ward} already.", instead="Choose another ward.")
    return _add(by, Seat(member=member, ward=ward, since=since))


@transaction.atomic
def add_committee_seat(
    *, by: Person | None, member: Member, committee: Committee, since: date, role: str = "member"
) -> CommitteeSeat:
    """Give a seat, or another role on the committee.

    The member's own seat in another role ends the day before, and so does the seat of whoever
    chaired it where this one takes the chair.
    """
    rules.is_open(committee, committee.name)
    rules.first_day(since)
    if role not in dict(CommitteeSeat.ROLES):
        raise Refused("Select the role on the committee.")
    seats = CommitteeSeat.objects.filter(committee=committee, until__isnull=True)
    if seats.filter(member=member, role=role).exists():
        raise Refused(f"{member} has this seat on {committee} already.")
    _succeed(by, seats.filter(member=member), since)
    if role == "chair":
        _succeed(by, seats.filter(role="chair").exclude(member=member), since)
    return _add(by, CommitteeSeat(member=member, committee=committee, role=role, since=since))


@transaction.atomic
def add_leadership(
    *, by: Person | None, member: Member, group: PartyGroup, since: date, role: str = "leader"
) -> Leadership:
    """Make a member of the group its leader, or a deputy. The leader before stops the day before."""
    rules.is_open(group, group.name)
    rules.leads_own_group(member, group)
    rules.first_day(since)
    if role not in dict(Leadership.ROLES):
        raise Refused("Select leader or deputy leader.")
    open_ones = Leadership.objects.filter(group=group, until__isnull=True)
    if open_ones.filter(member=member, role=role).exists():
        raise Refused(f"{member} is that already.")
    _succeed(by, open_ones.filter(member=member), since)
    if role == "leader":
        _succeed(by, open_ones.filter(role="leader").exclude(member=member), since)
    return _add(by, Leadership(member=member, group=group, role=role, since=since))


@transaction.atomic
def add_portfolio(*, by: Person | None, member: Member, name: str, since: date) -> Portfolio:
    name = rules.words(name, "the portfolio’s name", 160)
    if member.portfolios.filter(name__iexact=name, until__isnull=True).exists():
        raise Refused(f"{member} holds this portfolio already.")
    return _add(by, Portfolio(member=member, name=name, since=since))


@transaction.atomic
def add_term(
    *, by: Person | None, member: Member, starts_on: date | None, ends_on: date | None
) -> Term:
    """Record a term of office; either end may be unknown, not both."""
    _term_makes_sense(member, starts_on, ends_on)
    return _add(by, Term(member=member, starts_on=starts_on, ends_on=ends_on), dated=False)


def term_shown(term: Term) -> dict[str, date | None]:
    """What the page that changes a term shows."""
    return {"starts_on": term.starts_on, "ends_on": term.ends_on}


@transaction.atomic
def change_term(
    *,
    by: Person | None,
    term: Term,
    starts_on: date | None,
    ends_on: date | None,
    seen: str | None = None,
) -> Term:
    rules.may_keep(by)
    as_seen(term, seen, term_shown)
    if (term.starts_on, term.ends_on) == (starts_on, ends_on):
        return term
    _term_makes_sense(term.member, starts_on, ends_on)
    Term.objects.filter(pk=term.pk).update(starts_on=starts_on, ends_on=ends_on)
    term.starts_on, term.ends_on = starts_on, ends_on
    record(
        verb="entry_changed",
        subject=key(term.member),
        actor=actor(by),
        data={"changed": ["terms"]},
    )
    return term


def appointment_ending(appointment: Appointment) -> dict[str, date | None]:
    """What the page that ends an appointment shows."""
    return {"until": appointment.until}


@transaction.atomic
def end_appointment(
    *, by: Person | None, appointment: Appointment, until: date, seen: str | None = None
) -> Appointment:
    """End a ward, a committee seat, a leadership or a portfolio on its last day."""
    rules.may_keep(by)
    as_seen(appointment, seen, appointment_ending)
    rules.last_day(until, since=appointment.since)
    open_one = type(appointment).objects.filter(pk=appointment.pk, until__isnull=True)
    if not open_one.update(until=until):
        raise Refused("It has ended already.")
    appointment.until = until
    record(
        verb="entry_ended",
        subject=key(appointment.member),
        actor=actor(by),
        data={"changed": [FIELDS[type(appointment)]], "date_ended": until},
    )
    return appointment


def _add(by: Person | None, row, *, dated: bool = True):
    rules.may_keep(by)
    rules.member_is_open(row.member)
    if dated:
        rules.first_day(row.since)
    row.save(force_insert=True)
    record(
        verb="entry_changed",
        subject=key(row.member),
        actor=actor(by),
        data={"changed": [FIELDS[type(row)]]},
    )
    return row


def _succeed(by: Person | None, rows, since: date) -> None:
    """End these the day before a successor begins; on their first day where that would be earlier."""
    rules.may_keep(by)
    ended = []
    for row in rows.select_related("member"):
        row.until = max(row.since, since - timedelta(days=1))
        row.save(update_fields=["until"])
        data = {"changed": [FIELDS[type(row)]], "date_ended": row.until}
        ended.append(Entry("entry_ended", key(row.member), actor(by), data))
    record_many(ended)


def _term_makes_sense(member: Member, starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is None and ends_on is None:
        raise Refused("Enter the first or the last day of the term.")
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused("A term cannot end before it starts.", instead="Check both dates.")
    if member.terms.filter(starts_on=starts_on, ends_on=ends_on).exists():
        raise Refused(f"{member} has this term already.")
