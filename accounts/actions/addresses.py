"""The address that somebody with an account signs in with: it changes only when they say so, or when
others had the time to say no. docs/adr/0005-account-safety.md says why.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import keepers, rules
from accounts.actions.writing import actor, move, write
from accounts.models import AddressChange, Person
from ledger.actions import record
from ledger.models import Tell
from protocol.refusals import Refused, Stale

Outcome = AddressChange.Outcome
# How long a change waits for another keeper before it lapses.
LASTS = timedelta(days=30)


def ask(*, person: Person, new: str, by: Person | None) -> AddressChange:
    """Begin a change. Both addresses and the other keepers are told; the old address stands.

    Called by `change_person`, in its transaction. Asked for again, it is the change that waits
    already; another one takes its place.
    """
    rules.address_may_change(person, new)
    now = timezone.now()
    waiting = AddressChange.objects.waiting().filter(person=person).first()
    if waiting and waiting.new.lower() == new.lower():
        return waiting
    if waiting:
        _settle(waiting, Outcome.REPLACED, by, now)
        _record("address_change_cancelled", waiting, by, now, told=[])
    others = keepers.besides(by, person)
    needs_keeper = any(keepers.known(keeper, now) for keeper in others)
    change = AddressChange.objects.create(
        person=person,
        old=person.email or "",
        new=new,
        asked_by=by,
        asked_at=now,
        needs_keeper=needs_keeper,
        ends_at=now + (LASTS if needs_keeper else settings.ADDRESS_WAITS),
    )
    _record("address_change_asked", change, by, now, told=others)
    return change


@transaction.atomic
def confirm_address(*, change: AddressChange) -> Person:
    """The person says yes, from their old mailbox: the page behind the link has seen to that."""
    rules.address_may_change(change.person, change.new)
    return _take_effect(change, Outcome.CONFIRMED, change.person, timezone.now())


@transaction.atomic
def approve_address(*, change: AddressChange, by: Person) -> Person:
    """Another keeper says yes, who knows from the person themselves that it is right."""
    now = timezone.now()
    rules.may_approve_address(change, by, now)
    rules.address_may_change(change.person, change.new)
    return _take_effect(change, Outcome.APPROVED, by, now)


@transaction.atomic
def cancel_address(*, change: AddressChange, by: Person) -> None:
    """The person or any keeper says no. The old address stays."""
    rules.may_cancel_address(change, by)
    now = timezone.now()
    _settle(change, Outcome.CANCELLED, by, now)
    _record("address_change_cancelled", change, by, now, told=keepers.besides(by, change.person))


def settle_addresses(*, now: datetime) -> int:
    """End each change whose time has come: it takes effect, or lapses. Returns how many."""
    ended = 0
    for change in AddressChange.objects.ended(now).select_related("person"):
        try:
            with transaction.atomic():
                _end(change, now)
        except Stale:
            # Somebody else was faster.
            continue
        ended += 1
    return ended


def _end(change: AddressChange, now: datetime) -> None:
    try:
        if change.needs_keeper:
            raise Refused("Nobody confirmed or approved it.")
        rules.address_may_change(change.person, change.new)
        with transaction.atomic():
            _take_effect(change, Outcome.WAITED, None, now)
    except Stale:
        raise
    except Refused:
        _settle(change, Outcome.LAPSED, None, now)
        others = keepers.besides(change.person)
        _record("address_change_lapsed", change, None, now, told=others)


def _take_effect(
    change: AddressChange, outcome: Outcome, by: Person | None, now: datetime
) -> Person:
    """The new address is theirs. Every password link of before dies: it was made over the old one."""
    _settle(change, outcome, by, now)
    write(lambda: move(change.person, email=change.new))
    _record("address_changed", change, by, now, told=keepers.besides(by, change.person))
    return change.person


def _settle(change: AddressChange, outcome: Outcome, by: Person | None, now: datetime) -> None:
    fate = {"settled_at": now, "settled_by": by, "outcome": outcome}
    if not AddressChange.objects.waiting().filter(pk=change.pk).update(**fate):
        raise Stale(
            "This change of address was settled a moment ago.",
            instead="Look at what the page says now.",
        )
    for field, value in fate.items():
        setattr(change, field, value)


def _record(
    verb: str, change: AddressChange, by: Person | None, now: datetime, *, told: list[Person]
) -> None:
    """One event; both mailboxes and these keepers hear of it, unless one change made way for another."""
    mailboxes = [change.old_key, change.new_key] if change.old else [change.new_key]
    if change.outcome == Outcome.REPLACED:
        mailboxes = []
    record(
        verb=verb,
        subject=change.person.key,
        actor=actor(by),
        data={"change": change.pk} | ({"outcome": change.outcome} if change.outcome else {}),
        tell=[Tell(key) for key in [*mailboxes, *(keeper.key for keeper in told)]],
        at=now,
    )
