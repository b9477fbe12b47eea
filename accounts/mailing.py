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

DAILY, HAPPENS = Person.Mailed.DAILY, Person.Mailed.HAPPENS
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


def chosen(person: Person, hour: str) -> str:
    """What somebody reads who has just chosen."""
    if person.mailed == HAPPENS:
        return "From now on you are mailed as it happens. What was waiting is on its way."
    return (
        f"From now on you are mailed once a day, at {hour}. Nothing is sent where there is no news."
    )


def in_words(person: Person, found: MailHours | None) -> list[str]:
    """How this person is mailed, and when the next daily mail goes to them."""
    chose_daily = person.mailed == DAILY
    if found is None or found.daily_at is None:
        return ["As it happens", *([NOT_OFFERED] if chose_daily else [])]
    if not chose_daily:
        return ["As it happens"]
    now = timezone.now()
    held = Notice.objects.held(now).to([person.key]).filter(held_for=Notice.Held.DAILY).count()
    when = moment(found.daily_after(now))
    coming = f"{count(held, 'notice')} so far" if held else "nothing so far, and then none is sent"
    return [f"Once a day, at {daily_at(found)}", f"The next one goes on {when}: {coming}."]
