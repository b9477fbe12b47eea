"""The open enquiries of an officer who goes, for whoever ends them in the directory."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from accounts.models import Person
from casework import scope
from casework.models import Case

MOST = 25
REST = "More enquiries. They show here when some of these have been passed on."
OTHERS = "Enquiries that you cannot open. Ask their manager to see that they are passed on."


def waiting(person_id: int, viewer: Person) -> list[tuple[str, str]]:
    """Each that the viewer may see, with its page, soonest due first. One query.

    That there are others is said to those alone who oversee enquiries, and never how many.
    """
    visible = Case.objects.visible_to(viewer).filter(pk=OuterRef("pk"))
    theirs = Case.objects.open().filter(owner=person_id).annotate(seen=Exists(visible))
    rows = list(theirs.order_by("-seen", "next_due", "pk")[: MOST + 1])
    cases = [case for case in rows if case.seen]
    found = [
        (f"Enquiry {case.reference}: {case.subject}", case.get_absolute_url())
        for case in cases[:MOST]
    ]
    if len(cases) > MOST:
        found.append((REST, ""))
    if scope.of(viewer).oversees and len(cases) < len(rows):
        found.append((OTHERS, ""))
    return found
