"""Members are reminded of what officers ask them (Mo50; We2.5, We3.8; elsewhere set by the council).

Once for each question, after the working days that the profile gives, at the hour of the ladder.
`Case.remind_at` is when; it is empty where no question waits, so that a reply and a reminder never cross.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import connection, transaction
from django.utils import timezone

from casework.chasing.report import Report
from casework.clocks import LONDON
from casework.models import Case, Message
from council.calendar import current
from ledger import actions as ledger
from ledger.actions import Entry
from ledger.models import Event, Tell
from protocol.calendar import Calendar
from protocol.profile import Profile

BATCH = 200


def moment(asked_on: date, profile: Profile, calendar: Calendar) -> datetime | None:
    """When the member is reminded of a question of that day; None where the council reminds nobody."""
    rule = profile.member_queries
    if not rule.remind:
        return None
    day = calendar.due_date(asked_on, rule.after_days)
    return datetime.combine(day, time(profile.ladder.hour), tzinfo=LONDON)


def still_to_come(case: Case) -> datetime | None:
    """When the member is reminded of the question that waits for them again; None where they were reminded."""
    question = case.messages.filter(kind="question").order_by("-at", "-pk").first()
    if question is None:
        return None
    reminded = Event.objects.about(case.key).of("member_reminded").filter(at__gte=question.at)
    if reminded.exists():
        return None
    return moment(timezone.localdate(question.at), case.profile, current())


def remind(*, now: datetime | None = None) -> Report:
    """Remind whoever has not replied in time, in batches. One query where nobody is to be reminded."""
    now = now or timezone.now()
    report = Report()
    while Case.objects.to_be_reminded(now).exists():
        with transaction.atomic():
            cases = _locked(now)
            if not cases:
                # Another worker has what is left.
                break
            report += _reminded(cases, now)
    return report


def _locked(now: datetime) -> list[Case]:
    found = Case.objects.to_be_reminded(now).select_related("adoption")
    if connection.features.has_select_for_update_skip_locked:
        found = found.select_for_update(skip_locked=True, of=("self",))
    return list(found[:BATCH])


def _reminded(cases: list[Case], now: datetime) -> Report:
    """A closure day that was added since can have put it off: it is then for later."""
    calendar, asked = current(), _asked_on(cases)
    entries, told = [], []
    for case in cases:
        at = moment(asked[case.pk], case.profile, calendar) if case.pk in asked else None
        case.remind_at = at if at and at > now else None
        if at and at <= now:
            told.append(case)
            entries.append(
                Entry(
                    verb="member_reminded",
                    subject=case.key,
                    data={"people_told": [case.raised_by_id], "date_asked": asked[case.pk]},
                    tell=[Tell(recipient=f"person:{case.raised_by_id}", channel="email")],
                )
            )
    Case.objects.bulk_update(cases, ["remind_at"])
    ledger.record_many(entries, at=now)
    return Report.asked(told)


def _asked_on(cases: list[Case]) -> dict[int, date]:
    """The day of each case's latest question."""
    questions = Message.objects.filter(case__in=cases, kind="question").order_by("at", "pk")
    return {case: timezone.localdate(at) for case, at in questions.values_list("case_id", "at")}
