"""When mail may go, by the council's hours: against a plain oracle, and in the outbox itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from council import mailing
from ledger import actions, delivery, hooks
from ledger.models import Notice
from protocol.calendar import Calendar
from protocol.events import MAY_WAIT, VERBS
from protocol.mail_hours import BEGINS, CUT_OFF, DAILY, ENDS, MailHours, fault
from tests.factories import CouncilFactory
from tests.ledger.conftest import told

LONDON = ZoneInfo("Europe/London")
CLOSED = {date(2026, 3, 27): "Founders’ day", date(2026, 12, 29): "Between the years"}
CALENDAR = Calendar.for_nation("england", CLOSED)
STEP = timedelta(minutes=15)
# The two nights on which the clocks change, and a year around them.
SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON).astimezone(UTC)


@st.composite
def hours(draw) -> MailHours:
    night = draw(st.none() | st.tuples(st.sampled_from(BEGINS), st.sampled_from(ENDS)))
    begins, ends = night or (None, None)
    daily = draw(st.none() | st.sampled_from(DAILY))
    assume(not fault(quiet_from=begins, quiet_until=ends, daily_at=daily))
    return MailHours(CALENDAR, begins, ends, draw(st.booleans()), daily)


around = st.one_of(
    st.integers(0, 4 * 24 * 7).map(lambda n: SPRING - timedelta(days=4) + n * STEP),
    st.integers(0, 4 * 24 * 7).map(lambda n: AUTUMN - timedelta(days=4) + n * STEP),
    st.integers(0, 4 * 24 * 365).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * STEP),
)


def is_quiet(at: datetime, found: MailHours) -> bool:
    """The oracle: look at the clock on the wall and at the calendar on it."""
    wall = at.astimezone(LONDON)
    if found.quiet_days and not CALENDAR.is_working_day(wall.date()):
        return True
    if found.quiet_from is None:
        return False
    return wall.hour >= found.quiet_from or wall.hour < found.quiet_until


def walked(at: datetime, found: MailHours) -> datetime:
    """The first moment from `at` that is not quiet, by trying every quarter of an hour."""
    while is_quiet(at, found):
        at += STEP
    return at


# The hours against the oracle -------------------------------------------------------------------


@given(hours(), around)
@example(MailHours(CALENDAR, 18, 8, True), SPRING)
@example(MailHours(CALENDAR, 18, 8, True), AUTUMN)
@example(MailHours(CALENDAR, 23, 5, False), SPRING - STEP)
@example(MailHours(CALENDAR, None, None, True), AUTUMN + timedelta(minutes=15))
def test_quiet_hours_end_when_a_clock_on_the_wall_says_so(found, at):
    """Seen red with: hours of the clock taken for hours of UTC."""
    assert found.opening(at) == walked(at, found)


@given(hours(), around)
def test_the_daily_mail_goes_once_on_every_day_that_is_not_quiet(found, at):
    assume(found.daily_at is not None)
    end, seen = at + timedelta(days=8), []
    moment = found.daily_after(at)
    while moment < end:
        seen.append(moment)
        moment = found.daily_after(moment)
    wanted, tick = [], at + STEP
    while tick < end:
        wall = tick.astimezone(LONDON)
        if (wall.hour, wall.minute) == (found.daily_at, 0) and not is_quiet(tick, found):
            wanted.append(tick)
        tick += STEP
    assert seen == wanted


@given(
    hours(),
    around,
    st.sampled_from(sorted(MAY_WAIT)),
    st.booleans(),
    st.none() | st.integers(-3, 5),
    st.integers(0, 4 * 30),
)
@example(MailHours(CALENDAR, 18, 8, True, 9), london(2026, 11, 24, 8), "daily", True, None, 4 * 12)
def test_no_mail_goes_in_quiet_hours_but_what_may_not_wait(found, made, mail, daily, days, later):
    """Seen red with: a daily mail that could not go at its hour let go in the quiet hours after it."""
    now = made + later * STEP
    today = now.astimezone(LONDON).date()
    last_day = None if days is None else today + timedelta(days=days)
    going = found.going(mail=mail, made=made, now=now, daily=daily, last_day=last_day)
    assert going.at >= now
    if mail == "at_once":
        assert going == (going.__class__(now))
        return
    if going.daily:
        assert daily
        assert mail == "daily"
        assert found.daily_at is not None
    soonest = walked(now, found)
    pressing = last_day is not None and last_day >= today
    if pressing:
        # Never held past the day that it is about.
        assert going.at.astimezone(LONDON).date() <= last_day
    if not pressing or soonest.astimezone(LONDON).date() <= last_day:
        assert not is_quiet(going.at, found)
    if not going.daily and not is_quiet(going.at, found):
        assert going.at == soonest


@given(hours(), around)
def test_what_is_due_today_leaves_by_midday_of_a_working_day(found, at):
    """Made as its day begins, as the ladder makes it: there before anybody can have gone home.

    Seen red with: `last_day` left out of account.
    """
    day = at.astimezone(LONDON).date()
    made = london(day.year, day.month, day.day)
    going = found.going(mail="soon", made=made, now=made, daily=True, last_day=day)
    assert going.at <= london(day.year, day.month, day.day, 12)
    assert not going.daily


def test_a_night_in_which_the_clocks_change_ends_at_its_hour_all_the_same():
    """A Sunday each time: an hour less and an hour more between six and eight."""
    found = MailHours(CALENDAR, 18, 8)
    assert found.opening(london(2026, 3, 28, 18)) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert found.opening(london(2026, 10, 24, 18)) == datetime(2026, 10, 25, 8, tzinfo=UTC)


def test_days_that_the_council_is_closed_are_quiet_where_it_says_so():
    found = MailHours(CALENDAR, 18, 8, quiet_days=True, daily_at=9)
    thursday = london(2026, 3, 26, 19)
    # Founders' day, then a weekend with the change of the clocks in it.
    assert found.opening(thursday) == london(2026, 3, 30, 8)
    assert found.daily_after(thursday) == london(2026, 3, 30, 9)
    # From Christmas Eve over bank holidays, a weekend and a closure day.
    assert found.opening(london(2026, 12, 24, 18)) == london(2026, 12, 30, 8)


def test_what_comes_too_shortly_before_the_daily_mail_goes_with_the_next():
    found = MailHours(CALENDAR, daily_at=9)
    nine = london(2026, 11, 24, 9)
    before = found.going(mail="daily", made=nine - CUT_OFF, now=nine - CUT_OFF, daily=True)
    assert before.at == nine + timedelta(days=1)
    earlier = nine - CUT_OFF - timedelta(seconds=1)
    assert found.going(mail="daily", made=earlier, now=earlier, daily=True).at == nine


@pytest.mark.parametrize(
    ("begins", "ends", "daily", "field"),
    [
        (None, 8, None, "quiet_from"),
        (18, None, None, "quiet_until"),
        (12, 8, None, "quiet_from"),
        (18, 12, None, "quiet_until"),
        (18, 8, 7, "daily_at"),
        (18, 8, 18, "daily_at"),
        (None, None, 23, "daily_at"),
        (18, 8, 8, None),
        (None, None, None, None),
    ],
)
def test_hours_that_leave_no_working_day_are_refused(begins, ends, daily, field):
    found = fault(quiet_from=begins, quiet_until=ends, daily_at=daily)
    assert (found and found[0]) == field


def test_every_kind_of_event_says_how_long_its_mail_may_wait():
    """The issue, part 8: due today, late, brought to you, signing in, addresses: never in the daily mail."""
    assert {verb.mail for verb in VERBS.values()} <= set(MAY_WAIT)
    by_mail = {
        key: {v.key for v in VERBS.values() if v.mail == key and v.tells} for key in MAY_WAIT
    }
    assert by_mail["soon"] == {
        "chase_due",
        "breach_recorded",
        "chase_escalated",
        "contribution_due",
        "contribution_late",
        "post_held",
        "delegation_made",
        "delegation_limited",
    }
    assert by_mail["at_once"] == {
        "person_changed",
        "person_invited",
        "password_link_requested",
        "address_change_asked",
        "address_changed",
        "address_change_cancelled",
        "address_change_lapsed",
        "second_step_set_up",
        "passkey_added",
        "passkey_removed",
        "recovery_codes_made",
        "recovery_code_used",
        "second_step_given_up",
        "second_step_taken_away",
        "second_step_refused",
        "connection_made",
        "connection_removed",
        "connection_taken_away",
    }


# In the outbox ----------------------------------------------------------------------------------

FRIDAY_NIGHT, MONDAY = london(2026, 11, 20, 20), london(2026, 11, 23, 8)


@pytest.fixture
def quiet(rooms, monkeypatch):
    """The council's own hours over hooks of the test's own: 6pm to 8am, and days off."""
    monkeypatch.setattr(hooks, "_planners", [mailing.slots])
    monkeypatch.setattr(hooks, "_binders", [mailing.bind])
    CouncilFactory(quiet_from=18, quiet_until=8, quiet_days=True)
    return rooms


def deliver(now: datetime) -> actions.Delivery:
    return actions.deliver(now=now, worker="tests")


def sweeps(start: datetime, end: datetime, every: timedelta = delivery.LOOK_AGAIN):
    """Sweeps from one moment to just before another; what went in all of them."""
    sent = 0
    while start < end:
        sent += deliver(start).sent
        start += every
    return sent


@pytest.mark.django_db
def test_mail_waits_for_the_quiet_hours_to_end_and_goes_once_in_order(quiet, mailoutbox):
    """Seen red with: the newest sent first."""
    for case in range(1, 8):
        told("person:1", subject=f"case:{case}", at=FRIDAY_NIGHT + timedelta(minutes=case))
    assert sweeps(FRIDAY_NIGHT + timedelta(minutes=10), MONDAY) == 0
    assert mailoutbox == []
    held = Notice.objects.held(MONDAY - timedelta(seconds=1))
    assert held.filter(held_for="quiet", held_until=MONDAY, attempts=0).count() == 7
    assert deliver(MONDAY).sent == 7
    assert [mail.subject for mail in mailoutbox] == [f"About case:{n}" for n in range(1, 8)]
    assert deliver(MONDAY + timedelta(hours=1)) == actions.Delivery()


@pytest.mark.django_db
def test_holding_a_mail_is_no_trouble_and_no_attempt(quiet, mailoutbox):
    told("person:1", at=FRIDAY_NIGHT)
    assert deliver(FRIDAY_NIGHT) == actions.Delivery(claimed=1, held=1)
    late = FRIDAY_NIGHT + timedelta(hours=30)
    assert sweeps(FRIDAY_NIGHT + delivery.LOOK_AGAIN, late) == 0
    assert not Notice.objects.stuck(late).exists()
    assert Notice.objects.held_until(late) == {"quiet": (1, MONDAY, MONDAY)}
    # Not sent an hour after it could have gone: then somebody should look.
    assert Notice.objects.stuck(MONDAY + timedelta(minutes=61)).exists()


@pytest.mark.django_db
def test_a_worker_that_died_in_the_quiet_hours_is_noticed_before_they_end(quiet, mailoutbox):
    """What is held is looked at every five minutes, and an hour unlooked at is a fault: not only when
    the morning's mail is late. Seen red with: what is held never stuck, however long nobody looked."""
    told("person:1", at=FRIDAY_NIGHT)
    assert deliver(FRIDAY_NIGHT).held == 1
    dead = FRIDAY_NIGHT + delivery.LOOK_AGAIN
    assert not Notice.objects.stuck(dead + timedelta(hours=1)).exists()
    assert Notice.objects.stuck(dead + timedelta(minutes=61)).exists()


