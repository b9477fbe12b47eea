"""The council's calendar: nation, closure days, and what is remembered of it."""

from datetime import date

import pytest

from council import calendar
from council.models import ClosureDay, Council
from tests.factories import ClosureDayFactory, CouncilFactory

MONDAY = date(2026, 12, 14)


@pytest.fixture(autouse=True)
def nothing_remembered():
    calendar.forget()
    yield
    calendar.forget()


@pytest.mark.django_db
def test_before_a_council_is_set_up_the_calendar_is_englands():
    assert calendar.current().nation == "england"


@pytest.mark.django_db
def test_the_calendar_is_the_nations_less_the_councils_closure_days_with_their_names():
    CouncilFactory(nation="scotland")
    ClosureDayFactory(day=MONDAY, name="Election count")
    found = calendar.current()
    assert found.nation == "scotland"
    assert not found.is_working_day(MONDAY)
    assert found.why_closed(MONDAY) == "Council closed: Election count"


@pytest.mark.django_db(transaction=True)
def test_a_page_costs_only_the_query_that_loads_the_council(django_assert_num_queries):
    CouncilFactory()
    calendar.current()
    with django_assert_num_queries(1):
        calendar.current()
    council = Council.objects.current()
    with django_assert_num_queries(0):
        calendar.for_council(council)


@pytest.mark.django_db(transaction=True)
def test_a_new_version_is_read_again():
    council = CouncilFactory()
    assert calendar.current().is_working_day(MONDAY)
    ClosureDayFactory(day=MONDAY)
    council.calendar_version += 1
    council.save()
    assert not calendar.current().is_working_day(MONDAY)


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_saw_before_it_was_rolled_back_is_not_remembered():
    """Seen red with: the test of in_atomic_block left out of for_council."""
    from django.db import transaction

    council = CouncilFactory(calendar_version=7)
    with transaction.atomic():
        ClosureDay.objects.create(day=MONDAY, name="Never was")
        assert not calendar.for_council(council).is_working_day(MONDAY)
        transaction.set_rollback(True)
    assert calendar.for_council(council).is_working_day(MONDAY)
