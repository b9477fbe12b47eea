"""What would become of each that was ticked: the same rules as when it is done, and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from casework import apart
from casework.contributions import rules as contributions
from casework.enquiries import rules as enquiries
from casework.models import Contribution
from casework.passing.theirs import Item, Mark, find, with_clocks
from officers.models import Officer
from officers.rules import is_present
from protocol.refusals import Refused, Stale

GONE = "It is not one that you can see any more."
GONE_INSTEAD = "It may have been passed on meanwhile. Nothing was changed."


@dataclass(frozen=True)
class Outcome:
    """Of one that was ticked: where it is now, as far as the reader sees it; why it does not go, or did not;
    and what happens besides, in words."""

    mark: Mark
    item: Item | None
    refused: Refused | None = None
    besides: tuple[str, ...] = ()


def gone() -> Refused:
    return Refused(GONE, instead=GONE_INSTEAD)


def check(*, marks: Sequence[Mark], of: Officer, officer: Officer, by, on: date) -> list[Outcome]:
    """What would become of each of `of`'s, passed on to `officer` by `by` today. A bounded number of
    queries, however many there are.
    """
    found = find(marks, by)
    with_clocks(found.values())
    aside = apart.of_many({item.case.raised_by_id for item in found.values()}, on)
    away = _away(officer, on)
    called_back = _called_back([i for i in found.values() if i.is_enquiry], officer)
    outcomes = []
    for mark in marks:
        item = found.get(mark.key)
        try:
            may_go(mark, item, of=of, officer=officer, by=by, on=on)
            if away:
                raise away
            apart.may_be_given_to(officer.person, aside[item.case.raised_by_id])
        except Refused as refused:
            outcomes.append(Outcome(mark, item, refused))
        else:
            besides = _besides(item, officer, called_back.get(item.case.pk, ()))
            outcomes.append(Outcome(mark, item, besides=besides))
    return outcomes


def may_go(mark: Mark, item: Item | None, *, of: Officer, officer: Officer, by, on: date) -> None:
    """Refuses what is not there to be passed on, or does not fit whoever is to have it; no query."""
    if item is None:
        raise gone()
    item.may(by, on)
    if item.thing.owner_id != of.person_id:
        raise Refused(
            f"{of.person.name} does not have it any more.", instead="Look at who has it now."
        )
    if item.thing.version != mark.seen:
        raise Stale(
            "Somebody changed it since it was ticked.",
            instead="Read what changed, then choose it again.",
        )
    if item.is_enquiry:
        enquiries.has_it_not(item.thing, officer)
    else:
        contributions.is_for(item.thing, officer)


def _away(officer: Officer, on: date) -> Refused | None:
    try:
        is_present(officer, on)
    except Refused as refused:
        return refused
    return None


def _called_back(items: Sequence[Item], officer: Officer) -> dict[int, list[str]]:
    """By case, the services whose contribution is called back as the enquiry comes to them. One query."""
    theirs = Q(owner=officer.person_id)
    if officer.service_id:
        # Where two services became one, what the one asked of the other stands (`contributions.came_over`).
        theirs |= Q(service=officer.service_id) & ~Q(case__service=officer.service_id)
    asked = Contribution.objects.open().filter(theirs, case__in=[item.thing for item in items])
    found: dict[int, list[str]] = {}
    for case, service in asked.order_by().values_list("case", "service__name"):
        found.setdefault(case, []).append(service)
    return found


def _besides(item: Item, officer: Officer, called_back: Sequence[str]) -> tuple[str, ...]:
    words = []
    if item.is_enquiry and officer.service_id and officer.service_id != item.thing.service_id:
        words.append(f"It moves to {officer.service.name}.")
    words += [f"What {name} was asked for is called back." for name in called_back]
    return tuple(words)
