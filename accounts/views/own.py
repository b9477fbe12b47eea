"""What everybody sees of themselves, and who may do what."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from accounts import acting, actions, mailing, sight, standing
from accounts.acting import in_any_capacity
from accounts.forms import CapacityForm, MailForm
from accounts.permissions import permission, signed_in
from accounts.pictures import (
    GRANTED,
    address_rows,
    authority_of,
    connection_rows,
    grants_of,
    lent_rows,
    mail_row,
    picture_of,
    roles_in_words,
    second_step_rows,
    stop_action,
    waiting_of,
)
from accounts.signing_in import connection, second_step, sessions
from accounts.signing_in.confirming import confirmed
from accounts.signing_in.forms import ChangePasswordForm, EndSessionsForm
from accounts.views.grants import KEEPERS
from frontend.words import count
from protocol.refusals import Refused


@signed_in
def account(request):
    hours = mailing.hours()
    page: dict[str, object] = {
        "picture": picture_of(request.user),
        "signing_in": [
            *second_step_rows(second_step.of(request.user)),
            *connection_rows(connection.of(request.user)),
        ],
        "mail": mail_row(request.user, hours),
        "acting_now": acting.now(request.user),
        "lent": lent_rows(request.user),
        "mail_offered": bool(mailing.daily_at(hours)),
    }
    if change := waiting_of(request.user):
        page |= {"change": change, "rows": address_rows(change), "stop": [stop_action(change)]}
    return render(request, "accounts/account.html", page)


@signed_in
@sensitive_post_parameters()
def password_change(request):
    person = request.user
    form = ChangePasswordForm(request.POST or None, user=person, cancel_href=reverse("account"))
    if form.is_valid():
        try:
            actions.change_password(person=person, **form.cleaned_data)
        except Refused as refused:
            form.add_error("current", str(refused))
        else:
            # Every other session of theirs ends; this one goes on under a new key.
            update_session_auth_hash(request, person)
            sessions.note(request)
            messages.success(
                request, "Your password is changed. Everywhere else, you are signed out."
            )
            return redirect("account")
    return render(request, "accounts/password_change.html", {"form": form})


@signed_in
@confirmed
def session_list(request):
    """Where they are signed in. On POST: sign out there (`only`), or everywhere but here."""
    person, here = request.user, request.session.session_key
    if request.method == "POST":
        form = EndSessionsForm(request.POST)
        try:
            ended = actions.end_sessions(person=person, here=here, **_valid(form))
            messages.success(request, f"{count(ended, 'browser is,browsers are')} signed out.")
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("session-list")
    found = sessions.of(person, here)
    page = {"sessions": found, "others": len([one for one in found if not one.here])}
    return render(request, "accounts/session_list.html", page)


def _valid(form) -> dict:
    """What the buttons of a page say; Refused where something else was sent."""
    if not form.is_valid():
        raise Refused("Choose one from the list.")
    return form.cleaned_data


@signed_in
@in_any_capacity
def capacity_change(request):
    """What they act as from now on. Gone for whoever has no more than one capacity."""
    offered = acting.choices(request.user)
    if len(offered) < 2:
        raise Http404
    form = CapacityForm(request.POST or None, offered=offered, cancel_href=reverse("home"))
    if form.is_valid():
        try:
            chosen = actions.act_in(person=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("capacity", str(refused))
        else:
            request.session[acting.CHOICE] = chosen
            said = next(one.sentence for one in offered if one.key == chosen)
            messages.success(request, f"You are acting {said} now, until you change it.")
            return redirect("home")
    return render(request, "accounts/capacity_change.html", {"form": form})


@signed_in
def mail_edit(request):
    """Whether they are mailed as it happens or once a day. Gone where the council sends no daily mail."""
    person, hours = request.user, mailing.hours()
    if hours is None or hours.daily_at is None:
        raise Http404
    form = MailForm(
        request.POST or None,
        hour=mailing.daily_at(hours),
        initial={"mailed": person.mailed},
        cancel_href=reverse("account"),
    )
    if form.is_valid():
        try:
            actions.choose_mail(person=person, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, mailing.chosen(person, hours))
            return redirect("account")
    return render(request, "accounts/mail_edit.html", {"form": form})


@permission("protocol.read")
def authority_page(request):
    return render(
        request,
        "accounts/authority.html",
        {
            "roles": roles_in_words(),
            "mine": authority_of(request.user),
            "keeps": any(map(standing.of(request.user).may, KEEPERS)),
            "granted": grants_of(request.user),
            "granted_columns": GRANTED,
        },
    )


@permission("protocol.read")
def sight_page(request):
    """The table of who sees what, whole: for a security officer to read and hold against the tests."""
    return render(request, "accounts/sight.html", {"tables": sight.pictures()})
