"""One mail lists all that came to somebody at once: nothing is lost, told twice, or told to who may not know.

Set by the council (ADR 17).
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.enquiries import actions as enquiries
from casework.models import Case, Contribution
from casework.passing import actions
from casework.passing.theirs import find
from casework.together import WAIT
from ledger import actions as ledger
from ledger import wake
from ledger.actions import deliver
from ledger.models import Event, Notice
from officers.models import Officer
from tests.casework.making import NOW, World, enquiry, fresh, last_event, reloaded, with_bob
from tests.casework.passing import WHY, contribution, marks, several, team
from tests.casework.test_random_lives import undone
from tests.factories import AbsenceFactory, RelationshipFactory

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


def sent(mailoutbox, now=NOW) -> dict[str, list]:
    """Everything that goes by then, by whom it goes to."""
    mailoutbox.clear()
    while deliver(now=now).claimed:
        pass
    found: dict[str, list] = {}
    for mail in mailoutbox:
        address = re.sub(r".*<|>.*", "", mail.to[0])
        found.setdefault(address, []).append(mail)
    return found


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


def test_whoever_prefers_a_daily_mail_has_one_line_of_it(made, mailoutbox):
    """Seen red with: a mail without a line."""
    from casework import notices

    cases = several(made, 2)
    sent(mailoutbox)
    pass_on(made, cases)
    [notice] = Notice.objects.unfinished().filter(recipient=f"person:{made.nia.pk}")
    line = notices.render([notice])[notice.pk].line
    assert line.heading == "2 enquiries passed to you"
    assert all(case.reference in line.words for case in cases)


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


# Whatever is in the way -------------------------------------------------------------------------------

KINDS = ("case", "case", "contribution", "received", "restricted", "hers")
SPOILT = ("", "", "", "", "changed", "passed", "answered", "restricted")
TO = ("nia", "nia", "nia", "carol", "gita", "away", "apart")
BY = ("sam", "sam", "sam", "dev", "bob", "nia", "gus")
LIVES = max(20, settings.default.max_examples // 4)


@pytest.fixture
def councils(made, mailoutbox):
    return made, mailoutbox


def test_every_one_has_one_owner_and_one_event_and_nobody_is_told_of_what_they_may_not_see(
    councils,
):
    """Random sets of what an officer has, and of what happens to them meanwhile.

    Seen red with: a refusal that ends the loop; an event recorded for one that was refused; `_seen` of the
    mail without `visible_to`.
    """
    made, mailoutbox = councils
    lived = []

    @settings(
        max_examples=LIVES,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        things=st.lists(
            st.tuples(st.sampled_from(KINDS), st.sampled_from(SPOILT)), min_size=1, max_size=6
        ),
        who=st.sampled_from(TO),
        by=st.sampled_from(BY),
        twice=st.booleans(),
    )
    def one(things, who, by, twice):
        with undone():
            lived.append(live(made, mailoutbox, things, who, by, twice=twice))

    one()
    went = sum(went for went, _ in lived)
    refused = sum(refused for _, refused in lived)
    print(f"\nN = {len(lived)} desks, {went} went, {refused} were refused")
    # Luck varies; desks on which nothing happens would test nothing.
    assert went
    assert refused


def live(made: World, mailoutbox, things, who: str, by: str, *, twice: bool) -> tuple[int, int]:
    before = [make(made, kind) for kind, _ in things]
    chosen = marks(*before)
    for thing, (_, why) in zip(before, things, strict=True):
        spoil(made, thing, why)
    to = receiver(made, who)
    owners = {one.key: _now(one).owner_id for one in before}
    events = Event.objects.count()
    actor = fresh(getattr(made, by))
    may = {
        key for key, item in find(chosen, actor).items() if item.may_be_passed_on(actor, NOW.date())
    }
    sent(mailoutbox, NOW)
    once = uuid.uuid4()
    for _ in range(1 + twice):
        outcomes = actions.pass_on(
            marks=chosen, of=made.bob.officer, officer=to, by=actor, reason=WHY, once=once, now=NOW
        )
    went = [one.mark.key for one in outcomes if one.refused is None]
    # One owner each: who it went to where it went, and who had it where it did not.
    for thing in before:
        gone = _key(thing) in went
        assert _now(thing).owner_id == (to.person_id if gone else owners[thing.key])
    # An event for each that went, and none for any that was refused; and only of what they might pass on.
    found = Event.objects.filter(data__together=str(once))
    assert found.count() == len(went)
    assert Event.objects.count() - events == len(went)
    assert set(went) <= may
    # One notice to whoever has them now; and in no mail what its reader may not see.
    mails = sent(mailoutbox, NOW + WAIT)
    for address, several_mails in mails.items():
        reader = fresh(next(p for p in people(made) if p.email == address))
        for mail in several_mails:
            for reference in REFERENCE.findall(mail.body):
                case = Case.objects.get(reference=reference)
                seen = Case.objects.visible_to(reader).filter(pk=case.pk).exists()
                had = Contribution.objects.filter(case=case, service=made.highways).exists()
                assert seen or had, (address, mail.body)
    if went and to.person_id != actor.pk:
        assert len(mails.get(to.person.email, [])) <= 1
    assert not Notice.objects.unfinished().exists()
    return len(went), len(outcomes) - len(went)


def make(made: World, kind: str) -> Case | Contribution:
    if kind == "contribution":
        return contribution(made)
    if kind == "hers":
        from tests.casework.passing import with_gita

        return with_gita(made)
    case = enquiry(made) if kind == "received" else with_bob(made)
    if kind == "received":
        Case.objects.filter(pk=case.pk).update(owner=made.bob.pk)
    if kind == "restricted":
        Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    return reloaded(case)


def spoil(made: World, thing: Case | Contribution, why: str) -> None:
    if isinstance(thing, Contribution):
        if why == "changed":
            Contribution.objects.filter(pk=thing.pk).update(version=7)
        return
    if why == "changed":
        Case.objects.filter(pk=thing.pk).update(version=99)
    elif why == "passed":
        Case.objects.filter(pk=thing.pk).update(owner=made.carol.pk)
    elif why == "answered" and thing.state == "with_officer" and thing.owner_id == made.bob.pk:
        enquiries.answer(case=reloaded(thing), by=fresh(made.bob), text="Mended.", now=NOW)
    elif why == "restricted":
        Case.objects.filter(pk=thing.pk).update(sensitivity="restricted")


def receiver(made: World, who: str) -> Officer:
    officer = {"carol": made.carol, "gita": made.gita}.get(who, made.nia).officer
    if who == "away":
        AbsenceFactory(officer=officer, since=NOW.date(), until=NOW.date())
    if who == "apart":
        RelationshipFactory(person=officer.person, other=made.alice)
    return officer


def people(made: World) -> list:
    return [made.alice, made.bob, made.sam, made.carol, made.dev, made.nia, made.gita, made.gus]


def _key(thing: Case | Contribution) -> str:
    return thing.reference if isinstance(thing, Case) else str(thing.key)


def _now(thing):
    return type(thing).objects.get(pk=thing.pk)


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
