"""Cases by what was written in them, as far as a person may see and read."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case as Choose
from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from casework import scope
from casework.finding import engine
from casework.finding.asking import Term
from casework.models import Case, EnquiryDetail, Message
from frontend.parts import Excerpt

# Where the words were found: what comes first in the results.
BY_REFERENCE, IN_SUBJECT, IN_MESSAGES = 0, 1, 2
RANKED = ("place", "-received_on", "-pk")
# Nobody reads on so far, and it bounds what a search of a common word brings back.
MOST = 1000
# So many matches are read before it is asked which of them somebody may see. PostgreSQL guesses badly how
# many texts have a rare word, and would read all that they may see first.
FEW = 500


def narrowed(cases: QuerySet, person, asked: list[Term]) -> QuerySet:
    """Of cases that went through `visible_to`, those in which every term stands where this person reads.

    No terms: no cases.
    """
    if not asked:
        return cases.none()
    matches = list(
        _having(Case.objects.order_by(), asked, person).values_list("pk", flat=True)[: FEW + 1]
    )
    return cases.filter(pk__in=matches) if len(matches) <= FEW else _having(cases, asked, person)


def _having(cases: QuerySet, asked: list[Term], person) -> QuerySet:
    for term in asked:
        cases = cases.filter(pk__in=_with(term, person))
    return cases


def ranked(cases: QuerySet, asked: list[Term]) -> QuerySet:
    """Reference before subject before message, and what was received last before what was earlier."""
    named = [_named(term) for term in asked if term.references or term.reference_begins]
    whens = [When(where, then=Value(BY_REFERENCE)) for where in named]
    if asked:
        whens.append(When(engine.Stand(asked), then=Value(IN_SUBJECT)))
    if not whens:
        # A number alone is what PostgreSQL takes for the place of a column.
        return cases.order_by(*RANKED[1:])
    place = Choose(*whens, default=Value(IN_MESSAGES), output_field=IntegerField())
    return cases.annotate(place=place).order_by(*RANKED)


def _with(term: Term, person) -> QuerySet:
    """The ids of the cases in which a term stands, each place asked by itself: each has an index, and
    one question with "or" in it would use none."""
    cases, messages = Case.objects.order_by(), Message.objects.order_by().on_side_of(person)
    places = [
        cases.filter(engine.Stand([term])).values("pk"),
        messages.filter(engine.Stand([term])).values("case"),
    ]
    if term.references or term.reference_begins:
        places.append(cases.filter(_named(term)).values("pk"))
    if mine := _raised_for(person):
        residents = EnquiryDetail.objects.order_by().filter(case__raised_by__in=mine)
        places.append(residents.filter(engine.Stand([term])).values("case"))
    first, *rest = places
    return first.union(*rest, all=True)


def _named(term: Term) -> Q:
    if term.references:
        return Q(reference__in=term.references)
    return Q(reference__startswith=term.reference_begins)


def _raised_for(person) -> frozenset[int]:
    """The members in whose casework this person may look for a resident by name (ADR 10)."""
    reach = scope.of(person)
    return reach.acts_for | ({reach.own} if reach.is_member else frozenset())


def hit(person, asked: list[Term]) -> Subquery | Value:
    """The key of the newest message of a case that this person may read and that has what they looked for:
    for a query of cases."""
    if not asked:
        return Value(None, output_field=IntegerField())
    messages = Message.objects.on_side_of(person).filter(
        engine.Stand(asked, every=False), case=OuterRef("pk")
    )
    return Subquery(messages.order_by("-at", "-pk").values("pk")[:1])


def excerpts(cases: Iterable[Case], asked: list[Term]) -> dict[int, Excerpt]:
    """By case, some words of its `hit`, for those that have one. One query."""
    hits = {case.pk: case.hit for case in cases if case.hit}
    kinds, texts = dict(Message.KINDS), engine.excerpts(hits.values(), asked)
    return {
        case: Excerpt(kinds[texts[message][0]], texts[message][1])
        for case, message in hits.items()
        if message in texts
    }


def best(cases: QuerySet, asked: list[Term]) -> list[int]:
    """The keys of the best of these cases, at most MOST and one: the one more says that there are more."""
    return list(ranked(cases, asked).values_list("pk", flat=True)[: MOST + 1])
