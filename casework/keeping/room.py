"""Casework among the rooms of `records`: every question goes through the door of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import quote_plus

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from casework.finding import asking, index
from casework.finding.engine import Stand
from casework.keeping.erasing import erase
from casework.models import (
    Attachment,
    Case,
    CaseLink,
    Demand,
    EnquiryDetail,
    Handing,
    Message,
    SavedView,
)
from protocol import lifecycle
from records.rooms import Item, Room
from records.rules import MOST

OUTCOMES = {state: lifecycle.WORDS[state] for state in sorted(lifecycle.ENDED)}
# No protocol says: six years are how long most claims can be brought (Limitation Act 1980, sections 2 and 5).
PROPOSED = {
    lifecycle.ANSWERED: 72,
    lifecycle.CLOSED: 72,
    lifecycle.DUPLICATE: 24,
    lifecycle.HANDED_ON: 24,
    lifecycle.RETURNED: 24,
    lifecycle.WITHDRAWN: 24,
}


def items(person, abouts: Iterable[str]) -> list[Item]:
    wanted = [int(about.partition(":")[2]) for about in abouts]
    return [_item(case) for case in Case.objects.visible_to(person).filter(pk__in=wanted)]


def _item(case: Case, places: Iterable[str] = ()) -> Item:
    return Item(
        about=case.key,
        reference=case.reference,
        subject=case.subject,
        href=case.get_absolute_url(),
        state=case.words,
        ended_on=_day(case.ended_at),
        erased_on=_day(case.erased_at),
        places=tuple(places),
    )


def find(person, terms: Sequence[str]) -> list[Item]:
    """The cases that a person may see in which any of these stands, and where: the newest, one more than a
    page shows at the most.
    """
    places: dict[int, dict[str, None]] = defaultdict(dict)
    for term in terms:
        for words, cases in _standing(term, person):
            for pk in cases:
                places[pk][words] = None
    found = Case.objects.visible_to(person).filter(pk__in=list(places))
    newest = found.order_by("-received_on", "-pk")[: MOST + 1]
    return [_item(case, places[case.pk]) for case in newest]


def _standing(term: str, person) -> Iterator[tuple[str, QuerySet]]:
    """Where a term stands: words by the index of words, whole and in order; all else letter by letter."""
    if asked := asking.terms(f'"{term.replace(chr(34), " ")}"'):
        stand = Stand(asked)
        yield "Subject", Case.objects.filter(stand).values_list("pk", flat=True)
        yield "Resident’s name", EnquiryDetail.objects.filter(stand).values_list("case", flat=True)
        yield (
            "Messages",
            Message.objects.on_side_of(person).filter(stand).values_list("case", flat=True),
        )
    for words, rows, fields, case in (
        ("Resident’s details", EnquiryDetail, ("constituent_name", "constituent_contact"), "case"),
        (
            "Why it is confidential",
            EnquiryDetail,
            ("confidential_why", "external_reference"),
            "case",
        ),
        ("Names of files", Attachment, ("document__name",), "message__case"),
        ("Where it was handed on", Handing, ("reference", "record", "address"), "case"),
        ("Why it was linked", CaseLink, ("reason",), "case"),
        ("Demands", Demand, ("text", "outcome_text"), "case"),
        ("Subject", Case, ("subject",), "pk"),
        ("Messages", Message, ("body",), "case"),
    ):
        yield words, rows.objects.filter(_like(term, fields)).values_list(case, flat=True)


def _like(term: str, fields: Iterable[str]) -> Q:
    """As it was typed, and without its spaces: "07700 900123" is "07700900123"."""
    found = Q()
    for field in fields:
        for spelt in {term, term.replace(" ", "")}:
            found |= Q(**{f"{field}__icontains": spelt})
    return found


def due(outcome: str, before: date) -> Iterable[tuple[str, date]]:
    """What ended so by a day and was not erased, the longest ago first; with the day of its end."""
    last = Coalesce(F("closed_at"), F("answered_again_at"), F("answered_at"))
    limit = timezone.make_aware(datetime.combine(before + timedelta(days=1), time()))
    found = Case.objects.filter(state=outcome, erased_at=None).annotate(ended=last)
    rows = found.filter(ended__lt=limit).order_by("ended", "pk").values_list("pk", "ended")
    return ((f"case:{pk}", timezone.localdate(ended)) for pk, ended in rows.iterator())


def references(abouts: Iterable[str]) -> dict[str, str]:
    wanted = [int(about.partition(":")[2]) for about in abouts]
    found = Case.objects.filter(pk__in=wanted).values_list("pk", "reference")
    return {f"case:{pk}": reference for pk, reference in found}


def forget(terms: Sequence[str]) -> list[str]:
    """Saved views in whose filters or names somebody looks for them."""
    named = Q()
    for term in terms:
        named |= _like(term, ("name",)) | _like(quote_plus(term), ("query",))
    found = list(SavedView.objects.filter(named)) if terms else []
    SavedView.objects.filter(pk__in=[view.pk for view in found]).delete()
    return [_name_of(view) for view in found]


def forget_again(names: Iterable[str]) -> None:
    """The same views in a restored backup; one of that number saved since is another."""
    wanted = {name for name in names if name.startswith("view:")}
    numbers = [int(name.removeprefix("view:").partition("@")[0]) for name in wanted]
    for view in SavedView.objects.filter(pk__in=numbers):
        if _name_of(view) in wanted:
            view.delete()


def _name_of(view: SavedView) -> str:
    return f"view:{view.pk}@{view.saved_at.timestamp()}"


def clear() -> None:
    """The index of words keeps what was taken from it until it is made anew (SQLite)."""
    index.renew(connection)


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


ROOM = Room(
    prefix="case",
    name="Enquiries",
    outcomes=OUTCOMES,
    proposed=PROPOSED,
    find=find,
    items=items,
    due=due,
    references=references,
    erase=erase,
    forget=forget,
    forget_again=forget_again,
    clear=clear,
)
