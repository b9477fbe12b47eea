"""The second step of signing in: the code itself, and where somebody sets it up, renews it or gives it up."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import clear_totp_secret
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import actions, kept, second_step
from accounts.confirming import confirmed
from accounts.forms import AppForm, CodeForm, ConfirmCodeForm, ConfirmPasswordForm
from accounts.permissions import before_second_step, public, signed_in
from accounts.pictures import second_step_rows
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
    form = CodeForm(request.POST if BOX in request.POST else None)
    if form.is_valid():
        try:
            given = actions.give_code(person=stage.login.user, code=form.cleaned_data[BOX])
        except Refused as refused:
            form.add_error(BOX, str(refused))
        else:
            record_authentication(request, stage.login.user, "mfa", id=given.pk, type=given.type)
            return stage.exit()
    form.initial["kept"] = carries = kept.carried(request)
    form.form_action = reverse("mfa_authenticate")
    page = {"form": form, "kept": bool(carries)}
    return render(request, "accounts/code_enter.html", page)


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
            actions.set_up_app(person=request.user, secret=offer.secret, **form.cleaned_data)
        except Refused as refused:
            form.add_error(BOX, str(refused))
        else:
            clear_totp_secret(request)
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
    codes = actions.show_recovery_codes(person=request.user)
    mine = second_step.of(request.user)
    return render(request, "accounts/second_step_codes.html", {"codes": codes, "mine": mine})


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


# Step-up ------------------------------------------------------------------------------------------


@before_second_step
@signed_in
@never_cache
@sensitive_post_parameters(BOX, "password")
def identity_confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the code of whoever has a second step, and for the password of whoever has none."""
    person, has_step = request.user, bool(second_step.of(request.user))
    form = (ConfirmCodeForm if has_step else ConfirmPasswordForm)(request.POST or None)
    form.cancel_href = reverse("account")
    if form.is_valid():
        try:
            how = _given(person, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            record_authentication(request, person, reauthenticated=True, **how)
            return redirect(_onward(request))
    return render(request, "accounts/identity_confirm.html", {"form": form})


def _given(person, clean: dict) -> dict:
    if BOX in clean:
        given = actions.give_code(person=person, code=clean[BOX])
        return {"method": "mfa", "id": given.pk, "type": given.type}
    actions.confirm(person=person, password=clean["password"])
    return {"method": "password"}


def _onward(request: HttpRequest) -> str:
    onward = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        onward, {request.get_host()}, require_https=request.is_secure()
    )
    return onward if safe else reverse("account")
