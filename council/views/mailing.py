"""The hours of mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.permissions import permission
from council import context
from council.actions import mailing
from council.formpage import form_page, sent
from council.mail_form import MailHoursForm
from council.views.trail import section, trail

INTRO = (
    "No protocol says when mail may go, so what you choose here is set by the council. It changes no "
    "due date."
)


@permission("council.configure")
def mail_hours_edit(request: HttpRequest) -> HttpResponse:
    council = context.of(request)
    if council is None:
        return redirect("council-show")
    shown = mailing.shown(council)
    return form_page(
        request,
        MailHoursForm(sent(request), initial=shown),
        shown=shown,
        about=["council:1"],
        act=lambda clean: mailing.change(council=council, by=request.user, **clean),
        heading="When mail goes",
        said=_changed,
        to=reverse("mail-hours"),
        intro=INTRO,
        trail=trail(),
        section=section(request),
    )


def _changed(fields: list[str]) -> str:
    if not fields:
        return "Nothing was changed."
    return "Saved. Mail that waits goes by the new hours within five minutes."
