"""Somebody asks to be forgotten: the request, what is erased of it, and its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Draft
from council.editing import one_at_a_time
from ledger import actions as ledger
from protocol.refusals import Refused
from records import rooms, rules
from records.models import Erasure, ErasureRequest, Hold, Review
from records.rooms import Erasing, Item

DRAFT = "draft:"
# Less stands in everything.
SHORTEST = 3


@transaction.atomic
def record_request(
    *,
    received_on: date,
    by,
    name: str = "",
    address: str = "",
    phone: str = "",
    email: str = "",
    now: datetime | None = None,
) -> ErasureRequest:
    now = now or timezone.now()
    rules.may(by)
    if not any((name, address, phone, email)):
        raise Refused("Enter at least one thing to look for.")
    if any(0 < len(one) < SHORTEST for one in (name, address, phone, email)):
        raise Refused(f"Enter at least {SHORTEST} letters or numbers of each thing to look for.")
    if received_on > timezone.localdate(now):
        raise Refused("The day it was received is in the future.")
    found = ErasureRequest.objects.create(
        name=name,
        address=address,
        phone=phone,
        email=email,
        received_on=received_on,
        recorded_by=by,
        recorded_at=now,
    )
    ledger.record(verb="erasure_asked", subject=found.key, actor=by.pk, at=now)
    return found


@transaction.atomic
def erase(
    *,
    abouts: Iterable[str],
    extent: str,
    by,
    request: ErasureRequest | None = None,
    now: datetime | None = None,
) -> list[Erasure]:
    """All of these or none. One event each, in its own chain, says that it was erased and of what.

    With the request, what belongs to no case and names them goes too: drafts that nobody sent, saved views.
    Refused where one is held, open, erased already, or not `by`'s to see.
    """
    now = now or timezone.now()
    rules.may(by)
    # A hold takes the same lock, so that none is placed meanwhile.
    one_at_a_time()
    if request is not None and _of_now(request).closed_at:
        raise Refused("Somebody has closed this request already.")
    found = rooms.items(by, abouts)
    rules.some(found)
    because = "request" if request else "retention"
    made = forget(found, extent=extent, because=because, by=by, now=now, request=request)
    if request is not None and extent == "all":
        Erasure.objects.filter(pk=made[0].pk).update(besides=forget_elsewhere(request.terms))
    return made


def forget(
    found: Sequence[Item], *, extent: str, because: str, by, now: datetime, request=None
) -> list[Erasure]:
    """The erasing itself, checked thing by thing, in the caller's transaction."""
    rules.may_forget(one.about for one in found)
    made = []
    for item in found:
        rules.may_erase(item, extent)
        rooms.of(item.about).erase(Erasing(item.about, extent, because, by, now))
        row, _ = Erasure.objects.update_or_create(
            about=item.about,
            extent=extent,
            defaults={
                "reference": item.reference,
                "because": because,
                "request": request,
                "by": by,
                "at": now,
                "cleared_at": None,
            },
        )
        made.append(row)
    if extent == "all":
        _forget_reasons([one.about for one in found])
    return made


def _forget_reasons(abouts: list[str]) -> None:
    """Why it was held or kept can name somebody as well."""
    gone = dict.fromkeys(("why", "salt", "lifted_why", "lifted_salt"), "")
    Hold.objects.of(abouts).update(**gone)
    Review.objects.filter(about__in=abouts).delete()


def forget_elsewhere(terms: Sequence[str]) -> list[str]:
    """Drafts that were never sent lie sealed for their writers: the product alone opens them, to look. The
    names of what went."""
    wanted = [term.casefold() for term in terms]
    named = [
        draft.key
        for draft in Draft.objects.iterator()
        if any(term in _words(draft) for term in wanted)
    ]
    Draft.objects.filter(key__in=named).delete()
    gone = [f"{DRAFT}{key}" for key in named]
    return gone + [name for room in rooms.all_of_them() for name in room.forget(terms)]


def forget_again(names: Iterable[str]) -> None:
    """The same by their names, in a restored backup."""
    names = list(names)
    keys = [name.removeprefix(DRAFT) for name in names if name.startswith(DRAFT)]
    Draft.objects.filter(key__in=keys).delete()
    for room in rooms.all_of_them():
        room.forget_again(names)


def _words(draft: Draft) -> str:
    typed = draft.fields
    return "" if typed is None else "\n".join(v for _, vs in typed.lists() for v in vs).casefold()


@transaction.atomic
def close(*, request: ErasureRequest, outcome: str, by, now: datetime | None = None) -> None:
    """What it names is forgotten with it; that it was there, and how it ended, stays."""
    now = now or timezone.now()
    rules.may(by)
    if outcome not in dict(ErasureRequest.OUTCOMES):
        raise Refused("Select how it ended.")
    if outcome == "erased" and not request.erasures.exists():
        raise Refused("Nothing has been erased for this request.", instead="Select another answer.")
    forgotten = dict.fromkeys(("name", "address", "phone", "email"), "")
    open_ones = ErasureRequest.objects.filter(pk=request.pk, closed_at=None)
    if not open_ones.update(closed_at=now, closed_by=by, outcome=outcome, **forgotten):
        raise Refused("Somebody has closed this request already.")
    ledger.record(
        verb="erasure_closed",
        subject=request.key,
        actor=by.pk,
        data={"outcome": outcome},
        at=now,
    )


def _of_now(request: ErasureRequest) -> ErasureRequest:
    return ErasureRequest.objects.select_for_update().get(pk=request.pk)
