"""A sign-in address that is to become another: the person answers, a keeper approves, either stops it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import actions, links, refusals
from accounts.models import AddressChange, Person
from accounts.permissions import permission, public, signed_in
from accounts.pictures import address_rows, waiting_of
from accounts.signing_in.confirming import confirmed
from frontend.parts import Link
from protocol.refusals import Refused, Stale

GONE = Stale(
    "This change of address is settled already, or another took its place.",
    instead="Look at what the page says now.",
)


@public
@never_cache
def address_answer(request: HttpRequest) -> HttpResponse:
    """Behind the link of the mail to the old address. Opening it does nothing: mail is read by machines."""
    link = request.POST.get("link") or request.GET.get("link", "")
    change = links.change_behind(link)
    if change is None:
        return render(request, "accounts/address_gone.html")
    refused = None
    if request.method == "POST":
        try:
            return _answered(request, change)
        except Refused as no:
            refusals.noted(request, no)
            refused = no
    page = {"change": change, "rows": address_rows(change), "link": link, "refused": refused}
    return render(request, "accounts/address_answer.html", page)


def _answered(request: HttpRequest, change: AddressChange) -> HttpResponse:
    if request.POST.get("answer") == "yes":
        actions.confirm_address(change=change)
        said = f"You sign in with {change.new} from now on. Your password is the same."
    else:
        actions.cancel_address(change=change, by=change.person)
        said = (
            f"The change is stopped: you sign in with {change.old}, as before. Tell your council’s "
            "monitoring officer or clerk, in person or by telephone, if you did not expect it."
        )
    messages.success(request, said)
    return redirect("account" if request.user.is_authenticated else "sign-in")


@permission("people.invite")
@confirmed
def person_address(request: HttpRequest, pk: int) -> HttpResponse:
    """What another keeper approves, and how to be sure that it is right."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    change = waiting_of(person)
    if request.method == "POST":
        return _approved(request, person, change)
    if change is None:
        raise Http404
    trail = [
        Link("People", reverse("person-list")),
        Link(person.name, reverse("person-page", args=[pk])),
    ]
    page = {"person": person, "change": change, "rows": address_rows(change), "trail": trail}
    return render(request, "accounts/person_address.html", page)


def _approved(request: HttpRequest, person: Person, change: AddressChange | None) -> HttpResponse:
    try:
        actions.approve_address(change=_seen(request, change), by=request.user)
        messages.success(request, f"{person.name} signs in with {change.new} from now on.")
    except Refused as refused:
        refusals.noted(request, refused)
        messages.error(request, str(refused))
    return redirect("person-page", person.pk)


@signed_in
@require_POST
def person_address_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """By the person themself, or by anybody who keeps people."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    try:
        change = _seen(request, waiting_of(person))
        actions.cancel_address(change=change, by=request.user)
        messages.success(request, f"The change is stopped. {change.old or 'No address'} stays.")
    except Refused as refused:
        refusals.noted(request, refused)
        messages.error(request, str(refused))
    return redirect("account") if person == request.user else redirect("person-page", pk)


def _seen(request: HttpRequest, change: AddressChange | None) -> AddressChange:
    """The change that waits, where it is the one that the page showed."""
    if change is None or str(change.pk) != request.POST.get("change"):
        raise GONE
    return change
