"""The rooms that an enquiry can be handed on to as what it really is.

A room above registers itself in its AppConfig.ready(): casework need not know what lies above it. What is
not registered is not offered. Whoever may not know of what a room made of a case learns nothing of it: not
which room, where it is, nor its reference; that the case was handed on is all that they read. The other
way round, a room shows the case that something came from through `Case.objects.visible_to` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from django import forms
from django.db.models import Q

from protocol.refusals import Refused

if TYPE_CHECKING:
    from accounts.models import Person
    from casework.models import Case, Handing


@dataclass(frozen=True)
class Went:
    """Where a case went, as those may read it who may know of it: a name in words, its reference and web
    address or path there, the day it was entered, and the room's own name of its record ("complaint:12").
    """

    name: str
    reference: str = ""
    address: str = ""
    entered_on: date | None = None
    record: str = ""


class Receive(Protocol):
    def __call__(
        self, *, case: Case, by: Person, said: Mapping[str, Any], now: datetime
    ) -> Went: ...


class Recall(Protocol):
    def __call__(self, *, handing: Handing, by: Person, now: datetime) -> None: ...


@dataclass(frozen=True)
class Room:
    """`kind` in English with its article; `purpose`: what belongs there. `fields` gives the form fields that
    it asks for, by name; `receive` makes the room's own record with its own event, inside the transaction.
    """

    key: str
    kind: str
    purpose: str
    # How somebody must stand to the case (enquiries/rules.py: WHO).
    who: frozenset[str]
    fields: Callable[[Case], dict[str, forms.Field]]
    receive: Receive
    # Raises Refused where the room does not take this case, or is not there for this council.
    may: Callable[[Case], None] = lambda case: None
    # Which of its handings a person may know of, of cases that they see; None: all.
    known_to: Callable[[Person], Q] | None = None
    # What the room does where it was a mistake; None: it cannot be taken back.
    recall: Recall | None = None
    # What the member could be told, to begin with; and the clause on which it rests.
    words: Callable[[Case], str] = lambda case: ""
    clause: Callable[[Case], str] = lambda case: ""


_rooms: dict[str, Room] = {}


def register(room: Room) -> None:
    """Let cases be handed on to a room. Registering again replaces."""
    _rooms[room.key] = room


def rooms() -> list[Room]:
    return list(_rooms.values())


def room(key: str) -> Room | None:
    return _rooms.get(key)


def open_to(case: Case, held: frozenset[str]) -> list[Room]:
    """The rooms that take this case from somebody who stands to it so."""
    return [one for one in rooms() if held & one.who and why_not(one, case) is None]


def why_not(one: Room, case: Case) -> Refused | None:
    """Why a room does not take a case; None where it does."""
    try:
        one.may(case)
    except Refused as refused:
        return refused
    return None


# Who may know of it -------------------------------------------------------------------------------


def known_to(person: Person) -> Q:
    """Which handings a person may know of, of cases that they see. A room that is gone tells nobody."""
    free = Q(room__in=[one.key for one in rooms() if one.known_to is None])
    for one in rooms():
        if one.known_to is not None:
            free |= Q(room=one.key) & one.known_to(person)
    return free


def look(case: Case, person: Person) -> list[Handing]:
    """Where a case went, as far as a person may know of it, first to last; kept with it. The case went through
    the door. None where its page read it along and it was never taken back; else one query.
    """
    read_along = getattr(case, "reader", None) == person.pk and not case.was_taken_back
    if not read_along:
        case.handed = list(case.handings.known_to(person))
    elif case.went:
        case.handed = [case.handings.model.read(case, case.went)]
    else:
        case.handed = []
    return case.handed


def stands(case: Case) -> Handing | None:
    """Where it is now, of what `look` found."""
    return next((one for one in getattr(case, "handed", ()) if one.taken_back_at is None), None)
