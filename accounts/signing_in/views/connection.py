"""Single sign-on: to the council's provider and back, and connecting an account of it to oneself."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from accounts import actions, kept
from accounts.permissions import before_second_step, public, signed_in
from accounts.signing_in import connection, provider, second_step, sessions
from accounts.signing_in.confirming import confirmed, recently
from accounts.signing_in.provider import CONFIRM, CONNECT, SIGN_IN, Errand, Failed, Said
from accounts.signing_in.views.door import sign_in_again
from accounts.signing_in.views.second_step import (
    ask_who_is_there,
    code_enter,
    confirmed_now,
    onward_of,
)
from accounts.throttle import client_address
from protocol.refusals import Refused

LEFT_OPEN = "You were away for longer than 10 minutes. Begin again."


# There ------------------------------------------------------------------------------------------


@public
@never_cache
def single_sign_on(request: HttpRequest) -> HttpResponse:
    """The button of the sign-in page. Nobody is signed in without having pressed it."""
    _offered()
    if request.method != "POST" or request.user.is_authenticated:
        return redirect("sign-in")
    return _sent(request, SIGN_IN, onward_of(request, settings.LOGIN_REDIRECT_URL))


@before_second_step
@signed_in
@never_cache
def connection_confirm(request: HttpRequest) -> HttpResponse:
    """The button of the page that asks again who is there."""
    _offered()
    onward = onward_of(request)
    if request.method != "POST":
        return redirect(f"{reverse('identity-confirm')}?{urlencode({'next': onward})}")
    return _sent(request, CONFIRM, onward)


@signed_in
@confirmed
@never_cache
def connection_add(request: HttpRequest) -> HttpResponse:
    _offered()
    if request.method == "POST":
        return _sent(request, CONNECT, reverse("account"))
    return render(request, "accounts/connection_add.html", {"provider": provider.name()})


def _sent(request: HttpRequest, purpose: str, onward: str) -> HttpResponse:
    """A page that leads on by itself. A redirection would need the policy of forms opened to the provider,
    and to whatever it sends its own people on to."""
    errand = Errand(purpose, request.user.pk, time.time(), onward, kept.kept_here(request))
    try:
        actions.set_out(address=client_address(request))
        there = provider.away(request, errand)
    except Refused as refused:
        return _back(request, errand, str(refused))
    except Failed as failed:
        return _failed(request, failed, errand)
    page = {"there": there, "provider": provider.name()}
    return render(request, "accounts/single_sign_on.html", page)


# And back ---------------------------------------------------------------------------------------


@public
@never_cache
def single_sign_on_return(request: HttpRequest) -> HttpResponse:
    _offered()
    if request.method != "GET":
        return redirect("sign-in")
    try:
        errand, said = provider.answer(request)
    except Failed as failed:
        return _failed(request, failed, failed.errand)
    if errand.who != request.user.pk:
        return _back(request, errand, "Somebody else signed in here meanwhile. Begin again.")
    request.kept = errand.kept
    back = {SIGN_IN: _signed_in, CONNECT: _connected, CONFIRM: _confirmed}[errand.purpose]
    try:
        return back(request, errand, said)
    except Refused as refused:
        return _back(request, errand, str(refused))


def _signed_in(request: HttpRequest, errand: Errand, said: Said) -> HttpResponse:
    """As with a password from here on: the second step is asked for, unless the provider's own counts."""
    address = client_address(request)
    person = actions.know_by_provider(subject=said.subject, email=said.email, address=address)
    _note(request, person, said)
    begun = second_step.begun(person, errand.onward)
    if said.stepped:
        adapter = get_adapter()
        adapter.login(request, person)
        return adapter.post_login(request, person, redirect_url=errand.onward)
    answer = perform_login(request, begun)
    if not request.user.is_authenticated and errand.kept:
        # What is carried on is too long for a redirection.
        return code_enter(request)
    return answer


def _connected(request: HttpRequest, errand: Errand, said: Said) -> HttpResponse:
    if not recently(request):
        raise Refused(LEFT_OPEN)
    _gave_it_now(errand, said)
    actions.connect(person=request.user, subject=said.subject)
    messages.success(request, f"From now on you can sign in with {provider.name()}.")
    return redirect("account")


def _confirmed(request: HttpRequest, errand: Errand, said: Said) -> HttpResponse:
    """They gave the provider their password just now: its word for when, and not that of its session."""
    mine = connection.of(request.user)
    if mine is None or mine.subject != said.subject:
        actions.refuse_sign_in(why="another", person=request.user)
        raise Refused("That is not the account that you have connected.", instead="Begin again.")
    _gave_it_now(errand, said)
    if connection.stepped(request) and not said.stepped:
        raise Refused(f"{provider.name()} did not ask for its second step.", instead="Begin again.")
    _note(request, request.user, said)
    return confirmed_now(request, connection.METHOD, errand.kept, errand.onward)


def _gave_it_now(errand: Errand, said: Said) -> None:
    """Refused where the browser may only have been signed in there still: as whoever used it last."""
    if said.at is None or said.at < errand.began - provider.SLACK:
        raise Refused(
            f"We could not tell that you signed in to {provider.name()} just now, so nothing was done.",
            instead="Begin again. If it happens again, tell whoever looks after your council’s computers: "
            "the provider has to send “auth_time”.",
        )


def _note(request: HttpRequest, person, said: Said) -> None:
    """When they gave it what it asked for, and not when it sent them: 0 where it does not say."""
    at = min(said.at or 0, time.time())
    how = connection.STEPPED if said.stepped else None
    record_authentication(request, person, connection.METHOD, at=at, type=how)


# Where it came to nothing -------------------------------------------------------------------------


def _failed(request: HttpRequest, failed: Failed, errand: Errand | None) -> HttpResponse:
    """In words; where somebody may be cheating, with its event. Those are counted against floods."""
    said = failed.words
    if failed.why:
        try:
            if errand is None:
                actions.set_out(address=client_address(request))
            actions.refuse_sign_in(why=failed.why)
        except Refused as refused:
            said = str(refused)
    return _back(request, errand, said)


def _back(request: HttpRequest, errand: Errand | None, said: str) -> HttpResponse:
    """To where they set out from, with what they had typed."""
    messages.error(request, said)
    if request.user.is_authenticated:
        if errand is None or not errand.kept:
            return redirect("account")
        return ask_who_is_there(request, errand.onward, errand.kept)
    if errand is not None and errand.kept:
        return sign_in_again(request, errand.kept)
    onward = errand.onward if errand else ""
    asked = onward not in ("", reverse(settings.LOGIN_REDIRECT_URL))
    query = f"?{urlencode({'next': onward})}" if asked else ""
    return redirect(f"{reverse('sign-in')}{query}")


# One's own --------------------------------------------------------------------------------------


@signed_in
@confirmed
def connection_remove(request: HttpRequest) -> HttpResponse:
    _offered()
    if request.method == "POST":
        try:
            person = actions.disconnect(person=request.user)
            # Every other session of theirs ends; this one goes on under a new key.
            update_session_auth_hash(request, person)
            sessions.note(request)
            messages.success(request, f"You no longer sign in with {provider.name()}.")
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("account")
    return render(request, "accounts/connection_remove.html", {"provider": provider.name()})


def _offered() -> None:
    if not provider.offered():
        raise Http404
