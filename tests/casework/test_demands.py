"""An officer flags a demand; whoever the protocol names considers it; the enquiry goes on as it was
(Mo30, Mo49, Mo108; We2.9, We3.7; Bk; Bl2.4, Bl2.6, Bl10.4)."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.chasing import actions as chasing
from casework.contributions import actions as contributions
from casework.demands import actions, rules
from casework.models import Case, Clock, Contribution, Demand, DemandTold
from council.models import Holding
from ledger.models import Event, Notice
from ledger.verification import Tally, verify
from officers.models import Officer
from protocol.profile import load
from protocol.refusals import Refused, Stale
from tests import cast
from tests.casework.making import (
    NOW,
    World,
    at,
    enquiry,
    fresh,
    hold,
    nothing_written,
    reloaded,
    with_bob,
    working_days,
    world,
)
from tests.factories import (
    AbsenceFactory,
    HoldingFactory,
    OfficerFactory,
    RelationshipFactory,
    profile_text,
)

pytestmark = pytest.mark.django_db
MOST_QUERIES = 14
ASKED = "She rings each hour, and wants it done by noon."


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("model")


def ground(case: Case, kind: str = "unreasonable"):
    return next(one for one in case.profile.demands.offered if one.kind == kind)


def flag(case: Case, by, kind: str = "unreasonable", **changes) -> Demand:
    asked = {"text": ASKED, "now": NOW, "ground": ground(case, kind)}
    return actions.flag(case=reloaded(case), by=fresh(by), **(asked | changes))


def with_whom(demand: Demand) -> str:
    return demand.told.latest("pk").person.name


def told_of(verb: str) -> set[str]:
    return {n.recipient for n in Notice.objects.filter(event__verb=verb).order_by("pk")}


# To whom it goes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "whom", "clause"),
    [
        ("model", "Sam Stone", "Mo49"),
        ("weston", "Tess Todd", "We2.9"),
        ("blackpool", "Sam Stone", "Bl2.6"),
        ("bristol", "Sam Stone", ""),
        ("bracknell", "Prue Price", ""),
    ],
)
def test_it_goes_to_whom_the_protocol_names(time_machine, profile, whom, clause):
    """Mo49, Bl2.6 and Bristol: the officer's manager; We2.9: the Town Clerk; Bracknell: the Proper Officer.
    Where the document says nothing, it is the council's. Seen red with: `considerer` that ignores `to`."""
    time_machine.move_to(NOW, tick=False)
    made = world(profile)
    demand = flag(with_bob(made), made.bob)
    named = made.posts.get("proper_officer")
    assert with_whom(demand) == (named.name if profile == "bracknell" else whom)
    assert demand.clause == clause


def test_whoever_is_away_is_passed_over(made):
    """Seen red with: `considerer` that takes the officer's `manager` field."""
    AbsenceFactory(officer=made.sam.officer, since=NOW.date(), until=NOW.date())
    assert with_whom(flag(with_bob(made), made.bob)) == "Carol Clarke"


def test_whoever_is_close_to_the_member_is_passed_over(made):
    """Seen red with: `_in_line` that asks nobody who may not act."""
    RelationshipFactory(person=made.sam, other=made.alice, declared_on=NOW.date())
    assert with_whom(flag(with_bob(made), made.bob)) == "Carol Clarke"


def test_nobody_considers_what_they_flagged_themselves(time_machine):
    """At Weston it goes to the Town Clerk, who has most enquiries. Seen red with: `_holding` that avoids
    nobody but those apart."""
    time_machine.move_to(NOW, tick=False)
    made = world("weston")
    clerk = made.posts["town_clerk"]
    case = with_bob(made)
    Case.objects.filter(pk=case.pk).update(owner=clerk)
    demand = flag(case, clerk)
    assert demand.told.get().person != clerk
    HoldingFactory(post__key="town_clerk", person=made.carol, deputy_order=1)
    other = with_bob(made, subject="Flood")
    Case.objects.filter(pk=other.pk).update(owner=clerk)
    second = flag(other, clerk)
    assert with_whom(second) == "Carol Clarke"
    with pytest.raises(Refused, match="Only whoever it was brought to"):
        actions.consider(demand=second, by=fresh(clerk), outcome="carry_on", text="Yes.", now=NOW)


