"""When officers are away: the clerk's list, and each officer's own."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import standing
from accounts.permissions import permission, signed_in
from council.formpage import form_page, sent
from council.forms import ConfirmForm
from frontend.parts import Column, Link, State
from frontend.words import day as written
from officers import rules
from officers.actions import absences as actions
from officers.forms import AbsenceForm, OfficerAbsenceForm
from officers.models import Absence, Officer
from officers.views.trail import section, trail
from protocol.refusals import Refused

A_PAGE = 25
COLUMNS = [
    Column("Officer", primary=True),
    Column("First day away"),
    Column("Last day away"),
    Column("Cover"),
    Column(""),
]


@permission("directory.keep")
def absence_list(request: HttpRequest) -> HttpResponse:
    """Everybody who is or will be away, the soonest first."""
    today = timezone.localdate()
    found = Absence.objects.filter(until__gte=today).order_by("since", "pk")
    found = found.select_related("officer__person", "cover__person")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "columns": COLUMNS,
        "rows": [_row(one) for one in page],
        "page": page,
        "section": section(request),
    }
    return render(request, "officers/absences.html", context)


def _row(absence: Absence) -> list:
    href = reverse("absence-edit", args=[absence.pk])
    return [
        absence.officer.person.name,
        written(absence.since),
        written(absence.until),
        absence.cover.person.name if absence.cover else State("Nobody", "yellow"),
        Link("Change", href, f"the absence of {absence.officer}"),
    ]


@permission("directory.keep")
def absence_add(request: HttpRequest) -> HttpResponse:
    """For any officer; `?officer=4` has one chosen."""
    form = OfficerAbsenceForm(
        sent(request),
        initial={"officer": request.GET.get("officer")},
        cancel_href=reverse("absence-list"),
    )
    return form_page(
        request,
        form,
        act=lambda clean: actions.record(by=request.user, **clean),
        heading="Record an absence",
        said=_said,
        to=reverse("absence-list"),
        trail=trail(Link("Absence", reverse("absence-list"))),
    )


def _said(absence: Absence) -> str:
    who = absence.cover.person.name if absence.cover else "Nobody"
    return f"Recorded from {written(absence.since)} to {written(absence.until)}. {who} covers."


@signed_in
def absence_mine(request: HttpRequest) -> HttpResponse:
    """An officer's own absences, those to come and now."""
    officer = _own(request)
    if officer is None:
        return _no_officer(request)
    today = timezone.localdate()
    found = officer.absences.filter(until__gte=today).order_by("since")
    rows = [_row(one)[1:] for one in found.select_related("officer__person", "cover__person")]
    columns = [Column("First day away", primary=True), *COLUMNS[2:]]
    return render(request, "officers/absence_mine.html", {"columns": columns, "rows": rows})


@signed_in
def absence_mine_add(request: HttpRequest) -> HttpResponse:
    officer = _own(request)
    if officer is None:
        return _no_officer(request)
    return form_page(
        request,
        AbsenceForm(sent(request), cancel_href=reverse("absence-mine")),
        act=lambda clean: actions.record(officer=officer, by=request.user, **clean),
        heading="When are you away?",
        said=_said,
        to=reverse("absence-mine"),
        trail=[Link("Your absence", reverse("absence-mine"))],
    )


def _own(request: HttpRequest) -> Officer | None:
    """The officer who asks, acting as one; nobody else has absences of their own."""
    officer = getattr(request.user, "officer", None)
    return officer if "officer" in standing.of(request.user).facts else None


def _no_officer(request: HttpRequest) -> HttpResponse:
    if standing.of(request.user).may("directory.keep"):
        return redirect("absence-list")
    if not standing.of(request.user).may("enquiry.work"):
        raise Http404
    return render(request, "officers/no_officer.html")


@signed_in
def absence_edit(request: HttpRequest, pk: int) -> HttpResponse:
    absence = _theirs(request, pk)
    shown = actions.shown(absence)
    form = AbsenceForm(
        sent(request),
        initial=shown,
        named={"cover": absence.cover_id},
        cancel_href=_back(request),
    )
    return form_page(
        request,
        form,
        act=lambda clean: actions.change(absence=absence, by=request.user, **clean),
        shown=shown,
        about=[f"absence:{pk}"],
        heading=f"Absence of {absence.officer}",
        said=lambda changed: _said(absence) if changed else "Nothing was changed.",
        to=_back(request),
        template="officers/absence.html",
        absence=absence,
    )


@signed_in
def absence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    absence = _theirs(request, pk)
    days = f"{written(absence.since)} to {written(absence.until)}"
    return form_page(
        request,
        ConfirmForm(sent(request), submit_text="Remove it", cancel_href=_back(request)),
        act=lambda clean: actions.remove(absence=absence, by=request.user, **clean),
        shown=actions.shown(absence),
        about=[f"absence:{pk}"],
        heading=f"Remove the absence of {absence.officer}",
        said=f"Removed: {absence.officer} is not away from {days}.",
        to=_back(request),
        consequences=[
            f"{absence.officer} counts as here from {days}.",
            "What falls due in those days goes to them, and not to their cover.",
        ],
    )


def _theirs(request: HttpRequest, pk: int) -> Absence:
    """An absence that this person may change; to others it does not exist."""
    found = Absence.objects.select_related("officer__person", "cover__person")
    if not standing.of(request.user).may("directory.keep"):
        found = found.filter(officer__person=request.user)
    absence = get_object_or_404(found, pk=pk)
    try:
        rules.may_record_absence(absence.officer, request.user)
    except Refused:
        raise PermissionDenied from None
    return absence


def _back(request: HttpRequest) -> str:
    keeps = standing.of(request.user).may("directory.keep")
    return reverse("absence-list" if keeps else "absence-mine")
