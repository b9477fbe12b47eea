"""How long each kind of thing is kept, by how it ended: as the council set it, else as the product proposes.

No protocol states it (retention is the council's choice).
"""

from __future__ import annotations

from records import rooms
from records.models import Schedule


def in_force() -> dict[tuple[str, str], tuple[int, bool]]:
    """(kind, outcome) → (months after the end, whether the council set it). One query."""
    found = {(s.kind, s.outcome): (s.months, True) for s in Schedule.objects.all()}
    return {
        (room.prefix, outcome): found.get((room.prefix, outcome), (room.proposed[outcome], False))
        for room in rooms.all_of_them()
        for outcome in room.outcomes
    }
