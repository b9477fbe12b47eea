"""What has been kept for as long as the council set, and what somebody decides of it; and for how long."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import permission
from accounts.signing_in.confirming import confirmed
from council.formpage import form_page, sent
from frontend.words import count
from frontend.words import day as written
from records import actions, rooms, schedules
from records.forms import ConfirmForm, KeepForm, SchedulesForm
from records.models import Hold, Review
from records.rules import MOST
from records.views.erasures import CONSEQUENCES
from records.views.trail import section, ticked, trail

HELD = "Under a legal hold"
NOTHING = "Tick what it is about. Nothing was changed."


@permission("records.keep")
def review_list(request: HttpRequest) -> HttpResponse:
    """What waits for somebody to decide, of what the reader may see, the longest due first."""
    waiting = Review.objects.waiting(timezone.localdate())
    found, more = rooms.first_seen(request.user, waiting, MOST)
    abouts = [item.about for _, item in found]
    held = set(Hold.objects.in_force().of(abouts).values_list("about", flat=True))
    lines = [
        (item, HELD if item.about in held else "", written(one.keep_until or one.due_on))
        for one, item in found
        if item.ended_on
    ]
    page = {"lines": lines, "more": more, "section": section(request)}
    return render(request, "records/reviews.html", page)


@permission("records.keep")
def review_keep(request: HttpRequest) -> HttpResponse:
    found = ticked(request)
    if not found:
        messages.error(request, NOTHING)
        return redirect("review-list")
    return form_page(
        request,
        KeepForm(sent(request), cancel_href=reverse("review-list")),
        act=lambda clean: actions.keep(
            abouts=[one.about for one in found], by=request.user, **clean
        ),
        heading=f"Keep {count(len(found), 'enquiry,enquiries')} longer",
        said=lambda kept: f"{count(len(kept), 'enquiry is,enquiries are')} kept longer.",
        to=reverse("review-list"),
        template="records/ticked.html",
        items=found,
        trail=trail(("Review list", "review-list")),
    )


@permission("records.keep")
@confirmed
def review_anonymise(request: HttpRequest) -> HttpResponse:
    found = ticked(request)
    if not found:
        messages.error(request, NOTHING)
        return redirect("review-list")
    return form_page(
        request,
        ConfirmForm(
            sent(request), cancel_href=reverse("review-list"), submit_text="Anonymise for good"
        ),
        act=lambda clean: actions.anonymise(abouts=[one.about for one in found], by=request.user),
        heading=f"Anonymise {count(len(found), 'enquiry,enquiries')}",
        said=lambda made: f"{count(len(made), 'enquiry is,enquiries are')} anonymised.",
        to=reverse("review-list"),
        template="records/ticked.html",
        items=found,
        consequences=[one for one in CONSEQUENCES["all"] if not one.startswith("Drafts")],
        trail=trail(("Review list", "review-list")),
    )


@permission("records.keep")
def retention_edit(request: HttpRequest) -> HttpResponse:
    names = {
        (room.prefix, outcome): f"{room.name}, {words.lower()}"
        for room in rooms.all_of_them()
        for outcome, words in room.outcomes.items()
    }
    form = SchedulesForm(sent(request), schedules=schedules.in_force(), names=names)
    return form_page(
        request,
        form,
        act=lambda clean: actions.schedule(months=form.months, by=request.user),
        heading="How long things are kept",
        said="Saved. What is due by it comes up for review within the day.",
        to=reverse("retention-edit"),
        template="records/retention.html",
        section=section(request),
    )
