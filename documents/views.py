"""Opening a file: only for whom a room lets in, never shown in the browser, and always on record."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.permissions import signed_in
from documents import actions
from documents.models import Document
from protocol.refusals import Refused


@signed_in
@require_GET
def document_open(request: HttpRequest, key: UUID) -> HttpResponse | FileResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user), key=key)
    try:
        file = actions.open_document(document=document, by=request.user)
    except Refused as refused:
        page = {"refused": refused, "document": document}
        return render(request, "documents/not_now.html", page, status=409)
    answer = FileResponse(
        file, as_attachment=True, filename=document.name, content_type=document.content_type
    )
    # Besides what every answer has: should a browser show it all the same, it can do nothing there.
    answer["Content-Security-Policy"] = (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    answer["Content-Length"] = str(document.size)
    return answer
