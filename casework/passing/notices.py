"""The one mail that lists all that was passed on at once: references, dates and links, and no words of anybody.

Each that it lists is asked for at delivery through its reader's own doors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from casework import scope
from casework.models import Case, Contribution
from casework.passing.theirs import Item
from frontend.words import count, day
from ledger.hooks import Line, Rendered
from ledger.models import Event, Notice
from protocol import lifecycle

VERBS = ("enquiry_allocated", "enquiry_reassigned", "contribution_passed_on")
ENQUIRIES, CONTRIBUTIONS = "enquiry,enquiries", "contribution"
TO_YOU = ("passed to you", "An officer has passed these to you. The due dates have not changed.")
FROM_YOU = (
    "passed to another officer",
    "These were passed to another officer. They are no longer in your name, and you need do nothing.",
)


def render(notices: Sequence[Notice], people: Mapping[int, Person]) -> dict[int, Rendered | None]:
    """Of those notices that tell of more than their own event, the mail; None where its reader may see none
    of it any more. The others are told as any.
    """
    leading = [n for n in notices if "together" in n.event.data and n.event.verb in VERBS]
    listed = _listed(leading)
    return {
        notice.pk: _mail(notice, listed[notice.pk], people.get(_id(notice.recipient)))
        for notice in leading
        if len(listed.get(notice.pk, ())) > 1
    }


def _listed(leading: Sequence[Notice]) -> dict[int, list[Event]]:
    """Of each notice its own event and those that name it. One query."""
    if not leading:
        return {}
    keys = {notice.event.data["together"] for notice in leading}
    first = min(notice.event_id for notice in leading)
    later = Event.objects.of(*VERBS).filter(id__gt=first, data__together__in=keys).order_by("id")
    found = {(notice.event_id, _id(notice.recipient)): [notice.event] for notice in leading}
    for event in later:
        for reader, leader in event.data.get("told_with", {}).items():
            if (leader, int(reader)) in found:
                found[leader, int(reader)].append(event)
    return {n.pk: found[n.event_id, _id(n.recipient)] for n in leading}


def _mail(notice: Notice, events: Sequence[Event], reader: Person | None) -> Rendered | None:
    if reader is None:
        return None
    former = notice.event.data.get("person_before") == reader.pk
    items = _seen(events, reader, former=former)
    if not items:
        return None
    title, sentence = FROM_YOU if former else TO_YOU
    path = settings.BASE_URL + reverse("work-list")
    subject = f"{_counted(items)} {title}"
    lines = [_line(item, former=former) for item in items]
    body = "\n\n".join([sentence, *lines, f"Your work:\n{path}\n"])
    words = "\n  ".join([sentence, *(line.replace("\n", ": ") for line in lines)])
    # Of what is no longer theirs no date concerns them.
    due = None if former else min(filter(None, (item.to_do_by for item in items)), default=None)
    first = len(items) > 1
    line = Line(
        subject, words, path, notice.event.at, due, "the first due on" if first else "due on"
    )
    return Rendered(subject, body, line)


def _seen(events: Sequence[Event], reader: Person, *, former: bool) -> list[Item]:
    """What its reader may be told of: what they see and, where it came to them, still have; where it went
    from them, have not got back. Two queries.

    Whoever had a contribution had its reference, and is told that they need do no more (as in
    `contributions.notices`).
    """
    cases = {_id(event.subject) for event in events if "contribution" not in event.data}
    asked = {event.data["contribution"] for event in events if "contribution" in event.data}
    seen = Case.objects.visible_to(reader).filter(pk__in=cases)
    given = Contribution.objects.visible_to(reader)
    if former and scope.of(reader).is_officer:
        given = Contribution.objects.of_others(reader).filter(case__sensitivity="ordinary")
    given = given.filter(pk__in=asked).select_related("case")
    items = [Item(one) for one in (*seen.order_by(), *(given.order_by() if asked else ()))]
    items = [item for item in items if (item.thing.owner_id == reader.pk) is not former]
    return sorted(items, key=lambda item: (item.due, item.thing.pk))


def _counted(items: Sequence[Item]) -> str:
    """ "12 enquiries and 1 contribution"."""
    enquiries = sum(item.is_enquiry for item in items)
    counted = ((enquiries, ENQUIRIES), (len(items) - enquiries, CONTRIBUTIONS))
    return " and ".join(count(number, noun) for number, noun in counted if number)


def _line(item: Item, *, former: bool) -> str:
    words = item.case.reference if item.is_enquiry else f"Contribution to {item.case.reference}"
    if item.case.state == lifecycle.PAUSED:
        words = f"{words}, paused"
    elif item.case.is_open and item.due:
        tense = "was due" if item.due < timezone.localdate() else "due"
        words = f"{words}, {tense} on {day(item.due)}"
    # What they may not open any more has no link.
    if former and not item.is_enquiry:
        return words
    return f"{words}\n{settings.BASE_URL}{item.thing.get_absolute_url()}"


def _id(key: str) -> int:
    return int(key.partition(":")[2])
