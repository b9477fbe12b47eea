"""Nothing is told twice: what must hold of the history of any case, however it went."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

from casework.models import Case
from ledger.models import Event, Notice
from tests.casework.making import LONDON

CHASING = ("chase_reminded", "chase_due", "breach_recorded", "chase_escalated", "chase_skipped")


def told_once(case: Case) -> None:
    """Of each promise and date one breach is recorded, and each hears of it once; of another date only where
    that date was still to come when it was told of the first. Each step of a ladder is taken once for its
    date, and each late service is put on record once, no more than once for an ending.
    """
    chased = list(Event.objects.about(case.key).of(*CHASING).order_by("seq"))
    broken = [event for event in chased if event.verb == "breach_recorded"]
    at_most_once(_promise(event) for event in broken)
    heard = Notice.objects.filter(event__in=broken).select_related("event")
    at_most_once((one.recipient, one.channel, *_promise(one.event)) for one in heard)
    for promise in {event.data["promise"] for event in broken}:
        mine = [event for event in broken if event.data["promise"] == promise]
        for first, then in pairwise(mine):
            told_on = first.at.astimezone(LONDON).date()
            assert date.fromisoformat(then.data["date_due"]) >= told_on, "it was never put off"
    at_most_once((event.data["step"], *_promise(event)) for event in chased if "step" in event.data)
    late = Event.objects.about(case.key).of("late_services_recorded")
    at_most_once(pk for event in late for pk in event.data["contributions"])
    at_most_once(late.values_list("at", flat=True))


def _promise(event: Event) -> tuple:
    return event.data["promise"], event.data.get("contribution"), event.data["date_due"]


def at_most_once(found) -> None:
    twice = [one for one, many in Counter(found).items() if many > 1]
    assert not twice, twice
