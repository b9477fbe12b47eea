"""A promise broken is told of once for its date: also where the case was handed on and came back, and where the
council closed meanwhile.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from casework.chasing import actions as chasing
from casework.contributions import actions as contributions
from casework.enquiries import actions
from casework.models import Breach, Case, ChaseStep
from council.actions import closures
from ledger import actions as ledger
from ledger.models import Event, Notice
from officers.models import Service
from tests import cast
from tests.casework.handing import council_with_system, hand_on, take_back
from tests.casework.making import NOW, World, at, clock, fresh, reloaded, verbs, with_bob, world
from tests.casework.test_breaches import ACKNOWLEDGEMENT_BREAKS

pytestmark = pytest.mark.django_db
# Blackpool's ten working days from Monday 1 June (Bl10.2).
DUE = date(2026, 6, 15)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (DUE + timedelta(days=n) for n in (1, 2, 3, 4))
INSIDE = date(2026, 6, 5)


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return council_with_system()


@pytest.fixture
def on(time_machine):
    """Live through a day, from the hour of the ladder on unless another is given."""

    def live(day: date, hour: int = 10):
        now = at(day, hour)
        time_machine.move_to(now, tick=False)
        return now

    return live


def close(day: date = INSIDE) -> None:
    closures.add(first=day, name="Storm", by=None)


def told_of(case: Case, verb: str) -> Counter:
    """How often each was told of a verb."""
    found = Notice.objects.filter(event__subject=case.key, event__verb=verb)
    return Counter(found.values_list("recipient", flat=True))


def told_once(case: Case, verb: str = "breach_recorded") -> bool:
    found = told_of(case, verb)
    return verbs(case).count(verb) == 1 and set(found.values()) == {1}


# Handed on and taken back -------------------------------------------------------------------------


def test_a_breach_that_handing_on_recorded_is_not_recorded_by_the_sweep_after(made, on):
    """Bl10.1; Bl10.2. Seen red with: `record_late` that leaves no step behind."""
    case = with_bob(made)
    hand_on(made, case, now=on(TUESDAY, 11))
    assert told_once(case)
    take_back(made, case, now=on(WEDNESDAY))
    chasing.chase(now=on(WEDNESDAY))
    assert told_once(case)
    assert Breach.objects.filter(clock__promise="answer").count() == 1
    assert reloaded(case).awaits_explanation


def test_nobody_hears_that_it_is_due_today_once_its_breach_is_on_record(made, on):
    """Seen red with: the steps before the breach left to be taken."""
    case = with_bob(made)
    hand_on(made, case, now=on(TUESDAY, 11))
    take_back(made, case, now=on(TUESDAY, 12))
    chasing.chase(now=on(TUESDAY, 12))
    assert "chase_due" not in verbs(case)
    assert "chase_reminded" not in verbs(case)


def test_also_before_the_hour_of_the_ladder(made, on):
    """Late from midnight, and swept at eight. Seen red with: the breach left to the sweep."""
    case = with_bob(made)
    hand_on(made, case, now=on(TUESDAY, 6))
    take_back(made, case, now=on(TUESDAY, 7))
    chasing.chase(now=on(TUESDAY, 9))
    assert told_once(case)


def test_whoever_heard_of_the_breach_by_handing_on_is_not_escalated_to(made, on):
    """As after a sweep's. It is with the chief officer. Seen red with: nobody kept as told."""
    case = with_bob(made)
    Case.objects.filter(pk=case.pk).update(owner=made.carol)
    hand_on(made, case, by=fresh(made.dev), now=on(TUESDAY, 11))
    assert told_of(case, "breach_recorded") == {made.carol.key: 1}
    take_back(made, case, by=fresh(made.dev), now=on(TUESDAY, 12))
    chasing.chase(now=on(THURSDAY))
    escalated = Event.objects.about(case.key).of("chase_escalated")
    assert not escalated.filter(data__promise="answer").exists()


def test_a_day_that_closed_while_it_was_handed_on_tells_nobody_again(made, on):
    """Seen red with: the steps of the old date left behind; the ladder began anew."""
    case = with_bob(made)
    for day in (DUE, TUESDAY, WEDNESDAY, THURSDAY):
        chasing.chase(now=on(day))
    before = verbs(case)
    assert {"breach_recorded", "chase_escalated"} <= set(before)
    hand_on(made, case, now=on(THURSDAY, 11))
    close()
    take_back(made, case, now=on(FRIDAY))
    assert (clock(case).due, Breach.objects.get(clock=clock(case)).due) == (TUESDAY, TUESDAY)
    chasing.chase(now=on(FRIDAY))
    assert verbs(case) == [*before, "enquiry_handed_on", "enquiry_taken_back"]
    assert told_once(case)
    assert set(ChaseStep.objects.filter(clock=clock(case)).values_list("due", flat=True)) == {
        TUESDAY
    }


