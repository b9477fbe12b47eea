"""What a notice about a demand says: that there is one, and where to read it. Nothing that anybody wrote, and
not who asked it."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from accounts.models import Person
from casework.models import Demand
from ledger.hooks import Line, Rendered
from ledger.models import Notice

# verb: the subject line and the sentence.
WORDS = {
    "demand_flagged": (
        "A demand to consider",
        "An officer has flagged a demand that was made of them. Please read it, and say what comes of it.",
    ),
    "demand_considered": (
        "Your flag was considered",
        "A demand that you flagged has been considered. Read what came of it.",
    ),
    "demand_taken_back": (
        "Nothing to consider",
        "A demand that was flagged to you has been taken back. You need do nothing.",
    ),
    "demand_reminded": (
        "A demand still to consider",
        "A demand that an officer flagged is still to be considered. Please say what comes of it.",
    ),
}
# To whoever else was asked to consider it.
CLOSED = (
    "Nothing to consider",
    "A demand that was flagged to you has been considered by somebody else. You need do nothing.",
)
# Who was asked in the officers' line sees it no more, and is told that it is closed.
ENDS = frozenset({"demand_considered", "demand_taken_back"})
# What only asks somebody to consider it: needless once it is closed.
CHASERS = frozenset({"demand_flagged", "demand_reminded"})


def render(notices: Sequence[Notice]) -> dict[int, Rendered | Notice.Dropped | None]:
    """Each as plain text, or None where its reader may not know of the demand any more. Two
    queries a person."""
    people = Person.objects.with_capacities().in_bulk({_id(n.recipient) for n in notices})
    wanted: dict[int, set[int]] = {}
    for notice in notices:
        wanted.setdefault(_id(notice.recipient), set()).add(_id(notice.event.subject))
    seen, ended = {}, set()
    for pk, demands in wanted.items():
        if pk in people:
            theirs = Demand.objects.filter(pk__in=demands)
            seen |= {(pk, one.pk): one for one in theirs.visible_to(people[pk])}
            ended |= {(pk, one.pk) for one in theirs.ended_for(people[pk])}
    open_now = set(
        Demand.objects.open()
        .filter(pk__in={_id(n.event.subject) for n in notices})
        .values_list("pk", flat=True)
    )
    return {
        n.pk: Notice.Dropped.OVERTAKEN
        if n.event.verb in CHASERS and _id(n.event.subject) not in open_now
        else _one(n, seen, ended)
        for n in notices
    }


def _one(notice: Notice, seen: dict[tuple[int, int], Demand], ended: set) -> Rendered | None:
    which = _id(notice.recipient), _id(notice.event.subject)
    demand = seen.get(which)
    if demand is not None:
        others = notice.event.verb == "demand_considered" and demand.flagged_by_id != which[0]
        words = CLOSED if others else WORDS[notice.event.verb]
        return _text(notice, words, demand.get_absolute_url())
    if notice.event.verb in ENDS and which in ended:
        words = CLOSED if notice.event.verb == "demand_considered" else WORDS[notice.event.verb]
        return _text(notice, words, reverse("home"))
    return None


def _text(notice: Notice, words: tuple[str, str], path: str) -> Rendered:
    title, sentence = words
    href = f"{settings.BASE_URL}{path}"
    where = "Read it here" if path != reverse("home") else "Your work is here"
    body = f"{sentence}\n\n{where}:\n{href}\n"
    return Rendered(title, body, Line(title, sentence, href, notice.event.at))


def _id(key: str) -> int:
    return int(key.partition(":")[2])
