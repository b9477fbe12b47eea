"""The people, for those who let them in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts import actions, refusals
from accounts.filters import PersonFilter
from accounts.forms import InviteManyForm, PersonForm
from accounts.models import Person
from accounts.permissions import permission
from accounts.pictures import (
    COLUMNS,
    actions_for,
    address_waits,
    people_rows,
    picture_of,
    single_sign_on_rows,
    state_of,
    waiting_of,
)
from accounts.signing_in import provider
from accounts.signing_in.confirming import (
    asked,
    confirmed,
    confirmed_form,
    insist_for_address,
    recently,
)
from frontend.parts import Link
from frontend.words import count
from protocol.refusals import Refused

A_PAGE = 25


def _found(request, pk: int) -> Person:
    people = Person.objects.visible_to(request.user).with_capacities().with_connection()
    return get_object_or_404(people, pk=pk)


def _trail(person: Person | None = None) -> list[Link]:
    up = [Link("People", reverse("person-list"))]
    return [*up, Link(person.name, reverse("person-page", args=[person.pk]))] if person else up


@permission("people.invite")
def person_list(request):
    people = Person.objects.visible_to(request.user).with_capacities().with_connection()
    chosen = PersonFilter(request.GET, queryset=people)
    page = Paginator(chosen.qs, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/person_list.html",
        {
            "filter": chosen,
            "page": page,
            "columns": COLUMNS,
            "rows": people_rows(page),
            "to_invite": Person.objects.to_invite().count(),
        },
    )


@permission("people.invite")
def person_page(request, pk: int):
    person = _found(request, pk)
    waiting = waiting_of(person)
    return render(
        request,
        "accounts/person_page.html",
        {
            "picture": picture_of(person),
            "held": f"{reverse('grant-list')}?{urlencode({'q': person.name})}",
            "single_sign_on": single_sign_on_rows(person),
            "waits": address_waits(person) if waiting else "",
            "actions": actions_for(person, request.user, waiting),
            "trail": _trail(),
        },
    )


@permission("people.invite")
def person_add(request):
    form = PersonForm(
        request.POST or None,
        initial={"version": 0},
        submit_text="Add this person",
        cancel_href=reverse("person-list"),
    )
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            person = actions.add_person(name=wanted["name"], email=wanted["email"], by=request.user)
        except Refused as refused:
            refusals.noted(request, refused)
            form.add_error("email", str(refused))
        else:
            messages.success(
                request, f"{person.name} is added, and cannot sign in until you invite them."
            )
            return redirect("person-page", person.pk)
    return render(request, "accounts/person_add.html", {"form": form, "trail": _trail()})


@permission("people.invite")
def person_edit(request, pk: int):
    person = _found(request, pk)
    form = PersonForm(
        request.POST or None,
        initial={"name": person.name, "email": person.email, "version": person.version},
        submit_text="Save",
        cancel_href=reverse("person-page", args=[pk]),
    )
    if form.is_valid():
        wanted = dict(form.cleaned_data)
        person.version = wanted.pop("version")
        insist_for_address(request, person, wanted["email"])
        try:
            actions.change_person(person=person, by=request.user, **wanted)
        except Refused as refused:
            refusals.noted(request, refused)
            form.add_error(None, str(refused))
        else:
            said = address_waits(person) or f"{person.name}’s details are saved."
            messages.success(request, said)
            return redirect("person-page", pk)
    return render(
        request,
        "accounts/person_edit.html",
        {"form": form, "person": person, "trail": _trail(person)},
    )


@permission("people.invite")
@require_POST
def person_invite(request, pk: int):
    person = _found(request, pk)
    if not recently(request):
        messages.warning(
            request,
            f"{person.name} is not invited yet. Confirm first, then press the button again.",
        )
        return asked(reverse("person-page", args=[pk]))
    try:
        actions.invite(person=person, by=request.user)
        messages.success(
            request,
            f"{person.name} is invited. A mail goes to {person.email} within a minute or two; "
            "its link works once, for 7 days.",
        )
    except Refused as refused:
        refusals.noted(request, refused)
        messages.error(request, str(refused))
    return redirect("person-page", pk)


@permission("people.invite")
@confirmed_form
def person_invite_many(request):
    """Everybody who has an address and was never invited, on one page."""
    waiting = Person.objects.visible_to(request.user).to_invite()
    form = InviteManyForm(request.POST or None, waiting=waiting, cancel_href=reverse("person-list"))
    if form.is_valid():
        invited = actions.invite_many(people=form.cleaned_data["people"], by=request.user)
        messages.success(
            request,
            f"{count(len(invited), 'person is,people are')} invited. Each has a mail within a minute "
            "or two, with a link that works once, for 7 days.",
        )
        return redirect("person-list")
    found = {"form": form, "waiting": len(form.fields["people"].choices), "trail": _trail()}
    return render(request, "accounts/person_invite_many.html", found)


@permission("people.invite")
def person_disable(request, pk: int):
    return _confirmed(request, pk, actions.disable, "accounts/person_disable.html", "stopped")


@permission("people.invite")
@confirmed
def person_enable(request, pk: int):
    return _confirmed(request, pk, actions.enable, "accounts/person_enable.html", "enabled")


@permission("people.invite")
@confirmed
def person_second_step(request, pk: int):
    template = "accounts/person_second_step.html"
    return _confirmed(request, pk, actions.take_second_step_away, template, "second step gone")


@permission("people.invite")
@confirmed
def person_connection(request, pk: int):
    if not provider.offered():
        raise Http404
    template = "accounts/person_connection.html"
    return _confirmed(request, pk, actions.take_connection_away, template, "connection gone")


DONE = {
    "connection gone": "{} is disconnected, and signed out everywhere.",
    "second step gone": "{} signs in with their password alone, and is asked to set up another app.",
    "stopped": "{} can no longer sign in.",
    "enabled": "{} may sign in again.",
}


def _confirmed(request, pk: int, action, template: str, done: str):
    """Ask first, then do it."""
    person = _found(request, pk)
    if request.method != "POST":
        return render(
            request,
            template,
            {
                "person": person,
                "state": state_of(person),
                "trail": _trail(person),
                "required": settings.SECOND_STEP_REQUIRED,
                "provider": provider.name(),
            },
        )
    try:
        action(person=person, by=request.user)
        messages.success(request, DONE[done].format(person.name))
    except Refused as refused:
        refusals.noted(request, refused)
        messages.error(request, str(refused))
    return redirect("person-page", pk)
