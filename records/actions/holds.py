"""Legal holds: placed on several things at once, and lifted one by one. Both with a reason, in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from council.editing import one_at_a_time
from ledger import actions as ledger
from ledger.actions import Entry
from ledger.commitments import commit
from protocol.refusals import Refused
from records import rooms, rules
from records.models import Hold


@transaction.atomic
def hold(
    *, abouts: Iterable[str], why: str, look_again_on: date, by, now: datetime | None = None
) -> list[Hold]:
    """Hold what of these is not held yet. Refused for what `by` may not see, and what is erased already."""
    now = now or timezone.now()
    rules.may(by)
    rules.later(look_again_on, timezone.localdate(now), "The day to look again")
    one_at_a_time()
    found = rooms.items(by, abouts)
    rules.some(found)
    if gone := next((one for one in found if one.erased_on), None):
        raise Refused(f"{gone.reference} was erased already, so there is nothing to hold.")
    held = set(
        Hold.objects.in_force().of(one.about for one in found).values_list("about", flat=True)
    )
    made, entries = [], []
    for item in (one for one in found if one.about not in held):
        proof = commit(why)
        row = Hold.objects.create(
            about=item.about,
            why=why,
            salt=proof.salt,
            by=by,
            since=now,
            look_again_on=look_again_on,
        )
        made.append(row)
        data = {"hold": row.pk, "date_again": look_again_on}
        entries.append(Entry("hold_placed", item.about, by.pk, data, {row.key: proof.digest}))
    ledger.record_many(entries, at=now)
    return made


@transaction.atomic
def lift(*, hold: Hold, why: str, by, now: datetime | None = None) -> Hold:
    """From now on its time counts again. Refused where somebody lifted it meanwhile."""
    now = now or timezone.now()
    rules.may(by)
    proof = commit(why)
    mine = Hold.objects.in_force().filter(pk=hold.pk)
    if not mine.update(lifted_at=now, lifted_by=by, lifted_why=why, lifted_salt=proof.salt):
        raise Refused("Somebody has lifted this hold already.")
    ledger.record(
        verb="hold_lifted",
        subject=hold.about,
        actor=by.pk,
        data={"hold": hold.pk},
        commitments={f"hold-lifted:{hold.pk}": proof.digest},
        at=now,
    )
    hold.refresh_from_db()
    return hold
