"""What an officer who goes leaves behind, so that whoever ends them can give it to others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Q, Value, When
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

    `covering`: the absences that they cover, where the caller has them. Three queries at the most.
    """
    found = _under(officer, on)
    if covering is None:
        mine = Absence.objects.filter(cover=officer, until__gte=on)
        covering = mine.select_related("officer__person")
    for absence in covering:
        days = f"{shortday(absence.since)} to {shortday(absence.until)}"
        href = reverse("absence-edit", args=[absence.pk])
        found.append(Left(f"Cover for {absence.officer}, {days}", href))
    held = Holding.objects.filter(person=officer.person_id).select_related("post", "person")
    for holding in held.filter(Q(until__isnull=True) | Q(until__gt=on)):
        part = f"Deputy {holding.deputy_order} of" if holding.deputy_order else "Holder of"
        href = reverse("post-show", args=[holding.post.key])
        found.append(Left(f"{part} the post “{holding.post}”", href))
    for room in said:
        found.extend(Left(words, href) for words, href in room.found)
    return found


def _under(officer: Officer, on: date) -> list[Left]:
    """The services that an officer leads, and those whom they manage. One query."""
    part = Case(When(head=officer, then=Value("Head")), default=Value("Chief officer"))
    leads = Service.objects.current(on).filter(Q(head=officer) | Q(chief_officer=officer))
    led = leads.annotate(part=part).order_by().values_list("part", "pk", "name")
    team = Officer.objects.current(on).filter(manager=officer).order_by()
    rows = led.union(team.values_list(Value(""), "pk", Value("")), all=True)
    found, managed = [], 0
    for words, pk, name in sorted(rows, key=lambda row: row[2]):
        if words:
            found.append(Left(f"{words} of {name}", reverse("service-edit", args=[pk])))
        else:
            managed += 1
    if managed:
        href = f"{reverse('officer-list')}?manager={officer.pk}"
        found.append(Left(f"Manager of {count(managed, 'officer')}", href))
    return found
