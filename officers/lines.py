"""The officers' line: who is above whom, who covers for whom, who answers for a service.

Everything is in ids of people. Somebody who is away stands aside for whoever covers; somebody who
has left is passed over, and the line goes on above them. No loop in managers or cover is followed
twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from officers.models import Absence, Officer, Service

RANKS = {level: rank for rank, (level, _) in enumerate(Officer.LEVELS)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one officer stands. Ids are of people, except the service's."""

    person_id: int
    manager: int | None
    service_id: int | None
    rank: int
    departed: bool


@dataclass(frozen=True)
class Lines:
    """Every officer, service and absence of one day. Answers without a query."""

    on: date
    places: Mapping[int, Place]
    heads: Mapping[int, int | None]
    chiefs: Mapping[int, int | None]
    # Who is away, and whom they named to cover (None: nobody).
    away: Mapping[int, int | None]
    # Of services that were merged or ended: who carries on their work, and so answers for it.
    carried_on: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def load(cls, on: date) -> Lines:
        """Three queries, however many officers there are."""
        officers = Officer.objects.order_by().values_list(
            "person_id",
            "manager__person_id",
            "service_id",
            "level",
            "ended_on",
            "person__is_active",
        )
        places = {
            person: Place(
                person, manager, service, RANKS.get(level, 0), not active or _before(ended, on)
            )
            for person, manager, service, level, ended, active in officers
        }
        services = list(
            Service.objects.order_by().values_list(
                "pk", "carried_on_by", "head__person_id", "chief_officer__person_id"
            )
        )
        carried_on = {pk: by for pk, by, _, _ in services if by}
        heads = {pk: head for pk, _, head, _ in services}
        chiefs = {pk: chief for pk, _, _, chief in services}
        absences = Absence.objects.on(on).order_by("since", "pk")
        # Of two that overlap, the later one that names cover counts.
        away: dict[int, int | None] = {}
        for person, cover in absences.values_list("officer__person_id", "cover__person_id"):
            away[person] = cover or away.get(person)
        return cls(
            on=on,
            places=places,
            heads=heads | {pk: heads[by] for pk, by in carried_on.items()},
            chiefs=chiefs | {pk: chiefs[by] for pk, by in carried_on.items()},
            carried_on=carried_on,
            away=away,
        )

    def present(self, person_id: int) -> bool:
        """In post and not away. Somebody who is no officer is taken to be there."""
        return not self.departed(person_id) and person_id not in self.away

    def departed(self, person_id: int) -> bool:
        place = self.places.get(person_id)
        return place is not None and place.departed

    def cover(self, person_id: int) -> int | None:
        """Who acts for this person today: themselves if present, else their cover, or None."""
        seen: set[int] = set()
        at: int | None = person_id
        while at is not None and at not in seen:
            if self.present(at):
                return at
            seen.add(at)
            at = self.away.get(at)
        return None

    def up(self, person_id: int) -> tuple[int, ...]:
        """The line above an officer, nearest first: managers, head of service, chief officer.

        Only people who are there today, each once, and never the officer. A head or chief officer
        whom no manager leads to stands below the first who outranks them, and never above
        somebody who outranks them.
        """
        place = self.places.get(person_id)
        if place is None:
            return ()
        line = list(_walk(person_id, lambda at: self.places[at].manager, self.places))
        for answers in (self.heads.get(place.service_id), self.chiefs.get(place.service_id)):
            if answers in (None, person_id) or answers in line:
                continue
            # A director who works in a service is not below its head.
            if self._rank(answers) >= place.rank:
                line.insert(self._below_the_first_above(answers, line), answers)
        acting = (self.cover(one) for one in line)
        return tuple(dict.fromkeys(one for one in acting if one not in (None, person_id)))

    def above(self, person_id: int, service_id: int | None) -> tuple[int, ...]:
        """`up`; then whoever answers for a service that they have something of, head first.

        Who belongs to no service, since theirs ended, has no other line. Whoever belongs to another is
        below those alone who outrank them.
        """
        place = self.places.get(person_id)
        if place is None:
            return ()
        least = place.rank + (place.service_id is not None)
        answers = (self.heads.get(service_id), self.chiefs.get(service_id))
        acting = (self.cover(one) for one in answers if one and self._rank(one) >= least)
        line = (*self.up(person_id), *acting)
        return tuple(dict.fromkeys(one for one in line if one not in (None, person_id)))

    def manager(self, person_id: int) -> int | None:
        """The nearest in the line who is there today, or None."""
        return next(iter(self.up(person_id)), None)

    def service_head(self, service_id: int | None) -> int | None:
        """Who acts as head of a service today, or None."""
        return self._acting(self.heads.get(service_id))

    def chief_officer(self, service_id: int | None) -> int | None:
        """Who acts as chief officer for a service today, or None."""
        return self._acting(self.chiefs.get(service_id))

    def service_of(self, person_id: int) -> int | None:
        place = self.places.get(person_id)
        return place.service_id if place else None

    def works_in(self, person_id: int, service_id: int | None) -> bool:
        """Whether somebody works in a service, or in the one that carries on its work."""
        mine = self.service_of(person_id)
        return bool(mine and service_id) and mine == self.carried_on.get(service_id, service_id)

    def under(self, person_id: int) -> frozenset[int]:
        """Everyone whose managers lead to this person, at any distance."""
        reports: dict[int, list[int]] = {}
        for place in self.places.values():
            if place.manager is not None:
                reports.setdefault(place.manager, []).append(place.person_id)
        found: set[int] = set()
        waiting = [person_id]
        while waiting:
            new = [one for one in reports.get(waiting.pop(), ()) if one not in found]
            found.update(new)
            waiting.extend(new)
        return frozenset(found - {person_id})

    def _acting(self, person_id: int | None) -> int | None:
        return None if person_id is None else self.cover(person_id)

    def _below_the_first_above(self, person_id: int, line: list[int]) -> int:
        rank = self._rank(person_id)
        return next((i for i, one in enumerate(line) if self._rank(one) > rank), len(line))

    def _rank(self, person_id: int) -> int:
        place = self.places.get(person_id)
        return place.rank if place else 0


def _before(ended: date | None, on: date) -> bool:
    return ended is not None and ended < on


def _walk(
    start: int, step: Callable[[int], int | None], known: Mapping[int, Place]
) -> Iterator[int]:
    """Those above `start`, each once, until the top or the first who was met before."""
    seen, at = {start}, step(start)
    while at is not None and at not in seen:
        yield at
        seen.add(at)
        at = step(at) if at in known else None


def line_of(officer_person_id: int, *, on: date) -> tuple[int, ...]:
    """`Lines.up` for one officer. Three queries: for many, load `Lines` once."""
    return Lines.load(on).up(officer_person_id)


def cover_for(officer_person_id: int, *, on: date) -> int | None:
    """`Lines.cover` for one officer. Three queries: for many, load `Lines` once."""
    return Lines.load(on).cover(officer_person_id)


def absent(person_ids: Iterable[int], on: date) -> set[int]:
    """Those of these people who are officers and away that day. For council.posts."""
    rows = Absence.objects.on(on).filter(officer__person_id__in=list(person_ids))
    return set(rows.order_by().values_list("officer__person_id", flat=True))
