"""The mails that this room writes: a service was merged into another, or ended.

One to each person, however much they have there; it names services, and no case.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from accounts.models import Person
from ledger.hooks import Line, Rendered
from ledger.models import Notice
from officers.models import Officer, Service

MERGED = "{before} is part of {now} from today."
ENDED = "{before} has ended. From today {now} carries on its work."
HEAD = (
    "You answer for {now}. What was open with {before} is with {now}: see the work of your team. "
    "No due date has changed."
)
OTHERS = "What you have stays with you, and no due date has changed."


def services(notices: Sequence[Notice]) -> dict[int, Rendered | None]:
    """None for whoever can no longer sign in."""
    data = [notice.event.data for notice in notices]
    ids = {one.get(key) for one in data for key in ("service_before", "service_now")} - {None}
    found = Service.objects.in_bulk(ids)
    people = Person.objects.active().filter(
        pk__in={int(notice.recipient.partition(":")[2]) for notice in notices}
    )
    hearing = {person.key: person.pk for person in people}
    leading = _leading(ids)
    return {
        notice.id: _one(notice, found, (hearing[notice.recipient], leading))
        if notice.recipient in hearing
        else None
        for notice in notices
    }


def _leading(services: set[int]) -> set[tuple[int, int]]:
    """(person, service) of those who lead these today."""
    found = set()
    for field in ("services_headed", "services_directed"):
        rows = Officer.objects.filter(**{f"{field}__in": services})
        found |= set(rows.values_list("person_id", field))
    return found


def _one(notice: Notice, found: dict[int, Service], reader) -> Rendered | None:
    event, (person, leading) = notice.event, reader
    before, now = (found.get(event.data.get(key)) for key in ("service_before", "service_now"))
    if before is None or now is None:
        return None
    leads = (person, now.pk) in leading
    merged = event.verb == "service_merged"
    named = {"before": before.name, "now": now.name}
    words = " ".join([(MERGED if merged else ENDED), HEAD if leads else OTHERS]).format(**named)
    title = ("{before} is now part of {now}" if merged else "{before} has ended").format(**named)
    page = settings.BASE_URL + reverse("home")
    return Rendered(title, f"{words}\n\n{page}\n", Line(now.name, words, page, event.at))
