"""When an officer is away, and who covers."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.models import Person
from council.editing import as_seen, one_at_a_time
from council.rules import not_for_oneself
from ledger import actions as ledger
from officers import rules
from officers.models import Absence, Officer


@transaction.atomic
def record(
    *, officer: Officer, since: date, until: date, by: Person | None, cover: Officer | None = None
) -> Absence:
    """Away from the first day to the last, both included; `cover` acts for them meanwhile."""
    rules.may_record_absence(officer, by)
    one_at_a_time()
    absence = Absence(officer=officer, since=since, until=until, cover=cover)
    _check(absence, by)
    absence.save(force_insert=True)
    _record("absence_recorded", absence, by)
    return absence


def shown(absence: Absence) -> dict[str, object]:
    """What the pages that change or remove an absence show."""
    return {"since": absence.since, "until": absence.until, "cover": absence.cover}


@transaction.atomic
def change(
    *,
    absence: Absence,
    since: date,
    until: date,
    cover: Officer | None,
    by: Person | None,
    seen: str | None = None,
) -> list[str]:
    """Change the days or the cover; returns the names of the fields that changed."""
    rules.may_record_absence(absence.officer, by)
    # Absences that overlap are looked for first and this one written after.
    one_at_a_time()
    as_seen(absence, seen, shown)
    values = {"since": since, "until": until, "cover": cover}
    changed = [field for field, value in values.items() if getattr(absence, field) != value]
    for field in changed:
        setattr(absence, field, values[field])
    if changed:
        _check(absence, by)
        absence.save(update_fields=changed)
        _record("absence_changed", absence, by, fields=changed)
    return changed


@transaction.atomic
def remove(*, absence: Absence, by: Person | None, seen: str | None = None) -> None:
    """They were not, or will not be, away."""
    rules.may_record_absence(absence.officer, by)
    as_seen(absence, seen, shown)
    subject, person = f"absence:{absence.pk}", absence.officer.person_id
    absence.delete()
    ledger.record(
        verb="absence_removed",
        subject=subject,
        actor=by.pk if by else None,
        data={"person_officer": person},
    )


def _check(absence: Absence, by: Person | None) -> None:
    not_for_oneself(absence.cover.person if absence.cover else None, by, "anybody’s cover")
    rules.absence_dates(absence.since, absence.until)
    rules.cover_fits(absence.officer, absence.cover, absence.since)
    others = Absence.objects.filter(officer=absence.officer).exclude(pk=absence.pk)
    rules.no_overlap(absence, others)


def _record(verb: str, absence: Absence, by: Person | None, **data) -> None:
    ledger.record(
        verb=verb,
        subject=f"absence:{absence.pk}",
        actor=by.pk if by else None,
        data={
            "person_officer": absence.officer.person_id,
            "person_cover": absence.cover.person_id if absence.cover else None,
            "date_since": absence.since,
            "date_until": absence.until,
            **data,
        },
    )
