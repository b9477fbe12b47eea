"""How a case reads on a page: its state, its due date, who has it, what happens next. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from accounts.models import Person
from casework import clocks
from casework.models import Case, Clock, Handing
from council import citations
from frontend.parts import Cite, Due, State
from frontend.words import count, day, weekday
from protocol import lifecycle
from protocol.calendar import Calendar

COLOURS = {
    lifecycle.RECEIVED: "yellow",
    lifecycle.WITH_OFFICER: "blue",
    lifecycle.WITH_MEMBER: "purple",
    lifecycle.PAUSED: "grey",
    lifecycle.ANSWERED: "green",
    lifecycle.CLOSED: "grey",
    lifecycle.RETURNED: "orange",
    lifecycle.WITHDRAWN: "grey",
    lifecycle.DUPLICATE: "grey",
    lifecycle.HANDED_ON: "teal",
}
FIGURE_WORDS = {
    "within": "Answered in time",
    "explained": "Answered by the new date",
    "breach": "Answered late",
}
AGAIN_WORDS = {
    "within": "Answered again in time",
    "explained": "Answered again by the new date",
    "breach": "Answered again late",
}
NOUNS = {"answer": "Answer", "acknowledge": "Acknowledgement"}
# What is left to do, where nothing is, by the side that reads it.
NOTHING = {
    ("member", lifecycle.RECEIVED): "You need do nothing. We will tell you when it is answered.",
    (
        "member",
        lifecycle.WITH_OFFICER,
    ): "You need do nothing. We will tell you when it is answered.",
    ("member", lifecycle.ANSWERED): "It has been answered.",
    ("member", lifecycle.CLOSED): "It is closed.",
    (
        "member",
        lifecycle.RETURNED,
    ): "It was returned to you. Read why below, and what you can do about it.",
    ("member", lifecycle.WITHDRAWN): "It was withdrawn, so nobody will answer it.",
    (
        "member",
        lifecycle.DUPLICATE,
    ): "It was closed as a duplicate. You will be answered in the other enquiry.",
    (
        "member",
        lifecycle.HANDED_ON,
    ): "It was handed on, so nobody answers it here. Read below what you were told.",
    ("officer", lifecycle.HANDED_ON): "It was handed on, so nothing is left to do here.",
    ("officer", lifecycle.ANSWERED): "It has been answered.",
    ("officer", lifecycle.CLOSED): "It is closed.",
    ("officer", lifecycle.RETURNED): "It was returned, so nothing is left to do.",
    ("officer", lifecycle.WITHDRAWN): "It was withdrawn, so nothing is left to do.",
    ("officer", lifecycle.DUPLICATE): "It was closed as a duplicate, so nothing is left to do.",
}
# What became of the other enquiry, where it ended without an answer after this was closed as its duplicate.
_CLOSED = "It was closed as a duplicate. The other enquiry"
UNANSWERED = {
    lifecycle.HANDED_ON: f"{_CLOSED} was handed on since: read there where it is dealt with.",
    lifecycle.RETURNED: f"{_CLOSED} was returned to you since: read there why, and what you can do about it.",
    lifecycle.WITHDRAWN: f"{_CLOSED} was withdrawn since, so nobody will answer it.",
    lifecycle.DUPLICATE: f"{_CLOSED} was closed as a duplicate itself: read there which one goes on.",
}


def state(case: Case, side: str = "officer") -> State:
    """The state in words; a member reads "Waiting for you" where it waits for them."""
    words = case.words
    if side == "member" and case.state == lifecycle.WITH_MEMBER:
        words = "Waiting for you"
    if side == "member" and case.state == lifecycle.RETURNED:
        words = "Returned to you"
    return State(words, COLOURS[case.state])


def clock_of(case: Case, promise: str = "answer") -> Clock:
    """The clock of a promise in the case's round, from those loaded with the case."""
    return clocks.in_force(case.clocks.all(), case, promise)


def due(case: Case, on: date, calendar: Calendar) -> Due:
    """ "Due Friday 4 December (day 6 of 10)", "2 working days late", "Paused since 24 November" …"""
    clock = clock_of(case)
    if case.state in lifecycle.ANSWERED_ONCE:
        return _answered(case, clock)
    if not case.is_open:
        return Due("No longer due", "done")
    if clock.paused_on:
        return Due(f"Paused since {weekday(clock.paused_on, on)}", "paused")
    now = clocks.count(clock, on, calendar)
    if now.overdue:
        return late(clock.due, on, calendar)
    # Nothing counts on the day of receipt itself.
    day = f"day {now.day} of {now.of}" if now.day else working_days(now.of)
    if on == clock.due:
        return Due(f"Due today ({day})", "soon")
    soon = calendar.between(on, clock.due) <= 2
    return Due(f"Due {weekday(clock.due, on)} ({day})", "soon" if soon else "calm")


