"""How long each kind is kept, what comes up for review, and what somebody decides of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import islice

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from council.editing import one_at_a_time
from ledger import actions as ledger
from ledger.actions import Entry
from ledger.commitments import commit
from protocol.refusals import Refused
from records import rooms, rules, schedules
from records.actions.erasing import erase
from records.models import Erasure, Review, Schedule

AT_ONCE = 500


@transaction.atomic
def schedule(*, months: Mapping[tuple[str, str], int], by, now: datetime | None = None) -> int:
    """Set how many months each (kind, outcome) is kept; how many were changed."""
    rules.may(by)
    one_at_a_time()
    before, changed = schedules.in_force(), []
    for (kind, outcome), count in months.items():
        if (kind, outcome) not in before:
            raise Refused("This page is out of date.", instead="Open it again.")
        if not 1 <= count <= rules.LONGEST_MONTHS:
            raise Refused(f"Months must be between 1 and {rules.LONGEST_MONTHS}.")
        if before[kind, outcome] != (count, True):
            Schedule.objects.update_or_create(
                kind=kind, outcome=outcome, defaults={"months": count}
            )
            changed.append({"kind": kind, "outcome": outcome, "months": count})
    if changed:
        # What nobody decided on yet comes up by the new months.
        Review.objects.filter(over=False, decided_at=None).delete()
        ledger.record(
            verb="retention_set",
            subject="council:retention",
            actor=by.pk,
            data={"set": changed},
            at=now,
        )
    return len(changed)


@transaction.atomic
def bring_up(*, now: datetime | None = None) -> int:
    """The sweep: what has been kept for as long as the council set comes up for review. It erases nothing.

    Safe at any time: one row for each thing, whoever runs it and how often.
    """
    now = now or timezone.now()
    today, made = timezone.localdate(now), 0
    known = set(Review.objects.filter(over=False).values_list("about", flat=True))
    for (kind, outcome), (months, _) in schedules.in_force().items():
        lasts = relativedelta(months=months)
        # A month that is too short ends some days before the day itself would come.
        ended_by = today - lasts + timedelta(days=3)
        due = (
            Review(about=about, due_on=ended + lasts, brought_at=now)
            for about, ended in rooms.of(f"{kind}:").due(outcome, ended_by)
            if about not in known and ended + lasts <= today
        )
        rows = list(islice(due, AT_ONCE))
        Review.objects.bulk_create(rows, ignore_conflicts=True)
        made += len(rows)
    return made


@transaction.atomic
def keep(
    *, abouts: Iterable[str], until: date, why: str, by, now: datetime | None = None
) -> list[Review]:
    """Keep these longer, to a day, with a reason. They come up again then."""
    now = now or timezone.now()
    rules.may(by)
    rules.later(until, timezone.localdate(now), "The new date")
    found = {one.about for one in rooms.items(by, abouts)}
    today = timezone.localdate(now)
    rows = list(Review.objects.select_for_update().waiting(today).filter(about__in=found))
    rules.some(rows)
    entries = []
    for row in rows:
        proof = commit(why)
        Review.objects.filter(pk=row.pk).update(over=True)
        # A row of its own each time: an earlier reason is not this one.
        kept = Review.objects.create(
            about=row.about,
            due_on=row.due_on,
            brought_at=row.brought_at,
            keep_until=until,
            why=why,
            salt=proof.salt,
            decided_by=by,
            decided_at=now,
        )
        data = {"review": kept.pk, "date_until": until}
        entries.append(Entry("kept_longer", row.about, by.pk, data, {kept.key: proof.digest}))
    ledger.record_many(entries, at=now)
    return rows


@transaction.atomic
def anonymise(*, abouts: Iterable[str], by, now: datetime | None = None) -> list[Erasure]:
    """Of what came up for review: all that anybody wrote, and whoever is outside the council, goes."""
    now = now or timezone.now()
    waiting = Review.objects.waiting(timezone.localdate(now)).filter(about__in=list(abouts))
    return erase(abouts=list(waiting.values_list("about", flat=True)), extent="all", by=by, now=now)
