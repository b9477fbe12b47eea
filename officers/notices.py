"""The mails that this room writes: a service was merged into another, or ended.

One to each person, however much they have there; it names services, and no case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from ledger.hooks import Line, Rendered
from ledger.models import Notice
from officers.lines import Lines
from officers.models import Service

MERGED = "{before} is part of {now} from today."
ENDED = "{before} has ended. From today {now} carries on its work."
OPEN = (
    "What was open with {before} is with {now}: see the work of your team. No due date has changed."
)
HEAD = "You answer for {now}. " + OPEN
COVER = "{leader} is away and answers for {now}, so for now it comes to you. " + OPEN
ALONE = "You belong to no service until democratic services give you another."
OTHERS = "What you have stays with you, and no due date has changed."


@dataclass(frozen=True)
class Standing:
    """What the mails say of their readers, read once for them all. Ids of people, and of services."""

    lines: Lines
    names: dict[int, str]

    @classmethod
    def load(cls, services: Iterable[int]) -> Standing:
        lines = Lines.load(timezone.localdate())
        leaders = {
            lead for one in services for lead in (lines.heads.get(one), lines.chiefs.get(one))
        }
        return cls(
            lines, dict(Person.objects.filter(pk__in=leaders - {None}).values_list("pk", "name"))
        )

    def words(self, person: int, service: int, *, ended: bool) -> tuple[str, str]:
        """The sentence for a reader, and for whom they stand in, or ""."""
        head, chief = self.lines.heads.get(service), self.lines.chiefs.get(service)
        if person in (head, chief):
            return HEAD, ""
        for leader in (head, chief):
            if leader and self.lines.cover(leader) == person:
                return COVER, self.names.get(leader, "")
        alone = person in self.lines.places and self.lines.service_of(person) is None
        return (f"{ALONE} {OTHERS}" if ended and alone else OTHERS), ""


def services(notices: Sequence[Notice]) -> dict[int, Rendered | None]:
    """None for whoever can no longer sign in."""
    data = [notice.event.data for notice in notices]
    ids = {one.get(key) for one in data for key in ("service_before", "service_now")} - {None}
    found = Service.objects.in_bulk(ids)
    people = Person.objects.active().filter(
        pk__in={int(notice.recipient.partition(":")[2]) for notice in notices}
    )
    hearing = {person.key: person.pk for person in people}
    standing = Standing.load(ids)
    return {
        notice.id: _one(notice, found, hearing[notice.recipient], standing)
        if notice.recipient in hearing
        else None
        for notice in notices
    }


def _one(
    notice: Notice, found: dict[int, Service], person: int, standing: Standing
) -> Rendered | None:
    event = notice.event
    before, now = (found.get(event.data.get(key)) for key in ("service_before", "service_now"))
    if before is None or now is None:
        return None
    merged = event.verb == "service_merged"
    theirs, leader = standing.words(person, now.pk, ended=not merged)
    named = {"before": before.name, "now": now.name, "leader": leader}
    words = " ".join([MERGED if merged else ENDED, theirs]).format(**named)
    title = ("{before} is now part of {now}" if merged else "{before} has ended").format(**named)
    page = settings.BASE_URL + reverse("home")
    return Rendered(title, f"{words}\n\n{page}\n", Line(now.name, words, page, event.at))
