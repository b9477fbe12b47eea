"""What the sweep leaves behind for contributions. It is the sweep of every clock (casework/chasing)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from casework.chasing.rules import Decision
from casework.holding import People, holders
from casework.models import Clock, Contribution, ContributionTold
from ledger.actions import Entry
from ledger.models import Tell

# A late contribution is no breach: the promise is to the officer, and no standard of the member's.
VERBS = {
    "remind": "contribution_reminded",
    "due": "contribution_due",
    "escalate": "contribution_late",
}


def bring(decisions: Iterable[Decision], now: datetime) -> None:
    """Those who were told beyond whoever is asked may see it from now on; nothing of the enquiry."""
    rows = [
        ContributionTold(
            contribution=d.clock.held, person_id=one.person_id, post_key=one.post or "", at=now
        )
        for d in decisions
        for one in d.told
        if one.person_id != d.clock.held.owner_id and not one.stands_in
    ]
    if rows:
        ContributionTold.objects.bulk_create(rows, ignore_conflicts=True)


def entry(decision: Decision, people: People) -> Entry:
    """One event a step. That it is late is told to whoever has the enquiry, too."""
    clock, step = decision.clock, decision.step
    told = [one.person_id for one in decision.told]
    hear = list(told)
    if step.kind == "escalate":
        hear += [one.person_id for one in holders(clock.case, people)]
    return Entry(
        verb=VERBS[step.kind],
        subject=clock.case.key,
        data={
            **_named(clock),
            "step": step.key,
            "people_told": told,
            "posts_told": [one.post for one in decision.told if one.post],
        },
        tell=_tells(hear),
    )


def redate(clocks: Iterable[Clock]) -> None:
    """A contribution has the date of its clock."""
    found = []
    for clock in clocks:
        clock.contribution.due = clock.due
        found.append(clock.contribution)
    if found:
        Contribution.objects.bulk_update(found, ["due"])


def moved(clock: Clock, before: date, why: Mapping[str, Any], people: People) -> Entry:
    """Its date was counted again: whoever is asked hears it, and whoever has the enquiry."""
    asked = (*holders(clock.held, people), *holders(clock.case, people))
    return Entry(
        verb="contribution_recomputed",
        subject=clock.case.key,
        data={**_named(clock), "date_before": before, **why},
        tell=_tells([one.person_id for one in asked]),
    )


def _named(clock: Clock) -> dict[str, Any]:
    return {
        "promise": clock.promise,
        "contribution": clock.contribution.pk,
        "service_asked": clock.contribution.service_id,
        "date_due": clock.due,
    }


def _tells(people: Iterable[int]) -> list[Tell]:
    return [Tell(recipient=f"person:{one}", channel="email") for one in dict.fromkeys(people)]
