"""Agreements that a member may go straight to a service (We3.7; Bk Some general principles)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts import standing
from casework.models import DirectContact
from council.editing import one_at_a_time
from council.models import Adoption
from ledger import actions as ledger
from officers import changing
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
