"""Finding a case by its words, among all that a person may see, however old."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts import standing
from accounts.permissions import permission
from casework import reading, rows
from casework.finding import asking, search
from casework.models import Case
from casework.paging import FoundPages
from casework.saved import lists as saved
from council import context
from council.calendar import for_council
from frontend.filtering import chips_of
from frontend.terms import said

REACH = {
    "enquiry.oversee": "It looks through every case that is not restricted.",
    "enquiry.work": "It looks through the cases that are with you or your services, open or not.",
    "enquiry.follow": "It looks through everything that you raised, answered or not, and residents’ names.",
}
TOO_COMMON = (
    "Nothing in this can be searched for",
    "Signs, and words such as “the” and “with”, are in nearly every case. Use a word that is not.",
)
NOTHING = (
    "Nothing was found",
    "Check the spelling, use fewer words, or take off a filter. Each word has to be in the case.",
)


@permission("enquiry.follow", "enquiry.work", "enquiry.oversee")
def case_find(request: HttpRequest) -> HttpResponse:
    """What has these words in it: by reference first, then by subject, then by message."""
    where = standing.of(request.user)
    officers = where.may("enquiry.work") or where.may("enquiry.oversee")
    filters = saved.filters_of("case-find", request.user)
    cases = Case.objects.visible_to(request.user)
    chosen = filters(request.GET, queryset=cases, request=request)
    typed = chosen.form.data.get("q", "") if chosen.form.is_bound else ""
    found = {
        "filter": chosen,
        "typed": typed,
        "reach": next(said(words) for key, words in REACH.items() if where.may(key)),
        "bar": saved.bar("case-find", request.user, chosen.form),
        "narrowed": bool(chips_of(chosen.form, request.GET, "q")),
    }
    if typed.strip() or found["narrowed"] or chosen.form.errors:
        found |= _results(request, chosen, asking.terms(typed), officers)
    return render(request, "casework/case_find.html", found)


def _results(request: HttpRequest, chosen, asked: list, officers: bool) -> dict:
    keys = search.best(chosen.qs, asked)
    hit = search.hit(request.user, asked)
    page = FoundPages(keys[: search.MOST], hit).get_page(request.GET.get("page"))
    listed = page.object_list
    reading.on_record(request, *listed)
    today, calendar = timezone.localdate(), for_council(context.of(request))
    make = rows.for_team if officers else rows.for_member
    return {
        "page": page,
        "more": len(keys) > search.MOST,
        "columns": rows.TEAM if officers else rows.MEMBER,
        "rows": rows.with_excerpts(
            make(listed, today, calendar), listed, search.excerpts(listed, asked)
        ),
        "nothing": NOTHING if asked or not chosen.form.data.get("q") else TOO_COMMON,
    }