def test_a_day_that_closed_before_anybody_counted_again_tells_nobody_again(made, on):
    """Added while it was open, and counted first by taking it back. Seen red with: as above."""
    case = with_bob(made)
    hand_on(made, case, now=on(WEDNESDAY))
    close()
    take_back(made, case, now=on(THURSDAY))
    chasing.chase(now=on(THURSDAY))
    assert told_once(case)
    assert "clock_recomputed" not in verbs(case)


def test_the_next_closure_day_is_not_explained_with_the_one_before(made, on):
    """Taking it back has counted that one. Seen red with: the calendar's version left as it was."""
    case = with_bob(made)
    hand_on(made, case, now=NOW)
    close()
    take_back(made, case, now=on(date(2026, 6, 8)))
    close(date(2026, 6, 9))
    chasing.chase(now=on(date(2026, 6, 8)))
    moved = Event.objects.about(case.key).of("clock_recomputed").get()
    assert moved.data["closed"] == ["2026-06-09"]


def test_what_the_closed_day_spared_is_told_of_by_its_new_date(made, on):
    """It was late, was not, and is late again: news, once. Seen red with: told of once for all."""
    case = with_bob(made)
    hand_on(made, case, now=on(TUESDAY))
    close()
    take_back(made, case, now=on(TUESDAY, 11))
    assert not reloaded(case).awaits_explanation
    for _ in range(2):
        chasing.chase(now=on(WEDNESDAY))
    found = Event.objects.about(case.key).of("breach_recorded")
    assert [event.data["date_due"] for event in found] == [str(DUE), str(TUESDAY)]
    assert told_of(case, "breach_recorded")[made.bob.key] == 2
    assert reloaded(case).awaits_explanation


def test_an_answer_after_it_was_taken_back_records_nothing_again(made, on):
    case = with_bob(made)
    hand_on(made, case, now=on(TUESDAY))
    take_back(made, case, now=on(WEDNESDAY))
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="Done.", now=on(WEDNESDAY, 11))
    assert told_once(case)
    assert reloaded(case).figure == "breach"


def test_handed_on_twice_and_late_both_times_it_is_told_once(made, on):
    case = with_bob(made)
    hand_on(made, case, now=on(TUESDAY))
    take_back(made, case, now=on(WEDNESDAY))
    hand_on(made, case, now=on(THURSDAY), said={"reference": "RI-2"})
    take_back(made, case, now=on(FRIDAY))
    chasing.chase(now=on(FRIDAY))
    assert told_once(case)


# Explained, and late by a new date ----------------------------------------------------------------


def test_a_breach_that_was_explained_asks_nobody_again(made, on):
    """It is late by the new date too, and why is on record. Seen red with: the sweep's event written whatever
    `breaches.keep` says.
    """
    case = with_bob(made)
    chasing.chase(now=on(TUESDAY))
    explained = {"by": fresh(made.bob), "explanation": "Snow."}
    actions.explain_breach(case=reloaded(case), now=on(TUESDAY, 11), **explained)
    close()
    chasing.chase(now=on(TUESDAY, 12))
    chasing.chase(now=on(WEDNESDAY))
    assert told_once(case)
    left_out = Event.objects.about(case.key).of("chase_skipped").last()
    assert (left_out.data["step"], left_out.data["why"]) == ("breach", "explained")
    assert not reloaded(case).awaits_explanation
    # It is still not answered, so it goes on up.
    chasing.chase(now=on(FRIDAY))
    assert verbs(case)[-1] == "chase_escalated"


def test_nor_where_the_step_was_missed(made, on):
    """Seen red with: a missed breach that asks for its explanation, explained or not."""
    case = with_bob(made)
    chasing.chase(now=on(TUESDAY))
    explained = {"by": fresh(made.bob), "explanation": "Snow."}
    actions.explain_breach(case=reloaded(case), now=on(TUESDAY, 11), **explained)
    close()
    chasing.chase(now=on(TUESDAY, 12))
    chasing.chase(now=on(FRIDAY))
    assert told_once(case)
    assert verbs(case)[-2:] == ["chase_skipped", "chase_escalated"]


def test_counted_again_before_the_hour_of_the_ladder_it_is_told_once(made, on):
    """The new date has passed at midnight, the sweep is at eight. Seen red with: a breach carried over from
    eight on alone.
    """
    case = with_bob(made)
    chasing.chase(now=on(TUESDAY))
    close()
    chasing.chase(now=on(WEDNESDAY, 6))
    assert reloaded(case).awaits_explanation
    chasing.chase(now=on(WEDNESDAY))
    assert told_once(case)


def test_a_breach_is_told_of_although_another_waits_for_its_explanation(time_machine, on):
    """The answer was spared, and comes late by the new date. Seen red with: news asked of the case, whose
    acknowledgement was late as well.
    """
    made = world("bristol", changed=ACKNOWLEDGEMENT_BREAKS)
    case, due = with_bob(made), date(2026, 6, 10)
    chasing.chase(now=on(due + timedelta(days=1)))
    close()
    chasing.chase(now=on(due + timedelta(days=1), 11))
    assert reloaded(case).awaits_explanation
    saturday = due + timedelta(days=3)
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="Done.", now=on(saturday))
    found = Event.objects.about(case.key).of("breach_recorded").filter(data__promise="answer")
    assert [event.data["date_due"] for event in found] == ["2026-06-10", "2026-06-11"]


