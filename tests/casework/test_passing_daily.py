"""What is passed on at once, in the daily mail: delivered as the council's hours let it go (ADR 16, 17)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from accounts import actions as accounts
from accounts.models import Person
from casework.enquiries import actions as enquiries
from casework.models import Case, Clock, Contribution
from casework.passing import actions
from council.actions import mailing as hours
from council.models import Council
from frontend.words import day, weekday
from ledger import actions as ledger
from ledger.models import Event, Notice
from protocol.refusals import Refused
from tests.casework.making import MONDAY, NOW, World, at, fresh, reloaded, with_bob
from tests.casework.passing import WHY, contribution, marks, several, team

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
NEXT = at(MONDAY + timedelta(days=1), 10)


@pytest.fixture
def made(time_machine) -> World:
    """Quiet from 18 to 9 and on days off; Nia, Bob and Gita prefer one mail a day, at 10."""
    time_machine.move_to(NOW, tick=False)
    made = team()
    settings = {"quiet_from": 18, "quiet_until": 9, "quiet_days": True, "daily_at": 10}
    hours.change(council=Council.objects.get(), by=made.dev, **settings)
    for person in (made.nia, made.bob, made.gita):
        accounts.choose_mail(person=Person.objects.get(pk=person.pk), mailed="daily")
    return made


def pass_on(made: World, things, **changes):
    asked = {
        "marks": marks(*things),
        "of": made.bob.officer,
        "officer": made.nia.officer,
        "by": fresh(made.sam),
        "reason": WHY,
        "once": uuid.uuid4(),
        "now": NOW,
    }
    return actions.pass_on(**{**asked, **changes})


def mails(mailoutbox, person, now) -> list:
    """What goes to somebody by then, and was not read before."""
    while ledger.deliver(now=now).more:
        pass
    found = [mail for mail in mailoutbox if person.email in mail.to[0]]
    mailoutbox.clear()
    return found


def due(thing: Case | Contribution, on: date) -> None:
    type(thing).objects.filter(pk=thing.pk).update(
        **{"due" if isinstance(thing, Contribution) else "next_due": on}
    )


def test_it_is_in_the_daily_mail_with_each_date_and_link_and_in_its_place(made, mailoutbox):
    """Through delivery: nothing goes before the hour, and what is due soonest comes first.

    Seen red with: a line without `due`; references alone; "due on" for what is due on several days.
    """
    things = [*several(made, 2), contribution(made)]
    later = with_bob(made, subject="Later", now=NOW)
    due(later, TODAY + timedelta(days=60))
    mails(mailoutbox, made.nia, NEXT - timedelta(hours=1))
    pass_on(made, things)
    enquiries.reassign(
        case=reloaded(later), by=fresh(made.sam), officer=made.nia.officer, reason="x", now=NOW
    )
    assert mails(mailoutbox, made.nia, NOW + timedelta(hours=5)) == []
    [mail] = mails(mailoutbox, made.nia, NEXT)
    assert mail.subject == "Your daily mail: 2 notices"
    asked = things[2]
    first = f"2 enquiries and 1 contribution passed to you, the first due on {weekday(asked.due)}"
    assert first in mail.body
    for case in things[:2]:
        words = f"{case.reference}, due on {day(reloaded(case).next_due)}: http"
        assert words in mail.body
        assert case.get_absolute_url() in mail.body
        assert case.subject not in mail.body
    assert f"Contribution to {asked.case.reference}, due on {day(asked.due)}: http" in mail.body
    assert asked.get_absolute_url() in mail.body
    assert mail.body.index(first) < mail.body.index(f"{later.reference}, due on")
    assert WHY not in mail.body


def test_of_one_that_is_left_the_date_is_its_own(made, mailoutbox):
    """Seen red with: "the first due on" said of one."""
    kept, gone = several(made, 2)
    mails(mailoutbox, made.nia, NOW)
    pass_on(made, [kept, gone])
    Case.objects.filter(pk=gone.pk).update(owner=made.carol)
    [mail] = mails(mailoutbox, made.nia, NEXT)
    assert f"1 enquiry passed to you, due on {weekday(reloaded(kept).next_due)}" in mail.body


@pytest.mark.parametrize("kind", ["enquiry", "contribution"])
@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("days", [0, -3])
def test_what_is_due_today_or_late_waits_for_no_daily_mail(made, mailoutbox, kind, place, days):
    """Wherever it stands among what was ticked; and it is told once, with the others.

    Seen red with: the order of the ticks; `enquiry_reassigned` without `date_due`; `was_late` left out.
    """
    urgent = contribution(made) if kind == "contribution" else with_bob(made, subject="Urgent")
    due(urgent, TODAY + timedelta(days=days))
    others = several(made, 2)
    mails(mailoutbox, made.nia, NOW)
    things = [urgent, *others] if place == "first" else [*others, urgent]
    things = [type(one).objects.get(pk=one.pk) for one in things]
    pass_on(made, things)
    [mail] = mails(mailoutbox, made.nia, NOW + timedelta(minutes=10))
    for thing in things:
        assert thing.get_absolute_url() in mail.body
    assert mails(mailoutbox, made.nia, NEXT) == []


@pytest.mark.parametrize("days", [0, -3])
def test_one_that_is_passed_on_alone_and_due_today_or_late_waits_for_no_daily_mail(
    made, mailoutbox, days
):
    case = with_bob(made)
    due(case, TODAY + timedelta(days=days))
    mails(mailoutbox, made.nia, NOW)
    to = {"by": fresh(made.sam), "officer": made.nia.officer, "reason": "x", "now": NOW}
    enquiries.reassign(case=reloaded(case), **to)
    assert len(mails(mailoutbox, made.nia, NOW + timedelta(minutes=10))) == 1


def test_a_paused_one_has_no_date_that_could_hurry_it(made, mailoutbox):
    """Its date does not hold. Seen red with: `to_do_by` of what is paused."""
    paused, other = several(made, 2)
    Case.objects.filter(pk=paused.pk).update(state="paused", next_due=TODAY)
    Clock.objects.filter(case=paused).update(paused_on=TODAY)
    mails(mailoutbox, made.nia, NOW)
    pass_on(made, [reloaded(paused), other])
    assert mails(mailoutbox, made.nia, NOW + timedelta(hours=5)) == []
    [mail] = mails(mailoutbox, made.nia, NEXT)
    assert f"the first due on {weekday(reloaded(other).next_due)}" in mail.body
    assert f"{paused.reference}, paused" in mail.body


def test_nor_has_one_that_is_passed_on_alone_and_paused(made, mailoutbox):
    """Seen red with: `date_due` of what is paused."""
    paused = with_bob(made)
    Case.objects.filter(pk=paused.pk).update(state="paused", next_due=TODAY)
    mails(mailoutbox, made.nia, NOW)
    pass_on(made, [reloaded(paused)])
    assert mails(mailoutbox, made.nia, NOW + timedelta(hours=5)) == []
    assert len(mails(mailoutbox, made.nia, NEXT)) == 1


def test_what_went_and_came_back_meanwhile_is_told_as_it_is_now(made, mailoutbox):
    """Bob's went to Nia, and came back to him before the hour: he is not told that it is gone, nor she that
    it is hers. Seen red with: `_seen` that asks the former owner nothing."""
    cases = several(made, 3)
    mails(mailoutbox, made.nia, NOW)
    pass_on(made, cases)
    back = {"of": made.nia.officer, "officer": made.bob.officer}
    pass_on(made, [reloaded(case) for case in cases[:2]], **back)
    while ledger.deliver(now=NEXT).more:
        pass
    [bobs], [nias] = (
        [mail.body for mail in mailoutbox if person.email in mail.to[0]]
        for person in (made.bob, made.nia)
    )
    gone = bobs[bobs.index("1 enquiry passed to another officer") :].partition("Your work")[0]
    assert cases[2].reference in gone.partition("2 enquiries passed to you")[0]
    assert "2 enquiries passed to you" in bobs
    assert "3 enquiries" not in bobs + nias
    for case in cases[:2]:
        assert bobs.count(f"{case.reference}, due on") == 1
    assert f"{cases[2].reference}, due on" in nias
    assert "1 enquiry passed to you" in nias
    assert "2 enquiries passed to another officer" in nias


def test_no_event_that_was_rolled_back_tells_of_what_follows(made, mailoutbox, monkeypatch):
    """The id of what was rolled back is another's by now. Here a daily mail's notice of Nia's own.

    Seen red with: `leading` set before the commit.
    """
    cases = several(made, 3)
    mails(mailoutbox, made.nia, NOW)
    real, broken = enquiries.reassign, []

    def refused_at_the_end(**given):
        done = real(**given)
        if not broken:
            broken.append(given["together"])
            assert not given["together"].leading
            raise Refused("Somebody was first.")
        return done

    monkeypatch.setitem(actions.ENQUIRIES, "reassign", refused_at_the_end)
    pass_on(made, cases)
    leaders = set(broken[0].leading.values())
    events = Event.objects.filter(pk__in=leaders, verb="enquiry_reassigned")
    assert events.count() == len(leaders) == 1
    assert Notice.objects.filter(event__in=events, recipient=made.nia.key).count() == 1
    [mail] = mails(mailoutbox, made.nia, NEXT)
    assert "2 enquiries passed to you" in mail.body
