"""One case, and a message that was copied to somebody."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.permissions import signed_in
from casework import attachments, case_page
from casework.enquiries import drafting
from casework.enquiries.steps import STEPS
from casework.models import Case, Copy
from council import context
from council.calendar import for_council


@signed_in
def case_show(request: HttpRequest, reference: str) -> HttpResponse:
    cases = Case.objects.visible_to(request.user).for_page(request.user).prefetch_related("clocks")
    case = get_object_or_404(cases, reference=reference.upper())
    calendar = for_council(context.of(request))
    page = case_page.gather(case, request.user, timezone.now(), calendar)
    form = None
    if page.inline:
        form = STEPS[page.inline].form(case=case, by=request.user)
        drafting.offer(form, case, request.user, page.inline)
        form.form_action = case_page.address(case, page.inline)
    return render(request, "casework/case_page.html", {"page": page, "case": case, "inline": form})


@signed_in
def copy_list(request: HttpRequest) -> HttpResponse:
    """What was openly copied to this person, newest first."""
    copies = Copy.objects.visible_to(request.user).select_related("message__author")
    return render(request, "casework/copy_list.html", {"copies": copies.order_by("-pk")[:100]})


@signed_in
def copy_show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The message alone: being copied in opens nothing else of the case."""
    copies = Copy.objects.visible_to(request.user)
    copies = copies.select_related("message__author", "message__case__enquiry")
    copy = get_object_or_404(copies, key=key)
    files = attachments.of([copy.message]).get(copy.message_id, [])
    page = {"copy": copy, "files": [attachments.shown(one) for one in files]}
    return render(request, "casework/copy_page.html", page)