# The services that it waited for ------------------------------------------------------------------


def ask(case: Case, made: World, service: Service, due: date, now) -> None:
    asked = {"service": service, "due": due, "shares": False, "text": "Whose?"}
    contributions.ask(case=reloaded(case), by=fresh(made.bob), now=now, **asked)


def test_the_services_that_were_late_are_put_on_record_once(made, on):
    """When it was handed on, and not again with the answer. Seen red with: both."""
    case = with_bob(made)
    ask(case, made, cast.gita().officer.service, DUE, NOW)
    hand_on(made, case, now=on(WEDNESDAY))
    assert verbs(case).count("late_services_recorded") == 1
    take_back(made, case, now=on(THURSDAY))
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="Done.", now=on(FRIDAY))
    assert verbs(case).count("late_services_recorded") == 1


def test_one_that_was_late_only_afterwards_is_put_on_record_then(made, on):
    """Seen red with: one record for a case, whatever came after."""
    case, first, then = with_bob(made), cast.gita().officer.service, made.dev.officer.service
    ask(case, made, first, DUE, NOW)
    hand_on(made, case, now=on(WEDNESDAY))
    take_back(made, case, now=on(THURSDAY))
    ask(case, made, then, THURSDAY, on(THURSDAY))
    actions.answer(case=reloaded(case), by=fresh(made.bob), text="Done.", now=on(FRIDAY))
    found = Event.objects.about(case.key).of("late_services_recorded")
    assert [event.data["services_late"] for event in found] == [[first.pk], [then.pk]]


# The reminder that waited -------------------------------------------------------------------------


def waiting(case: Case, verb: str) -> Notice:
    return Notice.objects.get(event__subject=case.key, event__verb=verb)


def test_a_reminder_that_was_dropped_meanwhile_goes_once_it_is_back(made, on, mailoutbox):
    """Handed on before the mail went, and taken back that day. Seen red with: dropped for good."""
    case = with_bob(made)
    ledger.deliver(now=on(DUE, 7))
    chasing.chase(now=on(DUE))
    hand_on(made, case, now=on(DUE))
    ledger.deliver(now=on(DUE, 11))
    assert waiting(case, "chase_due").dropped_because == Notice.Dropped.OVERTAKEN
    take_back(made, case, now=on(DUE, 12))
    mailoutbox.clear()
    ledger.deliver(now=on(DUE, 13))
    assert [mail.to[0] for mail in mailoutbox if "Due today" in mail.subject] == [
        "Bob Baker <bob@example.org>"
    ]
    chasing.chase(now=on(DUE, 14))
    ledger.deliver(now=on(DUE, 15))
    assert verbs(case).count("chase_due") == 1
    assert len([mail for mail in mailoutbox if "Due today" in mail.subject]) == 1


def test_a_reminder_that_went_does_not_go_again(made, on, mailoutbox):
    case = with_bob(made)
    chasing.chase(now=on(DUE))
    ledger.deliver(now=on(DUE))
    hand_on(made, case, now=on(DUE, 11))
    take_back(made, case, now=on(DUE, 12))
    mailoutbox.clear()
    ledger.deliver(now=on(DUE, 13))
    assert not [mail for mail in mailoutbox if "Due today" in mail.subject]


def test_nobody_is_told_that_it_is_due_today_the_day_after(made, on, mailoutbox):
    """The breach is told of instead. Seen red with: every notice that was dropped."""
    case = with_bob(made)
    chasing.chase(now=on(DUE))
    hand_on(made, case, now=on(DUE))
    ledger.deliver(now=on(DUE, 11))
    take_back(made, case, now=on(TUESDAY))
    chasing.chase(now=on(TUESDAY))
    mailoutbox.clear()
    ledger.deliver(now=on(TUESDAY, 11))
    assert not [mail for mail in mailoutbox if "Due today" in mail.subject]
    assert [mail for mail in mailoutbox if mail.subject.endswith("Late")]


def test_of_two_that_were_dropped_the_last_goes(made, on, mailoutbox):
    """Both waited for a daily mail. Seen red with: both."""
    case = with_bob(made)
    soon = date(2026, 6, 10)
    chasing.chase(now=on(soon))
    chasing.chase(now=on(DUE))
    hand_on(made, case, now=on(DUE))
    ledger.deliver(now=on(DUE, 11))
    take_back(made, case, now=on(DUE, 12))
    mailoutbox.clear()
    ledger.deliver(now=on(DUE, 13))
    subjects = [mail.subject.rpartition(": ")[2] for mail in mailoutbox]
    assert "Due today" in subjects
    assert "Due soon" not in subjects
