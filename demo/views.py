"""The demonstration's pages: one click to sign in, and the mail it has sent. Public: nothing is real."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from accounts import kept
from accounts.permissions import public
from accounts.signing_in import sessions
from accounts.signing_in.confirming import DEMONSTRATION
from accounts.signing_in.entrance import BACKEND
from demo import actions, personas, postbox
from frontend.parts import Column, Link, Row

A_PAGE = 50
COLUMNS = [Column("Subject", primary=True), Column("To"), Column("Sent")]


@public
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in as one of the personas that the sign-in page shows, and nobody else."""
    if request.method != "POST":
        return redirect("sign-in")
    person = personas.find(request.POST.get("persona", ""))
    if person is None:
        messages.error(request, "That person is not on the list any more. Choose another.")
        return redirect("sign-in")
    actions.sign_in(person=person)
    login(request, person, backend=BACKEND)
    # Personas have no password to confirm with: the click counts as one.
    record_authentication(request, person, DEMONSTRATION)
    sessions.note(request)
    onward = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        onward, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return kept.welcomed(request, person, onward if safe else "home")


@public
@never_cache
def mail_list(request: HttpRequest) -> HttpResponse:
    """What landed in the mail folder, newest first."""
    page = Paginator(postbox.keys(), A_PAGE).get_page(request.GET.get("page"))
    rows = [
        [
            Link(mail.subject or "No subject", reverse("demo-mail-page", args=[mail.key])),
            mail.to,
            mail.at,
        ]
        for mail in postbox.listed(page.object_list)
    ]
    found = {"page": page, "columns": COLUMNS, "rows": rows, "is_kept": postbox.is_kept()}
    return render(request, "demo/mail_list.html", found)


@public
@never_cache
def mail_page(request: HttpRequest, key: str) -> HttpResponse:
    """One message as plain text."""
    mail = postbox.message(key)
    if mail is None:
        raise Http404
    rows = [Row("To", mail.to), Row("From", mail.sender), Row("Sent", mail.at)]
    return render(request, "demo/mail_page.html", {"mail": mail, "rows": rows})
