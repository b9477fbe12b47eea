"""The clocks of one enquiry, as its actions stop, pause and start them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from casework import breaches, clocks
from casework.chasing import taken
from casework.contributions import clockwork as contributions
from casework.models import Case, Clock
from council.calendar import current, for_council
from council.models import Council
from protocol.calendar import Calendar


def get(case: Case, promise: str) -> Clock:
    """The clock of a promise in the case's round."""
    return Clock.objects.get(case=case, promise=promise, round=case.round)


def stop(case: Case, now: datetime, *promises: str) -> list[Clock]:
    """Stop these clocks for good, or all of the enquiry's own. Returns those that were broken by then:
    the breach is for the action to record. What has stopped, or was never promised, is left as it is.
    """
    running = Clock.objects.running().filter(case=case).exclude(promise="contribute")
    stopped = list(running.filter(promise__in=promises) if promises else running)
    Clock.objects.filter(pk__in=[clock.pk for clock in stopped]).update(
        stopped_at=now, next_step_at=None
    )
    today = timezone.localdate(now)
    for clock in stopped:
        # One object a case: what is said of it is said of the one that the action holds.
        clock.case, clock.stopped_at = case, now
    return [clock for clock in stopped if clocks.is_broken(clock, case.profile, today)]


def pause(case: Case, now: datetime) -> Clock:
    clock = get(case, "answer")
    clock.paused_on = timezone.localdate(now)
    clock.next_step_at = None
    clock.save(update_fields=["paused_on", "next_step_at"])
    contributions.pause_all(case, now)
    return clock


def resume(case: Case, now: datetime) -> Clock:
    """Close the pause: due moves by the working days inside (paused, resumed]."""
    clock = get(case, "answer")
    clock.pauses = [
        *clock.pauses,
        [clock.paused_on.isoformat(), timezone.localdate(now).isoformat()],
    ]
    clock.paused_on = None
    reset(case, clock)
    contributions.resume_all(case, now)
    return clock


def extend(case: Case, new_date: date, now: datetime) -> Clock:
    """Put a revised date in force. The ladder runs from it; the original stays on record."""
    clock = get(case, "answer")
    clock.promised_on = timezone.localdate(now)
    clock.promised_due = new_date
    clock.extensions += 1
    reset(case, clock)
    return clock


def start_again(case: Case, now: datetime) -> Clock:
    """A clock of its own for the answer to what is asked again, from that day; those before it stand."""
    council = Council.objects.current()
    clock = clocks.start(
        case=case,
        promise="answer",
        profile=case.profile,
        calendar=for_council(council),
        calendar_version=council.calendar_version if council else 1,
        since=clocks.received_on(now, case.profile),
    )
    clock.save(force_insert=True)
    Case.objects.filter(pk=case.pk).update(next_due=clock.due)
    case.next_due = clock.due
    return clock


def run_on(case: Case, now: datetime, since: datetime) -> Clock:
    """Run on what stopped at that moment, by the dates that it had: closure days since then count, and what was
    told for those dates is not told again. Returns the answer's clock.
    """
    stopped = Clock.objects.filter(case=case, stopped_at=since).exclude(promise="contribute")
    # The answer last: by its date the case stands in the lists.
    found = sorted(stopped, key=lambda clock: clock.promise == "answer")
    council = Council.objects.current()
    calendar, moved = for_council(council), []
    for clock in found:
        before, clock.case, clock.stopped_at = clock.due, case, None
        # What this counts is not counted, nor told of, once more by the next recount.
        clock.calendar_version = council.calendar_version if council else clock.calendar_version
        clocks.recount(clock, calendar)
        if clock.due != before:
            moved.append((clock, before))
    taken.carry_over(moved, calendar, now)
    for clock in found:
        clock.save(update_fields=["stopped_at", "calendar_version"])
        _keep(case, clock, calendar, taken.keys_of(clock))
        taken.remind_after_all(clock, now)
    breaches.redate(found)
    breaches.settle([case], timezone.localdate(now))
    return found[-1]


def reset(case: Case, clock: Clock) -> None:
    """Count the clock again from what is stored, and set the ladder by its new date."""
    calendar = current()
    clocks.recount(clock, calendar)
    _keep(case, clock, calendar, frozenset())


def _keep(case: Case, clock: Clock, calendar: Calendar, steps: frozenset[str]) -> None:
    """The clock as it was counted, with its ladder; `steps` were taken for its date."""
    clock.next_step_at = clocks.next_step_at(clock, case.profile, calendar, taken=steps)
    clock.save(
        update_fields=[
            "pauses",
            "paused_on",
            "promised_on",
            "promised_due",
            "extensions",
            "standard_due",
            "due",
            "next_step_at",
        ]
    )
    Case.objects.filter(pk=case.pk).update(next_due=clock.due)
    case.next_due = clock.due
