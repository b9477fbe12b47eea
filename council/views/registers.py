"""Closure days, declared relationships, and delegates."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import permission
from accounts.signing_in.confirming import confirmed_form
from council import context as council_context
from council.actions import closures, delegations, relationships
from council.formpage import form_page, sent
from council.forms import (
    ClosureForm,
    ConfirmForm,
    DelegationForm,
    LastDayForm,
    RelationshipForm,
)
from council.models import ClosureDay, Delegation, Relationship
from council.views.trail import section, trail
from frontend.parts import Column, Link, State
from frontend.words import count
from frontend.words import day as written
from protocol.calendar import Calendar

RECOUNTED = "The dates of cases that are still open are being counted again."
RELATIONSHIPS = [
    Column("Who declared it", primary=True),
    Column("With"),
    Column("Kind"),
    Column("Declared"),
    Column("Status"),
]
DELEGATES = [
    Column("For", primary=True),
    Column("Who acts for them"),
    Column("From"),
    Column("Until"),
    Column(""),
]


# Closure days -------------------------------------------------------------------------------


@permission("council.configure")
def closure_list(request: HttpRequest) -> HttpResponse:
    """The years with the council's days and, greyed, the nation's bank holidays."""
    council = council_context.of(request)
    nation = council.nation if council else "england"
    calendar = Calendar.for_nation(nation)
    days = list(ClosureDay.objects.all())
    this_year = timezone.localdate().year
    years = sorted({this_year, this_year + 1, *(one.day.year for one in days)}, reverse=True)
    context = {
        "years": [_year(year, days, calendar) for year in years],
        "nation": council.get_nation_display() if council else "England",
        "today": timezone.localdate(),
        "trail": trail(),
        "section": section(request),
    }
    return render(request, "council/closures.html", context)


def _year(year: int, days: list[ClosureDay], calendar: Calendar) -> dict:
    own = [(one.day, one.name, one) for one in days if one.day.year == year]
    banks = []
    if calendar.earliest.year <= year <= calendar.latest.year:
        banks = [(day, name, None) for day, name in bank_holidays(calendar, year)]
    lines = sorted([*own, *banks], key=lambda line: line[0])
    provisional = any(calendar.is_provisional(day) for day, _, _ in banks)
    return {"year": year, "lines": lines, "own": len(own), "provisional": provisional}


def bank_holidays(calendar: Calendar, year: int) -> list[tuple[date, str]]:
    """The weekdays of a year that do not count, with why."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    span = (date.fromordinal(n) for n in range(first, last + 1))
    weekdays = (
        day for day in span if day.weekday() < 5 and calendar.earliest <= day <= calendar.latest
    )
    return [(day, why) for day in weekdays if (why := calendar.why_closed(day))]


@permission("council.configure")
def closure_add(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        ClosureForm(sent(request), cancel_href=reverse("closure-list")),
        act=lambda clean: closures.add(by=request.user, **clean),
        heading="Add closure days",
        said=lambda days: f"Added {count(len(days), 'day')}. {RECOUNTED}",
        to=reverse("closure-list"),
        intro="A closure day is not a working day, so due dates after it move to a later day. "
        "You can add days that are past.",
        trail=trail(("Closure days", "closure-list")),
    )


@permission("council.configure")
def closure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    closure = get_object_or_404(ClosureDay, pk=pk)
    return form_page(
        request,
        ConfirmForm(
            sent(request), submit_text="Remove this day", cancel_href=reverse("closure-list")
        ),
        act=lambda clean: closures.remove(closure=closure, by=request.user),
        heading=f"Remove {closure.name}, {written(closure.day)}",
        said=f"{written(closure.day)} is a working day again. {RECOUNTED}",
        to=reverse("closure-list"),
        consequences=[
            "The day counts as a working day again.",
            "Open cases whose time runs over it become due a working day earlier. One may become "
            "late by that: its officer is told.",
            "Cases that are closed stay as they are.",
        ],
        trail=trail(("Closure days", "closure-list")),
    )


# Relationships ------------------------------------------------------------------------------


