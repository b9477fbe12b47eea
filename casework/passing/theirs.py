"""What an officer has, as somebody who may pass it on reads it: enquiries and contributions as one list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from uuid import UUID

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.utils import timezone

from casework import scope
from casework.contributions import rules as contributions
from casework.enquiries import rules as enquiries
from casework.models import Case, Contribution
from protocol import lifecycle
from protocol.refusals import Refused

# So many at once; the rest shows when these are gone.
MOST = 200
# Of those that stay, so many are named.
MOST_STAYING = 25
RUNNING = lifecycle.OPEN - {lifecycle.PAUSED}
_MARK = re.compile(
    r"(?P<key>E-[2-9A-Z]{1,10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?P<seen>\d{1,9})"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One that was ticked: which it is, and the version that was on the page.

    `key` is the reference of an enquiry, or what a contribution's page is named by.
    """

    key: str
    seen: int

    @classmethod
    def read(cls, text: str) -> Mark:
        """As it stands in a form. ValueError for what is no mark."""
        found = _MARK.fullmatch(text)
        if found is None:
            raise ValueError("no mark")
        return cls(found["key"], int(found["seen"]))

    def __str__(self) -> str:
        return f"{self.key}.{self.seen}"

    @property
    def is_enquiry(self) -> bool:
        return self.key.startswith("E-")


@dataclass(frozen=True)
class Item:
    """An enquiry, or a contribution to one."""

    thing: Case | Contribution

    @property
    def is_enquiry(self) -> bool:
        return isinstance(self.thing, Case)

    @property
    def is_contribution(self) -> bool:
        return not self.is_enquiry

    @property
    def case(self) -> Case:
        return self.thing if self.is_enquiry else self.thing.case

    @property
    def key(self) -> str:
        return self.thing.reference if self.is_enquiry else str(self.thing.key)

    @property
    def mark(self) -> str:
        return str(Mark(self.key, self.thing.version))

    @property
    def due(self) -> date:
        return self.thing.next_due if self.is_enquiry else self.thing.due

    @property
    def to_do_by(self) -> date | None:
        """The date by which somebody has to do something; None where it is paused or ended."""
        return self.due if self.case.state in RUNNING and self.thing.is_open else None

    @property
    def subject(self) -> str:
        return self.case.subject if self.is_enquiry else f"Contribution to: {self.case.subject}"

    @property
    def verb(self) -> str:
        """How it is passed on: as its own page would."""
        if not self.is_enquiry:
            return "pass_on"
        return "allocate" if self.thing.state == lifecycle.RECEIVED else "reassign"

    def may(self, by, on: date) -> None:
        """Refuses whoever may not pass it on, by the rules of its own page. No query, as listed here."""
        if self.is_enquiry:
            enquiries.may(self.verb, case=self.thing, by=by, on=on)
        else:
            contributions.may(self.verb, contribution=self.thing, by=by, on=on)

    def may_be_passed_on(self, by, on: date) -> bool:
        try:
            self.may(by, on)
        except Refused:
            return False
        return True

    @property
    def who_may(self) -> str:
        """Who can pass it on, for somebody who sees it and cannot."""
        if self.case.sensitivity != "ordinary":
            return "Only whoever has it can pass it on"
        if self.thing.service is None:
            return "Democratic services can pass it on"
        return f"Whoever answers for {self.thing.service.name} can pass it on"


@dataclass(frozen=True)
class Theirs:
    """`items` can be passed on by the reader, soonest due first; there may be `more`. `staying` are others
    that they see and may not pass on. `hidden`: there are some that they do not see, said to overseers alone.
    """

    items: list[Item]
    more: bool = False
    staying: list[Item] = field(default_factory=list)
    hidden: bool = False


def gather(person_id: int, reader, on: date | None = None) -> Theirs:
    """As many of them as a page shows, with what it shows of each. Three queries."""
    found = judged(person_id, reader, on)
    with_clocks(found.items[:MOST])
    return replace(
        found,
        items=found.items[:MOST],
        more=len(found.items) > MOST,
        staying=found.staying[:MOST_STAYING],
    )


def judged(person_id: int, reader, on: date | None = None) -> Theirs:
    """All the open things of a person, as a reader sees them. Two queries."""
    on = on or timezone.localdate()
    oversees = scope.of(reader).oversees
    items, staying, hidden = [], [], False
    for one in _open(person_id, reader, oversees):
        if oversees and not one.seen:
            hidden = True
        elif (item := Item(one)).may_be_passed_on(reader, on):
            items.append(item)
        else:
            staying.append(item)
    soonest = attrgetter("due", "is_contribution", "thing.pk")
    return Theirs(sorted(items, key=soonest), staying=sorted(staying, key=soonest), hidden=hidden)


def _open(person_id: int, reader, oversees: bool) -> Iterator[Case | Contribution]:
    """What the reader sees of it; for overseers the others too, so that they are told that there are some."""
    for model, seen in (
        (Case, Case.objects.visible_to(reader)),
        (Contribution, Contribution.objects.readable_by(reader)),
    ):
        theirs = model.objects if oversees else seen
        if oversees and model is Contribution:
            # Of what their own side raised, not even that another service was asked.
            theirs = theirs.of_others(reader)
        if oversees:
            theirs = theirs.annotate(seen=Exists(seen.filter(pk=OuterRef("pk"))))
        theirs = theirs.open().filter(owner=person_id).for_passing(reader).order_by()
        yield from theirs if model is Case else theirs.select_related("case")


def find(marks: Iterable[Mark], reader) -> dict[str, Item]:
    """Those of these that the reader may see now, whoever has them, by key. Three queries."""
    marks = list(marks)
    references = [mark.key for mark in marks if mark.is_enquiry]
    keys = [UUID(mark.key) for mark in marks if not mark.is_enquiry]
    found: list[Item] = []
    if references:
        cases = Case.objects.visible_to(reader).filter(reference__in=references)
        found += [Item(one) for one in cases.for_passing(reader)]
    if keys:
        asked = Contribution.objects.readable_by(reader).filter(key__in=keys)
        found += [Item(one) for one in asked.for_passing(reader).select_related("case")]
    return {item.key: item for item in found}


def soonest_first(marks: Iterable[Mark], reader) -> list[Mark]:
    """By when something has to be done about each, as its reader sees it; what has no date comes last."""
    marks = list(marks)
    dates = {key: item.to_do_by for key, item in find(marks, reader).items()}
    return sorted(marks, key=lambda mark: dates.get(mark.key) or date.max)


def with_clocks(items: Iterable[Item]) -> None:
    """What the due date of each needs, in one query."""
    cases = [item.thing for item in items if item.is_enquiry]
    prefetch_related_objects(cases, "clocks")
