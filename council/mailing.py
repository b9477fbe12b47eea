"""When mail goes and what the daily mail says: what this room lends to the ledger, by the council's hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from council.calendar import for_council
from council.models import Council
from frontend.words import clock, count, weekday
from ledger.hooks import Line, Rendered, Slot
from ledger.models import Event, Notice
from protocol.events import VERBS
from protocol.mail_hours import MailHours

FOOT = """\
What is due today or late is mailed by itself, and does not wait for this mail.

You chose one mail a day. To choose otherwise:
{account}
"""


def hours() -> MailHours | None:
    """The hours of the council; None before one is set up."""
    council = Council.objects.current()
    return of(council) if council else None


def of(council: Council) -> MailHours:
    return MailHours(
        calendar=for_council(council),
        quiet_from=council.quiet_from,
        quiet_until=council.quiet_until,
        quiet_days=council.quiet_days,
        daily_at=council.daily_at,
    )


def slots(notices: Sequence[Notice], now: datetime) -> dict[int, Slot]:
    """When each goes. One query where the council set nothing, and else two."""
    council = Council.objects.current()
    if council is None or not council.holds_mail:
        return {}
    found, daily = of(council), _daily(notices)
    return {notice.pk: _slot(notice, notice.recipient in daily, found, now) for notice in notices}


def _slot(notice: Notice, daily: bool, found: MailHours, now: datetime) -> Slot:
    last_day = _last_day(notice.event)
    was_late = last_day is not None and last_day < timezone.localdate(notice.event.at)
    going = found.going(
        mail=VERBS[notice.event.verb].mail,
        # An event can be dated ahead; its notice is there now all the same.
        made=min(notice.created_at, now),
        now=now,
        # As the daily mail says at its foot: what is late by then does not wait for it.
        daily=daily and not was_late,
        last_day=last_day,
    )
    return Slot(going.at, going.daily)


def _last_day(event: Event) -> date | None:
    """The day that it is about, after which it would be old news."""
    due = event.data.get("date_due")
    return date.fromisoformat(due) if due else None


def _daily(notices: Sequence[Notice]) -> set[str]:
    """The keys of those recipients who prefer one mail a day."""
    ids = {pk for kind, _, pk in (n.recipient.partition(":") for n in notices) if kind == "person"}
    people = Person.objects.filter(pk__in=ids, mailed=Person.Mailed.DAILY)
    return {f"person:{pk}" for pk in people.values_list("pk", flat=True)}


# What it says -----------------------------------------------------------------------------------


def bind(lines: Sequence[Line]) -> Rendered:
    """One mail: under each heading a line a notice, oldest first; the heading that is due soonest first."""
    ordered = sorted(lines, key=lambda one: (one.due or date.max, one.heading, one.at))
    parts = [
        _part(heading, list(about))
        for heading, about in groupby(ordered, key=lambda one: one.heading)
    ]
    foot = FOOT.format(account=settings.BASE_URL + reverse("account"))
    return Rendered(
        subject=f"Your daily mail: {count(len(lines), 'notice')}",
        body="\n\n".join([*parts, f"--\n{foot}"]),
    )


def _part(heading: str, lines: list[Line]) -> str:
    due = f", {lines[0].due_is} {weekday(lines[0].due)}" if lines[0].due else ""
    said = [f"- {weekday(one.at)}, {clock(one.at)}: {one.words}" for one in lines]
    links = dict.fromkeys(one.link for one in lines)
    return "\n".join([f"{heading}{due}", *said, *links])
