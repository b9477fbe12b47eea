"""Everything that the page of a contribution shows, for whoever is asked and for whoever asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from casework.case_messages import message_parts
from casework.contributions import phrases, rules
from casework.contributions.steps import STEPS
from casework.demands import page as demands
from casework.demands import rules as demanding
from casework.models import Case, Contribution, Demand, Message
from frontend import parts
from frontend.parts import Link, Row
from frontend.terms import say
from frontend.words import day
from protocol.calendar import Calendar

INLINE = "contribute"


@dataclass(frozen=True)
class ContributionPage:
    """Parts for the template, top to bottom. `case_href` is "" for whoever may not open the enquiry."""

    state: parts.State
    due: parts.Due
    holder: str
    inline: bool
    more: list[Link]
    # What the reader flagged of what the member asks, or may know of besides.
    demands: list[list]
    demand_columns: list[parts.Column]
    summary: list[Row]
    written: list[parts.Message]
    shared: list[parts.Message]
    bounds: str
    case_href: str


def gather(contribution: Contribution, person, on: date, calendar: Calendar) -> ContributionPage:
    """The page for one person, who may see the contribution. A bounded number of queries."""
    case = contribution.case
    sees_case = Case.objects.visible_to(person).filter(pk=case.pk).exists()
    held = rules.relations(contribution, person, on)
    verbs = rules.available(contribution, person, on, held)
    inline = INLINE in verbs and bool(held & {"contributor", "team"})
    seen = Message.objects.visible_to(person).select_related("author", "acting_for")
    theirs = list(seen.filter(contribution=contribution))
    shared = []
    if contribution.is_open and contribution.shares and not sees_case:
        shared = list(seen.filter(case=case, officers_only=False))
    return ContributionPage(
        state=phrases.state(contribution),
        due=phrases.due(contribution, on, calendar),
        holder=phrases.holder(contribution),
        inline=inline,
        more=[
            Link(STEPS[verb].link, address(contribution, verb))
            for verb in STEPS
            if verb in verbs and not (inline and verb == INLINE)
        ]
        + _demanding(contribution, person, on, held),
        demands=_flagged(contribution, person),
        demand_columns=demands.COLUMNS,
        summary=_summary(contribution),
        written=message_parts(case, theirs, "officer"),
        shared=_lent(message_parts(case, shared, "officer")),
        bounds="" if sees_case else _bounds(contribution, bool(shared)),
        case_href=case.get_absolute_url() if sees_case else "",
    )


def _demanding(contribution: Contribution, person, on: date, held: frozenset[str]) -> list[Link]:
    """For whoever is asked; whoever asked flags it on the enquiry."""
    theirs = held & rules.THEIRS
    if not demanding.is_offered(contribution.case, person, on, theirs):
        return []
    return [Link("Flag a demand", reverse("contribution-demand", args=[contribution.key]))]


def _flagged(contribution: Contribution, person) -> list[list]:
    if not contribution.has_demands:
        return []
    seen = Demand.objects.visible_to(person).filter(contribution=contribution)
    return demands.rows(demands.listed(seen), named=False)


def _lent(written: list[parts.Message]) -> list[parts.Message]:
    """Without the ways to letters: they go through the door of the enquiry. Numbered beside what was asked."""
    return [replace(one, links=[], key=f"shared-{one.key}") for one in written]


def _summary(contribution: Contribution) -> list[Row]:
    return [
        Row("Enquiry about", contribution.case.subject),
        Row("Asked by", contribution.asked_by.name),
        Row("Asked", day(contribution.clock.started_on)),
        Row("Needed by", day(contribution.due)),
    ]


def _bounds(contribution: Contribution, shared: bool) -> str:
    """What its reader sees, and does not: that they may look no further is no fault of theirs."""
    if not contribution.is_open:
        return "You see what was asked and what was written here. The enquiry itself stays with whoever has it."
    if shared:
        return say(
            "You see this much of the enquiry so that you can contribute: the rest, and the resident’s "
            "details, stay with whoever has it. You no longer see what the {member} wrote once you have "
            "given it."
        )
    return (
        "You see the subject of the enquiry and what you are asked. If you need more to contribute, "
        "ask whoever has it."
    )


def address(contribution: Contribution, verb: str) -> str:
    return f"{contribution.get_absolute_url()}{verb.replace('_', '-')}/"
