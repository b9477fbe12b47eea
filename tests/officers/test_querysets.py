"""Who is in post and who is away, as lists and choices ask it."""

from datetime import date

import pytest

from officers.models import Officer
from tests.factories import AbsenceFactory, OfficerFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("spells", "present"),
    [
        ([], True),
        ([(20, 23)], False),
        ([(23, 23)], False),
        ([(20, 22)], True),
        ([(24, 27)], True),
        # One past and one to come: neither spans today.
        ([(2, 6), (25, 27)], True),
        ([(2, 6), (23, 27)], False),
    ],
)
def test_an_officer_is_present_unless_one_absence_spans_the_day(spells, present):
    """Seen red with: `exclude(absences__since__lte=…, absences__until__gte=…)`, which takes the
    first day of one absence with the last day of another."""
    officer = OfficerFactory()
    for first, last in spells:
        AbsenceFactory(
            officer=officer, since=date(2026, 11, first), until=date(2026, 11, last), cover=None
        )
    assert Officer.objects.present(TODAY).filter(pk=officer.pk).exists() is present
    assert Officer.objects.with_absence(TODAY).get(pk=officer.pk).away is not present