def _answered(case: Case, clock: Clock) -> Due:
    """How the latest answer came; a second one has no figure on the case, but its clock says the same."""
    figure = case.figure
    if case.round > 1:
        figure = clocks.figure(clock, timezone.localdate(clock.stopped_at))
        if clocks.handed_on_late(case.clocks.all(), case):
            figure = "breach"
    # What was handed on and came back had no answer before.
    first = case.round == 1 or case.answered_at is None
    words = (FIGURE_WORDS if first else AGAIN_WORDS)[figure]
    return Due(words, "late" if figure == "breach" else "done")


def late(was_due: date, on: date, calendar: Calendar) -> Due:
    """ "2 working days late: was due …"; on the days before the next working day, "Overdue: …"."""
    days = calendar.between(was_due, on)
    words = f"{working_days(days)} late" if days else "Overdue"
    return Due(f"{words}: was due {weekday(was_due, on)}", "late")


def holder(case: Case) -> str:
    """Who has it, in words that leave nobody wondering."""
    if case.state == lifecycle.HANDED_ON:
        return "nobody here: handed on"
    if case.owner:
        return f"{case.owner.name}, {case.service.name}" if case.service else case.owner.name
    return f"{case.service.name}, not yet given to an officer" if case.service else "Nobody yet"


def holder_lines(case: Case) -> list[str]:
    """The same for a narrow column: the name, and below it the service."""
    if case.state == lifecycle.HANDED_ON:
        return ["Nobody here", "Handed on"]
    if case.owner:
        return [case.owner.name, *([case.service.name] if case.service else [])]
    return [case.service.name, "Not yet given to an officer"] if case.service else ["Nobody yet"]


def may_ask_again(case: Case, calendar: Calendar) -> str:
    """Until when the member may, for as long as they may."""
    last = weekday(clocks.may_ask_until(case.last_word_at, case.profile, calendar))
    if case.state == lifecycle.HANDED_ON:
        return f"If nothing happens there, you can ask again here until the end of {last}."
    return f"If something is missing or still wrong, you can ask again until the end of {last}."


def handed_on(handing: Handing, kind: str, side: str) -> str:
    """Where it went, for whoever may know. `kind`: "A service request"."""
    what = f"{kind[0].lower()}{kind[1:]}"
    ref = f", with the reference {handing.reference}" if handing.reference else ""
    entered = f", entered there on {day(handing.entered_on)}" if handing.entered_on else ""
    where = f"It was handed on as {what}: it is now in {handing.name}{ref}{entered}."
    return f"{where} {'Nobody answers it here.' if side == 'member' else 'Nothing is left to do here.'}"


def nothing_to_do(case: Case, side: str, goes_on: Case | None = None) -> str:
    """What somebody reads who has nothing to do here, and why. `goes_on`: what it was closed as a duplicate
    of.
    """
    words = NOTHING.get((side, case.state), "")
    if side == "member" and goes_on is not None and goes_on.state in UNANSWERED:
        return UNANSWERED[goes_on.state]
    if words or side == "member":
        return words
    return f"It is with {holder(case)}."


def next_step(case: Case, now: datetime, calendar: Calendar, reader: Person | None = None) -> str:
    """What the council does next by itself if there is no answer, and when; "" where nothing is left.

    `reader` is called "you".
    """
    clock = clock_of(case)
    if clock.next_step_at is None or not case.is_open:
        return ""
    ahead = [(at, step) for at, step in clocks.steps(clock, case.profile, calendar) if at > now]
    if not ahead:
        return ""
    at, step = min(ahead, key=lambda timed: timed[0])
    when = weekday(timezone.localtime(at).date(), timezone.localdate(now))
    told = named(case, step.to, reader)
    if step.kind in {"remind", "due"}:
        return f"{told[0].upper()}{told[1:]} will be reminded on {when}."
    if step.kind == "breach" and timezone.localdate(now) > clock.due:
        return f"It was not answered in time. It is recorded as late on {when}."
    if step.kind == "breach":
        return f"If there is no answer before {when}, it is recorded as late."
    return f"If there is still no answer on {when}, it goes to {told}."


def named(case: Case, asked: Iterable[str], reader: Person | None) -> str:
    """Whom a step of the ladder goes to, in words; `reader` is called "you"."""
    mine = reader is not None and case.owner_id == reader.pk
    owner = case.owner.name if case.owner else "whoever has it"
    names = {
        "owner": "you" if mine else owner,
        "manager": "your manager" if mine else "their manager",
        "chief_officer": "the chief officer",
    }
    posts = case.profile.posts
    found = [names.get(one) or f"the {posts[one.removeprefix('post:')].title}" for one in asked]
    return " and ".join(found)


def cite(case: Case, clause: str) -> Cite:
    """A citation with the way to where the protocol, as the case was received under it, says it."""
    return citations.cite(clause, case.profile, case.adoption_id)


def standard(clock: Clock) -> str:
    return f"within {working_days(clock.days)}"


def working_days(number: int) -> str:
    return count(number, "working day")
