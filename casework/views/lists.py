"""Lists of cases: the officer's work, the team's, the member's casework, and everything one oversees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import standing
from accounts.permissions import permission, signed_in
from casework import brought, casework_home, reading, rows, scope, visits
from casework.contributions import work
from casework.demands import page as demands
from casework.enquiries import drafting
from casework.filters import CaseFilter, MemberCaseFilter, WorkFilter
from casework.models import Case
from casework.paging import CasePages
from casework.passing.ways import are_led
from casework.querysets import ANSWERED, ANSWERED_AGAIN, FIGURES
from casework.saved import lists as saved
from council import context
from council.calendar import for_council
from frontend.filtering import chips_of
from frontend.parts import NavItem
from protocol import lifecycle


@signed_in
def home_show(request: HttpRequest) -> HttpResponse:
    """What needs this person today: the first of their lists."""
    where = standing.of(request.user)
    if where.may("enquiry.oversee"):
        return redirect("overview-show")
    if where.may("enquiry.work"):
        return redirect("work-list")
    if where.may("enquiry.follow"):
        return redirect("casework-list")
    found = {
        "roles": where.roles,
        "brought": brought.to_holder(request.user, timezone.localdate(), _calendar(request)),
    }
    return render(request, "casework/home.html", found)


def _calendar(request: HttpRequest):
    return for_council(context.of(request))


def _page(request: HttpRequest, cases, filters=CaseFilter):
    chosen = filters(request.GET, queryset=cases, request=request)
    return chosen, CasePages(chosen.qs).get_page(request.GET.get("page"))


@dataclass(frozen=True)
class WorkList:
    """One of the lists of an officer, and what stands there where it is empty."""

    title: str
    empty: str
    why: str


WORK = {
    "work-list": WorkList(
        "Your work",
        "Nothing is with you",
        "When somebody gives you an enquiry, it shows here. Look at your team’s work for what nobody "
        "has yet.",
    ),
    "team-list": WorkList(
        "Your team’s work",
        "Nothing is open in your team",
        "New enquiries for your services show here.",
    ),
    "passed-list": WorkList(
        "Passed to other teams",
        "Nothing that your team passed on is open",
        "When your team passes an enquiry to another service, it shows here until it is answered.",
    ),
}


def _tabs(person, here: str) -> list[NavItem]:
    """The third is for those who answer for a service."""
    names = [name for name in WORK if name != "passed-list" or scope.of(person).heads]
    return [NavItem(WORK[name].title, reverse(name), active=name == here) for name in names]


@permission("enquiry.work")
def work_list(request: HttpRequest) -> HttpResponse:
    """What is with this officer, or with those whom they cover for today, soonest due first."""
    reach = scope.of(request.user)
    cases = (
        Case.objects.visible_to(request.user).open().filter(owner__in={reach.own} | reach.covers)
    )
    make = partial(rows.for_officer, reader=request.user)
    asked = work.of_person(request.user)
    return _work(request, cases.order_by("next_due", "pk"), "work-list", rows.OFFICER, make, asked)


@permission("enquiry.work")
def team_list(request: HttpRequest) -> HttpResponse:
    """What is with the services that this officer works in or answers for."""
    services = scope.of(request.user).services
    cases = Case.objects.visible_to(request.user).open().filter(service__in=services)
    cases, asked = cases.order_by("next_due", "pk"), work.of_team(request.user)
    led = are_led(request.user)
    return _work(request, cases, "team-list", rows.TEAM, rows.for_team, asked, led=led)


@permission("enquiry.work")
def passed_list(request: HttpRequest) -> HttpResponse:
    """What services that this officer answers for passed on, and others have not answered yet.

    The others have no such list: what they pass on is out of their sight.
    """
    if not scope.of(request.user).heads:
        raise PermissionDenied
    cases = Case.objects.visible_to(request.user).open().passed_on_by(scope.of(request.user))
    return _work(request, cases.order_by("next_due", "pk"), "passed-list", rows.TEAM, rows.for_team)


def _work(
    request: HttpRequest, cases, name: str, columns, make, asked=None, **more
) -> HttpResponse:
    """`asked` are the contributions that stand beside the cases. They are not narrowed with them."""
    chosen, page = _page(request, cases, WorkFilter)
    begun = drafting.begun(request.user)
    today, calendar = timezone.localdate(), _calendar(request)
    is_asked, flagged = True, []
    if name == "work-list":
        is_asked, flagged = demands.beside(request.user, asked)
    wanted = list(asked[: work.MOST + 1]) if asked is not None and is_asked else []
    reading.on_record(request, *page.object_list, *(one.case for one in wanted))
    found = {
        "filter": chosen,
        "page": page,
        "columns": columns,
        "rows": make(page.object_list, today, calendar, begun=begun),
        "begun": begun.enquiry if name == "work-list" else None,
        "tabs": _tabs(request.user, name),
        "bar": saved.bar(name, request.user, chosen.form),
        "list": WORK[name],
        "mine": name == "work-list",
        "asked_columns": work.COLUMNS,
        "asked": work.rows(wanted[: work.MOST], request.user, today, calendar, begun),
        "asked_more": len(wanted) > work.MOST,
        "flagged_columns": demands.WAITING,
        "flagged": flagged,
        "title_count": page.paginator.count + len(wanted) + len(flagged),
        **more,
    }
    return render(request, "casework/work_list.html", found)


@permission("enquiry.oversee")
def case_list(request: HttpRequest) -> HttpResponse:
    """Every case that this person may see; the figures of the overview lead here."""
    order = _order(request.GET)
    cases = Case.objects.visible_to(request.user).order_by(*order.by)
    chosen, page = _page(request, cases)
    reading.on_record(request, *page.object_list)
    today = timezone.localdate()
    found = {
        "filter": chosen,
        "page": page,
        "columns": rows.TEAM,
        "rows": rows.for_team(page.object_list, today, _calendar(request)),
        "bar": saved.bar("case-list", request.user, chosen.form),
        "order": order.words,
        "caption": f"Cases, {order.words}",
        "narrowed_to": _narrowed_to(chosen),
        "today": today,
    }
    return render(request, "casework/case_list.html", found)


def _narrowed_to(chosen: CaseFilter) -> str:
    """The filters in use, in words: a printed list has to say what it is a list of."""
    chips = chips_of(chosen.form, QueryDict())
    return "; ".join(f"{chip.label.lower()}: {chip.text}" for chip in chips)


@dataclass(frozen=True)
class Order:
    by: tuple[str, ...]
    words: str


SOONEST = Order(("next_due", "pk"), "soonest due first")
LATEST_ANSWERED = Order(("-answered_at", "-pk"), "last answered first")
LATEST_ENDED = Order(("-closed_at", "-pk"), "last handed on first")
LATEST_AGAIN = Order(("-answered_again_at", "-pk"), "last answered again first")
NEWEST = Order(("-received_on", "-pk"), "newest first")


def _order(asked: QueryDict) -> Order:
    """What is open by its due date, what is answered by its answer, and all there is by its receipt."""
    figure, state = asked.get("figure"), asked.get("state")
    if figure in ANSWERED or (not figure and asked.get("answered")):
        return LATEST_ANSWERED
    if figure in ANSWERED_AGAIN:
        return LATEST_AGAIN
    if figure == "handed_on":
        return LATEST_ENDED
    if figure in FIGURES or state in lifecycle.OPEN:
        return SOONEST
    return NEWEST


@permission("enquiry.follow")
def casework_list(request: HttpRequest) -> HttpResponse:
    """A member's own casework: what waits on them, what is late and what happens next, what is new."""
    calendar, now = _calendar(request), timezone.now()
    begun = drafting.begun(request.user)
    since = visits.note(person=request.user, began=getattr(request, "visit_began", now))
    cases = casework_home.shown(request.user, now, since)
    reading.on_record(request, *cases)
    found = {
        "sections": casework_home.sections(cases, request.user, now, calendar, since, begun),
        "brought": brought.to_holder(request.user, timezone.localdate(), calendar),
        "begun": begun.enquiry,
        "may_raise": standing.of(request.user).may("enquiry.raise"),
    }
    return render(request, "casework/casework_list.html", found)


@permission("enquiry.follow")
def casework_all(request: HttpRequest) -> HttpResponse:
    """Everything that the member raised, newest first."""
    cases = casework_home.own(request.user).order_by("-received_on", "-pk")
    chosen, page = _page(request, cases, MemberCaseFilter)
    reading.on_record(request, *page.object_list)
    found = {
        "filter": chosen,
        "page": page,
        "bar": saved.bar("casework-all", request.user, chosen.form),
        "columns": rows.MEMBER,
        "rows": rows.for_member(page.object_list, timezone.localdate(), _calendar(request)),
    }
    return render(request, "casework/casework_all.html", found)
