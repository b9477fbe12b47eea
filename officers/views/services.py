"""The services that answer enquiries: list, page, form. How one ends: reorganising.py."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import permission
from council.formpage import form_page, sent
from frontend.parts import Column, Link, Row, State
from frontend.words import count
from officers import history, rules
from officers.actions import officers as actions
from officers.filters import NO_SERVICE
from officers.forms import ServiceForm
from officers.models import Officer, Service, ServiceChange
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
        "alone": Officer.objects.current(today).filter(service=None).count(),
        "alone_href": f"{reverse('officer-list')}?service={NO_SERVICE}",
    }
    return render(request, "officers/services.html", context)


def _row(service: Service, today) -> list:
    officers = f"{reverse('officer-list')}?service={service.pk}"
    return [
        Link(service.name, history.address(service)),
        leader(service.head, today),
        leader(service.chief_officer, today),
        Link(str(service.size), officers, f"officers of {service.name}"),
    ]


def leader(officer, today) -> str | State:
    if officer is None:
        return NOBODY
    return (
        State(f"{officer.person.name} has left", "red")
        if rules.has_ended(officer, today)
        else (officer.person.name)
    )


@permission("directory.keep")
def service_show(request: HttpRequest, pk: int) -> HttpResponse:
    """One service, ended or not: who leads it, what it was called, what it took over, what became of it."""
    rows = Service.objects.with_leaders().select_related("carried_on_by")
    service = get_object_or_404(rows, pk=pk)
    today = timezone.localdate()
    changes = list(ServiceChange.objects.about(service))
    context = {
        "service": service,
        "closed": rules.has_closed(service, today),
        "rows": _details(service, changes, today),
        "history": history.items(service, changes),
        "trail": trail(Link("Services", reverse("service-list"))),
    }
    return render(request, "officers/service.html", context)


def _details(service: Service, changes: list[ServiceChange], today) -> list[Row | None]:
    closed, ending = rules.has_closed(service, today), history.ending(service, changes)
    size = service.officers.current(today).count()
    officers = Link(count(size, "officer"), f"{reverse('officer-list')}?service={service.pk}")
    successor = service.carried_on_by
    names = history.former_names(service, changes)
    older = history.taken_over(service, changes)
    return [
        Row("Last day", service.ended_on) if service.ended_on else None,
        Row("Merged into" if ending.kind == "merged" else "Work went to", _to(ending.into))
        if ending
        else None,
        Row("Carried on today by", _to(successor))
        if ending and successor and successor.pk != ending.into_id
        else None,
        Row("Head at the end" if closed else "Head", leader(service.head, today)),
        Row(
            "Chief officer at the end" if closed else "Chief officer",
            leader(service.chief_officer, today),
        ),
        Row("Officers", officers) if size or not closed else None,
        Row("Called before", names) if names else None,
        Row("Took over", older) if older else None,
    ]


def _to(service: Service) -> Link:
    return Link(service.name, history.address(service))


@permission("directory.keep")
def service_add(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        ServiceForm(sent(request), cancel_href=reverse("service-list")),
        act=lambda clean: actions.add_service(by=request.user, **clean),
        heading="Add a service",
        said=lambda service: f"{service.name} is there. Enquiries can go to it from now on.",
        to=history.address,
        trail=trail(Link("Services", reverse("service-list"))),
    )


@permission("directory.keep")
def service_edit(request: HttpRequest, pk: int) -> HttpResponse:
    service = get_object_or_404(Service.objects.with_leaders(), pk=pk)
    back = history.address(service)
    shown = actions.service_shown(service)
    held = {"head": service.head_id, "chief_officer": service.chief_officer_id}
    return form_page(
        request,
        ServiceForm(
            sent(request),
            initial=shown,
            named=held,
            cancel_href=back,
        ),
        shown=shown,
        about=[f"service:{pk}"],
        act=lambda clean: actions.change_service(service=service, by=request.user, **clean),
        heading=f"Change {service.name}",
        said=lambda changed: "Saved." if changed else "Nothing was changed.",
        to=back,
        trail=trail(Link("Services", reverse("service-list")), Link(service.name, back)),
    )
