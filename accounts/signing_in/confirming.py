"""Step-up: before something that a screen left open must not allow, it is asked again who is there."""

from __future__ import annotations

import time
from functools import wraps

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.signing_in import connection, second_step


def recently(request: HttpRequest) -> bool:
    """Whether they gave their second step in this session less than CONFIRMED_SECONDS ago; whoever has none,
    their password, or what the provider asked for. Where its second factor let them in, that again."""
    records = get_authentication_records(request, request.user)
    given = connection.stepped(request)
    if second_step.of(request.user):
        given = [record["at"] for record in records if record["method"] == "mfa"]
    elif not given:
        given = [record["at"] for record in records]
    return bool(given) and 0 <= time.time() - max(given) < settings.CONFIRMED_SECONDS


def confirmed(view):
    """Below the decorator that declares the access: the view is reached by whoever confirmed recently."""

    @wraps(view)
    def asked_first(request, *args, **kwargs):
        if recently(request):
            return view(request, *args, **kwargs)
        here = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('identity-confirm')}?{here}")

    return asked_first
