"""What an officer who goes leaves behind, so that whoever ends them can give it to others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Q, Value, When
from django.urls import reverse

from accounts.models import Person
from council.models import Holding
from frontend.parts import Link
from frontend.words import count, shortday
from officers.models import Absence, Officer, Service


@dataclass(frozen=True)
class Elsewhere:
    """What a room above says of it to a viewer: (words, address) of what they may know, where an address of ""
    is no link; and where they pass on at once what they may, if they may any.
    """

    found: list[tuple[str, str]]
    way: Link | None = None


_NONE = Value("", output_field=CharField())
Rooms = Callable[[Officer, Person], Elsewhere]
_rooms: list[Rooms] = []


def register(room: Rooms) -> None:
    if room not in _rooms:
        _rooms.append(room)


def elsewhere(officer: Officer, viewer: Person) -> list[Elsewhere]:
    return [room(officer, viewer) for room in _rooms]


@dataclass(frozen=True)
class Left:
    """One thing to be given to somebody else, and where that is done."""

    text: str
    href: str


def left_behind(
    officer: Officer,
    on: date,
    said: Iterable[Elsewhere],
    covering: Iterable[Absence] | None = None,
) -> list[Left]:
    """Services led, people managed, cover given and posts held from `on`; and what rooms above say.

    `covering`: the absences that they cover, where the caller has them. Two queries at the most.
    """
    found, held = _theirs(officer, on)
    if covering is None:
        mine = Absence.objects.filter(cover=officer, until__gte=on)
        covering = mine.select_related("officer__person")
    for absence in covering:
        days = f"{shortday(absence.since)} to {shortday(absence.until)}"
        href = reverse("absence-edit", args=[absence.pk])
        found.append(Left(f"Cover for {absence.officer}, {days}", href))
    found += held
    for room in said:
        found.extend(Left(words, href) for words, href in room.found)
    return found


def _theirs(officer: Officer, on: date) -> tuple[list[Left], list[Left]]:
    """The services that an officer leads, those whom they manage; and the posts that they hold. One query."""
    part = Case(When(head=officer, then=Value("Head")), default=Value("Chief officer"))
    leads = Service.objects.current(on).filter(Q(head=officer) | Q(chief_officer=officer))
    led = leads.annotate(part=part, key=_NONE).order_by().values_list("part", "pk", "name", "key")
    team = Officer.objects.current(on).filter(manager=officer).order_by()
    team = team.values_list(Value("manager"), "pk", _NONE, _NONE)
    holdings = Holding.objects.filter(person=officer.person_id).order_by()
    holdings = holdings.filter(Q(until__isnull=True) | Q(until__gt=on))
    posts = holdings.values_list(Value("post"), "deputy_order", "post__title", "post__key")
    under, held, managed = [], [], 0
    rows = led.union(team, posts, all=True)
    for words, number, name, key in sorted(rows, key=lambda row: (row[2], row[1])):
        if words == "post":
            place = f"Deputy {number} of" if number else "Holder of"
            held.append(Left(f"{place} the post “{name}”", reverse("post-show", args=[key])))
        elif words == "manager":
            managed += 1
        else:
            under.append(Left(f"{words} of {name}", reverse("service-edit", args=[number])))
    if managed:
        href = f"{reverse('officer-list')}?manager={officer.pk}"
        under.append(Left(f"Manager of {count(managed, 'officer')}", href))
    return under, held
