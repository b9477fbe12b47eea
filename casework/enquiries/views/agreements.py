"""Agreements that a member may go straight to a service, kept by the post that can agree to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import standing
from accounts.permissions import signed_in
from casework.enquiries import actions
from casework.enquiries.actions.agreements import deciding_posts
from casework.enquiries.forms import AgreementForm
from casework.models import DirectContact
from council import citations
from council.models import Adoption
from frontend.words import day
from protocol.refusals import Refused


def _only_who_may_agree(request: HttpRequest) -> None:
    """These pages exist for the posts that can agree, and where the protocol has such agreements."""
    _, posts = deciding_posts(Adoption.objects.in_force(timezone.localdate()))
    if not posts & standing.of(request.user).keys("post"):
        raise Http404


@signed_in
def agreement_list(request: HttpRequest) -> HttpResponse:
    _only_who_may_agree(request)
    today = timezone.localdate()
    found = DirectContact.objects.current_or_coming(today)
    agreements = found.select_related("member", "service", "agreed_by")
    adoption = Adoption.objects.in_force(today)
    clause, _ = deciding_posts(adoption)
    source = citations.cite(clause, adoption.profile)
    page = {"agreements": agreements, "today": today, "source": source}
    return render(request, "casework/agreement_list.html", page)


@signed_in
def agreement_add(request: HttpRequest) -> HttpResponse:
    _only_who_may_agree(request)
    form = AgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            agreement = actions.agree_direct_contact(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                _recorded(agreement),
            )
            return redirect("agreement-list")
    return render(request, "casework/agreement_add.html", {"form": form})


@signed_in
@require_POST
def agreement_end(request: HttpRequest, pk: int) -> HttpResponse:
    _only_who_may_agree(request)
    today = timezone.localdate()
    agreement = get_object_or_404(DirectContact.objects.current_or_coming(today), pk=pk)
    coming = agreement.since > today
    try:
        actions.end_direct_contact(agreement=agreement, by=request.user)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        ended = "The agreement ends today. From tomorrow new enquiries come to you again."
        called_off = "The agreement never begins. Enquiries come to you as before."
        messages.success(request, called_off if coming else ended)
    return redirect("agreement-list")


def _recorded(agreement: DirectContact) -> str:
    whose, service = agreement.member.name, agreement.service.name
    if agreement.since > timezone.localdate():
        return f"{whose}’s enquiries to {service} go straight there from {day(agreement.since)}."
    return f"{whose}’s enquiries to {service} now go straight there."
