"""Signing in and out, and setting a password by mail: Django's own views over our forms."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_password_login
from django.contrib import messages
from django.contrib.auth import logout, views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.cache import never_cache

from accounts import actions, kept, links
from accounts.permissions import public
from accounts.signing_in import connection, provider, second_step
from accounts.signing_in.forms import LinkForm, NewPasswordForm, SignInForm
from accounts.signing_in.parts import parts_for
from accounts.signing_in.views.second_step import code_enter
from accounts.throttle import client_address
from protocol.refusals import Refused


class SignIn(views.LoginView):
    """Email and password; `next` leads only to this host (RedirectURLMixin sees to it)."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("request")
        return kwargs

    def get_context_data(self, **kwargs):
        more = _page(self.request)
        return super().get_context_data(**more, **kwargs)

    def form_valid(self, form):
        clean, address = form.cleaned_data, client_address(self.request)
        try:
            person = actions.know(email=clean["email"], password=clean["password"], address=address)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        begun = second_step.begun(person, self.get_success_url())
        answer = perform_password_login(self.request, {"email": person.email}, begun)
        if not self.request.user.is_authenticated and kept.carried(self.request):
            # What is carried on is too long for a redirection.
            return code_enter(self.request)
        return answer


def _page(request: HttpRequest) -> dict[str, object]:
    """What stands on the sign-in page besides the form."""
    return {
        "parts": parts_for(request),
        "kept": kept.carried(request),
        "provider": provider.offered() and provider.name(),
    }


def sign_in_again(request: HttpRequest, sealed: str) -> HttpResponse:
    """The sign-in page in place of a refusal: it carries on what was sent, for the same person."""
    request.kept = sealed
    form = SignInForm(initial={kept.FIELD: sealed})
    form.form_action = reverse("sign-in")
    page = {"form": form, **_page(request)}
    return render(request, "accounts/sign_in.html", page, status=403)


class SetPassword(views.PasswordResetConfirmView):
    """Behind the link of a mail. Django moves the token from the address into the session."""

    form_class = NewPasswordForm
    template_name = "accounts/password_set.html"
    token_generator = links.EITHER
    success_url = reverse_lazy("sign-in")

    def get_user(self, uidb64):
        person = super().get_user(uidb64)
        return person if person and person.is_active else None

    def form_valid(self, form):
        try:
            actions.set_password(person=self.user, password=form.cleaned_data["password"])
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        # Whoever was signed in here, it is this person's turn: and the token goes with the session.
        logout(self.request)
        messages.success(self.request, "Your password is set. Sign in with it.")
        return HttpResponseRedirect(self.get_success_url())


sign_in = public(SignIn.as_view())
password_link = public(SetPassword.as_view())


@public
@never_cache
def sign_out(request):
    """Ends the session on POST. Somebody who only follows the address is taken on, not out."""
    if request.method == "POST" and request.user.is_authenticated:
        actions.sign_out(person=request.user)
        said = _signed_out(request)
        logout(request)
        messages.success(request, said)
    return redirect("sign-in")


def _signed_out(request: HttpRequest) -> str:
    """Nobody is signed out of the provider with it: the next at this computer could come in by that."""
    if not connection.brought_in(request):
        return "You have signed out."
    return (
        f"You have signed out of Evenhand. You may still be signed in to {provider.name()} here: if others "
        "use this computer, sign out of that as well."
    )


@public
@never_cache
def password_forgotten(request):
    form = LinkForm(request.POST or None, cancel_href=str(reverse_lazy("sign-in")))
    if form.is_valid():
        try:
            actions.request_link(**form.cleaned_data, address=client_address(request))
            return redirect("password-forgotten-sent")
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "accounts/password_forgotten.html", {"form": form})


@public
@never_cache
def password_forgotten_sent(request):
    return render(request, "accounts/password_forgotten_sent.html")
