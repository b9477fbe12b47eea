"""What other services were asked, as the enquiry's own page shows it: to officers alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.urls import reverse

from casework.contributions import lateness, phrases
from casework.models import Case, Clock, Contribution
from frontend.parts import Column, Link
from ledger.models import Event
from protocol import lifecycle
from protocol.calendar import Calendar

# All that the member needs: why it takes its time. Which service, and how it stands, is for officers.
TO_MEMBER = (
    "The officer has asked another service for part of the answer. The due date stays as it is."
)
COLUMNS = [
    Column("Asked of", primary=True),
    Column("Asked by"),
    Column("Status"),
    Column("Due"),
    Column("Next"),
]


def are_asked(case: Case, events: Iterable[Event]) -> bool:
    """Whether another service was asked for part of the answer that is owed now. The same once it is given or
    called back: how it stands is for officers."""
    rounds = {e.data["round"] for e in events if e.verb == "contribution_asked"}
    return case.round in rounds


def asked(case: Case, side: str) -> list[Contribution]:
    """Those of a case, oldest first. One query, and only where there are any."""
    if side == "member" or not getattr(case, "asked_others", True):
        return []
    found = list(case.contributions.with_names())
    # For the box of the answer on the same page, which says what sending it calls back.
    case.owed_by = [one.service.name for one in found if one.is_open]
    return found


def owed_by(case: Case) -> str:
    """The services that still owe one, in words; a query where the page has not asked it."""
    if not getattr(case, "waits_for_others", False):
        return ""
    names = getattr(case, "owed_by", None)
    if names is None:
        names = list(case.contributions.open().values_list("service__name", flat=True))
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def rows(
    case: Case, found: list[Contribution], verbs: list[str], on: date, calendar: Calendar
) -> list[list]:
    return [
        [
            [Link(one.whom, one.get_absolute_url()), _with(one)],
            phrases.asked(one),
            phrases.state(one),
            phrases.due(one, on, calendar),
            _links(case, one, verbs),
        ]
        for one in found
    ]


def _with(one: Contribution) -> str:
    return one.owner.name if one.owner else "Not yet given to an officer"


def _links(case: Case, one: Contribution, verbs: list[str]) -> list:
    """Whoever can answer can use what was given, and call back what was not."""
    about = one.whom
    if one.state == lifecycle.GIVEN and "answer" in verbs:
        href = f"{reverse('enquiry-answer', args=[case.reference])}?use={one.key}"
        return [Link("Use in your answer", href, about=f"what {about} gave")]
    if one.is_open and "answer" in verbs:
        href = reverse("contribution-call-back", args=[one.key])
        return [Link("Call it back", href, about=f"from {about}")]
    return [Link("Read it", one.get_absolute_url(), about=f"what {about} was asked")]


def late(case: Case, found: list[Contribution], clock: Clock, on: date) -> list[str]:
    """Which services its late answer waited for, in words."""
    return [lateness.sentence(one) for one in lateness.of_case(case, clock, found, on)]


def given(case: Case, key: str, side: str) -> str:
    """The words of one contribution to this case, for an answer to begin with; "" for no such one."""
    try:
        wanted = UUID(key)
    except ValueError:
        return ""
    if side == "member":
        return ""
    found = case.messages.filter(contribution__key=wanted, kind="contribution")
    return found.values_list("body", flat=True).first() or ""
