"""What is told of contributions: to whoever may know of it, while it holds, and nothing that anybody wrote."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from casework.chasing import actions as chasing
from casework.contributions import actions
from casework.enquiries import actions as enquiries
from casework.models import Case, Contribution
from council.actions import closures
from ledger.actions import deliver
from ledger.models import Event, Notice
from tests import cast
from tests.casework.making import MONDAY, NOW, World, at, fresh, reloaded, with_bob, world
from tests.factories import DelegationFactory, OfficerFactory

pytestmark = pytest.mark.django_db

PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}
THURSDAY = date(2026, 6, 4)
# The subject of a chaser of a contribution, to either side.
CHASING = re.compile(r"[Cc]ontribution (is )?(due|late)")


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    found = world("bristol", changed=PAUSING)
    found.gita = cast.gita()
    service = found.gita.officer.service
    found.gus = OfficerFactory(person__name="Gus Green", service=service, level="senior").person
    service.head = found.gus.officer
    service.save(update_fields=["head"])
    return found


def of_gita(made: World, case: Case) -> Contribution:
    actions.ask(
        case=case,
        by=fresh(made.bob),
        officer=made.gita.officer,
        text="Whose lamp is it?",
        due=THURSDAY,
        now=NOW,
    )
    deliver(now=NOW)
    return Contribution.objects.with_names().get()


# Chasers that events have overtaken ---------------------------------------------------------------------

REMINDED, DUE, LATE = date(2026, 6, 3), THURSDAY, date(2026, 6, 5)
DAYS = {REMINDED: "contribution_reminded", DUE: "contribution_due", LATE: "contribution_late"}


def chased(made: World, day: date) -> tuple[Contribution, datetime]:
    """A contribution of which a chaser was written that morning, and has not left yet."""
    one = of_gita(made, with_bob(made))
    now = at(day, 9)
    for past in (day_ for day_ in DAYS if day_ < day):
        chasing.sweep(now=at(past, 9))
        deliver(now=at(past, 9))
    chasing.sweep(now=now)
    assert waiting(day).filter(sent_at=None).exists()
    return one, now


def waiting(day: date):
    return Notice.objects.filter(event__verb=DAYS[day])


def give(made: World, one: Contribution, now: datetime) -> None:
    actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.", now=now)


def decline(made: World, one: Contribution, now: datetime) -> None:
    actions.decline(contribution=one, by=fresh(made.gita), reason="Not ours.", now=now)


def call_back(made: World, one: Contribution, now: datetime) -> None:
    actions.call_back(contribution=one, by=fresh(made.bob), now=now)


def answer(made: World, one: Contribution, now: datetime) -> None:
    enquiries.answer(case=reloaded(one.case), by=fresh(made.bob), text="Done.", now=now)


def pause(made: World, one: Contribution, now: datetime) -> None:
    enquiries.ask(case=reloaded(one.case), by=fresh(made.bob), text="Which end?", now=now)
    enquiries.pause(case=reloaded(one.case), by=fresh(made.bob), reason="Away.", now=now)


def close_the_day(made: World, one: Contribution, now: datetime) -> None:
    closures.add(first=now.date(), name="Storm", by=None)
    chasing.recount(now=now)


@pytest.mark.parametrize("day", [REMINDED, DUE, LATE])
@pytest.mark.parametrize("happens", [give, decline, call_back, answer, pause])
def test_what_was_overtaken_is_not_sent(made, mailoutbox, happens, day):
    """Neither to whoever is asked nor to whoever asked.

    Seen red with: what is late told all the same; a pause not looked at.
    """
    one, now = chased(made, day)
    happens(made, one, now)
    mailoutbox.clear()
    deliver(now=now + timedelta(minutes=5))
    assert set(waiting(day).values_list("dropped_because", flat=True)) == {"overtaken"}
    assert not [m for m in mailoutbox if CHASING.search(m.subject)]


@pytest.mark.parametrize("day", [REMINDED, DUE])
def test_a_date_that_a_closure_day_moved_is_not_called_to_mind(made, mailoutbox, day):
    """Seen red with: the date not compared."""
    one, now = chased(made, day)
    close_the_day(made, one, now)
    mailoutbox.clear()
    deliver(now=now + timedelta(minutes=5))
    assert set(waiting(day).values_list("dropped_because", flat=True)) == {"overtaken"}
    assert {m.subject for m in mailoutbox} >= {f"{one.case.reference}: The date has moved"}


@pytest.mark.parametrize("day", [REMINDED, DUE, LATE])
def test_what_still_holds_is_sent_to_everybody_whom_it_concerns(made, mailoutbox, day):
    """Seen red with: every chaser dropped."""
    _, now = chased(made, day)
    mailoutbox.clear()
    deliver(now=now)
    assert not waiting(day).exclude(dropped_because="").exists()
    everybody = {made.gita.email, made.gus.email, made.bob.email}
    told = {m.to[0] for m in mailoutbox if CHASING.search(m.subject)}
    wanted = everybody if day == LATE else {made.gita.email}
    assert {mail for mail in everybody if any(mail in to for to in told)} == wanted


def test_what_waits_again_after_a_pause_is_called_to_mind_by_its_new_date(made, mailoutbox):
    """The one before the pause is dropped; that of the new date comes on its day."""
    one, now = chased(made, DUE)
    pause(made, one, now)
    deliver(now=now)
    enquiries.resume(case=reloaded(one.case), by=fresh(made.bob), now=at(date(2026, 6, 8)))
    one.refresh_from_db()
    assert one.due == date(2026, 6, 8)
    mailoutbox.clear()
    chasing.sweep(now=at(one.due, 11))
    deliver(now=at(one.due, 11))
    assert [m.subject for m in mailoutbox if made.gita.email in m.to[0]].count(
        f"{one.case.reference}: Contribution due today"
    ) == 1


# Whoever had it -----------------------------------------------------------------------------------------


def take_on(made: World, one: Contribution) -> None:
    actions.take_on(contribution=one, by=fresh(made.gus), now=NOW)


def pass_on(made: World, one: Contribution) -> None:
    other = OfficerFactory(service=one.service)
    actions.pass_on(contribution=one, by=fresh(made.gus), officer=other, reason="Hers.", now=NOW)


def give_for_her(made: World, one: Contribution) -> None:
    actions.contribute(contribution=one, by=fresh(made.gus), text="Ours.", now=NOW)


def decline_for_her(made: World, one: Contribution) -> None:
    actions.decline(contribution=one, by=fresh(made.gus), reason="Not ours.", now=NOW)


OTHERS = [take_on, pass_on, give_for_her, decline_for_her]


def of_her(made: World, mailoutbox) -> list:
    deliver(now=NOW)
    return [m for m in mailoutbox if made.gita.email in m.to[0]]


@pytest.mark.parametrize("happens", OTHERS)
def test_whoever_had_it_hears_that_they_need_do_nothing_more(made, mailoutbox, happens):
    """It is out of their sight, so the mail leads to their work and to nothing of the enquiry.

    Seen red with: no words for them; nobody told of what was given in their place.
    """
    one = of_gita(made, with_bob(made))
    mailoutbox.clear()
    happens(made, one)
    (mail,) = of_her(made, mailoutbox)
    assert "You need do nothing more." in mail.body
    assert mail.subject == f"{one.case.reference}: Another officer has it"
    assert reverse("work-list") in mail.body
    assert str(one.key) not in mail.body
    assert one.case.subject not in mail.body
    assert "It is due" not in mail.body


@pytest.mark.parametrize("why", ["left", "member's side", "restricted"])
def test_whoever_had_it_hears_nothing_of_what_they_may_know_no_more_of(made, mailoutbox, why):
    """Seen red with: the member's side, the sensitivity and the office each not asked."""
    one = of_gita(made, with_bob(made))
    mailoutbox.clear()
    take_on(made, one)
    if why == "left":
        made.gita.officer.ended_on = MONDAY - timedelta(1)
        made.gita.officer.save(update_fields=["ended_on"])
    elif why == "restricted":
        Case.objects.update(sensitivity="restricted")
    else:
        DelegationFactory(principal=made.alice, delegate=made.gita)
    assert of_her(made, mailoutbox) == []


def test_whoever_gives_it_themselves_is_told_nothing(made, mailoutbox):
    one = of_gita(made, with_bob(made))
    mailoutbox.clear()
    actions.contribute(contribution=one, by=fresh(made.gita), text="Ours.", now=NOW)
    assert "person_before" not in Event.objects.of("contribution_given").get().data
    assert of_her(made, mailoutbox) == []
