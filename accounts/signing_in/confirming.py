"""Step-up: before something that a screen left open must not allow, it is asked again who is there."""

from __future__ import annotations

import time
from functools import wraps

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Person
from accounts.signing_in import connection, second_step

# What the one-click sign-in of a demonstration records: its personas have nothing to confirm with.
DEMONSTRATION = "demonstration"


class NotConfirmed(Exception):
    """Raised before anything is done: SignInFirst asks who is there, and keeps what was typed meanwhile."""


def recently(request: HttpRequest) -> bool:
    """Whether they gave their second step in this session less than CONFIRMED_SECONDS ago; whoever has none,
    their password, or what the provider asked for. Where its second factor let them in, that again."""
    records = get_authentication_records(request, request.user)
    given = connection.stepped(request)
    if second_step.of(request.user):
        given = [record["at"] for record in records if record["method"] == "mfa"]
    elif any(record["method"] == DEMONSTRATION for record in records):
        return True
    elif not given:
        given = [record["at"] for record in records]
    return bool(given) and 0 <= time.time() - max(given) < settings.CONFIRMED_SECONDS


def insist(request: HttpRequest) -> None:
    """Call it before the action of a form. NotConfirmed, where they did not confirm recently."""
    if not recently(request):
        raise NotConfirmed


def insist_for_address(request: HttpRequest, person: Person, email: str) -> None:
    """`insist`, where `email` is another than theirs: it lets somebody in."""
    if email.strip().lower() != (person.email or "").lower():
        insist(request)


def asked(back: str) -> HttpResponse:
    """On to the page that asks who is there, and from it to `back`."""
    return redirect(address(back))


def address(back: str) -> str:
    """The page that asks who is there, and leads to `back`."""
    return f"{reverse('identity-confirm')}?{urlencode({'next': back})}"


def confirmed(view):
    """Below the decorator that declares the access: the view is reached by whoever confirmed recently.

    For pages with buttons and codes: what was sent is not kept, and the page is opened again.
    """

    @wraps(view)
    def asked_first(request, *args, **kwargs):
        if recently(request):
            return view(request, *args, **kwargs)
        return asked(request.get_full_path())

    return asked_first


def confirmed_form(view):
    """As `confirmed`, for a form in which somebody types: they are asked before they begin, and what they
    sent too late is kept for them."""

    @wraps(view)
    def asked_first(request, *args, **kwargs):
        if request.method == "POST":
            insist(request)
        elif not recently(request):
            return asked(request.get_full_path())
        return view(request, *args, **kwargs)

    return asked_first
