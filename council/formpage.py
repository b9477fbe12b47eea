"""A page that is one form: drawn, sent, refused with what was typed kept, or done and left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from accounts import refusals
from council import editing
from council.editing import Overtaken
from frontend import seen
from protocol.refusals import Refused, Stale

REFUSED, STALE = 422, 409


def sent(request: HttpRequest) -> QueryDict | None:
    """What binds a form: the posted fields, even where there are none; None for a first look."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    act: Callable[[dict[str, Any]], Any],
    heading: str,
    said: str | Callable[[Any], str],
    to: str | Callable[[Any], str],
    shown: Mapping[str, Any] | None = None,
    about: Iterable[str] = (),
    template: str = "council/form.html",
    **context: Any,
) -> HttpResponse:
    """Draw the form; sent and sound, act on its clean values, say so and go on.

    `said` is the message and `to` the address, or functions of what `act` returned. A Refused is
    shown as an error of the form, with status 422; 409 where somebody else was first.

    `shown`, by the names of fields, is what the page shows of a row that others may change too: `act`
    then has the marks of it among its values, as `seen`. `about` are the row's names in the ledger,
    which says who was first.
    """
    if shown is not None:
        seen.remember(form, shown)
    refused = changed = None
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except Refused as no:
            refused = no
            refusals.noted(request, no)
            form.add_error(None, str(no))
            changed = _changed(form, no, about) if isinstance(no, Overtaken) else None
        else:
            messages.success(request, said(result) if callable(said) else said)
            return HttpResponseRedirect(to(result) if callable(to) else to)
    page = {"form": form, "heading": heading, "refused": refused, "changed": changed, **context}
    return render(request, template, page, status=_status(form, refused))


def _status(form: BaseForm, refused: Refused | None) -> int:
    if isinstance(refused, Stale):
        return STALE
    return REFUSED if form.errors else 200


def _changed(form: BaseForm, overtaken: Overtaken, about: Iterable[str]) -> dict[str, Any]:
    """What the other person changed and who it was; the form is readied to be sent again."""
    found = [seen.in_words(form, name, overtaken.now[name]) for name in overtaken.fields]
    seen.show_again(form, overtaken.now)
    return {"last": editing.last_change(about), "fields": found}
