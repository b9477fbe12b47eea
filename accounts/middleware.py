"""What stands before every view of this product: signing in, and that no page is kept."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import kept, refusals
from accounts.permissions import ACCESS, BEFORE
from accounts.signing_in import connection
from accounts.signing_in.confirming import NotConfirmed
from accounts.signing_in.views.door import sign_in_again
from accounts.signing_in.views.second_step import confirm_first
from frontend.failures import words_of, words_typed


class SignInFirst(LoginRequiredMiddleware):
    """Deny by default; what somebody sent whose session had ended is kept, and drawn again later."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is not None or request.method != "POST" or kept.FIELD not in request.POST:
            return refused
        if not getattr(view_func, "login_required", True):
            return None
        if lacks_second_step(request, view_func):
            return None  # SecondStepFirst answers
        return kept.drawn_again(request, view_func, view_args, view_kwargs)

    def process_exception(self, request, exception):
        return confirm_first(request) if isinstance(exception, NotConfirmed) else None

    def handle_no_permission(self, request, view_func):
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        if sealed := kept.sealed(request):
            return sign_in_again(request, sealed)
        return redirect_to_login(_stood_on(request), reverse("sign-in"))


class RefusalsOnRecord:
    """What a signed-in person was refused is an event, before they have the answer.

    Addresses that lead nowhere are left out: nothing was asked for.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        reason = refusals.why(request, response.status_code)
        if reason and request.resolver_match and request.user.is_authenticated:
            if response.headers.get("Evenhand-Refused") == "token":
                reason = "token"
            refusals.record(request, reason)
        return response


class SecondStepFirst:
    """Where everybody needs a second step, whoever has none sets one up before anything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not lacks_second_step(request, view_func):
            return None
        if request.method == "POST" and (typed := self._typed(request)):
            page = {"typed": typed, "files": bool(request.FILES)}
            request.refusal = "second_step"
            return render(request, "accounts/second_step_first.html", page, status=403)
        return redirect("second-step")

    @staticmethod
    def _typed(request) -> list[tuple[str, str]]:
        """What they had typed, also where it was sealed when their session ended."""
        sealed = kept.opened(request.POST.get(kept.FIELD, ""), request.user)
        return words_of(sealed.fields) if sealed else words_typed(request)


def lacks_second_step(request, view) -> bool:
    """Whether this view is closed to them until they have set up the step that everybody needs here.

    Whoever has one gave it in this session: setting one up ends all others of theirs. So did whoever came
    in with the second factor of the council's provider, where the council takes that in its place.
    """
    if not settings.SECOND_STEP_REQUIRED or not request.user.is_authenticated:
        return False
    if getattr(view, ACCESS, None) == "public" or getattr(view, BEFORE, False):
        return False
    return not (request.user.second_step or connection.stepped(request))


def _stood_on(request) -> str:
    """The page of ours that the button stood on: its own address may take a post only."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return request.get_full_path()
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class PrivatePages:
    """`Cache-Control: no-store` on every answer, errors too: the next person at the machine must not go
    back. The one exception is a public view that says itself how long its answer may be kept. And with
    the answer that ends a session, or finds it ended, the browser forgets what it kept all the same.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not (_is_public(request) and response.has_header("Cache-Control")):
            response["Cache-Control"] = "no-store"
        if _session_ended(request):
            # Not "storage": that would take what lies half-written in another window (ADR 13).
            response["Clear-Site-Data"] = '"cache"'
        return response


def _session_ended(request) -> bool:
    """Whether the browser came with a session that is none now: signed out, stopped, or its time over."""
    came_with = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    session = getattr(request, "session", None)
    if not came_with or session is None or session.session_key == came_with:
        return False
    return not request.user.is_authenticated


def _is_public(request) -> bool:
    match = getattr(request, "resolver_match", None)
    return match is not None and getattr(match.func, ACCESS, None) == "public"
