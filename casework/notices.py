"""What a notice about a case says: reference and link, and nothing that anybody wrote.

Whether the recipient may still see the case is asked again at delivery.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from accounts.models import Person
from casework import scope
from casework.chasing.moved import because
from casework.contributions import notices as contributions
from casework.models import Case, Clock, Escalation
from casework.passing import notices as passing
from casework.portfolios import notices as copies
from casework.timeline import NOUNS
from frontend.terms import say
from frontend.words import day
from ledger.hooks import Line, Rendered
from ledger.models import Event, Notice
from protocol import lifecycle


class Words(NamedTuple):
    """The subject line and the first sentence of a mail, for each side of the case."""

    officers: tuple[str, str]
    member: tuple[str, str]


def _both(title: str, officers: str, member: str) -> Words:
    return Words((title, officers), (title, member))


# {member} is what the council calls its members.
WORDS = {
    "enquiry_logged": Words(
        ("A new enquiry", "A new enquiry has come to you."),
        ("Your enquiry has arrived", "Your enquiry has arrived. You can see who has it."),
    ),
    "enquiry_accepted": _both(
        "An officer has it", "The enquiry was taken on.", "An officer has taken on your enquiry."
    ),
    "enquiry_returned": _both(
        "Returned to you",
        "The enquiry was returned to the {member}.",
        "Your enquiry was returned to you. Read why, and what you can do next.",
    ),
    "enquiry_allocated": Words(
        ("An enquiry for you", "An enquiry has been given to you."),
        ("An officer has it", "Your enquiry has been given to an officer."),
    ),
    "enquiry_reassigned": Words(
        ("Passed to you", "An enquiry has been passed to you. Its due date has not changed."),
        (
            "Another officer has it",
            "Your enquiry has been passed to another officer. Its due date has not changed.",
        ),
    ),
    "enquiry_referred_upward": Words(
        ("Referred to you", "An enquiry has been referred to you. Its due date has not changed."),
        (
            "A senior officer has it",
            "Your enquiry has been passed to a senior officer. Its due date has not changed.",
        ),
    ),
    "enquiry_acknowledged": _both(
        "Acknowledged", "The enquiry was acknowledged.", "An officer has acknowledged your enquiry."
    ),
    "member_asked": _both(
        "A question for you",
        "The {member} was asked a question.",
        "An officer needs to know something before they can answer. Please reply.",
    ),
    "member_reminded": _both(
        "A question still waits for you",
        "The {member} was reminded of your question.",
        "An officer still needs your reply before they can answer. The due date has not changed.",
    ),
    "member_replied": _both(
        "The {member} replied",
        "The {member} has replied to your question.",
        "Your reply has been sent to the officer.",
    ),
    "clock_paused": _both(
        "The clock is paused",
        "The clock is paused.",
        "The clock on your enquiry is paused. Read why.",
    ),
    "clock_resumed": _both(
        "The clock is running again",
        "The clock is running again. Check the due date.",
        "The clock on your enquiry is running again. Check the due date.",
    ),
    "holding_reply_sent": _both(
        "How things stand",
        "A holding reply was sent.",
        "An officer has told you how things stand. The due date has not changed.",
    ),
    "clock_extended": _both(
        "A new date",
        "The {member} was given a new date.",
        "Your answer needs longer. Read why, and the new date.",
    ),
    "enquiry_answered": _both(
        "Answered", "The enquiry was answered.", "Your enquiry has been answered."
    ),
    "enquiry_asked_again": Words(
        (
            "Asked again",
            "A {member} asks again about an enquiry. It is open again. Check the due date.",
        ),
        (
            "You asked again",
            "Your enquiry is open again. You can see who has it, and when the answer is due.",
        ),
    ),
    "enquiry_put_right": _both(
        "Open again",
        "The enquiry was opened again, to put its answer right. Check the due date.",
        "An officer opened your enquiry again, to put the answer right. Read why.",
    ),
    "enquiry_closed": _both("Closed", "The enquiry was closed.", "Your enquiry has been closed."),
    "enquiry_withdrawn": _both(
        "Withdrawn",
        "The enquiry was withdrawn. You need do nothing more.",
        "Your enquiry has been withdrawn.",
    ),
    "enquiry_added_to": _both(
        "Something was added",
        "The {member} has added something to this enquiry. Its due date has not changed.",
        "What you added has been sent to whoever has your enquiry.",
    ),
    "enquiry_closed_as_duplicate": _both(
        "Closed as a duplicate",
        "The enquiry was closed as a duplicate of another. You need do nothing more.",
        "Your enquiry was closed as a duplicate. It is answered in another of yours. Read why.",
    ),
    "enquiry_handed_on": _both(
        "Handed on",
        "The enquiry was handed on as what it really is. You need do nothing more.",
        "Your enquiry was handed on to where it is dealt with. Read where that is, and what you can do if "
        "nothing happens there.",
    ),
    "enquiry_taken_back": _both(
        "Open here again",
        "The enquiry was handed on by mistake, and is open here again. Check the due date.",
        "Your enquiry was handed on by mistake, and is open here again. Read why, and when the answer is due.",
    ),
    "file_removed": _both(
        "A file was removed",
        "A file was removed from this enquiry. Read why.",
        "A file was removed from your enquiry. Read why.",
    ),
    "officers_file_removed": _both(
        "A file was removed",
        "A file that only officers saw was removed from this enquiry. Read why.",
        "",
    ),
    "chase_reminded": _both("Due soon", "This enquiry is due soon.", "This enquiry is due soon."),
    "chase_due": _both("Due today", "This enquiry is due today.", "This enquiry is due today."),
    "breach_recorded": _both(
        "Late",
        "This enquiry is late, and a breach is on record. Answer it, and say why it was late.",
        "This enquiry is late.",
    ),
    "chase_escalated": _both(
        "Late, and brought to you",
        "This enquiry has not been answered in time, so it is brought to you.",
        "This enquiry is late, and has been brought to a senior officer.",
    ),
    "clock_recomputed": _both(
        "The due date has moved",
        "The council’s closure days changed, so the due date was counted again.",
        "The council’s closure days changed, so the due date was counted again.",
    ),
}

WORDS |= {verb: _both(title, words, words) for verb, (title, words) in copies.WORDS.items()}

# The same of the promise to acknowledge.
ACKNOWLEDGING = {
    "chase_reminded": _both(
        "Acknowledge it soon",
        "Tell the {member} soon that this enquiry has arrived.",
        "You are soon to be told that this enquiry has arrived.",
    ),
    "chase_due": _both(
        "Acknowledge it today",
        "Tell the {member} today that this enquiry has arrived.",
        "You are to be told today that this enquiry has arrived.",
    ),
    "breach_recorded": _both(
        "Acknowledgement late",
        "The acknowledgement of this enquiry is late, and a breach is on record. "
        "Tell the {member} that it has arrived, and say why that was late.",
        "The acknowledgement of this enquiry is late.",
    ),
    "chase_escalated": _both(
        "Acknowledgement late",
        "The acknowledgement of this enquiry is late. See that the {member} is told that it has "
        "arrived.",
        "The acknowledgement of this enquiry is late, and a senior officer was told.",
    ),
}

# To whoever had it until then.
FORMER = {
    "enquiry_accepted": ("Another officer has it", "Another officer has taken on this enquiry."),
    "enquiry_allocated": ("Another officer has it", "This enquiry was given to another officer."),
    "enquiry_reassigned": (
        "Passed to another officer",
        "This enquiry was passed to another officer.",
    ),
    "enquiry_referred_upward": (
        "Passed to a senior officer",
        "This enquiry was passed to a senior officer.",
    ),
}

# What the ladder tells, to whoever it reaches; in a post that opens no case, of another's enquiry.
CHASING = {
    "chase_reminded": ("Due soon", "{The_noun} to another {member} is due soon."),
    "chase_due": ("Due today", "{The_noun} to another {member} is due today."),
    "breach_recorded": ("Late", "{The_noun} to another {member} is late."),
    "chase_escalated": ("Late", "{The_noun} to another {member} is late."),
}


# What only asks somebody to see to a promise in time: needless once they have.
CHASERS = frozenset({"chase_reminded", "chase_due"})


def render(notices: Sequence[Notice]) -> dict[int, Rendered | Notice.Dropped | None]:
    """Each notice as plain text, or None where the recipient may no longer see the case.

    A person who was copied in is sent to the message they were copied into. An outside contact, who has
    no door here, is never sent a link.
    """
    people = Person.objects.with_capacities().in_bulk(
        {_id(n.recipient) for n in notices if _person(n)}
    )
    asked: dict[int, set[int]] = {}
    for notice in notices:
        if _person(notice):
            wanted = asked.setdefault(_id(notice.recipient), set())
            wanted.add(_id(notice.event.subject))
            if other := notice.event.data.get("case_other"):
                wanted.add(other)
    seen = {
        (pk, case.pk): case
        for pk, cases in asked.items()
        if pk in people
        for case in Case.objects.visible_to(people[pk]).filter(pk__in=cases)
    }
    copied = copies.pages(asked)
    needless = _needless(notices)
    texts = {
        n.pk: Notice.Dropped.OVERTAKEN if n.pk in needless else _one(n, people, seen, copied)
        for n in notices
    }
    # Whoever is asked for a contribution has a door of their own to it, and none to the enquiry.
    asking = [n for n in notices if _person(n) and n.event.verb in contributions.WORDS]
    texts |= contributions.render(asking, people, seen)
    # What was passed on with others is told with them.
    return texts | passing.render([n for n in notices if _person(n)], people)


def _needless(notices: Sequence[Notice]) -> set[int]:
    """The reminders whose promise was kept, paused or given another date while they waited."""
    chasers = [notice for notice in notices if notice.event.verb in CHASERS]
    if not chasers:
        return set()
    cases = {_id(notice.event.subject) for notice in chasers}
    rows = Clock.objects.filter(case__in=cases, stopped_at=None, paused_on=None)
    running = {
        (case, promise, due.isoformat())
        for case, promise, due in rows.values_list("case_id", "promise", "due")
    }
    return {notice.pk for notice in chasers if _promise(notice.event) not in running}


def _promise(event: Event) -> tuple[int, str | None, str | None]:
    return _id(event.subject), event.data.get("promise"), event.data.get("date_due")


def _one(notice: Notice, people, seen, copied) -> Rendered | None:
    if not _person(notice) or notice.event.verb in contributions.WORDS:
        return None
    who = people.get(_id(notice.recipient))
    case_id = _id(notice.event.subject)
    case = seen.get((who.pk, case_id)) if who else None
    if case is not None:
        side = scope.side(case, who)
        return _text(notice, case, side, seen.get((who.pk, notice.event.data.get("case_other"))))
    in_office = who is not None and (scope.of(who).is_member or scope.of(who).is_officer)
    if in_office and (key := copied.get((who.pk, copies.message(notice.event)))):
        title, sentence = copies.WORDS.get(notice.event.verb, copies.BY_HAND)
        path = reverse("copy-page", args=[key])
        line = _line(notice, title, sentence, path)
        return Rendered(title, _body([sentence], path), line)
    return _brought(notice, who, case_id) if who else None


def _brought(notice: Notice, who: Person, case_id: int) -> Rendered | None:
    """To a member told as the holder of a post: how it stands. The case is not theirs to open."""
    if notice.event.verb not in CHASING:
        return None
    rows = Escalation.objects.brought_to(scope.of(who)).filter(case=case_id).select_related("case")
    row = rows.first()
    if row is None or row.case.sensitivity != "ordinary":
        return None
    title, words = CHASING[notice.event.verb]
    sentence = say(words, The_noun=f"The {_noun(notice.event)}")
    lines = [
        sentence,
        "This is brought to your notice. You see who has the enquiry, and nothing that anybody wrote.",
        f"Reference: {row.case.reference}",
    ]
    line = _line(notice, row.case.reference, sentence, reverse("home"))
    return Rendered(f"{row.case.reference}: {title}", _body(lines, reverse("home")), line)


def _text(notice: Notice, case: Case, side: str, other: Case | None = None) -> Rendered:
    """`other`: the case that the event names besides, where the recipient may see it."""
    title, sentence = map(say, _words(notice, side))
    dates, path = _dates(notice.event), case.get_absolute_url()
    if other is not None:
        dates = [*dates, f"The other enquiry: {other.reference}"]
    body = _body([sentence, *dates, f"Reference: {case.reference}"], path)
    line = _line(notice, case.reference, " ".join([sentence, *dates]), path, _due(case))
    return Rendered(f"{case.reference}: {title}", body, line)


def _line(notice: Notice, heading: str, sentence: str, path: str, due: date | None = None) -> Line:
    """The same in the daily mail of whoever prefers one."""
    return Line(heading, sentence, settings.BASE_URL + path, notice.event.at, due)


def _due(case: Case) -> date | None:
    """When the answer is due, while it is to come."""
    return case.next_due if case.state in lifecycle.OPEN - {lifecycle.PAUSED} else None


def _words(notice: Notice, side: str) -> tuple[str, str]:
    """By what happened; of a promise, by which; and by how the reader stands to the case."""
    event = notice.event
    if event.verb in FORMER and event.data.get("person_before") == _id(notice.recipient):
        title, sentence = FORMER[event.verb]
        return title, f"{sentence} It is no longer in your name."
    words = WORDS[event.verb]
    if event.data.get("promise") == "acknowledge":
        words = ACKNOWLEDGING.get(event.verb, words)
    return words.member if side == "member" else words.officers


def _noun(event: Event) -> str:
    return NOUNS.get(event.data.get("promise", ""), "answer")


def _dates(event: Event) -> list[str]:
    """Of a due date that was counted again: what it was, what it is and why."""
    if event.verb != "clock_recomputed":
        return []
    before, due = (day(date.fromisoformat(event.data[key])) for key in ("date_before", "date_due"))
    return [
        f"The {_noun(event)} was due on {before}. It is now due on {due}.",
        f"Why: {because(event.data)}.",
    ]


def _body(lines: list[str], path: str) -> str:
    return "\n\n".join([*lines, f"Read it here:\n{settings.BASE_URL}{path}"]) + "\n"


def _person(notice: Notice) -> bool:
    return notice.recipient.startswith("person:")


def _id(key: str) -> int:
    return int(key.partition(":")[2])
