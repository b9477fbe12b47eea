"""The section's front page with what is left to set up; the details; the first run; the colour."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import etag

from accounts.permissions import permission, public
from council import checklist, context, setup_code
from council.actions import adoptions, details
from council.actions.setting_up import Wish, set_up
from council.addresses import kept_mail
from council.formpage import REFUSED, form_page, sent
from council.forms import DetailsForm, SetupForm
from council.views.trail import section, trail
from frontend.branding import stylesheet
from protocol.refusals import Refused

COLOUR_KEPT = 24 * 60 * 60  # seconds


@permission("council.configure")
def council_show(request: HttpRequest) -> HttpResponse:
    tasks = checklist.tasks(context.of(request), timezone.localdate())
    return render(
        request,
        "council/overview.html",
        {"tasks": tasks, "left": sum(not task.done for task in tasks), "section": section(request)},
    )


@permission("council.configure")
def council_edit(request: HttpRequest) -> HttpResponse:
    council = context.of(request)
    if council is None:
        return redirect("council-show")
    shown = details.shown(council)
    return form_page(
        request,
        DetailsForm(sent(request), initial=shown),
        shown=shown,
        about=["council:1"],
        act=lambda clean: details.change(council=council, by=request.user, **clean),
        heading="Details of the council",
        said=_changed,
        to=reverse("council-show"),
        trail=trail(),
        section=section(request),
    )


def _changed(fields: list[str]) -> str:
    if "nation" in fields:
        return "Saved. The due dates of open cases are being counted again."
    return "Saved. Every page shows it from now on." if fields else "Nothing was changed."


@public
def council_setup(request: HttpRequest) -> HttpResponse:
    """The first-run page: gone as soon as there is a council."""
    if context.of(request) is not None:
        raise Http404
    form = SetupForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _set_up(request, form)
        except Refused as refused:
            form.add_error(None, str(refused))
    setup_code.current()
    return render(
        request, "council/setup.html", {"form": form}, status=REFUSED if form.errors else 200
    )


def _set_up(request: HttpRequest, form: SetupForm) -> HttpResponse:
    clean = form.cleaned_data
    if not setup_code.fits(clean["code"]):
        form.add_error("code", "This is not the setup code. Read it again where it was printed")
        return render(request, "council/setup.html", {"form": form}, status=REFUSED)
    wish = Wish(
        name=clean["name"],
        text=adoptions.library_text(clean["profile"]),
        source=clean["profile"],
        adopted_by=clean["adopted_by"],
        in_force_from=clean["in_force_from"],
        clerk_name=clean["clerk_name"],
        clerk_email=clean["clerk_email"],
    )
    done = set_up(wish=wish, by=None, only_first=True)
    setup_code.spend()
    kept = kept_mail()
    where = (
        f"No mail server is set, so the mail with the link for {done.clerk.email} to set a password "
        f"lies in {kept}, on the computer that runs Evenhand"
        if kept
        else f"A link to set a password is on its way to {done.clerk.email}"
    )
    messages.success(request, f"{clean['name']} is set up. {where}. Open it, then sign in.")
    return redirect("sign-in")


def _colour(request: HttpRequest) -> str:
    council = context.of(request)
    return council.brand_colour if council else ""


@public
@etag(lambda request: f'"{_colour(request) or "none"}"')
def branding_css(request: HttpRequest) -> HttpResponse:
    """The council's colour. Asked for by that colour (`?1d70b8`) it may be kept for a day."""
    colour = _colour(request)
    response = HttpResponse(stylesheet(colour), content_type="text/css; charset=utf-8")
    asked = request.META.get("QUERY_STRING", "")
    kept = f"public, max-age={COLOUR_KEPT}" if asked and f"#{asked}" == colour else "no-cache"
    response["Cache-Control"] = kept
    return response
