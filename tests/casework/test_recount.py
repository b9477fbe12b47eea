"""A closure day that comes later, or goes again: open clocks are counted afresh, and it is recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework import timeline
from casework.chasing import actions as chasing
from casework.enquiries import actions
from casework.models import Breach, Case, ChaseStep, Clock
from council import calendar
from council.actions import closures, details
from council.models import ClosureDay, Council
from ledger import actions as ledger
from ledger.models import Event
from protocol.calendar import Calendar
from tests.casework.making import (
    MONDAY,
    NOW,
    World,
    at,
    clock,
    enquiry,
    last_event,
    reloaded,
    told,
    verbs,
    with_bob,
    world,
)
from tests.factories import AbsenceFactory, OfficerFactory

pytestmark = pytest.mark.django_db

DUE = date(2026, 6, 10)
NEXT_DAY = date(2026, 6, 11)


@pytest.fixture
def made(db) -> World:
    return world("bristol", changed={"[pausing]\nallowed = false": "[pausing]\nallowed = true"})


def close(*days: date) -> None:
    for day in days:
        closures.add(first=day, name="Storm", by=None)


def open_again(day: date) -> None:
    closures.remove(closure=ClosureDay.objects.get(day=day), by=None)


def recount(day: date = MONDAY) -> int:
    return chasing.recount(now=at(day)).counts["recounted"]


def acknowledged(made: World) -> Case:
    case = with_bob(made)
    actions.acknowledge(case=case, by=made.bob, text="Here.", now=NOW)
    return case


def test_a_closure_day_moves_the_due_date_and_its_ladder_and_says_so(made):
    """Seen red with: `next_due` of the case left as it was."""
    case = acknowledged(made)
    close(date(2026, 6, 5))
    assert recount() == 1
    answer = clock(case)
    assert (answer.due, answer.standard_due, answer.original_due) == (NEXT_DAY, NEXT_DAY, DUE)
    assert reloaded(case).next_due == NEXT_DAY
    assert answer.next_step_at == at(date(2026, 6, 9), 8)
    event = last_event(case)
    assert (event.verb, event.actor) == ("clock_recomputed", None)
    assert event.data["date_before"] == "2026-06-10"
    assert event.data["date_due"] == "2026-06-11"
    assert told(event) == {made.alice.key, made.bob.key}


def _recomputed(case: Case) -> list[Event]:
    return list(Event.objects.about(case.key).of("clock_recomputed"))


def _told_of(case: Case) -> list[set[str]]:
    """Who was told, for each event that told anybody."""
    return [keys for event in _recomputed(case) if (keys := told(event))]


def _sentence(case: Case, event: Event) -> str:
    return timeline.sentence(case, event, timeline.Names.of([event]))


def test_the_member_and_whoever_has_it_read_once_both_dates_and_why(made, mailoutbox):
    """Both clocks of the case move, and each person has one mail. The name of the closure stays out of it.

    Seen red with: the member left out; told of each clock that moved; the days left out of the event.
    """
    case = with_bob(made)
    # The acknowledgement is due on 3 June, the answer on 10 June.
    close(date(2026, 6, 2))
    assert recount() == 2
    assert recount() == 0
    ledger.deliver(now=at(MONDAY, 11))
    mails = [mail for mail in mailoutbox if "The due date has moved" in mail.subject]
    assert sorted(mail.to[0] for mail in mails) == [
        "Alice Archer <alice@example.org>",
        "Bob Baker <bob@example.org>",
    ]
    for mail in mails:
        assert (
            "The answer was due on Wednesday 10 June 2026. It is now due on Thursday 11 June 2026."
            in mail.body
        )
        assert "Why: the council is closed on Tuesday 2 June 2026." in mail.body
        assert "Storm" not in mail.body
    answer, acknowledgement = sorted(_recomputed(case), key=lambda e: e.data["promise"] != "answer")
    assert _sentence(case, acknowledgement) == (
        "The acknowledgement was due on Wednesday 3 June 2026 and is now due on Thursday 4 June 2026: "
        "the council is closed on Tuesday 2 June 2026"
    )
    assert _sentence(case, answer).startswith("The answer was due on Wednesday 10 June 2026")


def test_where_only_the_acknowledgement_moves_they_are_told_of_that(made):
    """The answer has a date that was given. Seen red with: nobody told but of the answer."""
    case = with_bob(made)
    given = date(2026, 6, 19)
    actions.extend(case=case, by=made.bob, reason="A survey.", new_date=given, now=NOW)
    close(date(2026, 6, 2))
    assert recount() == 1
    (event,) = _recomputed(case)
    assert event.data["promise"] == "acknowledge"
    assert told(event) == {made.alice.key, made.bob.key}


def test_of_a_case_that_a_batch_would_cut_they_are_told_once(made, monkeypatch):
    """Seen red with: batches of clocks, whatever case they are of."""
    monkeypatch.setattr(chasing, "BATCH", 3)
    cases = [with_bob(made) for _ in range(4)]
    close(date(2026, 6, 2))
    assert recount() == 8
    for case in cases:
        assert _told_of(case) == [{made.alice.key, made.bob.key}]


def test_of_what_waits_in_a_queue_whoever_gives_it_out_is_told(made):
    """And of what belongs to somebody who is away, they and their cover."""
    waiting, away = enquiry(made), with_bob(made)
    cover = OfficerFactory(service=made.highways)
    AbsenceFactory(officer=made.bob.officer, since=MONDAY, until=MONDAY, cover=cover)
    close(date(2026, 6, 2))
    recount()
    assert _told_of(waiting) == [{made.alice.key, made.sam.key}]
    assert _told_of(away) == [{made.alice.key, made.bob.key, cover.person.key}]


@pytest.mark.parametrize(
    ("closed", "opened", "says"),
    [
        ([5], [], "the council is closed on Friday 5 June 2026"),
        (
            [4, 5],
            [],
            "the council is closed on Thursday 4 June 2026 and Friday 5 June 2026",
        ),
        (
            [2, 3, 4, 5],
            [],
            "the council is closed on 4 days from Tuesday 2 June 2026 to Friday 5 June 2026",
        ),
        # Closed and opened again, and outside the count: neither moved it.
        ([4, 5, 26], [4], "the council is closed on Friday 5 June 2026"),
        ([], [9], "the council is open after all on Tuesday 9 June 2026"),
        (
            [4, 5],
            [9],
            "the council is closed on Thursday 4 June 2026 and Friday 5 June 2026 "
            "and the council is open after all on Tuesday 9 June 2026",
        ),
    ],
)
def test_the_reason_names_the_days_that_moved_it_and_no_others(made, closed, opened, says):
    """Tuesday 9 June was closed from the start. Seen red with: every change of the calendar named;
    a day that was closed and opened again named."""
    close(date(2026, 6, 9))
    case = acknowledged(made)
    close(*(date(2026, 6, day) for day in closed))
    for day in opened:
        open_again(date(2026, 6, day))
    assert recount() == 1
    (event,) = _recomputed(case)
    assert _sentence(case, event).endswith(f": {says}")


def test_another_nations_bank_holidays_are_given_as_the_reason(made):
    """The new date that was given, Monday 13 July, is a bank holiday in Northern Ireland."""
    case = acknowledged(made)
    given = date(2026, 7, 13)
    actions.extend(case=case, by=made.bob, reason="A survey.", new_date=given, now=NOW)
    council = Council.objects.get()
    details.change(
        council=council, name=council.name, nation="northern-ireland", colour="#1d70b8", by=None
    )
    assert recount() == 1
    (event,) = _recomputed(case)
    assert event.data["date_due"] == "2026-07-14"
    assert _sentence(case, event).endswith(": other bank holidays count now")


def test_what_was_counted_before_reasons_were_kept_still_reads(made):
    case = acknowledged(made)
    close(date(2026, 6, 5))
    recount()
    (event,) = _recomputed(case)
    event.data = {key: event.data[key] for key in ("promise", "date_before", "date_due")}
    assert _sentence(case, event).endswith(": the council’s closure days changed")


def test_taken_away_again_the_date_comes_back(made):
    case = acknowledged(made)
    close(date(2026, 6, 5))
    recount()
    open_again(date(2026, 6, 5))
    assert recount() == 1
    assert clock(case).due == reloaded(case).next_due == DUE
    assert verbs(case).count("clock_recomputed") == 2


def test_a_closure_day_outside_the_count_moves_nothing_and_records_nothing(made):
    case = acknowledged(made)
    events = Event.objects.about(case.key).count()
    close(MONDAY, date(2026, 6, 12))
    assert recount() == 0
    assert clock(case).due == DUE
    assert Event.objects.about(case.key).count() == events
    version = calendar.Council.objects.current().calendar_version
    assert not Clock.objects.stale(version).exists()


def test_it_is_done_once_and_costs_two_queries_when_there_is_nothing_to_do(
    made, django_assert_num_queries
):
    acknowledged(made)
    close(date(2026, 6, 5))
    assert recount() == 1
    with django_assert_num_queries(2):
        assert recount() == 0


def test_a_case_that_is_answered_keeps_its_date_and_figure(made):
    case = acknowledged(made)
    actions.answer(case=case, by=made.bob, text="Done.", now=at(NEXT_DAY))
    close(date(2026, 6, 5))
    assert recount() == 0
    assert (clock(case).due, reloaded(case).figure) == (DUE, "breach")


def test_a_closure_day_inside_a_closed_pause_is_not_counted_twice(made):
    """Paused (3 June, 9 June]: 4 working days, 3 with Friday closed; the count then moves by one
    day for the closure and one less for the pause."""
    case = acknowledged(made)
    actions.pause(case=case, by=made.bob, reason="Away.", now=at(date(2026, 6, 3)))
    actions.resume(case=case, by=made.bob, now=at(date(2026, 6, 9)))
    assert clock(case).due == date(2026, 6, 16)
    close(date(2026, 6, 5))
    assert recount() == 0
    assert clock(case).due == date(2026, 6, 16)


def test_an_open_pause_stays_open_and_silent(made):
    case = acknowledged(made)
    actions.pause(case=case, by=made.bob, reason="Away.", now=at(date(2026, 6, 3)))
    close(date(2026, 6, 5))
    recount()
    assert (clock(case).paused_on, clock(case).next_step_at) == (date(2026, 6, 3), None)
    actions.resume(case=case, by=made.bob, now=at(date(2026, 6, 9)))
    expected = Calendar.for_nation("england", [date(2026, 6, 5)])
    assert clock(case).due == expected.add(date(2026, 6, 1), 7 + 3)


def test_a_promised_date_that_closes_opens_on_the_next_working_day(made):
    case = acknowledged(made)
    promised = date(2026, 6, 19)
    actions.extend(case=case, by=made.bob, reason="Survey.", new_date=promised, now=NOW)
    close(date(2026, 6, 5))
    assert recount() == 0  # A date that was given stands, however many days close before it.
    close(promised)
    assert recount() == 1
    answer = clock(case)
    assert (answer.promised_due, answer.due) == (promised, date(2026, 6, 22))
    assert (answer.standard_due, reloaded(case).next_due) == (NEXT_DAY, date(2026, 6, 22))
    open_again(promised)
    recount()
    assert clock(case).due == promised


def test_nobody_is_reminded_twice_because_the_council_closed(made):
    """Reminded on Monday 8 June; the date then moves while the new reminder's time is past too.

    Seen red with: the steps of the old date forgotten.
    """
    case = acknowledged(made)
    chasing.sweep(now=at(date(2026, 6, 8)))
    close(date(2026, 6, 5))
    recount(date(2026, 6, 9))
    assert not chasing.sweep(now=at(date(2026, 6, 9))).counts
    assert chasing.sweep(now=at(NEXT_DAY)).counts == {"due": 1}
    assert verbs(case).count("chase_reminded") == 1


def test_what_the_new_date_puts_off_comes_again_when_it_is_time(made):
    case = acknowledged(made)
    chasing.sweep(now=at(DUE))
    close(date(2026, 6, 5))
    recount(DUE)
    assert not chasing.sweep(now=at(DUE)).counts
    assert chasing.sweep(now=at(NEXT_DAY)).counts == {"due": 1}
    due = Event.objects.about(case.key).of("chase_due")
    assert [event.data["date_due"] for event in due] == ["2026-06-10", "2026-06-11"]


def test_a_breach_that_the_closure_undoes_asks_for_nothing(made):
    """Recorded on 11 June; then 5 June turns out to have been closed, and 11 June is in time."""
    case = acknowledged(made)
    chasing.sweep(now=at(NEXT_DAY))
    assert reloaded(case).awaits_explanation
    close(date(2026, 6, 5))
    recount(NEXT_DAY)
    assert not reloaded(case).awaits_explanation
    actions.answer(case=case, by=made.bob, text="Done.", now=at(NEXT_DAY, 23, 59))
    assert reloaded(case).figure == "within"


def test_the_breach_of_another_promise_still_asks_for_its_explanation(made):
    """The answer of 10 June is spared; the acknowledgement was due on 3 June, and is not.

    Seen red with: the case asked for nothing because its answer was spared.
    """
    case = with_bob(made)
    # A council's own ladder can have a breach for it; none of the library's has.
    acknowledgement = clock(case, "acknowledge")
    Breach.objects.create(clock=acknowledgement, recorded_at=NOW, due=acknowledgement.due)
    chasing.sweep(now=at(NEXT_DAY))
    close(date(2026, 6, 5))
    recount(NEXT_DAY)
    assert (clock(case).due, reloaded(case).awaits_explanation) == (NEXT_DAY, True)


def test_a_breach_that_it_only_puts_off_asks_again_and_is_still_one(made):
    case = acknowledged(made)
    chasing.sweep(now=at(NEXT_DAY))
    close(date(2026, 6, 5))
    recount(NEXT_DAY)
    chasing.sweep(now=at(date(2026, 6, 12)))
    breach = Breach.objects.get()
    assert (breach.due, reloaded(case).awaits_explanation) == (NEXT_DAY, True)


def test_a_breach_counted_again_much_later_is_recorded_and_told_of_once(made):
    """Seen red with: the whole ladder run again for the new date."""
    case = acknowledged(made)
    for days in range(30):
        chasing.sweep(now=at(MONDAY + timedelta(days=days)))
    events = verbs(case)
    close(date(2026, 6, 5))
    later = MONDAY + timedelta(days=31)
    recount(later)
    assert not chasing.sweep(now=at(later)).counts
    assert verbs(case) == [*events, "clock_recomputed"]
    assert Breach.objects.get().due == NEXT_DAY
    assert set(ChaseStep.objects.filter(clock__promise="answer").values_list("due", flat=True)) == {
        NEXT_DAY
    }


def test_closing_and_opening_again_and_again_repeats_nothing(made):
    case = acknowledged(made)
    for days in range(10, 13):
        chasing.sweep(now=at(MONDAY + timedelta(days=days)))
    day = date(2026, 6, 12)
    for _ in range(3):
        close(date(2026, 6, 5))
        recount(day)
        chasing.sweep(now=at(day))
        open_again(date(2026, 6, 5))
        recount(day)
        chasing.sweep(now=at(day))
    assert verbs(case).count("breach_recorded") == 1
    assert verbs(case).count("chase_due") <= 1
    assert clock(case).due == DUE


def test_two_hundred_and_more_are_counted_in_batches(made, monkeypatch):
    monkeypatch.setattr(chasing, "BATCH", 3)
    cases = [enquiry(made) for _ in range(5)]
    close(date(2026, 6, 2))
    assert recount() == 10  # Both clocks of each.
    assert {reloaded(case).next_due for case in cases} == {NEXT_DAY}


def test_an_enquiry_logged_while_the_council_closes_is_counted_again(made):
    """Its clocks say under which version they were counted, so none is missed."""
    case = enquiry(made)
    Clock.objects.update(calendar_version=0)
    assert recount() == 0
    assert clock(case).calendar_version == calendar.Council.objects.current().calendar_version


@pytest.mark.django_db(transaction=True)
def test_two_that_count_again_at_once_record_each_move_once(at_once):
    """Seen red with: `_locked` without select_for_update (PostgreSQL)."""
    made = world("bristol")
    cases = [acknowledged(made) for _ in range(6)]
    close(date(2026, 6, 5))
    results = at_once(lambda number: chasing.recount(now=NOW), 4)
    assert not [one for one in results if isinstance(one, Exception)]
    chasing.recount(now=NOW)
    assert Event.objects.of("clock_recomputed").count() == len(cases)
    assert {clock(case).due for case in cases} == {NEXT_DAY}
