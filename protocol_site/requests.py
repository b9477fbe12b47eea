"""Requests that cannot be read are turned away at the door, before any view or error page reads them again."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.http import parse_header_parameters

# The files of one message are 25 MiB at most (documents/kinds.py); beyond this nothing is read, and
# nothing reaches the disk.
LARGEST = 32 * 1024 * 1024
NUL = "\x00"
# How anything here is asked for. A view would answer the others as it answers GET.
ASKED_BY = ("GET", "HEAD", "POST")
LENGTH = re.compile(r"[0-9]{1,18}")
UNREADABLE = (
    BadRequest,
    SuspiciousOperation,
    MultiPartParserError,
    UnreadablePostError,
    # What the parsers of headers and parts let through: a charset or an encoding that is none.
    LookupError,
    ValueError,
)


class Utf8Request(WSGIRequest):
    """A request in UTF-8, whatever it says it is in: another charset could bring text that no database holds.

    A Content-Type that cannot be parsed counts as none, and a Content-Length that is no number as 0.
    """

    def __init__(self, environ: dict):
        if not LENGTH.fullmatch(environ.get("CONTENT_LENGTH") or ""):
            environ["CONTENT_LENGTH"] = ""
        super().__init__(environ)

    def _set_content_type_params(self, meta: dict) -> None:
        try:
            found = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            found, meta["CONTENT_TYPE"] = ("", {}), ""
        # Without its charset: Django would set the request's encoding by it.
        self.content_type, self.content_params = found
        self.content_params.pop("charset", None)


class Handler(WSGIHandler):
    request_class = Utf8Request


class ReadableRequests:
    """Answers 405 to a method that nothing here takes, 400 to what cannot be read, and 413 to what is too
    large; Django's own error pages would read the same form again for its token, and fail with it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return _refused(413)
        if request.method not in ASKED_BY:
            return HttpResponseNotAllowed(ASKED_BY)
        if NUL in request.path_info:
            return _refused(400)
        _drop_unstorable(request.COOKIES)
        try:
            request.GET  # noqa: B018
            request.POST  # noqa: B018
        except RequestDataTooBig:
            return _refused(413)
        except UNREADABLE:
            return _refused(400)
        return self.get_response(request)


def _drop_unstorable(cookies: dict[str, str]) -> None:
    """A cookie can spell a NUL as \\000. PostgreSQL holds none, so no session has such a key."""
    for name in [name for name, value in cookies.items() if NUL in value]:
        del cookies[name]


def _refused(status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"{status}.html"), status=status)
