"""Agreements that a member may go straight to a service (We3.7; Bk Some general principles)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import standing
from casework.models import DirectContact, EnquiryDetail
from council.editing import one_at_a_time
from council.models import Adoption
from ledger import actions as ledger
from ledger.actions import Entry
from officers import changing
from officers.models import ServiceChange
from protocol.refusals import Refused


@transaction.atomic
def agree_direct_contact(
    *, by, member, service, matter: str, since: date, until: date | None = None
) -> DirectContact:
    """Record that a member may take a matter straight to a service, as the clerk's post agreed."""
    _may_agree(by)
    if until is not None and until < since:
        raise Refused("The last day is before the first.", instead="Check the two dates.")
    one_at_a_time()
    service = changing.taking(service, timezone.localdate())
    same = DirectContact.objects.exclude(until__lt=since).filter(
        member=member, service=service, matter__iexact=matter
    )
    if until is not None:
        same = same.filter(since__lte=until)
    if same.exists():
        raise Refused(
            f"It is already agreed for these days that {member.name} takes “{matter}” there.",
            instead="End the agreement that stands first, or choose other days.",
        )
    agreement = DirectContact.objects.create(
        member=member, service=service, matter=matter, agreed_by=by, since=since, until=until
    )
    _record("direct_contact_agreed", agreement, by)
    return agreement


@transaction.atomic
def end_direct_contact(*, agreement: DirectContact, by, on: date | None = None) -> DirectContact:
    """It holds until that day (today); one that was to begin later never begins."""
    _may_agree(by)
    on = on or timezone.localdate()
    one_at_a_time()
    agreement.refresh_from_db()
    if agreement.until is not None and agreement.until <= on:
        raise Refused("This agreement has been ended already.")
    agreement.until = on
    agreement.save(update_fields=["until"])
    _record("direct_contact_ended", agreement, by)
    return agreement


def carried(change: ServiceChange) -> list[Entry]:
    """Part of a merger or an ending: what members may take straight to a service, now and later, they take to
    its successor. Where that was agreed of the successor too, the two become one, from the first day of either
    to the last: of two the same, one that is ended would go on in the other.
    """
    both = Q(service=change.service) | Q(service=change.into)
    rows = DirectContact.objects.current_or_coming(change.on).filter(both)
    rows = list(rows.select_for_update(no_key=True).order_by("pk"))
    mine = [one for one in rows if one.service_id == change.service_id]
    joined = {}
    for alike in _alike(rows):
        if len(alike) == 1 or not any(one in mine for one in alike):
            continue
        kept = next((one for one in alike if one.service_id == change.into_id), alike[0])
        joined |= {one.pk: kept for one in alike if one is not kept}
        _join(kept, alike, change.on)
    moved = [one.pk for one in mine if one.pk not in joined]
    DirectContact.objects.filter(pk__in=moved).update(service=change.into)
    return [_moved(change, one, joined.get(one.pk)) for one in mine]


def _alike(rows: Iterable[DirectContact]) -> list[list[DirectContact]]:
    """Those of one member and one matter whose days overlap, together."""
    found: list[list[DirectContact]] = []
    last: date | None = None
    before = None
    for one in sorted(rows, key=lambda row: (*_what(row), row.since, row.pk)):
        if before == _what(one) and (last is None or one.since <= last):
            found[-1].append(one)
            last = _later(last, one.until)
        else:
            found.append([one])
            last = one.until
        before = _what(one)
    return found


def _what(agreement: DirectContact) -> tuple[int, str]:
    return agreement.member_id, agreement.matter.casefold()


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def _join(kept: DirectContact, alike: list[DirectContact], on: date) -> None:
    """The others are over, and what was raised by them stands by the one that is kept."""
    others = [one.pk for one in alike if one is not kept]
    kept.since = min(one.since for one in alike)
    for one in alike:
        kept.until = _later(kept.until, one.until)
    kept.save(update_fields=["since", "until"])
    DirectContact.objects.filter(pk__in=others).update(until=on - timedelta(days=1))
    EnquiryDetail.objects.filter(direct_contact__in=others).update(direct_contact=kept)


def _moved(change: ServiceChange, agreement: DirectContact, kept: DirectContact | None) -> Entry:
    data = {
        "person_member": agreement.member_id,
        "service_before": change.service_id,
        "service_to": change.into_id,
    }
    return Entry(
        verb="direct_contact_moved",
        subject=f"direct-contact:{agreement.pk}",
        actor=change.by_id,
        data=data | ({"joined_to": kept.pk} if kept else {}),
    )


def deciding_posts(adoption: Adoption | None) -> tuple[str, frozenset[str]]:
    """The clause, and the posts to which enquiries go unless direct contact is agreed."""
    routes = adoption.profile.routing.get("enquiry", ()) if adoption else ()
    if not any(route.when == "agreed_direct" for route in routes):
        return "", frozenset()
    posted = [route for route in routes if route.to == "post"]
    return (posted[0].clause or "" if posted else ""), frozenset(route.post for route in posted)


def _may_agree(by) -> None:
    clause, posts = deciding_posts(Adoption.objects.in_force(timezone.localdate()))
    if not posts:
        raise Refused(
            "Under this council’s protocol members need no agreement to contact officers."
        )
    if not posts & standing.of(by).keys("post"):
        raise Refused(
            "Only the clerk can agree that a member goes straight to officers.", clause=clause
        )


def _record(verb: str, agreement: DirectContact, by) -> None:
    ledger.record(
        verb=verb,
        subject=f"direct-contact:{agreement.pk}",
        actor=by.pk,
        data={"person_member": agreement.member_id, "service_to": agreement.service_id},
    )
