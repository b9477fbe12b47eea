"""One case, and a message that was copied to somebody."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.permissions import signed_in
from casework import attachments, case_page, reading
from casework.enquiries import drafting
from casework.enquiries.steps import STEPS
from casework.models import Case, Copy, Message
from casework.paging import A_PAGE
from council import context
from council.calendar import for_council
from frontend.terms import say
from protocol import lifecycle


@signed_in
def case_show(request: HttpRequest, reference: str) -> HttpResponse:
    cases = Case.objects.visible_to(request.user).for_page(request.user).prefetch_related("clocks")
    case = get_object_or_404(cases, reference=reference.upper())
    calendar = for_council(context.of(request))
    page = case_page.gather(case, request.user, timezone.now(), calendar)
    reading.on_record(request, case, *(one.other for one in case.linked))
    form = None
    if page.inline:
        form = STEPS[page.inline].form(case=case, by=request.user)
        drafting.offer(form, case, request.user, page.inline)
        form.form_action = case_page.address(case, page.inline)
    return render(request, "casework/case_page.html", {"page": page, "case": case, "inline": form})


# What a copy is, by the kind of its message.
TITLES = {
    "enquiry": "A concern copied to you",
    "answer": "An answer copied to you",
    "handing": "How a concern ended here",
    "duplicate": "How a concern ended here",
    "correction": "A concern is open here again",
}
NO_REPLY = {
    lifecycle.WITHDRAWN: "It was withdrawn, so no reply follows.",
    lifecycle.RETURNED: "It was returned to the {member}, so no reply follows.",
}


def _no_reply(message: Message) -> str:
    """Why whoever has a concern waits for nothing, where no words of the council say so."""
    if message.kind != "enquiry" or message.case.sensitivity != "ordinary":
        return ""
    return say(NO_REPLY.get(message.case.state, ""))


@signed_in
def copy_list(request: HttpRequest) -> HttpResponse:
    """What was openly copied to this person, newest first."""
    copies = Copy.objects.visible_to(request.user).for_page().order_by("-pk")
    page = Paginator(copies, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "casework/copy_list.html", {"page": page})


@signed_in
def copy_show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The message alone: being copied in opens nothing else of the case. Of what a rule had copied, with
    what else of it was copied to the same person.
    """
    copies = Copy.objects.visible_to(request.user).for_page()
    copy = get_object_or_404(copies, key=key)
    files = attachments.of([copy.message]).get(copy.message_id, [])
    page = {"copy": copy, "files": [attachments.shown(one) for one in files]}
    page["title"] = TITLES.get(copy.message.kind, TITLES["answer"])
    if copy.by_rule:
        page["no_reply"] = _no_reply(copy.message)
        others = copies.filter(message__case=copy.message.case_id, by_rule=True)
        page["others"] = others.exclude(pk=copy.pk).order_by("message__at", "pk")
    return render(request, "casework/copy_page.html", page)