@permission("council.configure")
def relationship_list(request: HttpRequest) -> HttpResponse:
    found = Relationship.objects.select_related("person", "other")
    rows = [
        [one.person.name, one.other.name, one.get_kind_display(), written(one.declared_on), end]
        for one in found
        for end in [_relationship_state(one)]
    ]
    context = {"columns": RELATIONSHIPS, "rows": rows}
    context |= {"trail": trail(), "section": section(request)}
    return render(request, "council/relationships.html", context)


def _relationship_state(one: Relationship) -> State | Link:
    if one.ended_on is not None:
        return State(f"Ended {written(one.ended_on)}", "grey")
    about = f"the relationship of {one.person.name} and {one.other.name}"
    return Link("End", reverse("relationship-end", args=[one.pk]), about)


@permission("council.configure")
def relationship_add(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        RelationshipForm(
            sent(request),
            initial={"declared_on": timezone.localdate()},
            cancel_href=reverse("relationship-list"),
        ),
        act=lambda clean: relationships.declare(by=request.user, **clean),
        heading="Record a declared relationship",
        said="Recorded. From now on, what one of them raises is not given to the other.",
        to=reverse("relationship-list"),
        trail=trail(("Relationships", "relationship-list")),
    )


@permission("council.configure")
def relationship_end(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Relationship.objects.select_related("person", "other"), pk=pk)
    back = reverse("relationship-list")
    return form_page(
        request,
        LastDayForm(sent(request), submit_text="End it on that day", cancel_href=back),
        act=lambda clean: relationships.end(
            relationship=found, ended_on=clean["last_day"], seen=clean["seen"], by=request.user
        ),
        shown=relationships.ending(found),
        about=[f"relationship:{pk}"],
        heading=f"End the relationship of {found.person.name} and {found.other.name}",
        said="Ended. The record of it stays.",
        to=back,
        consequences=["From the day after, each may act in matters of the other again."],
        trail=trail(("Relationships", "relationship-list")),
    )


# Delegates ----------------------------------------------------------------------------------


@permission("council.configure")
def delegation_list(request: HttpRequest) -> HttpResponse:
    found = Delegation.objects.select_related("principal", "delegate")
    today = timezone.localdate()
    groups = groupby(found, key=lambda one: one.until is not None and one.until < today)
    by_past: dict[bool, list] = {False: [], True: []}
    for past, some in groups:
        by_past[past] += [_delegation_row(one, past=past) for one in some]
    context = {"columns": DELEGATES, "rows": by_past[False], "past": by_past[True]}
    context |= {"trail": trail(), "section": section(request)}
    return render(request, "council/delegations.html", context)


def _delegation_row(one: Delegation, *, past: bool) -> list:
    about = f"what {one.delegate.name} does for {one.principal.name}"
    end = Link("End", reverse("delegation-end", args=[one.pk]), about)
    return [
        one.principal.name,
        one.delegate.name,
        written(one.since),
        written(one.until) or "Not set",
        State("Ended", "grey") if past else end,
    ]


@permission("council.configure")
@confirmed_form
def delegation_add(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        DelegationForm(
            sent(request),
            initial={"since": timezone.localdate()},
            cancel_href=reverse("delegation-list"),
        ),
        act=lambda clean: delegations.make(by=request.user, **clean),
        heading="Record a delegate",
        said=lambda made: (
            f"Recorded. {made.delegate.name} acts for {made.principal.name} from "
            f"{written(made.since)}, except in restricted cases."
        ),
        to=reverse("delegation-list"),
        intro="A delegate does for one person what that person may do, and both names are "
        "recorded. A delegate sees no restricted case.",
        trail=trail(("Delegates", "delegation-list")),
    )


@permission("council.configure")
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Delegation.objects.select_related("principal", "delegate"), pk=pk)
    back = reverse("delegation-list")
    return form_page(
        request,
        LastDayForm(sent(request), submit_text="End it on that day", cancel_href=back),
        act=lambda clean: delegations.end(delegation=found, by=request.user, **clean),
        shown=delegations.ending(found),
        about=[f"delegation:{pk}"],
        heading=f"{found.delegate.name} stops acting for {found.principal.name}",
        said=lambda ended: f"{ended.delegate.name} acts for them until {written(ended.until)}.",
        to=back,
        consequences=["From the day after, they see nothing of this person’s casework."],
        trail=trail(("Delegates", "delegation-list")),
    )
