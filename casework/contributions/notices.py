"""What a notice about a contribution says: the reference and a link to what its reader may open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse

from accounts.models import Person
from casework import scope
from casework.chasing.moved import because
from casework.models import Case, Contribution
from frontend.terms import say
from frontend.words import day
from ledger.hooks import Line, Rendered
from ledger.models import Event, Notice

# verb: the subject line and the first sentence, for whoever is asked; and for whoever has the enquiry.
WORDS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "contribution_asked": (
        ("You are asked to contribute", "An officer needs something from you for an enquiry."),
        ("Another service was asked", "Another service was asked for a contribution."),
    ),
    "contribution_taken_on": (
        ("Somebody took it on", "A contribution that was asked for has been taken on by another."),
        ("Somebody has it", "What you asked another service for has been taken on."),
    ),
    "contribution_passed_on": (
        (
            "Passed on",
            "A contribution that was asked for has been passed on. Its date is the same.",
        ),
        ("Passed on", "What you asked another service for was passed on within it."),
    ),
    "contribution_given": (
        ("A contribution was given", "The contribution has been given."),
        (
            "A contribution for your answer",
            "Another service gave what it was asked for. You can use it in your answer.",
        ),
    ),
    "contribution_declined": (
        ("They cannot contribute", "The service said that it cannot contribute."),
        (
            "A service cannot contribute",
            "Another service cannot give what it was asked for. Read why.",
        ),
    ),
    "contribution_called_back": (
        ("No longer needed", "What you were asked for is no longer needed. You need do nothing."),
        ("Called back", "What another service was asked for has been called back."),
    ),
    "contribution_reminded": (
        ("Contribution due soon", "A contribution that you are asked for is due soon."),
        ("Contribution due soon", "A contribution to this enquiry is due soon."),
    ),
    "contribution_due": (
        ("Contribution due today", "A contribution that you are asked for is due today."),
        ("Contribution due today", "A contribution to this enquiry is due today."),
    ),
    "contribution_late": (
        (
            "Contribution late",
            "A contribution to an enquiry is late. Give it, or say that you cannot.",
        ),
        (
            "A contribution is late",
            "Another service has not yet given what it was asked for. The enquiry’s own due date has "
            "not changed.",
        ),
    ),
    "contribution_recomputed": (
        (
            "The date has moved",
            "The council’s closure days changed, so the date was counted again.",
        ),
        (
            "The date has moved",
            "The council’s closure days changed, so the date was counted again.",
        ),
    ),
}


# To whoever had it until then, and may not see it any more.
FORMER = {
    "contribution_taken_on": "Another officer took on what you were asked to contribute.",
    "contribution_passed_on": "What you were asked to contribute was passed to another officer.",
    "contribution_given": "Another officer gave what you were asked to contribute.",
    "contribution_declined": "Another officer said that your service cannot contribute.",
}

# What is said no more once it was given or called back, waits with the enquiry, or got another date. A
# late one is no breach: nothing is owed for it afterwards.
CHASERS = frozenset({"contribution_reminded", "contribution_due", "contribution_late"})


def render(
    notices: Sequence[Notice],
    people: Mapping[int, Person],
    cases: Mapping[tuple[int, int], Case],
) -> dict[int, Rendered | Notice.Dropped | None]:
    """Each as plain text, or None where its reader may see neither the contribution nor the enquiry.

    `cases` are those that each of these people may see, by (person, case). One query a person.
    """
    asked: dict[int, set[int]] = {}
    for notice in notices:
        asked.setdefault(_id(notice.recipient), set()).add(notice.event.data["contribution"])
    found = {
        (pk, one.pk): one
        for pk, wanted in asked.items()
        if pk in people
        for one in Contribution.objects.visible_to(people[pk])
        .filter(pk__in=wanted)
        .select_related("case")
    }
    needless = _needless(notices)
    return {
        n.pk: Notice.Dropped.OVERTAKEN
        if n.pk in needless
        else _one(n, people.get(_id(n.recipient)), found, cases)
        for n in notices
    }


def _needless(notices: Sequence[Notice]) -> set[int]:
    """The chasers of what was given or called back, waits or got another date before they were sent."""
    chasers = [notice for notice in notices if notice.event.verb in CHASERS]
    if not chasers:
        return set()
    wanted = {notice.event.data["contribution"] for notice in chasers}
    rows = Contribution.objects.running().filter(pk__in=wanted).values_list("pk", "due")
    running = {(pk, due.isoformat()) for pk, due in rows}
    return {
        notice.pk
        for notice in chasers
        if (notice.event.data["contribution"], notice.event.data["date_due"]) not in running
    }


def _one(notice: Notice, reader: Person | None, found, cases) -> Rendered | None:
    event = notice.event
    if reader is None:
        return None
    theirs, askers = WORDS[event.verb]
    one = found.get((reader.pk, event.data["contribution"]))
    if one is not None:
        return _text(event, theirs, one.case, one.get_absolute_url(), one.due)
    case = cases.get((reader.pk, _id(event.subject)))
    if case is not None and scope.side(case, reader) == "officer":
        return _text(event, askers, case, f"{case.get_absolute_url()}#contributions", case.next_due)
    if event.data.get("person_before") == reader.pk:
        return _former(event, reader)
    return None


def _former(event: Event, reader: Person) -> Rendered | None:
    """That they need do nothing more, and the reference that they had. Of what they may not know of any
    more, nothing.
    """
    mine = Contribution.objects.of_others(reader).filter(case__sensitivity="ordinary")
    one = mine.filter(pk=event.data["contribution"]).select_related("case").first()
    if one is None or not scope.of(reader).is_officer:
        return None
    words = ("Another officer has it", f"{FORMER[event.verb]} You need do nothing more.")
    return _text(event, words, one.case, reverse("work-list"), due=None, dates=[])


def _text(
    event: Event,
    words: tuple[str, str],
    case: Case,
    path: str,
    due: date | None,
    dates: Sequence[str] | None = None,
) -> Rendered:
    title, sentence = map(say, words)
    dates = _dates(event) if dates is None else dates
    lines = [sentence, *dates, f"Reference: {case.reference}"]
    body = "\n\n".join([*lines, f"Read it here:\n{settings.BASE_URL}{path}"]) + "\n"
    line = Line(
        case.reference, " ".join([sentence, *dates]), settings.BASE_URL + path, event.at, due
    )
    return Rendered(subject=f"{case.reference}: {title}", body=body, line=line)


def _dates(event: Event) -> list[str]:
    due = day(date.fromisoformat(event.data["date_due"]))
    if event.verb == "contribution_recomputed":
        before = day(date.fromisoformat(event.data["date_before"]))
        return [f"It was due on {before}. It is now due on {due}.", f"Why: {because(event.data)}."]
    if event.verb in ("contribution_asked", "contribution_passed_on", "contribution_taken_on"):
        return [f"It is due on {due}."]
    return []


def _id(key: str) -> int:
    return int(key.partition(":")[2])
