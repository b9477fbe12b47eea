"""The protocol as people read it, the adoptions, and adopting another."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import standing
from accounts.permissions import permission
from council import protocol_page as read
from council.actions import adoptions
from council.formpage import REFUSED, form_page, sent
from council.forms import AdoptForm, ConfirmForm
from council.models import Adoption
from council.views.trail import section, trail
from frontend.parts import Column, Link, State
from frontend.words import day as written
from protocol import profile as library
from protocol.refusals import Refused

COLUMNS = [
    Column("In force from", primary=True),
    Column("Protocol"),
    Column("Adopted by"),
    Column("Status"),
]


@permission("protocol.read")
def protocol_show(request: HttpRequest) -> HttpResponse:
    """The protocol in force today."""
    adoption = Adoption.objects.in_force(timezone.localdate())
    if adoption is None:
        may = standing.of(request.user).may("council.configure")
        return render(request, "council/protocol_none.html", {"may_adopt": may})
    return _protocol(request, adoption, None)


@permission("protocol.read")
def adoption_show(request: HttpRequest, pk: int) -> HttpResponse:
    """One adoption, past, present or future, with the text that was adopted."""
    adoption = get_object_or_404(Adoption.objects.select_related("recorded_by"), pk=pk)
    return _protocol(request, adoption, adoption.pk)


def _protocol(request: HttpRequest, adoption: Adoption, pk: int | None) -> HttpResponse:
    today = timezone.localdate()
    return render(
        request,
        "council/protocol.html",
        {
            "adoption": adoption,
            "profile": adoption.profile,
            "groups": read.groups(adoption.profile, pk),
            "clauses": read.clauses(adoption.profile),
            "state": _state(adoption, Adoption.objects.in_force(today) if pk else adoption),
            "future": adoption.in_force_from > today,
            "may_configure": standing.of(request.user).may("council.configure"),
            "of_an_adoption": pk is not None,
        },
    )


def _state(adoption: Adoption, in_force: Adoption | None) -> State:
    if in_force is not None and adoption.pk == in_force.pk:
        return State("In force", "green")
    if adoption.in_force_from > timezone.localdate():
        return State("Not yet in force", "yellow")
    return State("No longer in force", "grey")


@permission("protocol.read")
def adoption_text(request: HttpRequest, pk: int) -> HttpResponse:
    adoption = get_object_or_404(Adoption, pk=pk)
    text = adoptions.take_text(adoption=adoption, by=request.user)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{adoption.profile_key}.toml"'
    return response


@permission("council.configure")
def adoption_list(request: HttpRequest) -> HttpResponse:
    adopted = list(Adoption.objects.defer("text"))
    today = timezone.localdate()
    in_force = next((one for one in adopted if one.in_force_from <= today), None)
    rows = [
        [
            Link(written(one.in_force_from), reverse("adoption-show", args=[one.pk])),
            one.profile_key.capitalize(),
            one.body,
            _state(one, in_force),
        ]
        for one in adopted
    ]
    context = {"columns": COLUMNS, "rows": rows, "section": section(request), "trail": trail()}
    return render(request, "council/adoptions.html", context)


@permission("council.configure")
def adoption_add(request: HttpRequest) -> HttpResponse:
    """First what would change, then the adoption itself."""
    form = AdoptForm(
        sent(request),
        request.FILES or None,
        initial={"in_force_from": timezone.localdate()},
        cancel_href=reverse("adoption-list"),
    )
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("confirm") == "yes":
                return _adopted(request, form.cleaned_data)
            return _preview(request, form)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "section": section(request), "trail": _trail()}
    return render(request, "council/adopt.html", context, status=REFUSED if form.errors else 200)


def _preview(request: HttpRequest, form: AdoptForm) -> HttpResponse:
    clean = form.cleaned_data
    day = clean["in_force_from"]
    before = Adoption.objects.in_force(day)
    adoptions.check(text=clean["text"], in_force_from=day, name=clean["named"])
    after = library.load_text(clean["text"])
    context = {
        "clean": clean,
        "profile": after,
        "before": before,
        "differences": read.differences(before.profile, after) if before else None,
        "trail": _trail(),
    }
    return render(request, "council/adopt_check.html", context)


def _adopted(request: HttpRequest, clean: dict) -> HttpResponse:
    adoption = adoptions.adopt(
        text=clean["text"],
        body=clean["adopted_by"],
        in_force_from=clean["in_force_from"],
        by=request.user,
        name=clean["named"],
    )
    messages.success(
        request,
        f"Recorded. Cases received from {written(adoption.in_force_from)} are under this "
        "protocol; those received before keep the one they came in under. Check next who holds "
        "its posts.",
    )
    return redirect("post-list")


@permission("council.configure")
def adoption_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    adoption = get_object_or_404(Adoption, pk=pk)
    if adoption.in_force_from <= timezone.localdate():
        raise Http404
    return form_page(
        request,
        ConfirmForm(
            sent(request),
            submit_text="Withdraw this adoption",
            cancel_href=reverse("adoption-show", args=[pk]),
        ),
        act=lambda clean: adoptions.withdraw(adoption=adoption, by=request.user),
        heading=f"Withdraw the adoption from {written(adoption.in_force_from)}",
        said="Withdrawn. The protocol that is in force now stays in force.",
        to=reverse("adoption-list"),
        consequences=["It does not come into force on that day.", "Posts that it added stay."],
        trail=_trail(),
    )


def _trail() -> list[Link]:
    return trail(("Adoptions", "adoption-list"))