def test_whoever_stands_in_for_a_post_can_read_what_they_are_asked_to_consider(time_machine):
    """We2.9. The Town Clerk flags one of her own and is democratic services too, so it goes to the adviser,
    in whose absence the deputy clerk stands in. Seen red with: the post that was asked for, and not the one
    that is held.
    """
    time_machine.move_to(NOW, tick=False)
    made = world("weston")
    case = with_bob(made)
    clerk, dee = made.posts["town_clerk"], OfficerFactory(person__name="Dee Deputy").person
    hold("deputy_town_clerk", dee)
    Holding.objects.filter(post__key="democratic_services").update(person=clerk)
    Officer.objects.filter(person=clerk).update(manager=None, service=None)
    Case.objects.filter(pk=case.pk).update(owner=clerk)
    demand = flag(case, clerk)
    assert with_whom(demand) == "Dee Deputy"
    assert Demand.objects.brought_to(fresh(dee)).get() == demand
    actions.consider(demand=demand, by=fresh(dee), outcome="carry_on", text="Yes.", now=NOW)


def test_where_nobody_may_it_waits_and_is_brought_to_whoever_comes(made):
    """It is not lost: the reminder finds whoever is there by then."""
    Officer.objects.exclude(person__in=[made.bob]).update(ended_on=NOW.date() - timedelta(days=1))
    case = enquiry(made)
    Case.objects.filter(pk=case.pk).update(owner=made.bob, state="with_officer")
    demand = flag(case, made.bob)
    assert not demand.told.exists()
    Officer.objects.filter(person=made.sam).update(ended_on=None)
    chasing.chase(now=at(working_days(NOW.date(), 5)))
    assert with_whom(demand) == "Sam Stone"


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


def test_a_profile_from_before_there_were_grounds_has_one(time_machine):
    """An adopted text is never changed: its own clause is the ground's."""
    time_machine.move_to(NOW, tick=False)
    text = profile_text("weston")
    start, end = text.index("[[demands.grounds]]"), text.index("[member_queries]")
    made = world(
        "weston",
        changed={
            text[start:end]: "",
            'remind_after_days = 5\nclause = "We2.9"\ncouncil_adds = ["remind_after_days"]\n': (
                'clause = "We2.9"\n'
            ),
        },
    )
    demand = flag(with_bob(made), made.bob)
    assert (demand.kind, demand.clause, demand.remind_at) == ("unreasonable", "We2.9", None)


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


def test_it_is_brought_to_mind_while_it_waits_and_no_longer(made, time_machine):
    """Mo49 has no date: after the working days of the council, again and again.
    Seen red with: `_close` that keeps `remind_at`; `_reminded` that sets no next day."""
    demand = flag(with_bob(made), made.bob)
    first = working_days(NOW.date(), 5)
    chasing.chase(now=at(first - timedelta(days=1), 23))
    assert not Event.objects.of("demand_reminded").exists()
    for times in (1, 2):
        chasing.chase(now=at(working_days(NOW.date(), 5 * times), 10))
        chasing.chase(now=at(working_days(NOW.date(), 5 * times), 11))
        assert Event.objects.of("demand_reminded").count() == times
    assert told_of("demand_reminded") == {f"person:{made.sam.pk}"}
    later = at(working_days(NOW.date(), 11))
    time_machine.move_to(later, tick=False)
    demand.refresh_from_db()
    actions.consider(demand=demand, by=fresh(made.sam), outcome="talked", text="Yes.", now=later)
    chasing.chase(now=later + timedelta(days=63))
    assert Event.objects.of("demand_reminded").count() == 2


def test_where_whoever_had_it_is_away_it_is_brought_to_the_next(made, time_machine):
    demand = flag(with_bob(made), made.bob)
    then = at(working_days(NOW.date(), 5))
    AbsenceFactory(officer=made.sam.officer, since=then.date(), until=then.date())
    time_machine.move_to(then, tick=False)
    chasing.chase(now=then)
    assert with_whom(demand) == "Carol Clarke"
    demand.refresh_from_db()
    actions.consider(demand=demand, by=fresh(made.carol), outcome="talked", text="Yes.", now=then)


