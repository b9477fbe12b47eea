"""To whose portfolio each service belongs, where the protocol has copies go there (Bl10.3)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import permission, signed_in
from casework.models import Case
from casework.portfolios import actions, finding
from casework.portfolios.finding import Portfolios
from casework.scope import side
from council.formpage import form_page, sent
from council.models import Adoption
from frontend.forms import GdsForm
from frontend.parts import Column, Link
from members.models import Portfolio
from officers.models import Service
from protocol.refusals import Refused

MOST = 50
WAITING = [Column("Enquiry", primary=True), Column("Service"), Column("Why it waits")]
COLUMNS = [Column("Service", primary=True), Column("Portfolio"), Column("Held by")]


class BelongsForm(GdsForm):
    submit_text = "Save"
    name = forms.ChoiceField(
        label="To which portfolio does it belong?",
        required=False,
        help_text="Those that somebody holds today",
    )

    def __init__(self, *args, now: str, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        names = {*Portfolio.objects.on(today).values_list("name", flat=True), now} - {""}
        self.fields["name"].choices = [("", "None, or not known")] + [
            (one, one) for one in sorted(names)
        ]


def _only_where_it_is_asked() -> None:
    """Elsewhere nothing of it is there."""
    adoption = Adoption.objects.in_force(timezone.localdate())
    if adoption is None or adoption.profile.mp.copy_to != "executive_member":
        raise Http404


@permission("enquiry.oversee")
def service_portfolio_list(request: HttpRequest) -> HttpResponse:
    _only_where_it_is_asked()
    today = timezone.localdate()
    portfolios = Portfolios.load(today)
    found = [
        [
            Link(one.name, reverse("service-portfolio", args=[one.pk])),
            portfolios.names.get(one.pk, "Not known yet"),
            ", ".join(person.name for person in portfolios.of(one.pk)) or "Nobody",
        ]
        for one in Service.objects.current(today).order_by("name")
    ]
    page = {"columns": COLUMNS, "rows": found, "waiting_columns": WAITING}
    page["waiting"] = _waiting(request.user, portfolios)
    return render(request, "casework/service_portfolios.html", page)


def _waiting(person, portfolios: Portfolios) -> list[list]:
    """The enquiries of which no copy could be made, and why."""
    cases = Case.objects.visible_to(person).filter(enquiry__mp_waits=True, state__in=finding.COPIED)
    cases = cases.select_related("enquiry", "adoption", "service").order_by("received_on", "pk")
    return [
        [
            [Link(case.subject, case.get_absolute_url()), case.reference],
            case.service.name if case.service else "Not known yet",
            finding.why_not(case, portfolios) or "It is being made",
        ]
        for case in cases[:MOST]
    ]


@permission("enquiry.oversee")
def service_portfolio(request: HttpRequest, pk: int) -> HttpResponse:
    _only_where_it_is_asked()
    service = get_object_or_404(Service.objects.current(timezone.localdate()), pk=pk)
    shown = actions.shown(service)
    to = reverse("service-portfolio-list")
    return form_page(
        request,
        BelongsForm(sent(request), initial=shown, now=shown["name"], cancel_href=to),
        shown=shown,
        about=[f"service:{pk}"],
        act=lambda clean: actions.belongs(service=service, by=request.user, **clean),
        heading=f"The portfolio of {service.name}",
        said=lambda changed: "Saved." if changed else "Nothing was changed.",
        to=to,
    )


@signed_in
def copy_agreed(request: HttpRequest, reference: str) -> HttpResponse:
    """An officer says that whoever wrote it lets it be copied."""
    cases = Case.objects.visible_to(request.user).for_page(request.user)
    case = get_object_or_404(cases, reference=reference)
    if side(case, request.user) != "officer" or not finding.applies(case):
        raise Http404
    form = GdsForm(sent(request), submit_text="They agreed", cancel_href=case.get_absolute_url())
    page = {"case": case, "form": form}
    try:
        actions.may_say_agreed(case, request.user, timezone.now())
        if request.method == "POST":
            actions.agreed(case=case, by=request.user)
    except Refused as refused:
        page["refused"] = refused
        status = 409 if request.method == "POST" else 200
        return render(request, "casework/copy_agreed.html", page, status=status)
    if request.method == "POST":
        messages.success(request, "It is on record that they agreed.")
        return redirect(case)
    return render(request, "casework/copy_agreed.html", page)
