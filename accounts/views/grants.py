"""Who holds what: every grant there is, was or will be, for those who keep people or posts."""

from __future__ import annotations

import csv
import io

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import actions, grants
from accounts.forms import GrantsForm
from accounts.grants import Grant
from accounts.permissions import permission
from frontend.parts import Column, Link

A_PAGE = 50
COLUMNS = [
    Column("Who", primary=True),
    Column("What"),
    Column("Roles it gives"),
    Column("From"),
    Column("Until"),
    Column("Recorded by"),
    Column("State"),
]
# What a spreadsheet program would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
KEEPERS = ("people.invite", "council.configure")


def chosen(request: HttpRequest, form: GrantsForm) -> list[Grant]:
    """Those that the filters let through; none where a filter cannot be used."""
    if request.GET and not form.is_valid():
        return []
    wanted = form.cleaned_data if request.GET else {"state": "today"}
    today, name = timezone.localdate(), wanted.get("q", "").lower()
    return [
        one
        for one in grants.every()
        if (wanted.get("state") or one.state(today)) == one.state(today)
        and (not wanted.get("role") or wanted["role"] in {role.key for role in one.roles})
        and name in one.person.name.lower()
    ]


@permission(*KEEPERS)
def grant_list(request: HttpRequest) -> HttpResponse:
    form = GrantsForm(request.GET or None)
    found = chosen(request, form)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    context = {
        "filter": form,
        "page": page,
        "columns": COLUMNS,
        "rows": [[_who(one), *row] for one, row in zip(shown, grants.rows(shown), strict=True)],
        "trail": [Link("Who may do what", reverse("authority-page"))],
    }
    return render(request, "accounts/grant_list.html", context)


def _who(grant: Grant) -> Link:
    return Link(grant.person.name, reverse("person-page", args=[grant.person.pk]))


@permission(*KEEPERS)
@require_POST
def grant_export(request: HttpRequest) -> HttpResponse:
    """All of them as a file for a spreadsheet. That it was taken is in the ledger."""
    found = grants.every()
    actions.export_grants(by=request.user, count=len(found))
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([str(column.label) for column in COLUMNS])
    for one, row in zip(found, grants.rows(found), strict=True):
        writer.writerow([_cell(value) for value in (one.person.name, *row)])
    # With a mark, spreadsheet programs read it as UTF-8.
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="who-holds-what.csv"'
    return answer


def _cell(value: object) -> str:
    text = ", ".join(value) if isinstance(value, list) else str(getattr(value, "words", value))
    return f"'{text}" if text.startswith(FORMULA) else text
