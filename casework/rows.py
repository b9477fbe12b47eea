"""Rows of lists of cases, as each reader needs them. The subject is the link; the row never is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from casework import phrases
from casework.enquiries.drafting import Begun
from casework.models import Case
from frontend.parts import Column, Excerpt, Link, State
from frontend.terms import said
from protocol.calendar import Calendar

OFFICER = [
    Column("Subject", primary=True),
    Column("Due"),
    Column(said("{Member}")),
    Column("Status"),
    Column("Ward"),
]
TEAM = [*OFFICER[:3], Column("With"), *OFFICER[3:]]
MEMBER = [
    Column("Subject", primary=True),
    Column("Status"),
    Column("Due"),
    Column("Who has it"),
]


def _subject(case: Case) -> list:
    return [Link(case.subject, case.get_absolute_url()), case.reference]


def _new(case: Case, on: date, calendar: Calendar) -> bool:
    """Given since the last working day began, and not yet acknowledged or answered."""
    if case.owner_since is None or not case.is_open:
        return False
    return timezone.localdate(case.owner_since) >= calendar.add(on, -1)


def _state(case: Case, on: date, calendar: Calendar):
    state = phrases.state(case)
    tags = [State("New", "teal")] if _new(case, on, calendar) else []
    if case.is_open and case.round > 1:
        tags.append(State("Opened again", "purple"))
    return [state, *tags] if tags else state


def _covered(case: Case, reader) -> list[str]:
    """Whose it is, where the reader covers for them."""
    others = reader is not None and case.owner is not None and case.owner_id != reader.pk
    return [f"You cover for {case.owner.name}"] if others else []


def for_officer(
    cases: Iterable[Case], on: date, calendar: Calendar, reader=None, begun: Begun | None = None
) -> list[list]:
    """`begun` is what the reader has begun to write."""
    return [
        [
            [*_subject(case), *_covered(case, reader), *(begun.to(case) if begun else ())],
            phrases.due(case, on, calendar),
            case.raised_by.name,
            _state(case, on, calendar),
            case.ward.name if case.ward else "Not known",
        ]
        for case in cases
    ]


def for_team(
    cases: Iterable[Case], on: date, calendar: Calendar, begun: Begun | None = None
) -> list[list]:
    rows = for_officer(cases, on, calendar, begun=begun)
    return [
        [*row[:3], phrases.holder_lines(case), *row[3:]]
        for row, case in zip(rows, cases, strict=True)
    ]


def for_member(cases: Iterable[Case], on: date, calendar: Calendar) -> list[list]:
    return [
        [
            _subject(case),
            phrases.state(case, "member"),
            phrases.due(case, on, calendar),
            phrases.holder_lines(case),
        ]
        for case in cases
    ]


def with_excerpts(made: list[list], cases: Iterable[Case], excerpts: dict[int, Excerpt]) -> list:
    """The same rows, with what was found in a case under its subject."""
    return [
        [[*row[0], excerpts[case.pk]], *row[1:]] if case.pk in excerpts else row
        for row, case in zip(made, cases, strict=True)
    ]
