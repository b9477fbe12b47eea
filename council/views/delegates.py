"""Delegates: who does what for whom, between dates."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import permission
from accounts.signing_in.confirming import confirmed_form
from council.actions import delegations
from council.formpage import form_page, sent
from council.forms import DelegationForm, LastDayForm, LimitsForm
from council.models import Delegation
from council.views.trail import section, trail
from frontend.parts import Column, Link, State
from frontend.words import day as written
from protocol import authority

DELEGATES = [
    Column("For", primary=True),
    Column("Who acts for them"),
    Column("What they may do"),
    Column("From"),
    Column("Until"),
    Column(""),
]


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
    change = Link(
        "Change", reverse("delegation-edit", args=[one.pk]), f"what {one.delegate.name} may do"
    )
    end = Link("End", reverse("delegation-end", args=[one.pk]), about)
    return [
        one.principal.name,
        one.delegate.name,
        in_words(one).capitalize(),
        written(one.since),
        written(one.until) or "Not set",
        State("Ended", "grey") if past else [change, end],
    ]


def in_words(one: Delegation) -> str:
    """What they may do: "read what they raised and raise enquiries"."""
    return authority.delegated_in_words(frozenset(one.may.split()))


@permission("council.configure")
@confirmed_form
def delegation_add(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        DelegationForm(
            sent(request),
            initial={"since": timezone.localdate(), "may": list(authority.DELEGATED)},
            cancel_href=reverse("delegation-list"),
        ),
        act=lambda clean: delegations.make(by=request.user, **clean),
        heading="Record a delegate",
        said=lambda made: (
            f"Recorded. {made.delegate.name} acts for {made.principal.name} from "
            f"{written(made.since)}: they may {in_words(made)}, except in restricted cases."
        ),
        to=reverse("delegation-list"),
        intro="A delegate reads what one person raised and does for them what you tick here. Both names "
        "are recorded. A delegate sees no restricted case.",
        trail=trail(("Delegates", "delegation-list")),
    )


@permission("council.configure")
@confirmed_form
def delegation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Delegation.objects.select_related("principal", "delegate"), pk=pk)
    back, shown = reverse("delegation-list"), delegations.limited(found)
    return form_page(
        request,
        LimitsForm(sent(request), initial=shown, cancel_href=back),
        act=lambda clean: delegations.limit(delegation=found, by=request.user, **clean),
        shown=shown,
        about=[f"delegation:{pk}"],
        heading=f"What {found.delegate.name} may do for {found.principal.name}",
        said=lambda now: f"{now.delegate.name} may {in_words(now)} for {now.principal.name}.",
        to=back,
        intro="They read what this person raised, except restricted cases. What you change takes effect "
        "on their next click, and both are told by mail.",
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
