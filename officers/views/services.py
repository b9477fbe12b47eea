"""The services that answer enquiries: list, form, end."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import permission
from council.formpage import form_page, sent
from council.forms import LastDayForm
from frontend.parts import Column, Link, State
from frontend.words import count
from frontend.words import day as written
from officers import rules
from officers.actions import officers as actions
from officers.forms import ServiceForm
from officers.models import Service
from officers.views.trail import section, trail

COLUMNS = [
    Column("Service", primary=True),
    Column("Head"),
    Column("Chief officer"),
    Column("Officers", numeric=True),
]
NOBODY = State("Nobody", "yellow")


@permission("directory.keep")
def service_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    now = Q(officers__person__is_active=True) & (
        Q(officers__ended_on__isnull=True) | Q(officers__ended_on__gte=today)
    )
    services = list(Service.objects.with_leaders().annotate(size=Count("officers", filter=now)))
    current = [one for one in services if one.ended_on is None or one.ended_on >= today]
    ended = [one for one in services if one not in current]
    context = {
        "columns": COLUMNS,
        "rows": [_row(one, today) for one in current],
        "ended": [_row(one, today) for one in ended],
        "section": section(request),
    }
    return render(request, "officers/services.html", context)


def _row(service: Service, today) -> list:
    officers = f"{reverse('officer-list')}?service={service.pk}"
    return [
        Link(service.name, reverse("service-edit", args=[service.pk])),
        _leader(service.head, today),
        _leader(service.chief_officer, today),
        Link(str(service.size), officers, f"officers of {service.name}"),
    ]


def _leader(officer, today) -> str | State:
    if officer is None:
        return NOBODY
    return (
        State(f"{officer.person.name} has left", "red")
        if rules.has_ended(officer, today)
        else (officer.person.name)
    )


@permission("directory.keep")
def service_add(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        ServiceForm(sent(request), cancel_href=reverse("service-list")),
        act=lambda clean: actions.add_service(by=request.user, **clean),
        heading="Add a service",
        said=lambda service: f"{service.name} is there. Enquiries can go to it from now on.",
        to=reverse("service-list"),
        trail=trail(Link("Services", reverse("service-list"))),
    )


@permission("directory.keep")
def service_edit(request: HttpRequest, pk: int) -> HttpResponse:
    service = get_object_or_404(Service.objects.with_leaders(), pk=pk)
    shown = actions.service_shown(service)
    held = {"head": service.head_id, "chief_officer": service.chief_officer_id}
    return form_page(
        request,
        ServiceForm(
            sent(request),
            initial=shown,
            named=held,
            cancel_href=reverse("service-list"),
        ),
        shown=shown,
        about=[f"service:{pk}"],
        act=lambda clean: actions.change_service(service=service, by=request.user, **clean),
        heading=f"Change {service.name}",
        said=lambda changed: "Saved." if changed else "Nothing was changed.",
        to=reverse("service-list"),
        template="officers/service.html",
        service=service,
        trail=trail(Link("Services", reverse("service-list"))),
    )


@permission("directory.keep")
def service_end(request: HttpRequest, pk: int) -> HttpResponse:
    service = get_object_or_404(Service, pk=pk)
    back = reverse("service-list")
    officers = service.officers.current(timezone.localdate()).count()
    return form_page(
        request,
        LastDayForm(sent(request), submit_text="End it on that day", cancel_href=back),
        act=lambda clean: actions.end_service(service=service, by=request.user, **clean),
        shown=actions.ending(service),
        about=[f"service:{pk}"],
        heading=f"End {service.name}",
        said=lambda ended: f"{ended.name} ends on {written(ended.ended_on)}.",
        to=back,
        consequences=[
            "No new enquiry can be sent to it after that day.",
            "Cases that it has stay with the officers who have them.",
            f"It has {count(officers, 'officer')}: give them another service.",
        ],
        trail=trail(Link("Services", back)),
    )
