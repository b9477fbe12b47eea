"""The stretches of time in which answers are counted, and the overview that counts by them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from casework import periods
from casework.clocks import LONDON
from casework.enquiries import actions
from casework.models import Case
from tests.casework.making import NOW, fresh, with_bob, world

DAYS = st.dates(date(2016, 1, 1), date(2040, 12, 31))


@given(DAYS)
def test_months_meet_without_a_gap_or_an_overlap(today):
    this, last = periods.period("month", today), periods.period("last-month", today)
    assert this.since.day == last.since.day == 1
    assert this.until == today
    assert last.until + timedelta(days=1) == this.since


@given(DAYS)
def test_twelve_months_begin_eleven_months_ago_on_the_first(today):
    year = periods.period("year", today)
    assert year.since.day == 1
    months = (today.year - year.since.year) * 12 + today.month - year.since.month
    assert months == 11


@pytest.mark.parametrize("key", [None, "", "nonsense", "\x00"])
def test_a_period_that_does_not_exist_is_this_month(key):
    assert periods.period(key, date(2026, 11, 22)).since == date(2026, 11, 1)


@pytest.mark.django_db
def test_a_month_begins_and_ends_at_midnight_in_london(time_machine):
    """July is in British Summer Time: its first hour is still June in UTC.

    Seen red with: midnight taken in UTC.
    """
    time_machine.move_to(NOW)
    case = with_bob(world("bristol"))
    july = periods.period("last-month", date(2026, 8, 3))
    for moment, counts in [
        (datetime(2026, 7, 1, 0, 0, tzinfo=LONDON), True),
        (datetime(2026, 7, 31, 23, 59, 59, tzinfo=LONDON), True),
        (datetime(2026, 6, 30, 23, 59, 59, tzinfo=LONDON), False),
        (datetime(2026, 8, 1, 0, 0, tzinfo=LONDON), False),
    ]:
        Case.objects.filter(pk=case.pk).update(answered_at=moment, figure="within")
        assert Case.objects.filter(july.answered).exists() is counts, moment


@pytest.mark.django_db
@pytest.mark.parametrize("key", [key for key, _ in periods.CHOICES])
def test_the_answered_figures_of_a_period_lead_to_exactly_their_cases(client, time_machine, key):
    """Seen red with: the list taking no notice of the period."""
    time_machine.move_to(NOW)
    made = world("bristol")
    for ago in (0, 20, 40, 200, 700):
        case = with_bob(made)
        actions.answer(case=case, by=fresh(made.bob), text="Done.", now=NOW)
        Case.objects.filter(pk=case.pk).update(answered_at=NOW - timedelta(days=ago))
    client.force_login(made.dev)
    page = client.get(reverse("overview-show"), {"period": key})
    tiles = page.context["answered_tiles"]
    for tile in tiles:
        assert client.get(tile.href).context["page"].paginator.count == tile.count
    wanted = Case.objects.filter(periods.period(key, NOW.date()).answered).count()
    assert sum(tile.count for tile in tiles) == wanted > 0 or key == "last-month"
    assert [item.active for item in page.context["periods"]].count(True) == 1
