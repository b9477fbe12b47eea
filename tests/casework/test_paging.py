"""Pages of long lists and of what was found: each case once, in the order of the list (ADR 10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from casework.finding import search
from casework.models import Case
from casework.paging import CasePages, FoundPages
from tests.casework.making import NOW, enquiry, fresh

pytestmark = pytest.mark.django_db


def test_the_pages_of_a_list_have_each_of_its_cases_once_and_in_its_order(bristol):
    """Read from the nearer end. Seen red with: the last pages cut at the first ones' numbers."""
    for number in range(60):
        enquiry(bristol, now=NOW - timedelta(days=number % 5))
    cases = Case.objects.order_by("-received_on", "-pk")
    pages = CasePages(cases)
    shown = [case.pk for number in pages.page_range for case in pages.page(number).object_list]
    assert shown == list(cases.values_list("pk", flat=True))


def test_what_was_found_is_numbered_through_all_its_pages(bristol, client):
    """The last received first among equals, on the second page too, and of one day the last logged.

    Seen red with: the rows as the database gives them; RANKED with its last key the other way.
    """
    made = [enquiry(bristol, now=NOW - timedelta(days=n % 7)) for n in range(30)]
    cases = sorted(made, key=lambda case: (case.received_on, case.pk), reverse=True)
    client.force_login(bristol.alice)
    shown = []
    for number in (1, 2):
        page = client.get(reverse("case-find"), {"q": "potholes", "page": number})
        shown += [case.reference for case in page.context["page"].object_list]
    assert shown == [case.reference for case in cases]


def test_a_page_of_what_was_found_passes_over_what_was_taken_away_since(bristol):
    """Seen red with: each key looked up."""
    case = enquiry(bristol)
    page = FoundPages([case.pk, 0], search.hit(fresh(bristol.alice), [])).get_page(1)
    assert page.object_list == [case]
