"""Requests to be forgotten: recorded, looked for, looked over, erased, closed."""

from __future__ import annotations

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import permission
from accounts.signing_in.confirming import confirmed
from council.formpage import form_page, sent
from frontend.parts import Column, Link, Row
from frontend.words import count
from frontend.words import day as written
from records import actions, rooms
from records.forms import CloseForm, ConfirmForm, ExtentForm, RequestForm
from records.models import Erasure, ErasureRequest, Hold
from records.rules import MOST
from records.views.trail import section, ticked, trail

OPEN = [
    Column("Request", primary=True),
    Column("Received"),
    Column("Recorded by"),
    Column("Erased", numeric=True),
]
CLOSED = [*OPEN[:2], Column("How it ended"), OPEN[3]]
CANNOT = "Cannot be undone."


@permission("records.keep")
def erasure_list(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; and what was closed, without a name."""
    found = ErasureRequest.objects.select_related("recorded_by").prefetch_related("erasures")
    waiting, closed = found.filter(closed_at=None), found.exclude(closed_at=None)
    page = {
        "open": [_cells(one) for one in waiting[:MOST]],
        "open_columns": OPEN,
        "closed": [_cells(one) for one in closed.order_by("-closed_at")[:MOST]],
        "closed_columns": CLOSED,
        "clearing": Erasure.objects.filter(cleared_at=None).count(),
        "section": section(request),
    }
    return render(request, "records/erasures.html", page)


def _cells(one: ErasureRequest) -> list:
    erased = len(one.erasures.all())
    if one.closed_at:
        return [f"Request {one.pk}", one.received_on, one.get_outcome_display(), erased]
    link = Link(", ".join(one.terms), reverse("erasure-show", args=[one.pk]))
    return [link, one.received_on, one.recorded_by.name, erased]


@permission("records.keep")
def erasure_add(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        RequestForm(sent(request), cancel_href=reverse("erasure-list")),
        act=lambda clean: actions.record_request(by=request.user, **clean),
        heading="Record a request to be erased",
        said="The request is recorded. Below is where they stand.",
        to=lambda made: reverse("erasure-show", args=[made.pk]),
        intro="Check who they are first, as your council does. What you enter here is erased with the request.",
        trail=trail(("Erasure", "erasure-list")),
    )


@permission("records.keep")
def erasure_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Where they stand, in what the reader may see; ticks for what can be erased."""
    asked = get_object_or_404(ErasureRequest, pk=pk, closed_at=None)
    found = [item for room in rooms.all_of_them() for item in room.find(request.user, asked.terms)]
    held = set(
        Hold.objects.in_force()
        .of(one.about for one in found[:MOST])
        .values_list("about", flat=True)
    )
    page = {
        "asked": asked,
        "rows": [
            Row("Looked for", asked.terms),
            Row("Received", asked.received_on),
            # Article 12(3).
            Row("Answer due", asked.received_on + relativedelta(months=1)),
        ],
        "lines": [(one, _why_not(one, held), ", ".join(one.places)) for one in found[:MOST]],
        "more": len(found) > MOST,
        "form": ExtentForm(initial={"extent": "all"}),
        "trail": trail(("Erasure", "erasure-list")),
    }
    return render(request, "records/erasure.html", page)


def _why_not(item, held: set[str]) -> str:
    if item.erased_on:
        return f"Erased on {written(item.erased_on)}"
    return "Under a legal hold" if item.about in held else ""


@permission("records.keep")
@confirmed
def erasure_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """What was ticked, looked over; then erased for good."""
    asked = get_object_or_404(ErasureRequest, pk=pk, closed_at=None)
    extent, found = request.GET.get("extent", ""), ticked(request)
    back = reverse("erasure-show", args=[pk])
    if not found or extent not in dict(Erasure.EXTENTS):
        messages.error(request, "Tick what is to be erased, and select how much of it.")
        return redirect(back)
    return form_page(
        request,
        ConfirmForm(sent(request), cancel_href=back),
        act=lambda clean: actions.erase(
            abouts=[one.about for one in found], extent=extent, by=request.user, request=asked
        ),
        heading=f"Erase from {count(len(found), 'enquiry,enquiries')}",
        said=lambda made: f"Erased from {count(len(made), 'enquiry,enquiries')}. {NEXT}",
        to=back,
        template="records/ticked.html",
        items=found,
        consequences=CONSEQUENCES[extent],
        trail=[*trail(("Erasure", "erasure-list")), Link("Request", back)],
    )


NEXT = "The database’s own files are cleared of it within the hour. Close the request when all is done."
CONSEQUENCES = {
    "details": [
        f"The resident’s name, contact details and why they may be held are erased. It {CANNOT.lower()}",
        "What people wrote stays, and may name them.",
    ],
    "all": [
        f"All texts, files, names and contact details of these are erased, for everybody. It {CANNOT.lower()}",
        "Drafts that nobody sent and saved views that name them are deleted, whoever’s they are.",
        "Dates, service, ward and who dealt with it stay, for the figures and the ledger.",
        "A backup that is restored has it erased again, where your IT team keeps the list of erasures with it.",
    ],
}


@permission("records.keep")
def erasure_close(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(ErasureRequest, pk=pk, closed_at=None)
    return form_page(
        request,
        CloseForm(sent(request), cancel_href=reverse("erasure-show", args=[pk])),
        act=lambda clean: actions.close(request=asked, by=request.user, **clean),
        heading="Close a request to be erased",
        said="The request is closed, and what it named is erased.",
        to=reverse("erasure-list"),
        consequences=[
            f"The name and whatever else was looked for is erased from the request. It {CANNOT.lower()}",
            "Tell them yourself what was done, and that they can complain to the Information Commissioner.",
        ],
        trail=trail(("Erasure", "erasure-list")),
    )
