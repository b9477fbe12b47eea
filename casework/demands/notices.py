"""What a notice about a demand says: that there is one, and where to read it. Nothing that anybody wrote, and
not who asked it."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from accounts.models import Person
from casework import scope
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
# What only asks somebody to consider it: needless once it is closed.
CHASERS = frozenset({"demand_flagged", "demand_reminded"})


def render(notices: Sequence[Notice]) -> dict[int, Rendered | Notice.Dropped | None]:
    """Each as plain text, or None where its reader may not know of the demand any more. One query a person."""
    people = Person.objects.with_capacities().in_bulk({_id(n.recipient) for n in notices})
    wanted: dict[int, set[int]] = {}
    for notice in notices:
        wanted.setdefault(_id(notice.recipient), set()).add(_id(notice.event.subject))
    seen = {
        (pk, one.pk): one
        for pk, demands in wanted.items()
        if pk in people
        for one in Demand.objects.visible_to(people[pk]).filter(pk__in=demands).with_names()
    }
    open_now = set(
        Demand.objects.open()
        .filter(pk__in={_id(n.event.subject) for n in notices})
        .values_list("pk", flat=True)
    )
    return {
        n.pk: Notice.Dropped.OVERTAKEN
        if n.event.verb in CHASERS and _id(n.event.subject) not in open_now
        else _one(n, people.get(_id(n.recipient)), seen)
        for n in notices
    }


def _one(notice: Notice, who: Person | None, seen) -> Rendered | None:
    if who is None:
        return None
    demand = seen.get((who.pk, _id(notice.event.subject)))
    if demand is not None:
        return _text(notice, demand.get_absolute_url())
    if notice.event.verb == "demand_taken_back" and _was_theirs(notice, who):
        # In the officers' line they see it no more: there is nothing left to do.
        return _text(notice, reverse("home"))
    return None


def _was_theirs(notice: Notice, who: Person) -> bool:
    reach = scope.of(who)
    mine = Demand.objects.of_others(reach).filter(told__person=who.pk)
    return reach.is_officer and mine.filter(pk=_id(notice.event.subject)).exists()


def _text(notice: Notice, path: str) -> Rendered:
    title, sentence = WORDS[notice.event.verb]
    href = f"{settings.BASE_URL}{path}"
    where = "Read it here" if path != reverse("home") else "Your work is here"
    body = f"{sentence}\n\n{where}:\n{href}\n"
    return Rendered(title, body, Line(title, sentence, href, notice.event.at))


def _id(key: str) -> int:
    return int(key.partition(":")[2])
