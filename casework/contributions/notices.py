"""What a notice about a contribution says: the reference and a link to what its reader may open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings

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


# What is not said any more once it was given, called back or got another date.
REMINDERS = frozenset({"contribution_reminded", "contribution_due"})


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
    return {n.pk: _one(n, people.get(_id(n.recipient)), found, cases) for n in notices}


def _one(notice: Notice, reader: Person | None, found, cases) -> Rendered | Notice.Dropped | None:
    event = notice.event
    if reader is None:
        return None
    theirs, askers = WORDS[event.verb]
    one = found.get((reader.pk, event.data["contribution"]))
    if one is not None:
        if event.verb in REMINDERS and _is_needless(event, one):
            return Notice.Dropped.OVERTAKEN
        return _text(event, theirs, one.case, one.get_absolute_url(), one.due)
    case = cases.get((reader.pk, _id(event.subject)))
    if case is not None and scope.side(case, reader) == "officer":
        return _text(event, askers, case, f"{case.get_absolute_url()}#contributions", case.next_due)
    return None


def _is_needless(event: Event, one: Contribution) -> bool:
    """Whether it was given, called back or got another date while the reminder waited to be sent."""
    return not one.is_open or one.due.isoformat() != event.data["date_due"]


def _text(
    event: Event, words: tuple[str, str], case: Case, path: str, due: date | None
) -> Rendered:
    title, sentence = map(say, words)
    lines = [sentence, *_dates(event), f"Reference: {case.reference}"]
    body = "\n\n".join([*lines, f"Read it here:\n{settings.BASE_URL}{path}"]) + "\n"
    said = " ".join([sentence, *_dates(event)])
    line = Line(case.reference, said, settings.BASE_URL + path, event.at, due)
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
