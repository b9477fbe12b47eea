"""How the council is doing: each number leads to exactly the cases that it counts."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import standing
from accounts.permissions import permission
from casework import periods, rows
from casework.counting import counted
from casework.enquiries.actions.agreements import deciding_posts
from casework.models import Case, Contribution, Demand
from casework.portfolios.finding import COPIED
from casework.querysets import ANSWERED, ANSWERED_AGAIN
from council import checklist, context
from council.calendar import for_council
from council.models import Adoption
from frontend.parts import Column, Link, NavItem, Tile
from frontend.terms import said
from frontend.words import count

OPEN_TILES = [
    ("overdue", "overdue", "late"),
    ("unexplained", "late, not yet explained", "soon"),
    ("due_today", "due today", "soon"),
    ("due_this_week", "due this week", "calm"),
    ("open", "open", "calm"),
    ("paused", "paused", "paused"),
]
ANSWERED_TILES = [
    ("within", "answered in time", "done"),
    ("explained", "answered by a new date", "calm"),
    ("breach", "answered late", "late"),
    ("handed_on", "handed on, not answered", "calm"),
]
AGAIN_TILES = [
    ("asked_again", "opened again, not yet answered", "calm"),
    ("again_within", "answered again in time", "done"),
    ("again_explained", "answered again by a new date", "calm"),
    ("again_breach", "answered again late", "late"),
]
# What the chosen period narrows; what is open is so today.
OF_ANSWERS = {*ANSWERED, *ANSWERED_AGAIN, "handed_on"}
OLDEST = 10
FIGURES_COUNT = said(
    "An answer is in time if it came within the council’s standard. What counts is when it was "
    "answered, not when it was closed.\n\n"
    "“By a new date” means that the {member} had the reason and a later date before the first date "
    "passed, and that the answer came by then.\n\n"
    "These are first answers. What was asked about again, or put right, is counted apart, below.\n\n"
    "Paused cases are counted apart. What was returned, withdrawn, handed on or closed as a duplicate, and "
    "what is open and not yet due, counts as neither in time nor late. “Handed on” is what went to where it is "
    "dealt with, such as the online reporting system, and has not come back."
)

AGAIN_COUNTS = said(
    "A {member} can ask again about an answer, and an officer can put one right. The enquiry is then "
    "open again, with a due date of its own. These are the enquiries that have had such a second or later "
    "answer, by when that came. The first answer stays among the figures above, as it was. What "
    "was handed on and came back is among them too, once it is answered: late, where it was late already "
    "when it was handed on.\n\n"
    "What is open again is counted as it is today."
)


ASKED_COLUMNS = [
    Column("Service", primary=True),
    Column("Not yet given"),
    Column("Of these, late"),
]


@permission("enquiry.oversee")
def overview_show(request: HttpRequest) -> HttpResponse:
    """The figures, what is oldest, and what the words mean."""
    today = timezone.localdate()
    cases = Case.objects.visible_to(request.user)
    period = periods.period(request.GET.get("period"), today)
    counts = cases.counts(today, period.answered, period.ended)
    oldest = cases.overdue(today).order_by("next_due", "pk").for_list()[:OLDEST]
    adoption = Adoption.objects.in_force(today)
    _, agreeing = deciding_posts(adoption)
    page = {
        "left_to_set_up": 0 if any(counts.values()) else _left_to_set_up(request, today),
        "may_agree": bool(agreeing & standing.of(request.user).keys("post")),
        "open_tiles": _tiles(OPEN_TILES, counts),
        "period": period,
        "periods": _periods(period),
        "answered_tiles": _tiles(ANSWERED_TILES, counts, answered=period.key),
        "again_tiles": _tiles(AGAIN_TILES, counts, answered=period.key),
        "again_counts": AGAIN_COUNTS,
        "asked_columns": ASKED_COLUMNS,
        "asked": _asked(Contribution.objects.by_service(cases, today, request.user)),
        **_besides(cases, adoption, request.user),
        "rate": _rate(counts),
        "adoption": adoption,
        "figures_count": FIGURES_COUNT,
        "columns": rows.TEAM,
        "rows": rows.for_team(list(oldest), today, for_council(context.of(request))),
    }
    return render(request, "casework/overview.html", page)


def _besides(cases, adoption: Adoption | None, person) -> dict:
    """What stands beside the figures: demands that wait (Mo49; We2.9; Bl2.6), and copies that a rule asks for
    and nobody can have yet (Bl10.3), in words; "" where no rule asks for any. One query.
    """
    ruled = adoption is not None and adoption.profile.mp.copy_to == "executive_member"
    flagged = Demand.objects.visible_to(person).open()
    waiting = cases.filter(enquiry__mp_waits=True, state__in=COPIED) if ruled else cases.none()
    demands, copies = counted(flagged, waiting)
    words = f"{count(copies, 'copy,copies')} waiting" if copies else "No copy waits"
    return {
        "may_flag": bool(adoption and adoption.profile.demands.flag),
        "flagged": demands,
        "copies_by_rule": words if ruled else "",
    }


def _left_to_set_up(request: HttpRequest, today: date) -> int:
    """How much of the first set-up is open; 0 for whoever could not do it.

    Asked only where every figure is nought: a council at work knows, and each task is a query.
    """
    if not standing.of(request.user).may("council.configure"):
        return 0
    return sum(not task.done for task in checklist.tasks(context.of(request), today))


def _tiles(wanted, counts: dict[str, int], **narrowed: str) -> list[Tile]:
    href = reverse("case-list")
    return [
        Tile(
            counts[key],
            words,
            f"{href}?{urlencode({'figure': key, **(narrowed if key in OF_ANSWERS else {})})}",
            tone if counts[key] else "calm",
        )
        for key, words, tone in wanted
    ]


def _asked(found) -> list[list]:
    """Of each service that was asked, what it has not given yet; a number leads to exactly its enquiries."""
    return [[one["name"], _leads(one, "open"), _leads(one, "late")] for one in found]


def _leads(one: dict, figure: str) -> Link | str:
    if not one[figure]:
        return "0"
    asked = urlencode({"asked": figure, "asked_service": one["service"]})
    words = "not yet given by" if figure == "open" else "late from"
    return Link(str(one[figure]), f"{reverse('case-list')}?{asked}", about=f"{words} {one['name']}")


def _periods(chosen: periods.Period) -> list[NavItem]:
    href = reverse("overview-show")
    return [
        NavItem(title, f"{href}?period={key}", active=key == chosen.key)
        for key, title in periods.CHOICES
    ]


def _rate(counts: dict[str, int]) -> int | None:
    """Answered within the standard, of all that was answered, in per cent; None where nothing was.

    An open case is neither success nor failure.
    """
    answered = counts["within"] + counts["explained"] + counts["breach"]
    return round(100 * counts["within"] / answered) if answered else None
