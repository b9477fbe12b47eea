"""Pass on the work of an officer: choose, look it over, send; and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts import standing
from accounts.permissions import permission
from casework import phrases, reading
from casework.contributions import phrases as contributions
from casework.leaving import OTHERS
from casework.passing import actions, ways
from casework.passing.checking import Outcome, check
from casework.passing.forms import PassOnForm
from casework.passing.theirs import Item, Mark, Theirs, gather, judged
from council import context
from council.calendar import for_council
from frontend.failures import words_typed
from frontend.parts import Link
from frontend.terms import say
from frontend.words import count
from officers.models import Officer

# What the buttons send in the field `step`; anything else draws the page.
CHECK, SEND, CHANGE, ALL, NONE = "check", "send", "change", "all", "none"
ENQUIRIES = "enquiry,enquiries"


@permission("enquiry.work")
def work_pass_on_list(request: HttpRequest) -> HttpResponse:
    """Whose work? Those with something that this person may pass on, those who leave first."""
    trail = [Link("Your team’s work", reverse("team-list"))]
    found = {"whose": ways.whose(request.user, timezone.localdate()), "trail": trail}
    return render(request, "casework/pass_on_list.html", found)


@permission("enquiry.work")
def work_pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """All that an officer has and this person may pass on. What they may not know of is not found."""
    try:
        return _work_pass_on(request, pk)
    except Http404:
        typed = words_typed(request)
        if not typed:
            raise
        request.drawn_again = ""  # nothing on this page can be sent
        return render(request, "casework/pass_on_gone.html", {"typed": typed}, status=404)


def _work_pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    officer = get_object_or_404(Officer.objects.with_line(), pk=pk)
    step = request.POST.get("step", "")
    drawn = step in (CHANGE, ALL, NONE)
    sent = request.POST if request.method == "POST" and not drawn else None
    form = PassOnForm(sent, of=officer, on=timezone.localdate(), initial=_typed(request))
    if form.is_valid() and step in (CHECK, SEND):
        _known(request, officer, form)
        return _look(request, officer, form) if step == CHECK else _done(request, officer, form)
    return _page(request, officer, form, _ticked(request, step))


def _known(request: HttpRequest, officer: Officer, form: PassOnForm) -> None:
    """404 for whoever has no part in the officer's work, as where there is no such officer."""
    if ways.is_known_to(request.user, officer) or judged(officer.person_id, request.user).items:
        return
    # They may have passed on the last that they could, and send it again.
    chosen = form.cleaned_data
    sent = {"officer": chosen["officer"], "by": request.user, "once": chosen["once"]}
    if not actions.went(chosen["ticked"], **sent):
        raise Http404


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was typed, where the page is only drawn again; of a form that was sent, `data` has it."""
    names = ("officer", "reason", "once")
    return {name: request.POST[name] for name in names if request.POST.get(name)}


def _ticked(request: HttpRequest, step: str) -> frozenset[str] | None:
    """The keys of what is ticked; None for all. By key, so that a tick stands though its version moved on."""
    if request.method != "POST" or step == ALL:
        return None
    marks = request.POST.getlist("ticked") if step != NONE else ()
    return frozenset(mark.rpartition(".")[0] for mark in marks)


def _page(
    request: HttpRequest, officer: Officer, form: PassOnForm, ticked: frozenset[str] | None
) -> HttpResponse:
    theirs = gather(officer.person_id, request.user)
    if not theirs.items and not ways.is_known_to(request.user, officer):
        raise Http404
    found = {
        "form": form,
        "rows": [
            (row, ticked is None or item.key in ticked)
            for item, row in zip(theirs.items, _rows(request, theirs.items), strict=True)
        ],
        **_about(request, officer, theirs),
    }
    status = 422 if form.errors else 200
    return render(request, "casework/pass_on.html", found, status=status)


def _about(request: HttpRequest, officer: Officer, theirs: Theirs) -> dict:
    """What every one of the pages shows."""
    if standing.of(request.user).may("directory.keep"):
        back = Link(officer.person.name, reverse("officer-show", args=[officer.pk]))
    else:
        back = Link("Whose work to pass on", reverse("work-pass-on-list"))
    return {"officer": officer, "theirs": theirs, "trail": [back], "others": OTHERS}


def _rows(request: HttpRequest, items: Sequence[Item]) -> list[dict]:
    """Each with what is known of it: its words, its page and when it is due."""
    today, calendar = timezone.localdate(), for_council(context.of(request))
    reading.on_record(request, *(i.thing if i.is_enquiry else i.thing.case for i in items))
    return [
        {
            "item": item,
            "due": phrases.due(item.thing, today, calendar)
            if item.is_enquiry
            else contributions.due(item.thing, today, calendar),
        }
        for item in items
    ]


def _look(request: HttpRequest, officer: Officer, form: PassOnForm) -> HttpResponse:
    """What would happen. Nothing is written."""
    chosen = form.cleaned_data
    outcomes = check(
        marks=chosen["ticked"],
        of=officer,
        officer=chosen["officer"],
        by=request.user,
        on=timezone.localdate(),
    )
    who, parted = _who(request, chosen["officer"]), _parted(request, outcomes)
    found = {"chosen": chosen, "who": who, "happens": f"It goes to {who}.", **parted}
    found["consequences"] = _consequences(parted["going"], who)
    found |= _about(request, officer, Theirs([]))
    return render(request, "casework/pass_on_check.html", found)


def _done(request: HttpRequest, officer: Officer, form: PassOnForm) -> HttpResponse:
    """Each passed on or refused, and what is left. Sent again it says the same, and does nothing twice."""
    chosen = form.cleaned_data
    outcomes = actions.pass_on(
        marks=chosen["ticked"],
        of=officer,
        officer=chosen["officer"],
        by=request.user,
        reason=chosen["reason"],
        once=chosen["once"],
    )
    who, parted = _who(request, chosen["officer"]), _parted(request, outcomes)
    found = {"chosen": chosen, "who": who, "happened": f"It is now with {who}.", **parted}
    found |= {"told": _told(parted["going"], who), "afresh": uuid4()}
    found |= _about(request, officer, gather(officer.person_id, request.user))
    return render(request, "casework/pass_on_done.html", found)


def _who(request: HttpRequest, officer: Officer) -> str:
    return "you" if officer.person_id == request.user.pk else officer.person.name


def _consequences(going: Sequence[tuple[Outcome, dict | None]], who: str) -> list[str]:
    """What happens besides, to whom it concerns."""
    mail = [] if who == "you" else [f"{who} gets one mail that lists all of it."]
    hear = [say("Each {member} hears that another officer has their enquiry.")]
    enquiries = any(outcome.mark.is_enquiry for outcome, _ in going)
    return [*mail, *(hear if enquiries else []), "No due date changes."]


def _told(going: Sequence[tuple[Outcome, dict | None]], who: str) -> str:
    """Who has heard of it by now."""
    enquiries = any(outcome.mark.is_enquiry for outcome, _ in going)
    them = [*([] if who == "you" else [who]), *([say("each {member}")] if enquiries else [])]
    told = f"{' and '.join(them)} will hear of it by mail. " if them else ""
    return f"{told[:1].upper()}{told[1:]}No due date has changed."


def _parted(request: HttpRequest, outcomes: Sequence[Outcome]) -> dict:
    """Those that go, or went, and those that do not; each with its row where it is seen."""
    items = [outcome.item for outcome in outcomes if outcome.item]
    rows = dict(zip((i.key for i in items), _rows(request, items), strict=True))
    lines = [(outcome, rows.get(outcome.mark.key)) for outcome in outcomes]
    going = [line for line in lines if line[0].refused is None]
    return {
        "going": going,
        "refused": [line for line in lines if line[0].refused is not None],
        "how_many": _counted([outcome.mark for outcome, _ in going]),
    }


def _counted(marks: Sequence[Mark]) -> str:
    """ "12 enquiries and 1 contribution"."""
    enquiries = sum(mark.is_enquiry for mark in marks)
    counted = ((enquiries, ENQUIRIES), (len(marks) - enquiries, "contribution"))
    return " and ".join(count(number, noun) for number, noun in counted if number)
