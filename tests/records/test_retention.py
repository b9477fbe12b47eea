"""What has been kept for as long as the council set comes up for review; nothing goes by itself."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casework.enquiries import actions as enquiries
from casework.keeping import room
from casework.models import Case, Message
from ledger.verification import Tally, verify
from protocol import lifecycle
from protocol.refusals import Refused
from records import actions, schedules
from records.models import Erasure, Review
from tests.casework.making import LONDON, NOW, World, enquiry, fresh, reloaded, with_bob, world
from tests.records.residents import resident

pytestmark = pytest.mark.django_db
CLOSED = ("case", lifecycle.CLOSED)


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    return world("bristol")


def closed(made: World) -> Case:
    case = enquiries.answer(case=with_bob(made), by=fresh(made.bob), text="Mended.", now=NOW)
    return enquiries.close(case=reloaded(case), by=fresh(made.bob), outcome="resolved", now=NOW)


def months(count: int, made: World) -> None:
    actions.schedule(months={CLOSED: count}, by=fresh(made.dev))


def waiting(now: datetime) -> set[str]:
    return set(Review.objects.waiting(now.date()).values_list("about", flat=True))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ended=st.dates(date(2015, 1, 1), date(2025, 12, 31)),
    hour=st.sampled_from([0, 1, 12, 23]),
    kept=st.integers(1, 120),
    off=st.integers(-2, 2),
)
@example(ended=date(2024, 7, 1), hour=0, kept=1, off=-1)  # in London; in UTC it is June
def test_it_comes_up_on_the_day_its_months_have_passed_and_never_before(
    made, ended, hour, kept, off
):
    """By the calendar of London: the last of a month where the day is not in it.

    Seen red with: 30 days a month; the day of UTC.
    """
    case = closed(made)
    at = datetime(ended.year, ended.month, ended.day, hour, 30, tzinfo=LONDON)
    Case.objects.filter(pk=case.pk).update(closed_at=at)
    months(kept, made)
    due = ended + relativedelta(months=kept)
    today = due + timedelta(days=off)
    actions.bring_up(now=datetime(today.year, today.month, today.day, 9, tzinfo=LONDON))
    if off >= 0:
        assert Review.objects.get(about=case.key).due_on == due
    else:
        assert not Review.objects.filter(about=case.key).exists()
    Review.objects.all().delete()
    Case.objects.filter(pk=case.pk).update(erased_at=NOW)


def test_the_sweep_erases_nothing_and_brings_up_each_once(made):
    """Seen red with: `known` left empty."""
    ended, still_open = closed(made), enquiry(made)
    months(1, made)
    then = NOW + timedelta(days=60)
    assert actions.bring_up(now=then) == 1
    assert actions.bring_up(now=then) == actions.bring_up(now=then + timedelta(days=1)) == 0
    assert waiting(then) == {ended.key}
    assert Message.objects.filter(case__in=[ended, still_open], salt="").count() == 0
    assert not Erasure.objects.exists()


def test_what_is_kept_longer_comes_up_again_on_its_day_with_each_reason_proved(made):
    """Seen red with: the new reason written over the old one."""
    case, dev = closed(made), fresh(made.dev)
    months(1, made)
    then = NOW + timedelta(days=60)
    actions.bring_up(now=then)
    for number in (1, 2):
        until = (then + timedelta(days=30 * number)).date()
        actions.keep(abouts=[case.key], until=until, why=f"Claim {number}.", by=dev, now=then)
        assert waiting(then) == set()
        then += timedelta(days=30 * number)
        assert actions.bring_up(now=then) == 0
        assert waiting(then) == {case.key}
    tally = Tally()
    assert [str(fault) for fault in verify(tally=tally)] == []
    assert [r.why for r in Review.objects.order_by("pk") if r.why] == ["Claim 1.", "Claim 2."]
    with pytest.raises(Refused, match="after today"):
        actions.keep(abouts=[case.key], until=then.date(), why="x", by=dev, now=then)


def test_anonymising_takes_what_is_due_and_nothing_else(made):
    """What did not come up is out of its reach, though its key is sent. Seen red with: `anonymise` of whatever
    is named.
    """
    due, other = closed(made), closed(made)
    Case.objects.filter(pk=other.pk).update(closed_at=NOW + timedelta(days=50))
    months(1, made)
    then = NOW + timedelta(days=60)
    actions.bring_up(now=then)
    actions.anonymise(abouts=[due.key, other.key], by=fresh(made.dev), now=then)
    assert [one.about for one in Erasure.objects.all()] == [due.key]
    assert Erasure.objects.get().because == "retention"
    assert waiting(then) == set()
    assert actions.bring_up(now=then) == 0
    assert Message.objects.filter(case=other).exclude(body="").exists()
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_other_months_bring_up_anew_what_nobody_decided_on(made):
    """Seen red with: the list left as the old months made it."""
    case = closed(made)
    months(1, made)
    then = NOW + timedelta(days=60)
    actions.bring_up(now=then)
    months(36, made)
    actions.bring_up(now=then)
    assert waiting(then) == set()
    assert schedules.in_force()[CLOSED] == (36, True)
    assert case.key not in {
        about for about, _ in room.due(lifecycle.CLOSED, NOW.date() - timedelta(9))
    }


def test_what_was_erased_is_not_gone_on_with(made):
    """Nobody asks again about it, nor puts it right. Seen red with: `may_go_on` left out of `may`."""
    one = resident(made, 0, random.Random(5))
    actions.erase(abouts=[one.case.key], extent="all", by=fresh(made.dev))
    case = reloaded(one.case)
    with pytest.raises(Refused, match="was erased"):
        enquiries.ask_again(case=case, by=fresh(made.alice), text="And now?", now=NOW)
    assert case.erased_at
