"""Legal holds: which there are, placing one, lifting one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import permission
from council.formpage import form_page, sent
from frontend.parts import Column, Link, Typed
from frontend.words import count
from records import actions, rooms
from records.forms import HoldForm, LiftForm
from records.models import Hold
from records.views.trail import section, ticked, trail

COLUMNS = [
    Column("What is held", primary=True),
    Column("Why"),
    Column("Since"),
    Column("Look again on"),
    Column(""),
]
MOST = 100


@permission("records.keep")
def hold_list(request: HttpRequest) -> HttpResponse:
    """Those in force, the one to be looked at first first; of what the reader may see."""
    holds = Hold.objects.in_force().select_related("by")
    found, more = rooms.first_seen(request.user, holds, MOST)
    rows = [_row(one, item) for one, item in found]
    page = {"rows": rows, "more": more, "columns": COLUMNS, "section": section(request)}
    return render(request, "records/holds.html", page)


def _row(hold: Hold, item) -> list:
    return [
        Link(f"{item.reference}: {item.subject}", item.href),
        [Typed(hold.why), hold.by.name],
        hold.since.date(),
        hold.look_again_on,
        Link("Lift", reverse("hold-lift", args=[hold.pk]), f"the hold on {item.reference}"),
    ]


@permission("records.keep")
def hold_place(request: HttpRequest) -> HttpResponse:
    found = ticked(request)
    if not found:
        messages.error(
            request, "Tick what is to be held, or open its page first. Nothing was held."
        )
        return redirect("hold-list")
    return form_page(
        request,
        HoldForm(sent(request), cancel_href=reverse("hold-list")),
        act=lambda clean: actions.hold(
            abouts=[one.about for one in found], by=request.user, **clean
        ),
        heading="Place a legal hold",
        said=lambda held: (
            f"{count(len(held), 'hold')} placed. Nothing there is erased or taken off."
        ),
        to=reverse("hold-list"),
        template="records/ticked.html",
        items=found,
        consequences=[
            "Nothing of it is erased, anonymised or taken off until somebody lifts the hold.",
            "Officers who have it see that it is held, and not why.",
        ],
        trail=trail(("Legal holds", "hold-list")),
    )


@permission("records.keep")
def hold_lift(request: HttpRequest, pk: int) -> HttpResponse:
    hold = get_object_or_404(Hold.objects.in_force(), pk=pk)
    found = rooms.items(request.user, [hold.about])
    if not found:
        raise Http404
    return form_page(
        request,
        LiftForm(sent(request), cancel_href=reverse("hold-list")),
        act=lambda clean: actions.lift(hold=hold, by=request.user, **clean),
        heading="Lift a legal hold",
        said=f"The hold on {found[0].reference} is lifted. Its time counts again.",
        to=reverse("hold-list"),
        template="records/ticked.html",
        items=found,
        trail=trail(("Legal holds", "hold-list")),
    )
