"""What an officer or a team is asked for, beside their own cases: soonest due first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from casework import scope
from casework.contributions import drafting, phrases
from casework.enquiries.drafting import Begun
from casework.models import Contribution
from frontend.parts import Column, Link
from protocol.calendar import Calendar

# More than anybody is asked for at once.
MOST = 50
COLUMNS = [
    Column("Subject", primary=True),
    Column("Due"),
    Column("Asked by"),
    Column("With"),
]


def of_person(person):
    """What is with them, or with those whom they cover for today."""
    reach = scope.of(person)
    return _open(person).filter(owner__in={reach.own} | reach.covers)


def of_team(person):
    """What nobody in their services has yet; and for whoever answers for a service, all that it was asked."""
    reach = scope.of(person)
    waiting = Q(owner=None, service__in=reach.services)
    return _open(person).filter(waiting | Q(service__in=reach.heads))


def _open(person):
    seen = Contribution.objects.visible_to(person).open()
    return seen.for_list().order_by("due", "pk")


def rows(
    found: Iterable[Contribution], reader, on: date, calendar: Calendar, begun: Begun
) -> list[list]:
    """`begun` is what the reader has begun to write."""
    return [
        [
            [
                Link(one.case.subject, one.get_absolute_url()),
                one.case.reference,
                *begun.about(drafting.key(one)),
            ],
            phrases.due(one, on, calendar),
            one.asked_by.name,
            _with(one, reader),
        ]
        for one in found
    ]


def _with(one: Contribution, reader) -> list[str]:
    if one.owner is None:
        return [one.service.name, "Not yet given to an officer"]
    if one.owner_id == reader.pk:
        return ["You"]
    return [one.owner.name, one.service.name]
