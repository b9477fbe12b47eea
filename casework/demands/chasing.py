"""Whoever considers a demand is reminded of it, again and again, after the working days that the profile
gives; somebody else, where whoever had it is away. Where it is with nobody, it is brought to whoever may
consider it as soon as there is somebody. Set by the council: no protocol has a date.

Nothing of it is in the sweep's report: its reader sees no demand.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from casework.clocks import LONDON
from casework.demands import deciding
from casework.holding import People, Recipient
from casework.models import Demand, DemandTold
from council.calendar import current
from ledger import actions as ledger
from ledger.actions import Entry
from ledger.models import Tell
from protocol.calendar import Calendar
from protocol.profile import Profile

BATCH = 200


def moment(since: date, profile: Profile, calendar: Calendar) -> datetime:
    """So many working days after a day, at the hour of the ladder.

    A text from before demands were reminded of has no number for it, and then as many as after which a
    member is reminded of an officer's question: of everything that is flagged somebody is reminded.
    """
    days = profile.demands.remind_after_days or profile.member_queries.after_days
    day = calendar.due_date(since, days)
    return datetime.combine(day, time(profile.ladder.hour), tzinfo=LONDON)


def remind(*, now: datetime | None = None) -> None:
    """Remind of what still waits, each once and in batches. One query where nothing does."""
    now, last = now or timezone.now(), 0
    while Demand.objects.to_be_reminded(now).filter(pk__gt=last).exists():
        with transaction.atomic():
            found = _locked(now, last)
            if not found:
                # Another worker has what is left.
                break
            _reminded(found, now)
            last = found[-1].pk


def _locked(now: datetime, last: int) -> list[Demand]:
    found = Demand.objects.to_be_reminded(now).filter(pk__gt=last).select_related("case__adoption")
    if connection.features.has_select_for_update_skip_locked:
        found = found.select_for_update(skip_locked=True, of=("self",))
    return list(found[:BATCH])


def _reminded(found: list[Demand], now: datetime) -> None:
    """It raises no version: whoever writes what came of it meanwhile is not refused for that."""
    today, calendar = timezone.localdate(now), current()
    people = People.of([demand.case for demand in found], today)
    entries, rows = [], []
    told = set(
        DemandTold.objects.filter(demand__in=found).values_list("demand", "person", "post_key")
    )
    for demand in found:
        if not calendar.is_working_day(today):
            # A closure day that was added since: the next day the council works.
            hour = time(demand.case.profile.ladder.hour)
            day = calendar.next_working_day(today)
            demand.remind_at = datetime.combine(day, hour, tzinfo=LONDON)
            continue
        whom = deciding.asked_now(demand, people)
        waits = demand.remind_at is not None and demand.remind_at > now
        if whom and waits and (demand.pk, whom.person_id, whom.post) in told:
            # Theirs already: they are reminded when its day comes.
            continue
        demand.remind_at = moment(today, demand.case.profile, calendar)
        if whom is None:
            # It is with nobody, and looked at again by the next sweep.
            continue
        rows.append(DemandTold(demand=demand, person_id=whom.person_id, post_key=whom.post, at=now))
        entries.append(
            Entry(
                verb="demand_reminded",
                subject=demand.subject,
                data={"case": demand.case_id, "kind": demand.kind, **named([whom])},
                tell=[Tell(recipient=whom.key, channel="email")],
            )
        )
    # Asked again after somebody else was: it is with them from now on.
    DemandTold.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["demand", "person", "post_key"],
        update_fields=["at"],
    )
    Demand.objects.bulk_update(found, ["remind_at"])
    ledger.record_many(entries, at=now)


def named(told: Iterable[Recipient]) -> dict[str, Any]:
    """Who was told, and as the holder of which post, as an event names them."""
    told = list(told)
    return {
        "people_told": [one.person_id for one in told],
        "posts_told": [one.post for one in told if one.post],
    }
