"""What somebody sent when their session had ended: sealed for them alone, and drawn again, not done.

The text travels in their own browser and nowhere else: no table, no session, no log holds it. The key is
the person's, so whoever else signs in at that desk cannot open it. docs/adr/0005-account-safety.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from accounts.models import Person
from accounts.sealing import LONGEST, seal, typed, unseal
from frontend.failures import SECRET
from frontend.forms import draw_only

FIELD = "kept"
# The same, on the page that asks somebody who is signed in to confirm that it is them.
CARRIED = "carried"
# Never kept: tokens, the sealed text itself, codes and the current password; see `typed` for the others.
NEVER = frozenset({"csrfmiddlewaretoken", FIELD, CARRIED}) | SECRET
SALT = "accounts.kept"
# What a view answers with when it draws a page, with or without errors; 404 where what the words were
# about is out of sight by now.
DRAWN = frozenset({200, 404, 409, 422})
CHECK = (
    "You were signed out before this could be sent, so nothing has been sent yet. Check what you typed, "
    "then send it."
)
CHECK_CONFIRMED = (
    "You were asked to confirm that it is you, so nothing has been sent yet. Check what you typed, then "
    "send it."
)
FILES = "The files that you chose were not kept: choose them again."
LOST = "What you typed is kept for {hours} hours, and they have passed. Nothing was sent."
AGAIN = "You were signed out before this could be done, so it was not done. Please do it again."


@dataclass(frozen=True)
class Kept:
    """Where it was sent to, and the fields."""

    path: str
    fields: QueryDict
    # Files were chosen besides. They are not kept: nobody knew yet whose they were.
    had_files: bool = False
    # They were signed in, and only asked to confirm that it is them.
    confirming: bool = False


# Sealing -------------------------------------------------------------------------------------------


def sealed(request: HttpRequest) -> str:
    """What was sent, for whoever last signed in with this browser; "" where there is nothing to keep.

    The browser's form was theirs: signing in changes its token, so a form of anybody before is refused.
    What was sealed before, and was to be drawn when the session ended once more, is taken on as it is.
    """
    person = last_here(request)
    if person is None:
        return ""
    if before := request.POST.get(FIELD):
        return before if len(before) <= 2 * LONGEST else ""
    return _sealed(request, person, confirming=False)


def sealed_meanwhile(request: HttpRequest) -> str:
    """What was sent by whoever is signed in here, until they have confirmed that it is them."""
    return _sealed(request, request.user.pk, confirming=True)


def _sealed(request: HttpRequest, person: int, *, confirming: bool) -> str:
    fields = typed(request.POST, never=NEVER)
    if not any(fields.values()):
        return ""
    where, files = request.get_full_path(), bool(request.FILES)
    text = json.dumps([where, fields.urlencode(), files, confirming])
    return seal(text, person, SALT) if len(text) <= LONGEST else ""


def opened(blob: str, person: Person) -> Kept | None:
    """None where it was sealed for somebody else, is too old, or is not ours."""
    text = unseal(blob, person.pk, SALT, timedelta(seconds=settings.SESSION_COOKIE_AGE))
    if text is None:
        return None
    # What an older release sealed has two, or three.
    path, fields, *more = json.loads(text)
    return Kept(path, QueryDict(fields), *(bool(one) for one in more))


# Who is at this browser ----------------------------------------------------------------------------


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE_NAME}-last"


def last_here(request: HttpRequest) -> int | None:
    """Whoever signed in last with this browser, in or out since; None where nobody did."""
    found = request.get_signed_cookie(_cookie(), default=None, salt=SALT)
    return int(found) if found else None


def carried(request: HttpRequest) -> str:
    """The sealed text that a sign-in page carries on, or ""."""
    return getattr(request, "kept", "") or request.POST.get(FIELD, "")


def kept_here(request: HttpRequest) -> str:
    """What a page carried that asks who is there, where it is of whoever was last here; else ""."""
    blob, person = request.POST.get(FIELD) or request.POST.get(CARRIED, ""), last_here(request)
    if not blob or person is None or len(blob) > 2 * LONGEST:
        return ""
    return blob if opened(blob, Person(pk=person)) else ""


# After signing in ----------------------------------------------------------------------------------


def welcomed(request: HttpRequest, person: Person, onward: str) -> HttpResponse:
    """Take somebody who has just signed in to what they typed, or onward. Every way in ends here."""
    blob = carried(request)
    found = opened(blob, person) if blob else None
    if found:
        response = go_on(request, found, blob)
    elif blob:
        # Where somebody else was is not for this person to see.
        if last_here(request) == person.pk:
            messages.warning(request, LOST.format(hours=settings.SESSION_COOKIE_AGE // 3600))
        response = redirect(settings.LOGIN_REDIRECT_URL)
    else:
        response = redirect(onward)
    response.set_signed_cookie(
        _cookie(),
        str(person.pk),
        salt=SALT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def go_on(request: HttpRequest, found: Kept, blob: str) -> HttpResponse:
    """The page whose one button takes them to what they typed."""
    page = {"path": found.path, "kept": blob, "confirming": found.confirming}
    return render(request, "accounts/kept.html", page)


def drawn_again(request: HttpRequest, view: Callable[..., HttpResponse], args, kwargs):
    """The page of the form with what was typed in it. Nothing is done, whatever the view would do.

    Every form of ours counts as not yet sound (`draw_only`), and what a view writes all the same is
    taken back.
    """
    found = opened(request.POST.get(FIELD, ""), request.user)
    if found is None or found.path != request.get_full_path():
        messages.warning(request, AGAIN)
        return redirect(settings.LOGIN_REDIRECT_URL)
    request.POST = found.fields
    # Stands above the page: templates/components/banners.html
    check = CHECK_CONFIRMED if found.confirming else CHECK
    request.drawn_again = f"{check} {FILES}" if found.had_files else check
    try:
        with draw_only(), transaction.atomic():
            response = view(request, *args, **kwargs)
            transaction.set_rollback(True)
        # But what is turned away (an enquiry's nature) leaves nothing behind, however it was sent.
        if forget := getattr(request, "all_the_same", None):
            forget()
    except Exception:
        # A page that says why has nothing on it to check.
        del request.drawn_again
        raise
    if response.status_code in DRAWN:
        return response
    # What the view would have said is about something that did not happen: read, it is gone.
    list(messages.get_messages(request))
    messages.warning(request, AGAIN)
    return redirect(settings.LOGIN_REDIRECT_URL)
