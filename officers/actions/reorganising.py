"""Services that are merged into another, or end. What is open with them goes along, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from council.editing import Overtaken, one_at_a_time
from council.rules import may, not_for_oneself, words
from frontend.seen import differing
from ledger import actions as ledger
from ledger.actions import Entry
from ledger.commitments import Commitment, commit
from ledger.models import Tell
from officers import changing, rules
from officers.lines import Lines
from officers.models import Officer, Service, ServiceChange
from protocol.refusals import Refused

LONGEST_REASON = 1000


def shown(service: Service, into: Service) -> dict[str, object]:
    """What the page before the change shows, for whoever must not be overtaken."""
    return {
        "name": service.name,
        "head": service.head,
        "chief_officer": service.chief_officer,
        "officers": [officer.person.name for officer in who_moves(service)],
        "new_name": into.name,
        "new_head": into.head,
        "new_chief_officer": into.chief_officer,
    }


def who_moves(service: Service):
    """The officers of a service, who go with it or are without one."""
    return service.officers.not_left(timezone.localdate()).select_related("person")


@transaction.atomic
def merge(
    *, service: Service, into: Service, reason: str, by: Person | None, seen: str | None = None
) -> ServiceChange:
    """From today it is part of another service. Officers and all that is open go there, with their dates."""
    return _change("merged", service=service, into=into, reason=reason, by=by, seen=seen)


@transaction.atomic
def end(
    *, service: Service, into: Service, reason: str, by: Person | None, seen: str | None = None
) -> ServiceChange:
    """From today it is no more. What is open goes to `into`; its officers belong to no service.

    `into` is always asked for: whether anything is open is not everybody's to know.
    """
    return _change("ended", service=service, into=into, reason=reason, by=by, seen=seen)


def _change(
    kind: str, *, service: Service, into: Service, reason: str, by: Person | None, seen: str | None
) -> ServiceChange:
    may(by, "directory.keep")
    today = timezone.localdate()
    # An import holds the ledger's stream while it goes on to the next service: it is waited for here.
    one_at_a_time()
    service, into = _both(service, into)
    rules.may_end(service, today)
    rules.may_take_over(service, into, today)
    changing.may(service, into, by)
    if seen is not None and (fields := differing(seen, shown(service, into))):
        raise Overtaken(shown(service, into), fields)
    _not_for_oneself(kind, service, into, by)
    reason = words(reason, "why this is done", LONGEST_REASON)
    change, proof = _kept(kind, service, into, reason, by, today)
    moved = _officers(change)
    _closed(change)
    carried = changing.carry(change)
    owners = {pk for room in carried for pk in room.owners}
    told = {*owners, *(officer.person_id for officer in moved), *_answers(into, today)}
    entry = Entry(
        verb="service_merged" if kind == "merged" else "service_ended",
        subject=f"service:{service.pk}",
        actor=by.pk if by else None,
        data=_data(change) | {"date_from": today},
        commitments={change.key: proof.digest},
        tell=_tells(told, by),
    )
    others = [entry for room in carried for entry in room.entries]
    ledger.record_many([entry, *_moves(change, moved), *others], at=change.at)
    return change


def _both(service: Service, into: Service) -> tuple[Service, Service]:
    """Both as they are now, locked in one order: of two who merge them into each other one is second.

    What the first took over is locked before it, since `changing.held` goes from the older to its successor.
    """
    older = Service.objects.filter(carried_on_by=service).order_by("pk")
    list(older.select_for_update(no_key=True).values_list("pk"))
    rows = Service.objects.with_leaders().select_related("carried_on_by")
    rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {one.pk: one for one in rows.filter(pk__in={service.pk, into.pk})}
    if not {service.pk, into.pk} <= found.keys():
        raise Refused("Somebody else has removed this.")
    return found[service.pk], found[into.pk]


def _not_for_oneself(kind: str, service: Service, into: Service, by: Person | None) -> None:
    """Who keeps the directory and reads no case gains no sight by it, of either's cases."""
    gain: list[Officer | None] = [into.head, into.chief_officer]
    own = getattr(by, "officer", None) if by else None
    if own and own.service_id in ({service.pk, into.pk} if kind == "merged" else {into.pk}):
        gain.append(own)
    for officer in gain:
        not_for_oneself(officer.person if officer else None, by, f"an officer of {into}")


def _kept(
    kind: str, service: Service, into: Service, reason: str, by: Person | None, today: date
) -> tuple[ServiceChange, Commitment]:
    proof = commit(reason)
    change = ServiceChange.objects.create(
        service=service,
        kind=kind,
        on=today,
        at=timezone.now(),
        by=by,
        into=into,
        reason=reason,
        salt=proof.salt,
    )
    return change, proof


def _closed(change: ServiceChange) -> None:
    """Yesterday was its last day, so that nothing begins in it today; what it took over goes on too."""
    service, into = change.service, change.into
    if not rules.has_closed(service, change.on):
        service.ended_on = change.on - timedelta(days=1)
    service.carried_on_by = into
    service.save(update_fields=["ended_on", "carried_on_by"])
    Service.objects.filter(carried_on_by=service).update(carried_on_by=into)


def _officers(change: ServiceChange) -> list[Officer]:
    """Those who go along; of a service that ends, those who are without one. Who left stays."""
    rows = who_moves(change.service).select_for_update(of=("self",), no_key=True)
    moved = list(rows.order_by("pk"))
    Officer.objects.filter(pk__in=[one.pk for one in moved]).update(service=_theirs(change))
    return moved


def _theirs(change: ServiceChange) -> Service | None:
    return change.into if change.kind == "merged" else None


def _moves(change: ServiceChange, moved: Iterable[Officer]) -> list[Entry]:
    now = _theirs(change)
    return [
        Entry(
            verb="officer_moved" if now else "officer_without_service",
            subject=f"officer:{officer.pk}",
            actor=change.by_id,
            data={
                "person": officer.person_id,
                "person_officer": officer.person_id,
                "fields": ["service"],
                "service_before": change.service_id,
                "service_now": now.pk if now else None,
            },
        )
        for officer in moved
    ]


def _data(change: ServiceChange) -> dict[str, object]:
    return {
        "change": change.pk,
        "service_before": change.service_id,
        "service_now": change.into_id,
    }


def _answers(into: Service, today: date) -> set[int | None]:
    """Whoever answers for the successor today: its head, else its chief officer, or who covers. A head who is
    away reads it when they are back.
    """
    lines = Lines.load(today)
    head = lines.heads.get(into.pk)
    return {
        lines.service_head(into.pk) or lines.chief_officer(into.pk),
        None if head is None or lines.departed(head) else head,
    }


def _tells(people: Iterable[int | None], by: Person | None) -> list[Tell]:
    """Each once, however many of the cases they have."""
    doer = by.pk if by else None
    return [
        Tell(recipient=f"person:{pk}", channel="email")
        for pk in sorted(one for one in people if one)
        if pk != doer
    ]
