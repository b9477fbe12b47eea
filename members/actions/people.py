"""Members: added, changed, ended and reinstated. Nobody is ever deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import actions as accounts
from accounts import capacities
from accounts.models import Person
from council.editing import as_seen
from council.models import Delegation, Holding
from council.rules import not_for_oneself
from frontend.terms import say
from ledger.actions import Entry, record, record_many
from members import rules
from members.imports import cleaning
from members.models import (
    Committee,
    CommitteeSeat,
    Leadership,
    Member,
    PartyGroup,
    Portfolio,
    Seat,
    Ward,
)
from protocol.refusals import Refused

HELD = (Seat, CommitteeSeat, Leadership, Portfolio)
OWN_FIELDS = ("group", "co_opted", "phone", "work_address", "home_address", "key_posts")


@transaction.atomic
def add_member(
    *,
    by: Person | None,
    name: str,
    email: str = "",
    group: PartyGroup | None = None,
    wards: Iterable[Ward] = (),
    since: date | None = None,
    co_opted: bool = False,
    phone: str = "",
    work_address: str = "",
    key_posts: str = "",
) -> Member:
    """Add a member by hand; `since` (today) is their first day for the wards.

    A person who has this email already, such as an officer, becomes a member too: they are one
    human being. Refused where that person is a member, or has quite another name.
    """
    rules.may_keep(by)
    name = rules.words(cleaning.name(name), say("the {member}’s name"), 200)
    if group:
        rules.is_open(group, group.name)
    person = Person.objects.by_email(email).first() if email.strip() else None
    if person:
        rules.not_a_member_yet(person)
        rules.same_person(person, name)
        not_for_oneself(person, by, say("a {member}"))
    else:
        person = accounts.add_person(name=name, email=email, by=by)
    member = Member.objects.create(
        person=person, group=group, co_opted=co_opted, phone=phone.strip(),
        work_address=work_address.strip(), key_posts=key_posts.strip(),
    )  # fmt: skip
    day = rules.first_day(since or timezone.localdate())
    Seat.objects.bulk_create(Seat(member=member, ward=ward, since=day) for ward in wards)
    record(
        verb="entry_added",
        subject=key(member),
        actor=actor(by),
        data={"person_member": person.pk},
    )
    return member


def member_shown(member: Member) -> dict[str, object]:
    """What the page that changes a member shows."""
    return {
        "name": member.person.name,
        "email": member.person.email,
        "phone": member.phone,
        "group": member.group,
        "key_posts": member.key_posts,
        "work_address": member.work_address,
        "co_opted": member.co_opted,
    }


def ending(entry: Member | Ward | PartyGroup | Committee) -> dict[str, date | None]:
    """What the page that ends an entry of the directory shows."""
    return {"until": entry.ended_on}


@transaction.atomic
def change_member(
    *, by: Person | None, member: Member, seen: str | None = None, **changes
) -> list[str]:
    """Change any of name, email, group, co_opted, phone, work_address, home_address, key_posts.

    Returns the names of the fields that really changed; an address that is only asked for is not one.
    A member who changes group gives up leading the old one.
    """
    rules.may_keep(by)
    if unknown := changes.keys() - {*OWN_FIELDS, "name", "email"}:
        raise TypeError(f"change_member() does not change {', '.join(sorted(unknown))}")
    as_seen(member, seen, member_shown)
    rules.member_is_open(member)
    changed = _change_person(by, member.person, changes)
    own = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in changes.items()
        if name in OWN_FIELDS
    }
    differing = [name for name, value in own.items() if getattr(member, name) != value]
    if "group" in differing:
        if own["group"]:
            rules.is_open(own["group"], own["group"].name)
        today = timezone.localdate()
        member.leaderships.filter(until__isnull=True).update(until=today)
    for name in differing:
        setattr(member, name, own[name])
    if differing:
        member.save(update_fields=differing)
    changed += differing
    if changed:
        record(
            verb="entry_changed", subject=key(member), actor=actor(by), data={"changed": changed}
        )
    return changed


@transaction.atomic
def end_member(
    *, by: Person | None, member: Member, ended_on: date, seen: str | None = None
) -> Member:
    """End a member on a last day, with their wards, committees, leading and portfolios.

    Nothing is deleted. They can sign in no longer, unless they are also an officer, hold a post or
    act for somebody.
    """
    rules.may_keep(by)
    as_seen(member, seen, ending)
    rules.member_is_open(member)
    rules.last_day(ended_on)
    close_held([member.pk], ended_on)
    Member.objects.filter(pk=member.pk).update(ended_on=ended_on)
    member.ended_on = ended_on
    stopped = stop_signing_in([member.person], by)
    data = {"date_ended": ended_on, "sign_in_stopped": bool(stopped)}
    record_many(
        [
            Entry("entry_ended", key(member), actor(by), data),
            *(Entry("person_disabled", person.key, actor(by)) for person in stopped),
        ]
    )
    return member


@transaction.atomic
def reinstate_member(*, by: Person | None, member: Member) -> Member:
    """Make an ended member a member again. Wards and committees are given anew by hand."""
    rules.may_keep(by)
    as_seen(member, None, ending)
    if member.ended_on is None:
        raise Refused(say("{name} is a {member} already.", name=member))
    not_for_oneself(member.person, by, say("a {member}"))
    Member.objects.filter(pk=member.pk).update(ended_on=None)
    member.ended_on = None
    entries = [Entry("entry_changed", key(member), actor(by), {"changed": ["ended_on"]})]
    if let_sign_in([member.person]):
        entries.append(Entry("person_enabled", member.person.key, actor(by)))
    record_many(entries)
    return member


def key(entry) -> str:
    """How the ledger names an entry of the directory: member:12, ward:3, group:2, committee:5."""
    names = {"PartyGroup": "group"}
    return f"{names.get(type(entry).__name__, type(entry).__name__.lower())}:{entry.pk}"


def actor(by: Person | None) -> int | None:
    return by.pk if by else None


def close_held(member_ids: Collection[int], last_day: date) -> None:
    """Date the end of all that these members hold, never before it began."""
    for model in HELD:
        held = model.objects.filter(member_id__in=member_ids, until__isnull=True)
        held.filter(since__gt=last_day).update(until=F("since"))
        held.filter(since__lte=last_day).update(until=last_day)


def stop_signing_in(people: Collection[Person], by: Person | None) -> list[Person]:
    """Stop those who are nothing else here; returns them. `by` is never locked out by this."""
    elsewhere = _with_another_capacity(people)
    stopped = [
        person
        for person in people
        if person.is_active and person.pk not in elsewhere and person.pk != actor(by)
    ]
    if stopped:
        Person.objects.filter(pk__in=[person.pk for person in stopped]).update(
            is_active=False, access_round=F("access_round") + 1, version=F("version") + 1
        )
        accounts.drop_all_drafts(people=stopped)
    return stopped


def let_sign_in(people: Collection[Person]) -> list[Person]:
    """Undo stop_signing_in; returns those for whom that changed anything."""
    stopped = [person for person in people if not person.is_active]
    if stopped:
        Person.objects.filter(pk__in=[person.pk for person in stopped]).update(
            is_active=True, version=F("version") + 1
        )
    return stopped


def _with_another_capacity(people: Collection[Person]) -> set[int]:
    """Those who are an officer too, hold a post, or act for somebody. Three queries for any number."""
    ids = [person.pk for person in people]
    today = timezone.localdate()
    found = set(
        Holding.objects.filter(Q(until__isnull=True) | Q(until__gte=today), person_id__in=ids)
        .values_list("person_id", flat=True)
    )  # fmt: skip
    found |= set(
        Delegation.objects.filter(Q(until__isnull=True) | Q(until__gte=today), delegate_id__in=ids)
        .values_list("delegate_id", flat=True)
    )  # fmt: skip
    for person in Person.objects.with_capacities().filter(pk__in=ids):
        held = capacities.of(person)
        others = (row for name, row in held.items() if name != "member")
        if any(row.ended_on is None or row.ended_on >= today for row in others):
            found.add(person.pk)
    return found


def _change_person(by: Person | None, person: Person, changes: dict) -> list[str]:
    """Change name or email where they differ; returns which did."""
    wanted = {
        "name": rules.words(cleaning.name(changes.get("name", person.name)), "the name", 200),
        "email": (changes.get("email", person.email) or "").strip(),
    }
    before = {name: getattr(person, name) or "" for name in wanted}
    if before == wanted:
        return []
    # Somebody with an account keeps their address until they confirm the new one.
    accounts.change_person(person=person, by=by, **wanted)
    return [name for name, value in before.items() if (getattr(person, name) or "") != value]
