"""Who does for a named person what that person may do, between dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person
from council import rules
from council.editing import as_seen, one_at_a_time
from council.models import Delegation
from frontend.words import day as written
from ledger import actions as ledger
from ledger.models import Tell
from protocol import authority
from protocol.refusals import Refused


@transaction.atomic
def make(
    *,
    principal: Person,
    delegate: Person,
    since: date,
    by: Person | None,
    until: date | None = None,
    may: Collection[str] = tuple(authority.DELEGATED),
) -> Delegation:
    """`delegate` acts for `principal` from the first day to the last, both included.

    `may` is what they may do besides reading: keys of authority.DELEGATED.
    """
    rules.may(by, "council.configure")
    rules.not_for_oneself(delegate, by, "a delegate")
    rules.may_let_read(by)
    if principal.pk == delegate.pk:
        raise Refused("Choose two different people: nobody acts for themselves.")
    if not delegate.email:
        raise Refused(
            f"{delegate.name} has no email address, and so cannot sign in to act for anyone.",
            instead="Add an email address first.",
        )
    rules.in_order(since, until, first="The first day", last="The last day")
    limits = rules.delegated(may)
    one_at_a_time()
    overlap = Delegation.objects.filter(principal=principal, delegate=delegate).filter(
        Q(until__isnull=True) | Q(until__gte=since)
    )
    if until is not None:
        overlap = overlap.filter(since__lte=until)
    if overlap.exists():
        raise Refused(f"{delegate.name} already acts for {principal.name} on some of these days.")
    delegation = Delegation.objects.create(
        principal=principal, delegate=delegate, may=limits, since=since, until=until
    )
    told = (principal, delegate) if by is not None else ()
    _record("delegation_made", delegation, by, told)
    return delegation


def limited(delegation: Delegation) -> dict[str, list[str]]:
    """What the page that changes what a delegate may do shows."""
    return {"may": delegation.may.split()}


@transaction.atomic
def limit(
    *, delegation: Delegation, may: Collection[str], by: Person | None, seen: str | None = None
) -> Delegation:
    """The delegate may do this besides reading, and no more, from now on."""
    rules.may(by, "council.configure")
    as_seen(delegation, seen, limited)
    rules.not_for_oneself(delegation.delegate, by, "a delegate who may do more")
    limits = rules.delegated(may)
    if set(limits.split()) - set(delegation.may.split()):
        rules.may_let_read(by)
    if delegation.until is not None and delegation.until < timezone.localdate():
        raise Refused(f"This ended on {written(delegation.until)}.")
    if limits == delegation.may:
        return delegation
    delegation.may = limits
    delegation.save(update_fields=["may"])
    told = (delegation.principal, delegation.delegate) if by is not None else ()
    _record("delegation_limited", delegation, by, told)
    return delegation


def ending(delegation: Delegation) -> dict[str, date | None]:
    """What the page that ends a delegation shows."""
    return {"last_day": delegation.until}


@transaction.atomic
def end(
    *, delegation: Delegation, last_day: date, by: Person | None, seen: str | None = None
) -> Delegation:
    """The delegate acts for the last time on `last_day`."""
    rules.may(by, "council.configure")
    as_seen(delegation, seen, ending)
    rules.in_order(delegation.since, last_day, first="The first day", last="The last day")
    if delegation.until is not None and delegation.until < last_day:
        raise Refused(f"This already ends on {written(delegation.until)}.")
    delegation.until = last_day
    delegation.save(update_fields=["until"])
    _record("delegation_ended", delegation, by)
    return delegation


def _record(
    verb: str, delegation: Delegation, by: Person | None, told: Iterable[Person] = ()
) -> None:
    ledger.record(
        verb=verb,
        subject=f"delegation:{delegation.pk}",
        actor=by.pk if by else None,
        data={
            "person_principal": delegation.principal_id,
            "person_delegate": delegation.delegate_id,
            "may": delegation.may.split(),
        },
        tell=[Tell(one.key) for one in told if one != by],
    )
