"""Chasing and escalating: the ladder of each clock, each step once, however often or late this runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from casework import breaches
from casework import clocks as counting
from casework.chasing import asked, rules
from casework.chasing import taken as steps_taken
from casework.chasing.moved import changes_since, why
from casework.chasing.report import Report
from casework.chasing.rules import Decision
from casework.contributions import chasing as contributions
from casework.demands import chasing as demands
from casework.holding import People, Recipient, holders
from casework.models import Case, ChaseStep, Clock, Escalation
from casework.portfolios import actions as portfolios
from council.actions import holidays
from council.calendar import current, for_council
from council.models import Council
from ledger import actions as ledger
from ledger.actions import Entry
from ledger.models import Tell
from protocol.calendar import Calendar
from protocol.profile.parts import Step

BATCH = 200
VERBS = {
    "remind": "chase_reminded",
    "due": "chase_due",
    "breach": "breach_recorded",
    "escalate": "chase_escalated",
}


def chase(*, now: datetime | None = None) -> Report:
    """Count again what a closure day moved, then take every step that is due, and remind members of
    what they were asked, and whoever considers a demand; and make the copies that waited for somebody.

    In this order: nobody is chased, and no breach recorded, by a date that no longer holds.
    """
    now = now or timezone.now()
    report = recount(now=now)
    report += sweep(now=now)
    report += asked.remind(now=now)
    demands.remind(now=now)
    portfolios.make_up(now=now)
    return report


def sweep(*, now: datetime | None = None) -> Report:
    """Take every step that is due, in batches of one transaction each. One query where nothing is."""
    now = now or timezone.now()
    report = Report()
    while Clock.objects.step_due(now).exists():
        with transaction.atomic():
            due = _locked(Clock.objects.step_due(now))
            if not due:
                # Another worker has what is left.
                break
            report += escalate(clocks=due, now=now)
    return report


@transaction.atomic
def escalate(*, clocks: list[Clock], now: datetime) -> Report:
    """Take the steps that these clocks have reached: a bounded number of queries for any number.

    Of several that were missed, the last is sent and the others are recorded as passed over; a breach
    is always recorded. The clocks come locked, with their cases and adoptions.
    """
    calendar = current()
    people = People.of([clock.case for clock in clocks], timezone.localdate(now))
    before = steps_taken.of(clocks)
    decisions = []
    for clock in clocks:
        taken = before[clock.pk]
        decision = rules.decide(clock, taken, now=now, calendar=calendar, people=people)
        if decision:
            decisions.append(decision)
        done = {step.step for step in taken} | _keys(decision)
        clock.next_step_at = counting.next_step_at(
            clock, clock.case.profile, calendar, taken=frozenset(done)
        )
    kept = _keep(decisions, now, people)
    Clock.objects.bulk_update(clocks, ["next_step_at"])
    return Report.of(kept)


def _locked(clocks) -> list[Clock]:
    """The next batch with their cases, all locked, so that two sweeps at once never share a clock.

    An action locks the case and then its clock. A sweep that held a clock and waited for its case
    would wait for ever, so it takes both at once or passes them by. SQLite begins every transaction
    with the write lock, which does the same.
    """
    if connection.features.has_select_for_update_skip_locked:
        clocks = clocks.select_for_update(skip_locked=True, of=("self", "case"))
    related = ("case__adoption", "case__service", "contribution__service")
    return list(clocks.select_related(*related)[:BATCH])


def _keys(decision: Decision | None) -> set[str]:
    return {step.key for step in (*decision.missed, decision.step)} if decision else set()


# What a decision leaves behind ----------------------------------------------------------------


def _keep(decisions: list[Decision], now: datetime, people: People) -> list[Decision]:
    """The steps, breaches, escalations and events of a batch, set by set. Returns the decisions as they were
    carried out: of a breach that is no news nobody is told.
    """
    if not decisions:
        return []
    news = {clock.pk for clock in breaches.keep([d.clock for d in decisions if _breaks(d)], now)}
    decisions = [
        rules.told_before(d) if _breaks(d) and d.clock.pk not in news else d for d in decisions
    ]
    ChaseStep.objects.bulk_create([row for d in decisions for row in _step_rows(d, now)])
    Escalation.objects.bulk_create(
        [row for d in decisions for row in _escalation_rows(d, now)], ignore_conflicts=True
    )
    contributions.bring([d for d in decisions if _is_contribution(d.clock)], now)
    ledger.record_many([entry for d in decisions for entry in _entries(d, people)], at=now)
    return decisions


def _step_rows(decision: Decision, now: datetime) -> list[ChaseStep]:
    clock = decision.clock

    def row(step: Step, *, sent: bool, told: list[str]) -> ChaseStep:
        return ChaseStep(clock=clock, step=step.key, due=clock.due, at=now, sent=sent, told=told)

    told, asked = ([one.key for one in people] for people in (decision.told, decision.asked))
    rows = [
        row(step, sent=bool(asked), told=asked)
        if step.kind == "breach"
        else row(step, sent=False, told=[])
        for step in decision.missed
    ]
    return [*rows, row(decision.step, sent=decision.sent, told=told)]


def _breaks(decision: Decision) -> bool:
    return any(step.kind == "breach" for step in (*decision.missed, decision.step))


def _escalation_rows(decision: Decision, now: datetime) -> list[Escalation]:
    """Those who were told beyond whoever has it may see the case from now on.

    Reminders too: where nobody has it, one goes up the line or to a post, and would else be about a
    case that its reader may not open. Whoever stands in for the owner sees it while they do.
    """
    case = decision.clock.case
    if _is_contribution(decision.clock):
        return []
    return [
        Escalation(case=case, person_id=recipient.person_id, post_key=recipient.post, at=now)
        for recipient in (*decision.told, *decision.asked)
        if recipient.person_id != case.owner_id and not recipient.stands_in
    ]


def _is_contribution(clock: Clock) -> bool:
    return clock.promise == "contribute"


def _entries(decision: Decision, people: People) -> list[Entry]:
    """One event a step. A missed breach is still recorded as one, and asks whoever has it why."""
    clock, step = decision.clock, decision.step
    if _is_contribution(clock) and decision.sent:
        missed = [_entry(clock, one, "chase_skipped", (), why="missed") for one in decision.missed]
        return [*missed, contributions.entry(decision, people)]
    entries = [
        _breach_entry(decision, missed, decision.asked)
        if missed.kind == "breach"
        else _entry(clock, missed, "chase_skipped", (), why="missed")
        for missed in decision.missed
    ]
    if step.kind == "breach":
        return [*entries, _breach_entry(decision, step, decision.told)]
    if not decision.sent:
        why = "already_told" if decision.reaches else "nobody"
        return [*entries, _entry(clock, step, "chase_skipped", (), why=why)]
    return [*entries, _entry(clock, step, VERBS[step.kind], decision.told)]


def _breach_entry(decision: Decision, step: Step, told: Iterable[Recipient]) -> Entry:
    """A breach is always recorded, told to somebody or not; one that has been explained was."""
    if decision.explained:
        return _entry(decision.clock, step, "chase_skipped", (), why="explained")
    return _entry(decision.clock, step, "breach_recorded", told)


def _entry(clock: Clock, step: Step, verb: str, told: Iterable[Recipient], **data: str) -> Entry:
    people = [recipient.person_id for recipient in told]
    posts = [recipient.post for recipient in told if recipient.post]
    return Entry(
        verb=verb,
        subject=clock.case.key,
        data={
            "step": step.key,
            "promise": clock.promise,
            "date_due": clock.due,
            **({"contribution": clock.contribution.pk} if _is_contribution(clock) else {}),
            "people_told": people,
            "posts_told": posts,
            **data,
        },
        tell=[Tell(recipient=recipient.key, channel="email") for recipient in told],
    )


# When the calendar changes ---------------------------------------------------------------------


def recount(*, now: datetime | None = None) -> Report:
    """Count open clocks again that were counted under an older calendar, and record what moved.

    A closure day raises the calendar's version, and so does a bank holiday that this process knows
    and the dates do not; this is how its change reaches the clocks.
    """
    now = now or timezone.now()
    report = Report()
    council = Council.objects.current()
    if council is None:
        return report
    council = holidays.notice(council=council)
    version = council.calendar_version
    while Clock.objects.stale(version).exists():
        with transaction.atomic():
            stale = _whole_cases(_locked(Clock.objects.stale(version)))
            if not stale:
                break
            report += _recounted(stale, version, for_council(council), now)
    return report


def _whole_cases(clocks: list[Clock]) -> list[Clock]:
    """Without the last case of a full batch, which it may have cut: a case is told of once."""
    if len(clocks) < BATCH:
        return clocks
    return [clock for clock in clocks if clock.case_id != clocks[-1].case_id] or clocks


def _recounted(clocks: list[Clock], version: int, calendar: Calendar, now: datetime) -> Report:
    counted = {clock.pk: clock.calendar_version for clock in clocks}
    moved = []
    for clock in clocks:
        before = clock.due
        counting.recount(clock, calendar)
        clock.calendar_version = version
        if clock.due != before:
            moved.append((clock, before))
    steps_taken.carry_over(moved, calendar, now)
    before_steps = steps_taken.of(clocks)
    for clock in clocks:
        taken = frozenset(step.step for step in before_steps[clock.pk])
        clock.next_step_at = counting.next_step_at(clock, clock.case.profile, calendar, taken=taken)
    Clock.objects.bulk_update(
        clocks, ["standard_due", "promised_due", "due", "calendar_version", "next_step_at"]
    )
    answers = [clock for clock, _ in moved if clock.promise == "answer"]
    for clock in answers:
        clock.case.next_due = clock.due
    Case.objects.bulk_update([clock.case for clock in answers], ["next_due"])
    contributions.redate(clock for clock, _ in moved if _is_contribution(clock))
    breaches.redate(clock for clock, _ in moved)
    # What is due today or later is not late, whatever was on record before the council closed.
    breaches.settle((clock.case for clock, _ in moved), timezone.localdate(now))
    if moved:
        ledger.record_many(_moved(moved, counted, timezone.localdate(now)), at=now)
    return Report.moved(moved)


def _moved(moved: list[tuple[Clock, date]], counted: dict[int, int], today: date) -> list[Entry]:
    """One event a clock, with why; `counted` is the version of the calendar that each had.

    The member and whoever has the case are told once: of the answer, where that moved, and else of
    the acknowledgement.
    """
    people = People.of([clock.case for clock, _ in moved], today)
    changes = changes_since(min(counted.values()))
    answers = {clock.case_id for clock, _ in moved if clock.promise == "answer"}
    entries = []
    for clock, before in moved:
        case = clock.case
        if _is_contribution(clock):
            moved_to = why(clock, before, counted[clock.pk], changes)
            entries.append(contributions.moved(clock, before, moved_to, people))
            continue
        told: list[str] = []
        if clock.promise == "answer" or case.pk not in answers:
            told = [
                f"person:{case.raised_by_id}",
                *(one.key for one in holders(case, people)),
            ]
        data = {"promise": clock.promise, "date_before": before, "date_due": clock.due}
        entries.append(
            Entry(
                verb="clock_recomputed",
                subject=case.key,
                data=data | why(clock, before, counted[clock.pk], changes),
                tell=[Tell(recipient=recipient, channel="email") for recipient in told],
            )
        )
    return entries
