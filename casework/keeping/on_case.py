"""Of what is held or erased, what the page of a case says and where it leads whoever keeps to the rules."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import standing
from casework.models import Case
from frontend.parts import Link
from frontend.words import day


def erased(case: Case) -> str:
    when = day(timezone.localdate(case.erased_at))
    return f"What was written here was erased on {when}. Its dates, service and ward stay for the figures."


def links(case: Case, person) -> list[Link]:
    """For those who keep to the data protection rules alone."""
    if not standing.of(person).may("records.keep") or case.erased_at:
        return []
    if getattr(case, "held", False):
        return [Link("See or lift the legal hold", reverse("hold-list"))]
    about = urlencode({"about": case.key})
    return [Link("Place a legal hold", f"{reverse('hold-place')}?{about}")]
