"""A form that somebody sends twice is done once, and both answers lead to the same page. ADR 27."""

from __future__ import annotations

import json
import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac

from frontend.failures import words_typed
from frontend.layout import SENDING
from ledger import actions, sendings
from ledger.models import Sending
from ledger.sendings import AlreadySent

# A second press waits for the first one's answer: so many looks, so many seconds apart.
LOOKS, APART = 40, 0.05
# What a script or the token changes between two presses of one button.
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "draft_seen", "draft_tried"})
SAID = "You had sent this already. It was done once."


class SentOnce:
    """Stands last, next to the view: whoever is not let in has no key."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with sendings.request() as sent:
            request.sent_once = sent
            response = self.get_response(request)
        led_to = response.get("Location", "")
        if sent.taken and response.status_code < 500:
            # After a fault of ours nobody knows what was done: the key stays taken, without an answer.
            actions.keep_answer(sent=sent, led_to=led_to)
        elif sent.key and not sent.taken and not led_to:
            # Refused, because it was done a moment ago? The first one's change was in the way of this one.
            return _led(request) or response
        return response

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.method == "POST" and request.user.is_authenticated:
            request.sent_once.key = key_of(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, AlreadySent):
            return None
        page = {"typed": words_typed(request), "here": request.path}
        answer = _led(request)
        return answer or render(request, "accounts/already_sent.html", page, status=409)


def key_of(request: HttpRequest) -> str:
    """Of the page’s number, who sent it, where to, and all that was sent; "" without a number."""
    number = request.POST.get(SENDING, "")
    if not number:
        return ""
    fields = sorted(
        (name, values) for name, values in request.POST.lists() if name not in NOT_TYPED
    )
    files = [
        (name, one.name, one.size) for name in request.FILES for one in request.FILES.getlist(name)
    ]
    text = json.dumps([request.user.pk, request.get_full_path(), fields, sorted(files)])
    return salted_hmac("accounts.once", text, algorithm="sha256").hexdigest()


def _led(request: HttpRequest) -> HttpResponse | None:
    """On to where the first one led; None where there was none, or it gives no answer in a while."""
    for _ in range(LOOKS):
        found = Sending.objects.filter(key=request.sent_once.key).values("led_to").first()
        if found is None:
            return None
        if found["led_to"]:
            messages.success(request, SAID)
            return redirect(found["led_to"])
        time.sleep(APART)
    return None
