"""A service is merged into another, or ends: first which takes over, then what will happen, then it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import permission
from council.formpage import REFUSED, form_page, sent
from frontend.parts import Link, Row
from frontend.words import count
from frontend.words import day as written
from officers import changing, history, rules
from officers.actions import reorganising as actions
from officers.forms import ReasonForm, SuccessorForm
from officers.models import Service, ServiceChange
from officers.views.services import leader
from officers.views.trail import trail
from protocol.refusals import Refused

MOST_NAMED = 25


@dataclass(frozen=True)
class Kind:
    """How one of the two pages speaks."""

    act: Callable[..., ServiceChange]
    first: str
    why_asked: str
    heading: str
    button: str
    said: str
    # Where its officers go, and what nobody is told the size of.
    officers: str
    rest: str


MERGER = Kind(
    act=actions.merge,
    first="Merge {service} into another service",
    why_asked="Everything that is open with it goes there, with its officers. A service that is new is "
    "added first, with its head.",
    heading="Merge {service} into {into}",
    button="Merge {service} into {into}",
    said="{service} is part of {into} from today. Everybody concerned is told by email.",
    officers="Officers who move",
    rest="Whatever else is open with {service}",
)
ENDING = Kind(
    act=actions.end,
    first="Who carries on the work of {service}?",
    why_asked="Whatever is open with it goes there, so that nothing is left without an answer. It is asked "
    "even where nothing is open that you can see.",
    heading="End {service}",
    button="End {service}",
    said="{service} has ended. {into} carries on its work from today. Its officers belong to no service "
    "until you give them another.",
    officers="Officers without a service, until you give them another",
    rest="Whatever is open with {service}",
)


@permission("directory.keep")
def service_merge(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk, MERGER)


@permission("directory.keep")
def service_end(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk, ENDING)


def _page(request: HttpRequest, pk: int, kind: Kind) -> HttpResponse:
    rows = Service.objects.with_leaders().select_related("carried_on_by")
    service = get_object_or_404(rows, pk=pk)
    if service.carried_on_by_id is not None and request.method == "GET":
        # It has been done: its page says by whom, and why.
        return redirect(history.address(service))
    into, form = _into(request, service, kind)
    back = history.address(service)
    above = trail(Link("Services", reverse("service-list")), Link(service.name, back))
    if into is None:
        context = {"form": form, "heading": kind.first.format(service=service), "trail": above}
        return render(request, "council/form.html", context, status=REFUSED if form.errors else 200)
    named = {"service": service, "into": into}
    shown = actions.shown(service, into)
    return form_page(
        request,
        ReasonForm(sent(request), submit_text=kind.button.format(**named), cancel_href=back),
        act=lambda clean: kind.act(service=service, into=into, by=request.user, **clean),
        shown=shown,
        about=[f"service:{pk}", f"service:{into.pk}"],
        heading=kind.heading.format(**named),
        said=kind.said.format(**named),
        to=lambda change: history.address(change.into),
        template="officers/service_change.html",
        service=service,
        into=into,
        rows=_preview(request, service, into, kind, shown),
        gives_out=_gives_out(into),
        cannot=_cannot(service, into, request.user),
        is_led=rules.is_led(into, timezone.localdate()),
        lacking=rules.lacking(into, timezone.localdate()),
        other=request.path,
        mend=reverse("service-edit", args=[into.pk]),
        trail=above,
    )


def _into(request: HttpRequest, service: Service, kind: Kind):
    """The service that was chosen, or the form that asks. What was sent is the action's to refuse."""
    asked = request.GET if "into" in request.GET or request.method == "POST" else None
    help_text = kind.why_asked
    form = SuccessorForm(
        asked, service=service, help_text=help_text, cancel_href=history.address(service)
    )
    form.fields["into"].queryset = form.fields["into"].queryset.with_leaders()
    if request.method == "POST":
        form.fields["into"].queryset = Service.objects.with_leaders()
    return (form.cleaned_data["into"] if form.is_bound and form.is_valid() else None), form


def _cannot(service: Service, into: Service, by) -> Refused | None:
    """What stands against it, before anybody presses anything."""
    try:
        rules.may_end(service, timezone.localdate())
        rules.may_take_over(service, into, timezone.localdate())
        changing.may(service, into, by)
    except Refused as no:
        return no
    return None


def _gives_out(into: Service) -> str:
    """Who gives out what waits there."""
    return "head" if rules.leads(into.head, timezone.localdate()) else "chief officer"


def _preview(
    request: HttpRequest, service: Service, into: Service, kind: Kind, shown: dict
) -> list[Row | None]:
    """Who and what goes where, as far as the viewer may know of it."""
    today = timezone.localdate()
    named = {"service": service, "into": into}
    theirs = {into.head_id, into.chief_officer_id}
    leaders = [one for one in (service.head, service.chief_officer) if one and one.pk not in theirs]
    leaders = list(dict.fromkeys(one.person.name for one in leaders))
    older = [one.name for one in service.carries_on.all()]
    return [
        Row("From", f"Today, {written(today)}. It cannot be undone"),
        Row(f"Head of {into}", leader(into.head, today)),
        Row(f"Chief officer of {into}", leader(into.chief_officer, today)),
        Row(
            f"No longer {'lead' if len(leaders) > 1 else 'leads'} {service}",
            " and ".join(leaders),
        )
        if leaders
        else None,
        Row(kind.officers.format(**named), _officers(shown["officers"])),
        Row("Work that moves", [*changing.known(service, request.user), kind.rest.format(**named)]),
        Row(f"{service} took over before", ", ".join(older)) if older else None,
        *changing.rows(service, into),
    ]


def _officers(names: list[str]) -> str | list[str]:
    if not names:
        return "No officers"
    rest = len(names) - MOST_NAMED
    return [*names[:MOST_NAMED], *([f"and {count(rest, 'other')}"] if rest > 0 else [])]
