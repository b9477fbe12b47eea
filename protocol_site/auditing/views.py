"""The pages of whoever may read the ledger: its events, one event, files of them, and how to verify."""

from __future__ import annotations

from pathlib import Path

from django.http import (
    HttpRequest,
    HttpResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from accounts.permissions import permission
from accounts.signing_in.confirming import confirmed
from frontend.filtering import chips_of
from frontend.parts import Column, Link
from frontend.words import clock, shortday
from ledger import export, offline
from ledger.models import Event
from protocol_site.auditing import page as pages
from protocol_site.auditing.files import FORMS
from protocol_site.auditing.filters import EventFilter
from protocol_site.auditing.words import Explained, explain

A_PAGE = 50
COLUMNS = [
    Column("What happened", primary=True),
    Column("Done by"),
    Column("About"),
    Column("When"),
]


@permission("ledger.read")
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Newest first, by keyset: a page costs the same however many events there are."""
    chosen = EventFilter(request.GET, queryset=Event.objects.visible_to(request.user))
    events, newer, older = _page(chosen.qs, request)
    found = {
        "filter": chosen,
        "columns": COLUMNS,
        "rows": [_row(one) for one in explain(events)],
        "narrowed": bool(chips_of(chosen.form, request.GET)),
        "newer": newer,
        "older": older,
        "narrowed_by": _without(request.GET, "before", "after").urlencode(),
    }
    return render(request, "operations/event_list.html", found)


def _page(events, request: HttpRequest) -> tuple[list[Event], str, str]:
    """Those of this page, and the addresses of the page with newer and with older ones, or ""."""
    before, after = (_pivot(request, name) for name in ("before", "after"))
    if after is not None:
        found = list(events.after(after).order_by("at", "id")[: A_PAGE + 1])
        shown, more_newer, more_older = found[:A_PAGE][::-1], len(found) > A_PAGE, True
    else:
        found = list((events.before(before) if before else events).newest_first()[: A_PAGE + 1])
        shown, more_newer, more_older = found[:A_PAGE], before is not None, len(found) > A_PAGE
    if not shown:
        return [], "", ""
    newer = _address(request.GET, after=shown[0].pk) if more_newer else ""
    return shown, newer, _address(request.GET, before=shown[-1].pk) if more_older else ""


def _pivot(request: HttpRequest, name: str) -> Event | None:
    """The event beside which a page begins. What is none of theirs begins at the newest."""
    number = request.GET.get(name, "")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return Event.objects.visible_to(request.user).filter(pk=int(number)).first()


def _without(query: QueryDict, *names: str) -> QueryDict:
    left = query.copy()
    for name in names:
        left.pop(name, None)
    return left


def _address(query: QueryDict, **cursor: int) -> str:
    left = _without(query, "before", "after")
    for name, number in cursor.items():
        left[name] = number
    return f"?{left.urlencode()}"


def _row(one: Explained) -> list:
    at = one.event.at
    link = Link(one.sentence, reverse("event-page", args=[one.event.pk]))
    return [link, one.who, one.about, f"{shortday(at)}, {clock(at)}"]


@permission("ledger.read")
@require_safe
def event_page(request: HttpRequest, pk: int) -> HttpResponse:
    events = Event.objects.visible_to(request.user).select_related("stream")
    (one,) = explain([get_object_or_404(events, pk=pk)])
    found = {"one": one, "said": pages.said(one), "proven": pages.proven(one)}
    return render(request, "operations/event_page.html", found)


@permission("ledger.read")
@require_GET
@confirmed
def event_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """The events that the filters leave, as a file. That it is taken is an event before its first line."""
    chosen = EventFilter(request.GET, queryset=Event.objects.visible_to(request.user))
    events = chosen.qs
    export.note_taken(by=request.user, form=form, narrowed_by=chosen.used)
    lines, content_type, ending = FORMS[form]
    answer = StreamingHttpResponse(lines(events), content_type=content_type)
    name = f"ledger-{timezone.localdate().isoformat()}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    # As of a document: should a browser show it all the same, it can do nothing there.
    answer["Content-Security-Policy"] = (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    return answer


@permission("ledger.read")
@require_safe
def ledger_verify(request: HttpRequest) -> HttpResponse:
    lines = len(Path(offline.__file__).read_text(encoding="utf-8").splitlines())
    return render(request, "operations/ledger_verify.html", {"lines": lines})


@permission("ledger.read")
@require_GET
def ledger_script(request: HttpRequest) -> HttpResponse:
    """The script itself, which holds nothing of this council."""
    answer = HttpResponse(Path(offline.__file__).read_bytes(), content_type="text/x-python")
    answer["Content-Disposition"] = 'attachment; filename="offline.py"'
    return answer
