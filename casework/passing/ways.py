"""Who is led to the page on which the work of an officer is passed on, and whose page it may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts import standing
from casework import scope
from casework.models import Case, Contribution
from frontend.parts import Link
from frontend.words import day
from officers.models import Officer


def address(officer: Officer) -> str:
    return reverse("work-pass-on", args=[officer.pk])


def is_known_to(reader, officer: Officer) -> bool:
    """Whether the reader answers for the officer's work, also where nothing is left of it: the officer, their
    manager, whoever leads their service, and the overseers."""
    reach = scope.of(reader)
    own = officer.person_id == reader.pk
    manages = officer.manager is not None and officer.manager.person_id == reader.pk
    return own or manages or reach.oversees or officer.service_id in reach.heads


@dataclass(frozen=True)
class Whose:
    """One officer with open work that the reader may pass on; `going` says when they go or went, or is ""."""

    link: Link
    going: str


def are_led(reader) -> bool:
    """Whether there may be officers whose work the reader passes on. No query."""
    return bool(scope.of(reader).heads) or standing.of(reader).may("enquiry.allocate")


def whose(reader, on: date) -> list[Whose]:
    """Those whose work the reader may pass on, those who go or have gone first. One query.

    Of what they lead or oversee, and of those whom they cover for, everybody; of others, whoever has what
    was brought to the reader.
    """
    reach = scope.of(reader)
    led = Q(service__in=reach.heads) | Q(owner__in=reach.covers)
    if reach.oversees:
        led = Q()
    mine = Q(sensitivity="ordinary") & led | Q(brought_to_reader=True) | Q(owner=reach.own)
    cases = Case.objects.visible_to(reader).open().for_passing(reader).filter(mine)
    theirs = Q(service__in=reach.heads) | Q(owner__in=reach.covers | {reach.own})
    asked = Contribution.objects.visible_to(reader).open().for_passing(reader)
    asked = asked.filter(theirs | Q(brought_to_reader=True))
    theirs = Q(person__in=cases.order_by().values("owner"))
    theirs |= Q(person__in=asked.order_by().values("owner"))
    found = Officer.objects.with_names().filter(theirs).order_by("person__sort_name", "pk")
    named = [Whose(_link(officer), _going(officer, on)) for officer in found]
    return sorted(named, key=lambda one: not one.going)


def _link(officer: Officer) -> Link:
    service = f", {officer.service.name}" if officer.service else ""
    return Link(f"{officer.person.name}{service}", address(officer))


def _going(officer: Officer, on: date) -> str:
    if officer.ended_on is None:
        return "" if officer.person.is_active else "Can no longer sign in"
    tense = "was" if officer.ended_on < on else "is"
    return f"Last day {tense} {day(officer.ended_on)}"
