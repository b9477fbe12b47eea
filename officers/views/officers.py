"""The directory of officers: list, page, form, and when one leaves."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import permission
from accounts.pictures import address_waits
from accounts.signing_in.confirming import insist_for_address
from council.formpage import form_page, sent
from council.forms import LastDayForm
from frontend.parts import Column, Link, Row, State
from frontend.words import day as written
from officers import rules
from officers.actions import officers as actions
from officers.filters import OfficerFilter
from officers.forms import OfficerForm
from officers.leaving import elsewhere, left_behind
from officers.models import Absence, Officer
from officers.views.trail import section, trail

A_PAGE = 25
COLUMNS = [
    Column("Name", primary=True),
    Column("Job"),
    Column("Service"),
    Column("Manager"),
    Column("Today"),
]


@permission("directory.keep")
def officer_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    filters = OfficerFilter(request.GET, Officer.objects.with_line().with_absence(today))
    page = Paginator(filters.qs, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": filters,
        "page": page,
        "columns": COLUMNS,
        "rows": [_row(officer, today) for officer in page],
        "section": section(request),
    }
    return render(request, "officers/officers.html", context)


def _row(officer: Officer, today) -> list:
    return [
        Link(officer.person.name, reverse("officer-show", args=[officer.pk])),
        officer.job_title,
        officer.service.name if officer.service else "None",
        officer.manager.person.name if officer.manager else "None",
        _state(officer, officer.away, today),
    ]


def _state(officer: Officer, away: bool, today) -> State:
    if rules.has_ended(officer, today):
        return State("Left", "grey")
    return State("Away", "yellow") if away else State("Here", "green")


@permission("directory.keep")
def officer_show(request: HttpRequest, pk: int) -> HttpResponse:
    officer = get_object_or_404(Officer.objects.with_line(), pk=pk)
    today = timezone.localdate()
    known = Absence.objects.filter(Q(officer=officer) | Q(cover=officer), until__gte=today)
    both = list(known.select_related("cover__person", "officer__person").order_by("since"))
    absences = [absence for absence in both if absence.officer_id == pk]
    covering = [absence for absence in both if absence.cover_id == pk]
    away = any(absence.since <= today for absence in absences)
    ended = rules.has_ended(officer, today)
    said = elsewhere(officer, request.user)
    context = {
        "officer": officer,
        "state": _state(officer, away, today),
        "ended": ended,
        "rows": _details(officer),
        "absences": absences,
        "left": left_behind(officer, today, said, covering) if officer.ended_on or ended else [],
        "ways": [room.way for room in said if room.way],
        "trail": trail(),
    }
    return render(request, "officers/officer.html", context)


def _details(officer: Officer) -> list[Row | None]:
    manager = officer.manager
    return [
        Row("Job title", officer.job_title),
        Row("Email", officer.person.email or "None: they cannot sign in"),
        Row("Level", officer.get_level_display()),
        Row("Service", officer.service.name if officer.service else "None"),
        Row(
            "Manager",
            Link(manager.person.name, reverse("officer-show", args=[manager.pk]))
            if manager
            else "Nobody",
        ),
        Row("Last day", officer.ended_on) if officer.ended_on else None,
    ]


@permission("directory.keep")
def officer_add(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        OfficerForm(sent(request), cancel_href=reverse("officer-list")),
        act=lambda clean: actions.add(by=request.user, **clean),
        heading="Add an officer",
        said=lambda officer: (
            f"{officer.person.name} is an officer. Invite them next, so that they can sign in."
        ),
        to=lambda officer: reverse("officer-show", args=[officer.pk]),
        trail=trail(),
    )


@permission("directory.keep")
def officer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    officer = get_object_or_404(Officer.objects.with_line(), pk=pk)
    back = reverse("officer-show", args=[pk])
    shown = actions.shown(officer)
    held = {"service": officer.service_id, "manager": officer.manager_id}

    def _change(clean):
        insist_for_address(request, officer.person, clean["email"])
        return actions.change(officer=officer, by=request.user, **clean)

    return form_page(
        request,
        OfficerForm(sent(request), initial=shown, named=held, cancel_href=back),
        shown=shown,
        about=[f"officer:{pk}", officer.person.key],
        act=_change,
        heading=f"Change {officer.person.name}",
        said=lambda changed: (
            address_waits(officer.person) or ("Saved." if changed else "Nothing was changed.")
        ),
        to=back,
        trail=trail(Link(officer.person.name, back)),
    )


@permission("directory.keep")
def officer_end(request: HttpRequest, pk: int) -> HttpResponse:
    officer = get_object_or_404(Officer.objects.with_line(), pk=pk)
    back = reverse("officer-show", args=[pk])
    said = elsewhere(officer, request.user)
    left = left_behind(officer, timezone.localdate(), said)
    return form_page(
        request,
        LastDayForm(sent(request), submit_text="End it on that day", cancel_href=back),
        act=lambda clean: actions.end(officer=officer, by=request.user, **clean),
        shown=actions.ending(officer),
        about=[f"officer:{pk}"],
        heading=f"{officer.person.name} stops being an officer",
        said=lambda ended: (
            f"{ended.person.name} is an officer until {written(ended.ended_on)}."
            + (" Give what is listed below to others." if left else "")
        ),
        to=back,
        template="officers/officer_end.html",
        left=left,
        ways=[room.way for room in said if room.way],
        consequences=[
            "Their cases stay theirs until you give them to somebody else, and go up the line "
            "when they are late.",
            "What the protocol sends to a post that they hold goes to the deputy.",
            "They stay on old cases, with their name. Nothing is deleted.",
        ],
        trail=trail(Link(officer.person.name, back)),
    )
