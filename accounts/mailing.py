"""How people are mailed: the hours are the council's, and the room that keeps them lends them here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

from django.utils import timezone

from accounts.models import Person
from frontend.words import clock, count, moment
from ledger.models import Notice
from protocol.mail_hours import MailHours

_lenders: list[Callable[[], MailHours | None]] = []

DAILY = Person.Mailed.DAILY
NOT_OFFERED = "You chose one mail a day, and the council does not send one at present."


def register(lender: Callable[[], MailHours | None]) -> None:
    """The room that knows the council's hours says them so. The last to register counts."""
    _lenders[:] = [lender]


def hours() -> MailHours | None:
    """The council's hours of mail; None before there is a council."""
    return _lenders[0]() if _lenders else None


def daily_at(found: MailHours | None) -> str:
    """When the daily mail goes: "8am"; "" where the council sends none."""
    if found is None or found.daily_at is None:
        return ""
    return clock(time(found.daily_at))


def quiet(found: MailHours | None) -> str:
    """When no mail goes, in words; "" where it goes at any time."""
    if found is None or found.always_open:
        return ""
    times = []
    if found.quiet_from is not None and found.quiet_until is not None:
        begins, ends = time(found.quiet_from), time(found.quiet_until)
        times.append(f"between {clock(begins)} and {clock(ends)}")
    if found.quiet_days:
        times.append("on weekends, bank holidays and closure days")
    return f"The council sends no mail {' or '.join(times)}, except what cannot wait."


def chosen(person: Person, found: MailHours) -> str:
    """What somebody reads who has just chosen."""
    if person.mailed == DAILY:
        hour = daily_at(found)
        return f"From now on you are mailed once a day, at {hour}. Nothing is sent where there is no news."
    now = timezone.now()
    held = "goes when the quiet hours end" if found.opening(now) > now else "is on its way"
    return f"From now on you are mailed as it happens. What was waiting {held}."


def in_words(person: Person, found: MailHours | None) -> list[str]:
    """How this person is mailed, when the next daily mail goes to them, and when no mail goes."""
    said = [*_way(person, found), quiet(found)]
    return [one for one in said if one]


def _way(person: Person, found: MailHours | None) -> list[str]:
    chose_daily = person.mailed == DAILY
    if found is None or found.daily_at is None:
        return ["As it happens", *([NOT_OFFERED] if chose_daily else [])]
    if not chose_daily:
        return ["As it happens"]
    now = timezone.now()
    next_one = found.daily_after(now)
    # What came in the last minutes before the hour goes with the one after.
    held = Notice.objects.held(now).to([person.key])
    coming = held.filter(held_for=Notice.Held.DAILY, held_until__lte=next_one).count()
    news = (
        f"{count(coming, 'notice')} so far" if coming else "nothing so far, and then none is sent"
    )
    return [
        f"Once a day, at {daily_at(found)}",
        f"The next one goes on {moment(next_one)}: {news}.",
    ]
