"""A visit to one's casework: from signing in, or from the first click after half an hour without one.

protocol_site/sessions.py says when the visit of a session began. Two browsers within half an hour are one
visit.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from casework.models import Visit

APART = timedelta(minutes=30)


def note(*, person, began: datetime) -> datetime | None:
    """Note that a visit began then; returns when the one before it began, None on the first.

    The beginning, not the end: what was answered while they were here may not have been seen. One
    query, and one more where the visit is new.
    """
    visit = Visit.objects.filter(person=person).first()
    if visit is None:
        # Two requests at once are one visit.
        Visit.objects.bulk_create([Visit(person=person, began=began)], ignore_conflicts=True)
        return None
    if began < visit.began + APART:
        return visit.before
    Visit.objects.filter(pk=visit.pk, began=visit.began).update(began=began, before=visit.began)
    return visit.began
