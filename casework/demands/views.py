"""Flagging a demand, reading it, and saying what comes of it: authorise, form, one action, redirect."""

from __future__ import annotations

from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts import refusals
from accounts.permissions import permission, signed_in
from casework import reading
from casework.demands import actions, forms, phrases, rules
from casework.demands import page as pages
from casework.models import Case, Contribution, Demand
from casework.scope import side
from frontend.failures import words_typed
from frontend.terms import say
from protocol import lifecycle
from protocol.refusals import Refused

MOST = 100
CLOSED = "It is closed. The officer who flagged it is told by mail, and the {member} is not."
BACK = (
    "It is taken back. Whoever was asked to consider it is told by mail, and the {member} is not."
)


def _closed_for(request: HttpRequest, key: UUID) -> bool:
    """Whether somebody else closed what this person was asked to consider: that much they may know."""
    return Demand.objects.ended_for(request.user).filter(key=key).exists()


def _giving_back(gone: str, closed=lambda request, **about: False):
    """What is out of their sight by the time that it is sent gives back what was typed (`gone`).

    The page says the same of what never was, but to whoever may know that it is `closed`.
    """

    def of(view):
        @wraps(view)
        def answered(request: HttpRequest, **about) -> HttpResponse:
            try:
                return view(request, **about)
            except Http404:
                page = {"typed": words_typed(request), "closed": closed(request, **about)}
                if not any(page.values()):
                    raise
                request.drawn_again = ""  # nothing on this page can be sent
                status = 409 if page["closed"] and request.method == "POST" else 404
                return render(request, gone, page, status=status)

        return answered

    return of


@permission("enquiry.oversee")
def demand_list(request: HttpRequest) -> HttpResponse:
    """What was flagged, newest first: what is open before what was closed."""
    found = pages.listed(Demand.objects.visible_to(request.user))
    waiting = list(found.filter(state=lifecycle.FLAGGED)[:MOST])
    closed = list(found.exclude(state=lifecycle.FLAGGED)[:MOST])
    page = {
        "columns": pages.COLUMNS,
        "waiting": pages.rows(waiting),
        "closed": pages.rows(closed),
        "most": MOST if len(closed) == MOST else 0,
    }
    return render(request, "casework/demand_list.html", page)


@signed_in
@_giving_back("casework/enquiry_gone.html")
def demand_flag(request: HttpRequest, reference: str) -> HttpResponse:
    """Whoever is on the member's side of it, and whoever may not see it, finds no such page."""
    seen = Case.objects.visible_to(request.user).for_page(request.user)
    case = get_object_or_404(seen, reference=reference)
    if side(case, request.user) != "officer":
        raise Http404
    return _flag(request, case)


@signed_in
@_giving_back("casework/contribution_gone.html")
def demand_flag_contribution(request: HttpRequest, key: UUID) -> HttpResponse:
    """By whoever is asked for a contribution, who may not open the enquiry."""
    seen = Contribution.objects.visible_to(request.user).with_names()
    contribution = get_object_or_404(
        seen.select_related("case__enquiry", "case__raised_by"), key=key
    )
    return _flag(request, contribution.case, contribution)


def _flag(request, case: Case, contribution: Contribution | None = None) -> HttpResponse:
    reading.on_record(request, case)
    back = (contribution or case).get_absolute_url()
    form = forms.FlagForm(request.POST or None, case=case, by=request.user)
    form.cancel_href = back
    page = {"case": case, "form": form, "back": back, "contribution": contribution}
    try:
        rules.may_flag(case, request.user, timezone.localdate(), contribution)
        rules.may_flag_another(case, request.user)
    except Refused as refused:
        refusals.noted(request, refused)
        status = 409 if form.is_bound else 200
        return render(
            request, "casework/demand_flag.html", page | {"refused": refused}, status=status
        )
    if not form.is_valid():
        return render(request, "casework/demand_flag.html", page)
    try:
        demand = actions.flag(
            case=case, by=request.user, contribution=contribution, **form.values()
        )
    except Refused as refused:
        refusals.noted(request, refused)
        form.add_error(None, str(refused))
        return render(request, "casework/demand_flag.html", page, status=409)
    messages.success(request, _flagged(demand))
    return redirect(demand)


def _flagged(demand: Demand) -> str:
    told = phrases.considered_by(demand)
    if told == phrases.NOBODY:
        return say(
            "It is on record. Nobody is there who may consider it: it goes to whoever may, as soon as "
            "there is somebody. The {member} is not told."
        )
    return say(f"It is on record, and {told} is asked to consider it. The {{member}} is not told.")


@signed_in
@_giving_back("casework/demand_gone.html", _closed_for)
def demand_show(request: HttpRequest, key: UUID) -> HttpResponse:
    demand = _found(request, key)
    page = pages.gather(demand, request.user)
    form = _form(forms.ConsiderForm, demand, request) if page.considers else None
    if form:
        form.cancel_href = ""
        form.form_action = f"{demand.get_absolute_url()}consider/"
    found = {"page": page, "demand": demand, "form": form}
    return render(request, "casework/demand_page.html", found)


@signed_in
@_giving_back("casework/demand_gone.html", _closed_for)
def demand_consider(request: HttpRequest, key: UUID) -> HttpResponse:
    demand = _found(request, key)
    form = _form(forms.ConsiderForm, demand, request)
    try:
        rules.may_consider(demand, request.user, timezone.localdate())
    except Refused as refused:
        refusals.noted(request, refused)
        return _page(request, demand, form, "Say what comes of it", refused=refused)
    return _act(request, demand, form, "Say what comes of it", actions.consider, CLOSED)


@signed_in
@_giving_back("casework/demand_gone.html", _closed_for)
def demand_take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    demand = _found(request, key)
    form = _form(forms.TakeBackForm, demand, request)
    try:
        rules.may_take_back(demand, request.user)
    except Refused as refused:
        refusals.noted(request, refused)
        return _page(request, demand, form, "Take it back", refused=refused)
    return _act(request, demand, form, "Take it back", actions.take_back, BACK)


def _act(request, demand: Demand, form, title: str, action, done: str) -> HttpResponse:
    if not form.is_valid():
        return _page(request, demand, form, title)
    try:
        action(demand=demand, by=request.user, **form.values())
    except Refused as refused:
        refusals.noted(request, refused)
        again = _found(request, demand.key)
        typed = form.data.copy()
        typed["version"] = str(again.version)
        form = type(form)(typed, demand=again, by=request.user)
        form.is_valid()
        form.add_error(None, str(refused))
        return _page(request, again, form, title, status=409)
    messages.success(request, say(done))
    return redirect(demand)


def _found(request: HttpRequest, key: UUID) -> Demand:
    seen = Demand.objects.visible_to(request.user).with_names()
    demand = get_object_or_404(seen.prefetch_related("told__person"), key=key)
    reading.on_record(request, demand.case)
    return demand


def _form(kind, demand: Demand, request: HttpRequest):
    form = kind(request.POST or None, demand=demand, by=request.user)
    form.cancel_href = demand.get_absolute_url()
    return form


def _page(
    request, demand: Demand, form, title: str, *, refused: Refused | None = None, status: int = 0
) -> HttpResponse:
    page = {"demand": demand, "form": form, "title": title, "refused": refused}
    status = status or (409 if refused and form.is_bound else 200)
    return render(request, "casework/demand_act.html", page, status=status)
