"""Which services an answer waited for, for the record of a breach. For officers; no member reads it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from casework import moving
from casework.contributions.moving import was_late
from casework.models import Case, Clock, Contribution
from frontend.words import weekday
from ledger.models import Event
from protocol import lifecycle

ENDED = {
    lifecycle.GIVEN: "given",
    lifecycle.DECLINED: "declined",
    lifecycle.CALLED_BACK: "called back",
}


def of_case(
    case: Case, clock: Clock, found: Iterable[Contribution], on: date
) -> list[Contribution]:
    """Of the contributions of a case, those that its late answer waited for: late by their own date, or
    still owed when the answer was due. None while it is not late.
    """
    until = timezone.localdate(clock.stopped_at) if clock.stopped_at else on
    if until <= clock.due:
        return []
    return [c for c in found if c.round == clock.round and _was_waited_for(c, clock, on)]


def _was_waited_for(contribution: Contribution, clock: Clock, on: date) -> bool:
    if contribution.ended_at is None:
        late, owed_until = on > contribution.due, on
    else:
        late, owed_until = was_late(contribution), timezone.localdate(contribution.ended_at)
    asked = timezone.localdate(contribution.asked_at)
    return late or (asked <= clock.due < owed_until)


def sentence(contribution: Contribution) -> str:
    """ "Legal Services: asked 3 November, due 7 November, given 12 November"."""
    near = timezone.localdate(contribution.asked_at)
    how = "not given yet"
    if contribution.ended_at:
        how = f"{ENDED[contribution.state]} {weekday(contribution.ended_at, near)}"
    asked, due = weekday(near), weekday(contribution.due, near)
    return f"{contribution.service.name}: asked {asked}, due {due}, {how}"


def record(*, case: Case, clocks: Iterable[Clock], now: datetime) -> None:
    """Put on the enquiry's record, once its answer has come late or it has ended late, which services it
    waited for: each contribution once, also where it ended before and came back. Two queries, and only
    where it was late.
    """
    answer = next((clock for clock in clocks if clock.promise == "answer"), None)
    if answer is None:
        return
    found = case.contributions.select_related("service")
    late = of_case(case, answer, found, timezone.localdate(now))
    if late:
        known = _on_record(case)
        late = [one for one in late if one.pk not in known]
    if late:
        moving.record(
            case=case,
            verb="late_services_recorded",
            by=None,
            at=now,
            data={
                "promise": answer.promise,
                "services_late": sorted({one.service_id for one in late}),
                "contributions": [one.pk for one in late],
            },
        )


def _on_record(case: Case) -> set[int]:
    before = Event.objects.about(case.key).of("late_services_recorded")
    return {pk for data in before.values_list("data", flat=True) for pk in data["contributions"]}
