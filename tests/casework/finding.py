"""To find cases as the page and the lists do it."""

from __future__ import annotations

from casework.finding import search
from casework.finding.asking import terms
from casework.models import Case
from tests.casework.making import fresh


def find(person, text: str):
    """As the page and the lists do it."""
    asked = terms(text)
    return search.ranked(search.narrowed(Case.objects.visible_to(person), person, asked), asked)


def found(person, text: str) -> list[str]:
    """The references that somebody finds, the best first."""
    return list(find(fresh(person), text).values_list("reference", flat=True))


def excerpt(person, case: Case, text: str) -> str:
    asked = terms(text)
    cases = Case.objects.filter(pk=case.pk).annotate(hit=search.hit(fresh(person), asked))
    got = search.excerpts(cases, asked).get(case.pk)
    if got is None:
        return ""
    return f"{got.label}: " + "".join(f"[{t}]" if marked else t for t, marked in got.pieces)
