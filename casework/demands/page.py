"""The page of one demand, for whoever may know of it; and how demands stand in lists and on a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, DateTimeField, F, Prefetch, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from casework import phrases as cases
from casework import timeline
from casework.demands import phrases, rules
from casework.models import Case, Demand, DemandTold
from frontend import parts
from frontend.parts import Column, Link, Row
from frontend.terms import say
from frontend.words import day, shortday
from ledger.models import Event

TITLE = "A demand on an officer"
COLUMNS = [
    Column("Demand", primary=True),
    Column("Flagged by"),
    Column("Status"),
    Column("With"),
]
# Of what waits to be considered, so many stand beside the work; the rest when these are done.
MOST = 50


@dataclass(frozen=True)
class DemandPage:
    """Parts for the template. `considers` and `takes_back` say which form is there."""

    state: parts.State
    heading: str
    summary: list[Row]
    outcome: list[Row]
    timeline: list[parts.TimelineItem]
    considers: bool
    takes_back: bool
    back: Link


def gather(demand: Demand, person) -> DemandPage:
    """The page for one person, who may see the demand. A bounded number of queries."""
    case = demand.case
    sees = Case.objects.visible_to(person).filter(pk=case.pk).exists()
    mine = demand.flagged_by_id == person.pk
    events = list(Event.objects.about(demand.subject).order_by("-pk"))
    names = timeline.Names.of(events, known=[demand.flagged_by, case.raised_by])
    return DemandPage(
        state=phrases.state(demand),
        heading=demand.get_kind_display(),
        summary=_summary(demand, sees),
        outcome=_outcome(demand),
        timeline=timeline.items(case, events, names, side="officer"),
        considers=demand.is_open and rules.considers(demand, person),
        takes_back=demand.is_open and mine,
        back=Link(f"Back to {case.reference}", case.get_absolute_url())
        if sees
        else Link("Back to your work", reverse("home")),
    )


def _summary(demand: Demand, sees: bool) -> list[Row]:
    case = demand.case
    about = Link(f"{case.reference}: {case.subject}", case.get_absolute_url()) if sees else ""
    if not about and case.sensitivity == "ordinary":
        about = f"{case.reference}: {case.subject}"
    found = [
        Row("What was asked", demand.text),
        Row("Ground", demand.ground, cite=cases.cite(case, demand.clause)),
        Row("What the officer did", phrases.handled(demand)),
        Row(say("{Member}"), case.raised_by.name),
        Row("Enquiry", about),
        Row(
            "Flagged by", f"{demand.flagged_by.name}, {day(timezone.localdate(demand.flagged_at))}"
        ),
        Row("With", phrases.considered_by(demand)) if demand.is_open else None,
    ]
    return [row for row in found if row and row.value]


def _outcome(demand: Demand) -> list[Row]:
    if demand.is_open:
        return []
    found = [
        Row("What came of it", phrases.outcome(demand.outcome)),
        Row("In words", demand.outcome_text),
        Row(demand.words, f"{demand.closed_by.name}, {day(timezone.localdate(demand.closed_at))}"),
    ]
    return [row for row in found if row.value]


def rows(found: Iterable[Demand], *, named: bool = True) -> list[list]:
    """In a list; `named` says whose enquiry it is, where that is not plain already."""
    return [
        [
            [
                Link(one.get_kind_display(), one.get_absolute_url(), about=one.case.reference),
                f"{one.case.reference}, {one.case.raised_by.name}" if named else one.ground,
            ],
            [one.flagged_by.name, shortday(one.flagged_at)],
            phrases.state(one),
            phrases.considered_by(one),
        ]
        for one in found
    ]


def listed(found):
    """With what a row shows: two queries, however many."""
    told = Prefetch("told", DemandTold.objects.select_related("person").order_by("at", "pk"))
    return found.with_names().prefetch_related(told).order_by("-flagged_at", "-pk")


def of_case(case: Case, person) -> list[Demand]:
    """Those of a case that a person may know of. No query where there are none such."""
    if not getattr(case, "has_demands", False):
        return []
    return list(listed(Demand.objects.visible_to(person).filter(case=case)))


WAITING = [
    Column("Demand", primary=True),
    Column("Flagged by"),
]
_TEXT = CharField()
_KEYS = (Cast("key", _TEXT), "kind", "case__reference", "case__raised_by__name", "flagged_by__name")


def beside(person, asked) -> tuple[bool, list[list]]:
    """Whether `asked` finds anything, and the rows of what waits for a person to consider it, oldest first
    and so many at the most. One query, the same for whoever has neither.
    """
    nothing = [Value("", output_field=_TEXT)] * len(_KEYS)
    never = Value(None, output_field=DateTimeField())
    theirs = Demand.objects.brought_to(person).order_by().values_list(*_KEYS, "flagged_at")
    both = theirs.union(asked.order_by().values_list(*nothing, never))
    # What is asked comes first, so that no number of demands hides it.
    found = list(both.order_by(F("flagged_at").asc(nulls_first=True))[: MOST + 1])
    return any(at is None for *_, at in found), [_row(*one) for one in found if one[-1]][:MOST]


def _row(key: str, kind: str, reference: str, raised_by: str, flagged_by: str, at) -> list:
    one = Demand(key=UUID(key), kind=kind)
    link = Link(one.get_kind_display(), one.get_absolute_url(), about=reference)
    return [[link, f"{reference}, {raised_by}"], [flagged_by, shortday(at)]]


def address(case: Case) -> str:
    """Where a demand about a case is flagged."""
    return reverse("demand-flag", args=[case.reference])
