"""The page of a contribution, and one page for every verb: authorise, form, one action, redirect."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import refusals
from accounts.actions import sending
from accounts.drafts import asked_to_keep
from accounts.permissions import signed_in
from accounts.views.drafts import keep_for_later, tell_sent
from casework import reading
from casework.contributions import drafting, rules
from casework.contributions import page as pages
from casework.contributions.steps import STEPS, Step
from casework.models import Contribution, Demand
from council import context
from council.calendar import for_council
from documents.forms import WithFiles
from frontend.failures import words_typed
from protocol.refusals import Refused


@signed_in
def contribution_show(request: HttpRequest, key: UUID) -> HttpResponse:
    contribution = _found(request, key)
    calendar = for_council(context.of(request))
    page = pages.gather(contribution, request.user, timezone.localdate(), calendar)
    form, begun = None, drafting.begun(contribution, request.user)
    if page.inline:
        form = STEPS[pages.INLINE].form(contribution=contribution, by=request.user)
        form.form_action = here = pages.address(contribution, pages.INLINE)
        there = [link for link in begun if link.href != here]
        drafting.offer(form, contribution, request.user, pages.INLINE, afresh=there == begun)
        begun = there
    found = {"page": page, "contribution": contribution, "case": contribution.case, "inline": form}
    found["begun"] = begun
    return render(request, "casework/contribution_page.html", found)


@signed_in
def contribution_act(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    try:
        return _act(request, key, verb)
    except Http404:
        typed = words_typed(request)
        if not typed:
            raise
        request.drawn_again = ""  # nothing on this page can be sent
        page = {"typed": typed, "files": bool(request.FILES)}
        return render(request, "casework/contribution_gone.html", page, status=404)


def _act(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    contribution, step = _found(request, key), STEPS[verb]
    form = step.form(
        request.POST or None, request.FILES or None, contribution=contribution, by=request.user
    )
    place = drafting.offer(form, contribution, request.user, verb)
    try:
        rules.may(verb, contribution=contribution, by=request.user, on=timezone.localdate())
    except Refused as refused:
        refusals.noted(request, refused)
        status = 409 if form.is_bound else 200
        return _page(request, contribution, step, form, refused=refused, status=status)
    if place and asked_to_keep(request):
        kept = keep_for_later(request, form, place, contribution.get_absolute_url())
        return kept or _page(request, contribution, step, form, status=409)
    if isinstance(form, WithFiles):
        form.take_in()
    if not form.is_valid():
        return _page(request, contribution, step, form)
    try:
        with sending(place=place, by=request.user, marks=form.draft_marks) as sent:
            step.action(contribution=contribution, by=request.user, **form.values())
    except Refused as refused:
        return _not_done(request, key, verb, refused, form.data)
    tell_sent(request, step.done(contribution), sent)
    seen = Contribution.objects.readable_by(request.user).filter(pk=contribution.pk).exists()
    return redirect(contribution.get_absolute_url() if seen else reverse("home"))


def _found(request: HttpRequest, key: UUID) -> Contribution:
    found = Contribution.objects.readable_by(request.user).with_names()
    demands = Demand.objects.visible_to(request.user).filter(contribution=OuterRef("pk"))
    found = found.annotate(has_demands=Exists(demands))
    found = found.select_related("case__enquiry", "case__raised_by")
    contribution = get_object_or_404(found, key=key)
    reading.on_record(request, contribution.case)
    return contribution


def _not_done(request, key: UUID, verb: str, refused: Refused, sent: QueryDict) -> HttpResponse:
    """The page again with everything that was typed, under the version that is current now."""
    refusals.noted(request, refused)
    contribution, step = _found(request, key), STEPS[verb]
    typed = sent.copy()
    typed["version"] = str(contribution.version)
    form = step.form(typed, contribution=contribution, by=request.user)
    drafting.offer(form, contribution, request.user, verb)
    form.is_valid()
    form.add_error(None, str(refused))
    return _page(request, contribution, step, form, status=409)


def _page(
    request, contribution: Contribution, step: Step, form, *, status: int = 200, **found
) -> HttpResponse:
    form.cancel_href = contribution.get_absolute_url()
    page = {"contribution": contribution, "case": contribution.case, "step": step, "form": form}
    page |= {"files": bool(request.FILES), **found}
    return render(request, "casework/contribution_act.html", page, status=status)