def test_what_a_closure_day_put_off_waits_for_the_next_working_day(made):
    demand = flag(with_bob(made), made.bob)
    saturday = working_days(NOW.date(), 5) + timedelta(days=5)
    while saturday.weekday() != 5:
        saturday += timedelta(days=1)
    Demand.objects.update(remind_at=at(saturday, 8))
    chasing.chase(now=at(saturday, 9))
    assert not Event.objects.of("demand_reminded").exists()
    demand.refresh_from_db()
    assert demand.remind_at.date() == saturday + timedelta(days=2)


# On the pages ------------------------------------------------------------------------------------------


def said(client, person, path: str) -> str:
    client.force_login(fresh(person))
    return unescape(client.get(path).content.decode())


def test_an_officer_flags_it_from_the_case_and_reads_what_came_of_it(made, client):
    case = with_bob(made)
    address = reverse("demand-flag", args=[case.reference])
    assert address in said(client, made.bob, case.get_absolute_url())
    page = said(client, made.bob, address)
    for words in ("Mo49", "Mo108", "Mo30", "political assistant", "its due date stays"):
        assert words in page
    answer = client.post(address, {"ground": "0", "text": ""})
    assert "Enter what was asked of you" in answer.content.decode()
    answer = client.post(address, {"ground": "2", "text": ASKED})
    assert "Select what you did with the instruction" in answer.content.decode()
    answer = client.post(address, {"ground": "0", "text": ASKED, "handled": "request"})
    assert "Leave this out" in unescape(answer.content.decode())
    answer = client.post(
        address, {"ground": "2", "text": ASKED, "handled": "exception:3"}, follow=True
    )
    demand = Demand.objects.get()
    assert answer.redirect_chain == [(demand.get_absolute_url(), 302)]
    assert "Sam Stone is asked to consider it" in unescape(answer.content.decode())
    assert demand.exception == "I am a political assistant"
    case_page = said(client, made.bob, case.get_absolute_url())
    assert demand.get_absolute_url() in case_page
    assert demand.get_absolute_url() in said(client, made.sam, reverse("work-list"))
    assert demand.get_absolute_url() in said(client, made.dev, reverse("demand-list"))
    assert "1 demand to be considered" in said(client, made.dev, reverse("overview-show"))
    client.force_login(fresh(made.sam))
    form = {"outcome": "talked", "text": "We spoke, and she sees it.", "version": 1}
    client.post(f"{demand.get_absolute_url()}consider/", form)
    page = said(client, made.bob, demand.get_absolute_url())
    for words in (
        "Talked with the member",
        "We spoke, and she sees it.",
        "Sam Stone considered it",
    ):
        assert words in page
    assert "None to be considered" in said(client, made.dev, reverse("overview-show"))
    assert demand.get_absolute_url() not in said(client, made.sam, reverse("work-list"))


def test_what_was_typed_comes_back_where_somebody_was_first(made, client):
    demand = flag(with_bob(made), made.bob)
    actions.take_back(demand=demand, by=fresh(made.bob), now=NOW)
    DemandTold.objects.update(post_key="democratic_services", person=made.dev)
    client.force_login(fresh(made.dev))
    form = {"outcome": "talked", "text": "We spoke at length.", "version": 1}
    answer = client.post(f"{demand.get_absolute_url()}consider/", form)
    assert answer.status_code == 409
    assert "We spoke at length." in answer.content.decode()


def test_many_demands_cost_no_page_more(made, client, django_assert_max_num_queries):
    """Seen red with: `listed` without its prefetch."""
    cases = [with_bob(made, subject=f"Lamp {place}") for place in range(9)]
    found = [flag(case, made.bob) for case in cases]
    for demand in found[:3]:
        actions.consider(demand=demand, by=fresh(made.sam), outcome="talked", text="Yes.", now=NOW)
    page = found[-1].get_absolute_url()
    for who, path in (
        (made.dev, reverse("demand-list")),
        (made.dev, reverse("overview-show")),
        (made.sam, reverse("work-list")),
        (made.bob, cases[-1].get_absolute_url()),
        (made.bob, page),
        (made.sam, page),
        (made.sam, f"{page}consider/"),
        (made.bob, f"{page}take-back/"),
        (made.bob, reverse("demand-flag", args=[cases[0].reference])),
    ):
        said(client, who, path)
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(path).status_code == 200
