"""What anybody may read without signing in: help, what is held about them, who can use these pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import public
from council import context


@dataclass(frozen=True)
class Enforcer:
    """Who hears somebody who is not happy with the answer about accessibility."""

    name: str
    advice: str
    href: str


BRITAIN = Enforcer(
    "Equality and Human Rights Commission (EHRC)",
    "Equality Advisory and Support Service (EASS)",
    "https://www.equalityadvisoryservice.com/",
)
ENFORCERS = {
    "northern-ireland": Enforcer(
        "Equality Commission for Northern Ireland (ECNI)",
        "Equality Commission for Northern Ireland",
        "https://www.equalityni.org/Home",
    )
}


@public
@require_safe
def help_show(request: HttpRequest) -> HttpResponse:
    hours = settings.SESSION_COOKIE_AGE // 3600
    idle = settings.SESSION_IDLE_SECONDS // 60
    page = {"hours": hours, "idle": idle, "draft_days": settings.DRAFTS_KEPT.days}
    return render(request, "council/help.html", page)


@public
@require_safe
def privacy_show(request: HttpRequest) -> HttpResponse:
    hours = settings.SESSION_COOKIE_AGE // 3600
    page = {"hours": hours, "draft_days": settings.DRAFTS_KEPT.days}
    return render(request, "council/privacy.html", page)


@public
@require_safe
def accessibility_show(request: HttpRequest) -> HttpResponse:
    """The model statement of the United Kingdom, filled in with what was tested and what was not."""
    council = context.of(request)
    enforcer = ENFORCERS.get(council.nation, BRITAIN) if council else BRITAIN
    page = {"enforcer": enforcer, "address": settings.BASE_URL}
    return render(request, "council/accessibility.html", page)
