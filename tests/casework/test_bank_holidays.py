"""A bank holiday that is proclaimed later: it comes with a new package, and reaches open clocks."""

from __future__ import annotations

from datetime import date

import pytest

from casework import timeline
from casework.chasing import actions as chasing
from council import calendar
from council.actions import details
from council.models import Council
from ledger.models import Event
from protocol import calendar as counting
from protocol.bank_holidays import Holiday, holidays
from tests.casework.making import NOW, clock, last_event, told, verbs, with_bob, world

pytestmark = pytest.mark.django_db

PROCLAIMED = date(2026, 6, 5)
DUE, NEXT_DAY = date(2026, 6, 10), date(2026, 6, 11)


@pytest.fixture
def proclaim(monkeypatch):
    """What a new process with a new list knows: call it once everything was counted by the old."""

    def known(division: str):
        days, to = holidays(division)
        return {**days, PROCLAIMED: Holiday("Bank holiday for the nation")}, to

    def forget() -> None:
        counting._build.cache_clear()
        calendar.forget()

    def now() -> None:
        monkeypatch.setattr(counting, "holidays", known)
        forget()

    yield now
    monkeypatch.undo()
    forget()


def recount() -> int:
    return chasing.recount(now=NOW).counts["recounted"]


def test_a_bank_holiday_proclaimed_later_moves_the_open_clocks_and_says_why(proclaim):
    """Seen red with: the list not compared; `bank_holidays_changed` left out of HOLIDAYS."""
    made = world("bristol")
    case = with_bob(made)
    assert clock(case).due == DUE
    assert recount() == 0
    before = Council.objects.get()
    proclaim()
    assert recount() == 1
    assert clock(case).due == NEXT_DAY
    after = Council.objects.get()
    assert after.calendar_version == before.calendar_version + 1
    event = Event.objects.get(verb="bank_holidays_changed")
    assert (event.actor, event.subject) == (None, "council:1")
    assert event.data == {
        "calendar_version": after.calendar_version,
        "bank_holidays": after.bank_holidays,
    }
    moved = last_event(case)
    assert moved.verb == "clock_recomputed"
    assert told(moved) == {made.alice.key, made.bob.key}
    item = timeline.items(case, [moved], timeline.Names.of([moved]), side="member")[0]
    assert "other bank holidays count now" in item.title


def test_it_is_recorded_once_and_then_costs_two_queries(proclaim, django_assert_num_queries):
    """Seen red with: the new list not written to the council."""
    case = with_bob(world("bristol"))
    proclaim()
    assert recount() == 1
    with django_assert_num_queries(2):
        assert recount() == 0
    assert Event.objects.of("bank_holidays_changed").count() == 1
    assert verbs(case).count("clock_recomputed") == 1


def test_a_database_from_before_takes_the_list_without_a_word(django_assert_num_queries):
    """Seen red with: a blank one taken for another list."""
    with_bob(world("bristol"))
    Council.objects.update(bank_holidays="")
    before = Council.objects.get().calendar_version
    assert recount() == 0
    found = Council.objects.get()
    assert found.bank_holidays == calendar.bank_holidays("england")
    assert found.calendar_version == before
    assert not Event.objects.of("bank_holidays_changed").exists()
    with django_assert_num_queries(2):
        recount()


def test_another_nation_is_the_councils_own_change_and_is_not_recorded_again():
    """Seen red with: details.change that leaves the old nation's list on record."""
    world("bristol")
    details.change(
        council=Council.objects.get(),
        name="Exampleton Council",
        nation="scotland",
        colour="#1d70b8",
        by=None,
    )
    version = Council.objects.get().calendar_version
    recount()
    assert Council.objects.get().calendar_version == version
    assert not Event.objects.of("bank_holidays_changed").exists()


def test_a_council_is_set_up_with_the_list_that_it_counts_by():
    """Seen red with: the list left to the first sweep."""
    calendar.forget()
    made = details.create(name="Newton", nation="wales", by=None)
    assert Council.objects.get().bank_holidays == calendar.bank_holidays("wales")
    assert made.calendar_version == 1


@pytest.mark.django_db(transaction=True)
def test_many_that_notice_it_at_once_record_it_once(proclaim, at_once):
    """Seen red with: the update without the list that was seen."""
    world("bristol")
    before = Council.objects.get().calendar_version
    proclaim()
    results = at_once(lambda number: chasing.recount(now=NOW), 4)
    assert not [one for one in results if isinstance(one, Exception)]
    assert Council.objects.get().calendar_version == before + 1
    assert Event.objects.of("bank_holidays_changed").count() == 1