@pytest.mark.django_db
def test_mail_about_signing_in_goes_at_any_hour(quiet, mailoutbox):
    hooks.register_renderer("person", quiet.render)
    told("person:1", subject="person:1", verb="password_link_requested", at=FRIDAY_NIGHT)
    assert deliver(FRIDAY_NIGHT).sent == 1


@pytest.mark.django_db
def test_what_is_due_today_is_not_held_past_today(quiet, mailoutbox):
    """The sweep was down all day: better at night than when it is too late."""
    due = {"date_due": date(2026, 11, 20), "promise": "answer"}
    told("person:1", verb="chase_due", data=due, at=FRIDAY_NIGHT)
    assert deliver(FRIDAY_NIGHT).sent == 1
    told("person:1", subject="case:2", verb="breach_recorded", data=due, at=FRIDAY_NIGHT)
    over = FRIDAY_NIGHT + timedelta(hours=12)
    assert deliver(over) == actions.Delivery(claimed=1, held=1)


@pytest.mark.django_db
def test_other_hours_reach_what_is_held_already_within_minutes(quiet, mailoutbox):
    told("person:1", at=FRIDAY_NIGHT)
    assert deliver(FRIDAY_NIGHT).held == 1
    CouncilFactory._meta.model.objects.update(quiet_from=None, quiet_until=None, quiet_days=False)
    assert deliver(FRIDAY_NIGHT + timedelta(minutes=4)) == actions.Delivery()
    assert deliver(FRIDAY_NIGHT + delivery.LOOK_AGAIN).sent == 1


