"""How a clock is set, moved and read. Pure: dates in, dates out; the arithmetic is the calendar's.

Day one is the first working day after receipt. Due moves by the working days inside
(paused, resumed]. A valid extension puts the promised date in force and keeps the original.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from casework.models import Clock
from protocol.calendar import Calendar
from protocol.profile import Profile
from protocol.profile.parts import Step

LONDON = ZoneInfo("Europe/London")


def received_on(received_at: datetime, profile: Profile) -> date:
    """The date of receipt that clocks count from, in Europe/London.

    With the council's cut-off hour, a receipt from that hour on counts as the next calendar day's.
    """
    local = received_at.astimezone(LONDON)
    cut_off = profile.receipt.cut_off_hour
    if cut_off is not None and local.hour >= cut_off:
        return local.date() + timedelta(days=1)
    return local.date()


def in_force(clocks: Iterable[Clock], case, promise: str = "answer") -> Clock:
    """The clock of a promise that runs now, or ran last: that of the case's round."""
    return next(one for one in clocks if one.promise == promise and one.round == case.round)


def start(
    *,
    case,
    promise: str,
    profile: Profile,
    calendar: Calendar,
    calendar_version: int,
    since: date | None = None,
) -> Clock:
    """A new clock for a case and its round, not yet saved; `since` the day of receipt, or of asking again.

    Raises LookupError where the profile promises nothing.
    """
    days, clause = _standard(case, promise, profile)
    since = since or case.received_on
    due = calendar.due_date(since, days)
    clock = Clock(
        case=case,
        promise=promise,
        round=case.round,
        days=days,
        clause=clause,
        started_on=since,
        original_due=due,
        standard_due=due,
        due=due,
        pauses=[],
        calendar_version=calendar_version,
    )
    clock.next_step_at = next_step_at(clock, profile, calendar, taken=frozenset())
    return clock


def _standard(case, promise: str, profile: Profile) -> tuple[int, str]:
    """Working days and clause. What is asked again has the first standard, unless the council set another."""
    again = profile.asking_again
    if case.round > 1 and again is not None and again.answer_days is not None:
        return again.answer_days, again.clause_of("answer_days") or ""
    standard = profile.standard(case.kind, promise)
    return standard.days, standard.clause or ""


def may_ask_until(answered_at: datetime, profile: Profile, calendar: Calendar) -> date:
    """The last day on which an answer of that moment can be asked about again, in Europe/London.

    Day one is the day after the answer, or the first working day after it where those are counted.
    """
    answered, again = answered_at.astimezone(LONDON).date(), profile.asking_again
    if again.count == "working_days":
        return calendar.due_date(answered, again.days)
    return answered + timedelta(days=again.days)


def paused_days(clock: Clock, calendar: Calendar, *, since: date | None = None) -> int:
    """Working days that closed pauses took, each counted in (paused, resumed].

    `since` leaves out pauses that began before that day: what a revised date already allowed for.
    """
    intervals = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in clock.pauses]
    return sum(calendar.between(a, b) for a, b in intervals if since is None or a >= since)


def recount(clock: Clock, calendar: Calendar, promised: date | None = None) -> None:
    """Set `standard_due` and `due` afresh from what is stored; `original_due` stays.

    `promised` replaces the revised date. A revised date that turns out to be a closure day moves
    to the next working day, and pauses count from there.
    """
    # A contribution can be asked for by the same day: no working day after it.
    standard = calendar.add(clock.started_on, clock.days)
    clock.standard_due = calendar.add(standard, paused_days(clock, calendar))
    base = promised or clock.promised_due
    if base is None:
        clock.due = clock.standard_due
        return
    clock.promised_due = base
    opened = base if calendar.is_working_day(base) else calendar.next_working_day(base)
    revised = calendar.add(opened, paused_days(clock, calendar, since=clock.promised_on))
    # Closure days can move the standard past a revised date: a new date is never a shorter promise.
    clock.due = max(revised, clock.standard_due)


def figure(clock: Clock, answered_on: date) -> str:
    """Which of the three figures an answer on a day counts in.

    "within" the standard; "explained" where a new date was given in time with its explanation and
    was kept (Bl10.2; elsewhere set by the council); otherwise "breach". By when it was answered, never
    by when it was closed.
    """
    if answered_on <= clock.standard_due:
        return "within"
    if clock.promised_due is not None and answered_on <= clock.due:
        return "explained"
    return "breach"


def handed_on_late(clocks: Iterable[Clock], case) -> bool:
    """Whether a case that came back had been handed on after the date of an answer that it never had."""
    if case.round != 2 or case.answered_at is not None:
        return False
    first = next(one for one in clocks if one.promise == "answer" and one.round == 1)
    return figure(first, first.stopped_at.astimezone(LONDON).date()) == "breach"


def is_broken(clock: Clock, profile: Profile, on: date) -> bool:
    """Whether its date has passed and that is a breach: the answer's always is, another's where its
    ladder says so.
    """
    steps = profile.ladder_for(clock.promise)
    counts = clock.promise == "answer" or any(step.kind == "breach" for step in steps)
    return counts and on > clock.due


@dataclass(frozen=True)
class Count:
    """Where a clock stands on a day: "day 6 of 10", or how many working days late.

    It is overdue from the day after the due date, whichever day that is; on the Saturday after a Friday it
    is so by no working day yet.
    """

    day: int
    of: int
    late: int
    overdue: bool = False


def count(clock: Clock, on: date, calendar: Calendar) -> Count:
    """The day's number, of how many, and working days late.

    Days inside pauses do not count. After an extension the total runs to the promised date.
    """
    paused = paused_days(clock, calendar)
    total = calendar.between(clock.started_on, clock.due) - paused
    until = min(on, clock.paused_on) if clock.paused_on else on
    day = calendar.between(clock.started_on, until) - paused if until > clock.started_on else 0
    overdue = on > clock.due and not clock.paused_on
    late = calendar.between(clock.due, on) if overdue else 0
    return Count(day=max(day, 0), of=total, late=late, overdue=overdue)


# The ladder ------------------------------------------------------------------------------------


def step_time(step: Step, clock: Clock, profile: Profile, calendar: Calendar) -> datetime:
    """When a step of the ladder is reached: its working day from due, at the ladder's hour in London."""
    day = calendar.add(clock.due, step.offset)
    return datetime.combine(day, time(profile.ladder.hour), tzinfo=LONDON)


def steps(clock: Clock, profile: Profile, calendar: Calendar) -> list[tuple[datetime, Step]]:
    """The ladder of this clock with its times. A reminder that falls before the clock began is left out."""
    timed = [
        (step_time(step, clock, profile, calendar), step)
        for step in profile.ladder_for(clock.promise)
    ]
    return [(at, step) for at, step in timed if at.date() > clock.started_on]


def next_step_at(
    clock: Clock, profile: Profile, calendar: Calendar, *, taken: frozenset[str]
) -> datetime | None:
    """When the ladder next has something to do; None while stopped or paused, or at its end.

    `taken` are the steps already taken for the date in force.
    """
    if clock.stopped_at is not None or clock.paused_on is not None:
        return None
    return min(
        (at for at, step in steps(clock, profile, calendar) if step.key not in taken), default=None
    )
