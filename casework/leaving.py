"""What an officer who goes has, and is asked for, for whoever ends them in the directory."""

from __future__ import annotations

from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.models import Person
from casework import scope
from casework.models import Case, Contribution

MOST = 25
REST = "More enquiries. They show here when some of these have been passed on."
OTHERS = "Enquiries that you cannot open. Ask their manager to see that they are passed on."


def waiting(person_id: int, viewer: Person) -> list[tuple[str, str]]:
    """Each that the viewer may see, with its page, soonest due first. One query.

    That there are others is said to those alone who oversee enquiries, and never how many.
    """
    rows = list(_rows(person_id, viewer).order_by("-seen", "when", "of", "pk")[: MOST + 1])
    seen = [row for row in rows if row["seen"]]
    found = [_one(row) for row in seen[:MOST]]
    if len(seen) > MOST:
        found.append((REST, ""))
    if scope.of(viewer).oversees and len(seen) < len(rows):
        found.append((OTHERS, ""))
    return found


def _rows(person_id: int, viewer: Person):
    """Their open enquiries and what they were asked to contribute, as one query."""
    cases, asked = (
        model.objects.open()
        .filter(owner=person_id)
        .annotate(seen=Exists(theirs.filter(pk=OuterRef("pk"))))
        .order_by()
        for model, theirs in (
            (Case, Case.objects.visible_to(viewer)),
            (Contribution, Contribution.objects.readable_by(viewer)),
        )
    )
    asked = asked.annotate(
        reference=F("case__reference"),
        about=F("case__subject"),
        when=F("due"),
        of=Cast("key", output_field=CharField()),
    )
    cases = cases.annotate(
        about=F("subject"), when=F("next_due"), of=Value("", output_field=CharField())
    )
    columns = ("pk", "seen", "when", "reference", "about", "of")
    return cases.values(*columns).union(asked.values(*columns), all=True)


def _one(row: dict) -> tuple[str, str]:
    if row["of"]:
        words = f"Contribution to {row['reference']}: {row['about']}"
        return words, reverse("contribution-page", args=[UUID(row["of"])])
    return f"Enquiry {row['reference']}: {row['about']}", reverse(
        "case-page", args=[row["reference"]]
    )