@pytest.mark.django_db
def test_without_hours_nothing_is_held(quiet, mailoutbox):
    """Off unless the council sets it."""
    CouncilFactory._meta.model.objects.update(quiet_from=None, quiet_until=None, quiet_days=False)
    told("person:1", at=FRIDAY_NIGHT)
    assert deliver(FRIDAY_NIGHT) == actions.Delivery(claimed=1, sent=1)
    assert Notice.objects.get().held_for == ""


@pytest.mark.django_db
def test_a_fault_in_the_hours_does_not_keep_mail_back(quiet, mailoutbox, monkeypatch, caplog):
    """Mail at night is better than none."""
    monkeypatch.setattr(hooks, "_planners", [lambda notices, now: {}["words of a case"]])
    told("person:1", at=FRIDAY_NIGHT)
    assert deliver(FRIDAY_NIGHT).sent == 1
    assert "KeyError" in caplog.text
    assert "words of a case" not in caplog.text


@pytest.mark.django_db
def test_a_weekend_of_mail_goes_in_batches_and_each_once(quiet, mailoutbox):
    for case in range(1, 251):
        told("person:1", subject=f"case:{case}", at=FRIDAY_NIGHT)
    while deliver(FRIDAY_NIGHT).more:
        pass
    assert Notice.objects.held(FRIDAY_NIGHT).count() == 250
    sizes = []
    while (batch := deliver(MONDAY)).claimed:
        sizes.append(batch.sent)
    assert sizes == [100, 100, 50]
    ids = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
    assert len(set(ids)) == len(ids) == 250
