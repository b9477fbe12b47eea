"""A letter on the screen, to be printed, and as a PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_safe

from accounts.permissions import signed_in
from casework import reading
from casework.letters import actions, letter
from casework.models import Case, Message
from council import context
from protocol.refusals import Refused


@signed_in
@require_safe
def letter_show(request: HttpRequest, reference: str, place: int) -> HttpResponse:
    case, message = _found(request, reference, place)
    written = letter.write(case, message, place, context.of(request))
    about = letter.sources(case, written)
    return render(
        request, "casework/letter.html", {"letter": written, "case": case, "sources": about}
    )


@signed_in
@require_GET
def letter_pdf(request: HttpRequest, reference: str, place: int) -> HttpResponse:
    case, message = _found(request, reference, place)
    written = letter.write(case, message, place, context.of(request))
    try:
        content = actions.take_away(case=case, message=message, letter=written, by=request.user)
    except Refused as refused:
        page = {"refused": refused, "letter": written, "case": case}
        return render(request, "casework/letter_not_made.html", page, status=409)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{written.file_name}"'
    # As of a document: should a browser show it all the same, it can do nothing there.
    response["Content-Security-Policy"] = (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    return response


def _found(request: HttpRequest, reference: str, place: int) -> tuple[Case, Message]:
    """The case and the message of a letter; what is not theirs to have does not exist."""
    cases = Case.objects.visible_to(request.user).for_page(request.user)
    case = get_object_or_404(cases, reference=reference.upper())
    message = letter.find(case, request.user, place)
    if message is None:
        raise Http404
    reading.on_record(request, case)
    return case, message
