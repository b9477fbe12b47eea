"""The second step of signing in: the code itself, and where somebody sets it up, renews it or gives it up."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import actions, kept
from accounts.models import Person
from accounts.permissions import before_second_step, public, signed_in
from accounts.pictures import second_step_rows
from accounts.signing_in import confirming, connection, provider, second_step, sessions
from accounts.signing_in.asking import Asking
from accounts.signing_in.confirming import confirmed
from accounts.signing_in.forms import AppForm, ConfirmPasswordForm, NewPasskeyForm
from accounts.signing_in.second_step import Held, SecondStep
from protocol.refusals import Refused

BOX = "code"


# Signing in ---------------------------------------------------------------------------------------


@public
@never_cache
@sensitive_post_parameters(BOX)
def code_enter(request: HttpRequest) -> HttpResponse:
    stage = second_step.half_done(request)
    if stage is None:
        return redirect("sign-in")
    here, carries = reverse("mfa_authenticate"), kept.carried(request)
    asking = Asking(request, stage.login.user, submit_text="Sign in", here=here, kept=carries)
    if given := asking.given():
        record_authentication(request, stage.login.user, "mfa", id=given.pk, type=given.type)
        return stage.exit()
    return render(request, "accounts/code_enter.html", {**asking.page(), "kept": bool(carries)})


# One's own ----------------------------------------------------------------------------------------


@before_second_step
@signed_in
def second_step_page(request: HttpRequest) -> HttpResponse:
    mine = second_step.of(request.user)
    page = {
        "mine": mine,
        "rows": second_step_rows(mine),
        "required": settings.SECOND_STEP_REQUIRED,
    }
    return render(request, "accounts/second_step.html", page)


@before_second_step
@signed_in
@confirmed
@never_cache
@sensitive_post_parameters(BOX)
def second_step_app(request: HttpRequest) -> HttpResponse:
    form = AppForm(request.POST or None, cancel_href=reverse("second-step"))
    offer = second_step.offer(request, afresh=not form.is_bound)
    if form.is_valid():
        try:
            held = actions.set_up_app(person=request.user, secret=offer.secret, **form.cleaned_data)
        except Refused as refused:
            form.add_error(BOX, str(refused))
        else:
            second_step.forget_offer(request)
            _goes_on(request, held, "totp")
            messages.success(request, "From now on you sign in with your password and a code.")
            return redirect("second-step-codes")
    page = {"form": form, "offer": offer, "mine": second_step.of(request.user)}
    return render(request, "accounts/second_step_app.html", page)


@before_second_step
@signed_in
@confirmed
@never_cache
def second_step_codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, once. Where they were shown before, others can be made."""
    if request.method == "POST":
        try:
            actions.make_recovery_codes(person=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("second-step")
        return redirect("second-step-codes")
    # A browser that looks ahead (HEAD) is not shown them.
    codes = actions.show_recovery_codes(person=request.user) if request.method == "GET" else []
    mine = second_step.of(request.user)
    return render(request, "accounts/second_step_codes.html", {"codes": codes, "mine": mine})


@before_second_step
@signed_in
@confirmed
@never_cache
def passkey_add(request: HttpRequest) -> HttpResponse:
    form = NewPasskeyForm(request.POST or None)
    if form.is_valid():
        clean = form.cleaned_data
        try:
            held = actions.add_passkey(
                person=request.user, name=clean["name"], credential=clean["passkey"]
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            _goes_on(request, held, "webauthn")
            messages.success(request, f"{clean['name']} is good for signing in from now on.")
            unseen = second_step.codes_unseen(request.user)
            return redirect("second-step-codes" if unseen else "second-step")
    page = {"form": form, "options": second_step.passkey_offer(request.user)}
    return render(request, "accounts/passkey_add.html", page)


@signed_in
def passkey_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else's does not exist, whether or not it is asked again who is there."""
    mine = second_step.of(request.user)
    passkey = next((one for one in mine.passkeys if one.pk == pk), None)
    if passkey is None:
        raise Http404
    return _passkey_remove(request, passkey, mine)


@confirmed
def _passkey_remove(request: HttpRequest, passkey: Held, mine: SecondStep) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.remove_passkey(person=request.user, passkey=passkey.pk)
            messages.success(request, f"{passkey.name} is removed.")
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("second-step")
    page = {"passkey": passkey, "only_one": mine.only_one}
    return render(request, "accounts/passkey_remove.html", page)


@signed_in
@confirmed
def second_step_give_up(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.give_up_second_step(person=request.user)
            messages.success(request, "From now on you sign in with your password alone.")
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("second-step")
    return render(request, "accounts/second_step_give_up.html")


def _goes_on(request: HttpRequest, person: Person, kind: str) -> None:
    """This session goes on under another key: it has just shown the second step. All others ended."""
    update_session_auth_hash(request, person)
    sessions.note(request)
    record_authentication(request, person, "mfa", type=kind)


# Step-up ------------------------------------------------------------------------------------------


@before_second_step
@signed_in
@never_cache
@sensitive_post_parameters(BOX, "password")
def identity_confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the code of whoever has a second step; of whoever has none, for the password or, where they
    are connected, for the council's provider to ask them."""
    return ask_who_is_there(request, onward_of(request), request.POST.get(kept.CARRIED, ""))


def confirm_first(request: HttpRequest) -> HttpResponse:
    """In place of what a form would have done: the page that asks who is there, with what was typed."""
    sealed = kept.sealed_meanwhile(request)
    # What was sent is no answer to what is asked now.
    request.POST = QueryDict()
    request.refusal = ""
    return ask_who_is_there(request, request.get_full_path(), sealed, status=403)


def ask_who_is_there(
    request: HttpRequest, onward: str, carried: str, status: int = 200
) -> HttpResponse:
    """`onward` is what they are about to open, `carried` what they typed before, sealed."""
    person, here = request.user, confirming.address(onward)
    if not second_step.of(person):
        return _password_confirm(request, onward, carried, status)
    asking = Asking(request, person, submit_text="Go on", here=here, carried=carried)
    asking.code.cancel_href = reverse("account")
    if given := asking.given():
        how = {"id": given.pk, "type": given.type, "reauthenticated": True}
        record_authentication(request, person, "mfa", **how)
        return confirmed_now(request, given.type, carried)
    page = {**asking.page(), "carried": carried}
    return render(request, "accounts/identity_confirm.html", page, status=status)


def _password_confirm(request: HttpRequest, onward: str, carried: str, status: int) -> HttpResponse:
    form = ConfirmPasswordForm(
        request.POST or None, initial={kept.CARRIED: carried}, cancel_href=reverse("account")
    )
    form.form_action = confirming.address(onward)
    page = {"carried": carried, "next": onward}
    page["provider"] = request.user.connected and provider.name()
    # Whoever came in with more than a password is not confirmed by a password.
    if not request.user.has_password or connection.stepped(request):
        return render(request, "accounts/identity_confirm.html", page, status=status)
    if form.is_valid():
        try:
            actions.confirm(person=request.user, password=form.cleaned_data["password"])
        except Refused as refused:
            form.add_error("password", str(refused))
        else:
            record_authentication(request, request.user, "password", reauthenticated=True)
            return confirmed_now(request, "password", carried)
    page |= {"form": form, "passkey_form": None}
    return render(request, "accounts/identity_confirm.html", page, status=status)


def confirmed_now(
    request: HttpRequest, by_giving: str, carried: str, onward: str = ""
) -> HttpResponse:
    """On to what they were about to do, under another key of the session."""
    actions.record_confirmed(person=request.user, by_giving=by_giving)
    request.session.cycle_key()
    sessions.note(request)
    if found := carried and kept.opened(carried, request.user):
        return kept.go_on(request, found, carried)
    return redirect(onward or onward_of(request))


def onward_of(request: HttpRequest, otherwise: str = "account") -> str:
    """The page of ours that they were about to open; what leads elsewhere counts as none."""
    onward = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        onward, {request.get_host()}, require_https=request.is_secure()
    )
    return onward if safe else reverse(otherwise)
