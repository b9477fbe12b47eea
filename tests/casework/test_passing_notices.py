"""One mail lists all that came to somebody at once: nothing is lost, told twice, or told to who may not know.

Set by the council (ADR 17).
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest

from casework.enquiries import actions as enquiries
from casework.models import Case
from casework.passing import actions
from casework.together import WAIT
from ledger import actions as ledger
from ledger import wake
from ledger.actions import deliver
from ledger.models import Event, Notice
from tests.casework.making import NOW, World, fresh, last_event, reloaded, with_bob
from tests.casework.passing import WHY, contribution, marks, sent, several, team

pytestmark = pytest.mark.django_db
REFERENCE = re.compile(r"E-[2-9A-Z]{7}")
NIA, BOB, ALICE, GITA = (f"{name}@example.org" for name in ("nia", "bob", "alice", "gita"))


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return team()


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


def test_whoever_gets_them_has_one_mail_that_lists_them_and_members_one_each(made, mailoutbox):
    """As the single verb tells the member. Seen red with: `gathered` that leaves every tell as it is."""
    things = [*several(made, 3), contribution(made)]
    sent(mailoutbox)
    pass_on(made, things)
    found = sent(mailoutbox)
    [mail] = found[NIA]
    assert mail.subject == "3 enquiries and 1 contribution passed to you"
    for case in things[:3]:
        assert f"{case.reference}, due on" in mail.body
        assert case.get_absolute_url() in mail.body
        assert case.subject not in mail.body
    assert things[3].get_absolute_url() in mail.body
    assert WHY not in mail.body
    assert len(found[ALICE]) == 3
    assert {"Another officer has it"} == {mail.subject.partition(": ")[2] for mail in found[ALICE]}
    [former] = found[BOB]
    assert former.subject == "3 enquiries and 1 contribution passed to another officer"
    # Whoever has the enquiry hears that the contribution was passed on, as ever.
    assert [one.subject.partition(": ")[2] for one in found[GITA]] == ["Passed on"]
    assert not Notice.objects.unfinished().exists()


def test_one_alone_is_told_as_ever(made, mailoutbox):
    case = with_bob(made)
    sent(mailoutbox)
    pass_on(made, [case])
    [mail] = sent(mailoutbox)[NIA]
    assert mail.subject == f"{case.reference}: Passed to you"


def test_what_they_may_not_see_when_it_goes_is_not_in_it(made, mailoutbox):
    """Seen red with: the list made from the events alone; what was passed on since left in."""
    hidden, gone, here = several(made, 3)
    sent(mailoutbox)
    pass_on(made, [hidden, gone, here])
    Case.objects.filter(pk=hidden.pk).update(owner=made.gita, sensitivity="restricted")
    enquiries.reassign(
        case=reloaded(gone), by=fresh(made.sam), officer=made.carol.officer, reason="x", now=NOW
    )
    [mail] = [one for one in sent(mailoutbox)[NIA] if "enquir" in one.subject]
    assert REFERENCE.findall(mail.body.replace("/cases/", " "))[0] == here.reference
    assert hidden.reference not in mail.body
    assert gone.reference not in mail.body


def test_whoever_had_them_hears_of_none_that_went_out_of_their_sight(made, mailoutbox):
    """As the single verb does: what went to another service they may not open. Seen red with: the list made
    from the events alone."""
    cases = several(made, 2)
    sent(mailoutbox)
    pass_on(made, cases, officer=made.gita.officer)
    found = sent(mailoutbox)
    assert len(found[GITA]) == 1
    assert BOB not in found


def test_where_nothing_is_left_to_tell_nothing_is_sent(made, mailoutbox):
    cases = several(made, 2)
    sent(mailoutbox)
    pass_on(made, cases)
    Case.objects.update(owner=made.gita, sensitivity="restricted")
    assert NIA not in sent(mailoutbox)
    assert not Notice.objects.unfinished().exists()


def test_it_waits_while_more_is_coming_and_goes_by_itself_where_the_work_broke_off(
    made, mailoutbox, monkeypatch
):
    """A kill in the middle: what was passed on by then is told, in one mail, a little later.

    Seen red with: no wait; the notice made when all is done.
    """
    cases = several(made, 5)
    sent(mailoutbox)
    kill = enquiries.reassign

    def killed(**given):
        if given["case"].pk == cases[3].pk:
            raise KeyboardInterrupt
        return kill(**given)

    monkeypatch.setitem(actions.ENQUIRIES, "reassign", killed)
    with pytest.raises(KeyboardInterrupt):
        pass_on(made, cases)
    assert NIA not in sent(mailoutbox, NOW + timedelta(seconds=30))
    [mail] = sent(mailoutbox, NOW + WAIT)[NIA]
    assert mail.subject == "3 enquiries passed to you"
    assert reloaded(cases[4]).owner_id == made.bob.pk


def test_what_comes_while_a_mail_is_on_its_way_has_another(made, mailoutbox, monkeypatch):
    """A worker that claims early costs a mail more, and nothing is left out.

    Seen red with: `tells_besides` that takes a notice that was sent.
    """
    cases = several(made, 4)
    sent(mailoutbox)
    real, early = enquiries.reassign, []

    def slow(**given):
        done = real(**given)
        if given["case"].pk == cases[1].pk:
            early.append(sent(mailoutbox, NOW + WAIT))
        return done

    monkeypatch.setitem(actions.ENQUIRIES, "reassign", slow)
    pass_on(made, cases)
    late = sent(mailoutbox, NOW + WAIT)
    first, second = early[0][NIA][0], late[NIA][0]
    assert (len(early[0][NIA]), len(late[NIA])) == (1, 1)
    assert [one.reference in first.body for one in cases] == [True, True, False, False]
    assert [one.reference in second.body for one in cases] == [False, False, True, True]


def test_whoever_passes_on_their_own_work_is_told_nothing(made, mailoutbox):
    cases = several(made, 2)
    sent(mailoutbox)
    pass_on(made, cases, by=fresh(made.bob))
    found = sent(mailoutbox)
    assert BOB not in found
    assert len(found[NIA]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_once_and_not_for_each(time_machine, monkeypatch):
    """So that a broker that answers slowly is waited for once. Seen red with: `woken_once` that puts
    nothing off."""
    time_machine.move_to(NOW, tick=False)
    made, woken = team(), []
    cases = several(made, 3)
    monkeypatch.setattr(wake, "wake", lambda: woken.append(1))
    pass_on(made, cases)
    assert len(woken) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_by_four_at_once_passes_each_on_once_and_tells_each_once(
    at_once, time_machine, mailoutbox
):
    """T9, with a worker that delivers meanwhile: N = 4 senders of 6 enquiries. However the work falls among
    them, every sender reads that all of it went.

    Seen red with: `went` not asked again afterwards.
    """
    time_machine.move_to(NOW, tick=False)
    made = team()
    cases = several(made, 6)
    sent(mailoutbox)
    chosen, once, by = marks(*cases), uuid.uuid4(), [fresh(made.sam) for _ in range(4)]

    def one(number: int):
        if number == 4:
            return [deliver(now=NOW + WAIT) for _ in range(5)]
        return pass_on(made, [], marks=chosen, once=once, by=by[number])

    results = at_once(one, 5)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert all(one.refused is None for outcomes in results[:4] for one in outcomes)
    assert Event.objects.filter(data__together=str(once)).count() == len(cases)
    assert all(reloaded(case).owner_id == made.nia.pk for case in cases)
    while deliver(now=NOW + WAIT).claimed:
        pass
    bodies = [mail.body for mail in mailoutbox if NIA in mail.to[0]]
    assert [sum(f"/cases/{case.reference}/" in body for body in bodies) for case in cases] == [
        1
    ] * 6


def test_the_ledger_tells_besides_only_with_a_notice_that_still_lies(made):
    """Neither with one that a worker holds. Seen red with: who claimed it not asked."""
    case = with_bob(made)
    pass_on(made, [case])
    event, who = last_event(case), f"person:{made.nia.pk}"
    assert ledger.tells_besides(event=event.pk, recipient=who, until=NOW + WAIT)
    mine = Notice.objects.filter(event=event, recipient=who)
    mine.update(claimed_by="a worker")
    assert not ledger.tells_besides(event=event.pk, recipient=who, until=NOW + WAIT)
    mine.update(claimed_by="")
    deliver(now=NOW + WAIT)
    assert not ledger.tells_besides(event=event.pk, recipient=who, until=NOW + WAIT)
