"""What waits for an officer who goes to consider it, for whoever ends them in the directory."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from accounts.models import Person
from casework.models import Demand, DemandTold

MOST = 25
REST = "More demands to consider. They show here when some of these have been considered."
# Nobody gives it on by hand (ADR 19).
REMINDED = "its next reminder goes to whoever is there by then"
NOT_REMINDED = "nobody is reminded of it, so speak to whoever flagged it"


def waiting(person_id: int, viewer: Person) -> list[tuple[str, str]]:
    """Each that was brought to them last and that the viewer may know of, oldest first. One query."""
    told = DemandTold.objects.filter(demand=OuterRef("pk")).order_by("-at", "-pk")
    found = Demand.objects.open().visible_to(viewer).select_related("case")
    found = found.annotate(last=Subquery(told.values("person")[:1])).filter(last=person_id)
    rows = [
        (_words(one), one.get_absolute_url())
        for one in found.order_by("flagged_at", "pk")[: MOST + 1]
    ]
    return [*rows[:MOST], (REST, "")] if len(rows) > MOST else rows


def _words(demand: Demand) -> str:
    about = f", about {demand.case.reference}" if demand.case.sensitivity == "ordinary" else ""
    return f"Demand to consider{about}: {REMINDED if demand.remind_at else NOT_REMINDED}"
