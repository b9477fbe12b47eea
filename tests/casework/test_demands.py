"""An officer flags a demand; whoever the protocol names considers it; the enquiry goes on as it was
(Mo30, Mo49, Mo108; We2.9, We3.7; Bk; Bl2.4, Bl2.6, Bl10.4)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.contributions import actions as contributions
from casework.demands import actions, rules
from casework.models import Case, Clock, Contribution, Demand
from ledger.models import Event
from ledger.verification import Tally, verify
from officers.models import Officer
from protocol.profile import load
from protocol.refusals import Refused, Stale
from tests import cast
from tests.casework.demands import ASKED, flag, ground, told_of, with_whom
from tests.casework.making import (
    NOW,
    World,
    fresh,
    nothing_written,
    reloaded,
    with_bob,
    working_days,
    world,
)
from tests.factories import (
    OfficerFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("model")


# What is flagged -------------------------------------------------------------------------------------


def test_the_enquiry_and_its_clock_go_on_as_they_were(made):
    """Mo49 gives the officer no time out. Seen red with: `flag` that moves the case by "note"; `flag` that
    pauses its clock."""
    case = with_bob(made)
    before = [*Case.objects.values(), *Clock.objects.order_by("pk").values()]
    stream = list(Event.objects.filter(stream__key=case.key).values_list("pk", flat=True))
    demand = flag(case, made.bob)
    actions.consider(
        demand=demand, by=fresh(made.sam), outcome="talked", text="We talked.", now=NOW
    )
    assert before == [*Case.objects.values(), *Clock.objects.order_by("pk").values()]
    assert stream == list(Event.objects.filter(stream__key=case.key).values_list("pk", flat=True))


def test_what_is_flagged_is_committed_to_and_not_in_the_ledger(made):
    """Seen red with: `_demand_differs` that compares no author (the row's changed, and nothing said so)."""
    demand = flag(with_bob(made), made.bob)
    actions.consider(demand=demand, by=fresh(made.sam), outcome="talked", text="We spoke.", now=NOW)
    assert [str(fault) for fault in verify(tally=Tally())] == []
    assert ASKED not in str(list(Event.objects.values()))
    Demand.objects.update(text="She was kind.")
    assert len(list(verify(tally=Tally()))) == 1
    Demand.objects.update(text=ASKED, outcome="carry_on")
    assert len(list(verify(tally=Tally()))) == 1
    Demand.objects.update(outcome="talked", flagged_by=made.carol)
    assert len(list(verify(tally=Tally()))) == 1


def test_mo30_an_instruction_says_what_was_done_with_it(made):
    """Treated as a request, referred to the manager, or one of the four exceptions of Mo30."""
    case = with_bob(made)
    with pytest.raises(Refused, match="Say what you did"):
        flag(case, made.bob, "instruction")
    with pytest.raises(Refused, match="which exception"):
        flag(case, made.bob, "instruction", handled="exception", exception="Because.")
    with pytest.raises(Refused, match="instructions alone"):
        flag(case, made.bob, "queue", handled="request")
    named = ground(case, "instruction")
    assert named.clause == "Mo30"
    assert len(named.exceptions) == 4
    demand = flag(case, made.bob, "instruction", handled="exception", exception=named.exceptions[0])
    assert (demand.handled, demand.exception) == ("exception", named.exceptions[0])


@pytest.mark.parametrize(
    ("profile", "clause", "also", "exceptions"),
    [
        ("model", "Mo30", "Mo48", 4),
        ("weston", "We3.7", "We2.5", 1),
        ("bracknell", "Bk Some general principles", "Bk Councillors", 1),
        ("blackpool", "Bl10.4", "", 0),
        ("bristol", "", "", 0),
    ],
)
def test_an_instruction_is_on_record_under_the_clause_of_each_protocol(
    time_machine, profile, clause, also, exceptions
):
    """Only Mo30, We3.7 and Bracknell have exceptions; Bristol has no clause, so it is the council's."""
    time_machine.move_to(NOW, tick=False)
    made = world(profile)
    case = with_bob(made)
    named = ground(case, "instruction")
    assert (named.clause or "", ", ".join(named.also)) == (clause, also)
    assert len(named.exceptions or ()) == exceptions
    demand = flag(case, made.bob, "instruction", handled="referred")
    assert (demand.kind, demand.clause, demand.handled) == ("instruction", clause, "referred")
    assert demand.told.exists()


def test_mo108_bl2_4_each_ground_keeps_its_own_clause(time_machine):
    """Mo108: before others; Bl2.4: outside duties or hours, and Bl2.6: often and without an appointment.
    Seen red with: `flag` that keeps the clause of the whole table."""
    time_machine.move_to(NOW, tick=False)
    made = world("model")
    assert flag(with_bob(made), made.bob, "queue").clause == "Mo108"
    offered = load("blackpool").demands.offered
    assert [one.clause for one in offered] == ["Bl2.6", "Bl2.4", "Bl10.4"]


def test_a_ground_of_another_council_is_refused(made):
    foreign = load("weston").demands.grounds[0]
    with pytest.raises(Refused, match="no ground"):
        flag(with_bob(made), made.bob, ground=foreign)


def test_one_at_a_time_for_each_officer(made):
    """Pressed twice, it is flagged once."""
    case = with_bob(made)
    demand = flag(case, made.bob)
    with nothing_written(), pytest.raises(Refused, match="already"):
        flag(case, made.bob, "queue")
    row = {"ground": "x", "text": "x", "salt": "x", "kind": "queue", "flagged_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Demand.objects.create(case=case, flagged_by=made.bob, **row)
    actions.take_back(demand=demand, by=fresh(made.bob), now=NOW)
    assert flag(case, made.bob, "queue").is_open


def test_only_whoever_handles_it_flags(made):
    """Seen red with: `may_flag` without `handles`."""
    case = with_bob(made)
    for who in (made.alice, made.dev, cast.gita(), cast.norris()):
        with nothing_written(), pytest.raises(Refused, match="Only the officer"):
            flag(case, who)


def test_whoever_is_asked_for_a_contribution_flags_it_and_it_goes_up_their_own_line(made):
    """The enquiry is not theirs to open, and nor is it their manager's: that reads the demand alone."""
    case = with_bob(made)
    gita = cast.gita()
    head = OfficerFactory(service=gita.officer.service, level="senior", person__name="Hal Hill")
    Officer.objects.filter(person=gita).update(manager=head)
    contributions.ask(
        case=case,
        by=fresh(made.bob),
        officer=gita.officer,
        text="Whose is it?",
        due=working_days(NOW.date(), 2),
        now=NOW,
    )
    one = Contribution.objects.with_names().get()
    demand = flag(case, gita, contribution=one)
    assert with_whom(demand) == "Hal Hill"
    assert not Case.objects.visible_to(fresh(head.person)).exists()
    for who in (made.bob, made.sam, made.carol):
        assert not Demand.objects.visible_to(fresh(who)).exists()


def test_of_a_restricted_enquiry_none_is_flagged(made):
    case = with_bob(made)
    Case.objects.update(sensitivity="restricted")
    with nothing_written(), pytest.raises(Refused, match="restricted"):
        flag(case, made.bob)
    owner = frozenset({"owner"})
    assert not rules.is_offered(reloaded(case), fresh(made.bob), NOW.date(), owner)


def test_where_the_council_has_none_of_it_nothing_of_it_shows(time_machine, client):
    """Neither a link on the case nor a line on the overview."""
    time_machine.move_to(NOW, tick=False)
    made = world("model", changed={"[demands]\nflag = true": "[demands]\nflag = false"})
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    assert "demand" not in client.get(case.get_absolute_url()).content.decode().lower()
    client.force_login(fresh(made.dev))
    assert "Demands on officers" not in client.get(reverse("overview-show")).content.decode()
    with pytest.raises(Refused, match="does not have officers flag"):
        flag(case, made.bob)


# What comes of it ------------------------------------------------------------------------------------


def test_whoever_it_was_brought_to_says_what_comes_of_it_and_the_officer_is_told(made):
    demand = flag(with_bob(made), made.bob)
    assert told_of("demand_flagged") == {f"person:{made.sam.pk}"}
    actions.consider(demand=demand, by=fresh(made.sam), outcome="talked", text="We spoke.", now=NOW)
    demand = Demand.objects.get()
    assert (demand.state, demand.outcome, demand.closed_by) == ("considered", "talked", made.sam)
    assert demand.remind_at is None
    assert told_of("demand_considered") == {f"person:{made.bob.pk}"}
    with nothing_written(), pytest.raises(Refused, match="considered"):
        actions.consider(
            demand=demand, by=fresh(made.sam), outcome="talked", text="Again.", now=NOW
        )


def test_nobody_else_says_what_comes_of_it(made):
    """Seen red with: `considers` that asks nothing; that asks only whether they may see it."""
    demand = flag(with_bob(made), made.bob)
    for who in (made.bob, made.carol, made.alice, cast.gita()):
        with nothing_written(), pytest.raises(Refused, match="Only whoever it was brought to"):
            actions.consider(
                demand=demand, by=fresh(who), outcome="talked", text="We spoke.", now=NOW
            )


def test_two_who_close_it_at_once_close_it_once(made):
    demand = flag(with_bob(made), made.bob)
    other = Demand.objects.get()
    actions.take_back(demand=other, by=fresh(made.bob), seen=1, now=NOW)
    with nothing_written(), pytest.raises(Stale):
        actions._close(demand, "consider", 1)
    assert Demand.objects.get().state == "taken_back"


def test_the_group_leader_only_where_the_profile_says_so(time_machine):
    """No document lets a demand go there: the council can.
    Seen red with: `outcomes` that leaves nothing out."""
    time_machine.move_to(NOW, tick=False)
    made = world("bristol")
    demand = flag(with_bob(made), made.bob)
    assert "group_leader" not in rules.outcomes(demand)
    with nothing_written(), pytest.raises(Refused, match="cannot come of it"):
        actions.consider(
            demand=demand, by=fresh(made.sam), outcome="group_leader", text="To her.", now=NOW
        )


def test_where_the_profile_says_so_it_can_be_brought_to_the_group_leader(time_machine):
    time_machine.move_to(NOW, tick=False)
    adds = "remind_after_days = 5\nset_by_council = true"
    made = world("bristol", changed={adds: f"group_leader = true\n{adds}"})
    demand = flag(with_bob(made), made.bob)
    assert "group_leader" in rules.outcomes(demand)
