"""To whose portfolio each service belongs, where the protocol has copies go there (Bl10.3)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import permission, signed_in
from casework import reading
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
COPIES = (
    "What was raised, and the reply, are copied to whoever holds the portfolio of the service. What was "
    "copied already stays with whoever has it."
)
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
    waiting = _waiting(request.user, portfolios)
    page |= {"waiting": waiting[:MOST], "waiting_more": len(waiting) > MOST, "most": MOST}
    return render(request, "casework/service_portfolios.html", page)


def _waiting(person, portfolios: Portfolios) -> list[list]:
    """The enquiries of which no copy could be made, and why."""
    cases = Case.objects.visible_to(person).filter(enquiry__mp_waits=True, state__in=finding.COPIED)
    cases = cases.select_related("enquiry", "adoption", "service").order_by("received_on", "pk")
    cases = cases.prefetch_related("copies_agreed", "links__other")
    return [
        [
            [Link(case.subject, case.get_absolute_url()), case.reference],
            case.service.name if case.service else "Not known yet",
            finding.why_not(case, portfolios) or "It is being made",
        ]
        for case in cases[: MOST + 1]
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


class AgreedForm(GdsForm):
    """`people`: the ids of those whom the page names, so that it is said of nobody else."""

    submit_text = "They agreed"
    people = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)

    def clean_people(self) -> list[int]:
        said = self.cleaned_data["people"].split()
        return [int(one) for one in said if one.isascii() and one.isdecimal() and len(one) < 10]


@signed_in
def copy_agreed(request: HttpRequest, reference: str) -> HttpResponse:
    """An officer says that whoever wrote it lets it be copied to those who hold the portfolio."""
    case = _found(request, reference)
    if not finding.applies(case):
        raise Http404
    page = {"case": case}
    try:
        asked = actions.may_say_agreed(case, request.user, timezone.now())
        page["names"] = finding.named(asked)
        people = " ".join(str(person.pk) for person in asked)
        page["form"] = AgreedForm(initial={"people": people}, cancel_href=case.get_absolute_url())
        if request.method == "POST":
            _agree(case, request)
            return redirect(case)
    except Refused as refused:
        page["refused"] = refused
        status = 409 if request.method == "POST" else 200
        return render(request, "casework/copy_agreed.html", page, status=status)
    return render(request, "casework/copy_agreed.html", page)


def _agree(case: Case, request: HttpRequest) -> None:
    form = AgreedForm(request.POST)
    people = form.cleaned_data["people"] if form.is_valid() else []
    actions.agreed(case=case, by=request.user, people=people)
    messages.success(request, "It is on record that they agreed.")


class NameForm(GdsForm):
    submit_text = "Save"
    name = forms.CharField(
        label="Which Member of Parliament raised it?",
        required=False,
        max_length=200,
        help_text="Name and constituency. Leave it empty if no MP raised it",
    )


@signed_in
def mp_name(request: HttpRequest, reference: str) -> HttpResponse:
    """An officer corrects which Member of Parliament raised it."""
    case = _found(request, reference)
    try:
        actions.may_name(case, request.user, timezone.localdate())
    except Refused:
        raise Http404 from None
    shown, to = actions.named(case.enquiry), case.get_absolute_url()
    return form_page(
        request,
        NameForm(sent(request), initial=shown, cancel_href=to),
        shown=shown,
        about=[case.key],
        act=lambda clean: actions.name_mp(case=case, by=request.user, **clean),
        heading="Correct the Member of Parliament",
        said=lambda changed: "Saved." if changed else "Nothing was changed.",
        to=to,
        trail=[Link(case.reference, to)],
        intro=COPIES if case.profile.mp.copy_to == "executive_member" else "",
    )


def _found(request: HttpRequest, reference: str) -> Case:
    """For the officers' side of it."""
    cases = Case.objects.visible_to(request.user).for_page(request.user)
    case = get_object_or_404(cases, reference=reference)
    if side(case, request.user) != "officer":
        raise Http404
    reading.on_record(request, case)
    return case
