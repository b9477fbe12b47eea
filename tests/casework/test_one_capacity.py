"""Whoever has several capacities does in each what belongs to it, and escapes no conflict by changing."""

from __future__ import annotations

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from accounts import standing
from casework import scope
from casework.contributions import actions as contributing
from casework.contributions import rules as contributions
from casework.demands import rules as demands
from casework.enquiries import logging_rules, rules
from casework.models import Case, Contribution, Demand, Escalation, Message
from protocol import authority
from protocol.refusals import Refused
from tests.attack import stage
from tests.casework.demands import flag
from tests.casework.making import MONDAY, NOW, fresh, reloaded, working_days
from tests.factories import (
    DelegationFactory,
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    PersonFactory,
    PostFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db
SEED, EXAMPLES = 23, 60
# What an officer or overseer may do, and nobody on the member's side of an enquiry, whatever they act as.
OFFICERS = {
    verb for verb, who in rules.WHO.items() if not who & {"member", "for_answer", "for_withdraw"}
}
POSTS = ("chair_of_council", "proper_officer", "democratic_services", "administrator", "auditor")


@pytest.fixture
def theatre(time_machine) -> stage.Stage:
    """With one enquiry that another service is asked about, and in which a demand was flagged."""
    time_machine.move_to(NOW)
    found = stage.set_up()
    case, bob = found.cases["with_officer"], found.made.bob
    asked = {"officer": fresh(found.people["other officer"]).officer, "text": "How deep are they?"}
    due = working_days(MONDAY, 3)
    contributing.ask(case=reloaded(case), by=fresh(bob), due=due, now=NOW, **asked)
    flag(case, bob)
    return found


def acting(person, key: str):
    """As the request of a session with this capacity would load them."""
    found = fresh(person)
    found.acting_in = key
    return found


@st.composite
def people(draw):
    """What somebody is, and how they stand to an enquiry."""
    return {
        "member": draw(st.booleans()),
        "officer": draw(st.sampled_from([None, "officer", "senior"])),
        "heads": draw(st.booleans()),
        "posts": draw(st.sets(st.sampled_from(POSTS), max_size=2)),
        "acts": draw(st.booleans()),
        "limits": draw(st.sets(st.sampled_from(sorted(authority.DELEGATED)))),
        "raised": draw(st.sampled_from(["alice", "alice", "self", "erin"])),
        "owns": draw(st.booleans()),
        "told": draw(st.sampled_from([None, "", "chair_of_council", "proper_officer"])),
        "restricted": draw(st.sampled_from([False, False, True])),
        "state": draw(st.sampled_from(["received", "with_officer", "with_member", "answered"])),
    }


def stand(theatre: stage.Stage, drawn: dict):
    """The person and the enquiry that were drawn, as rows."""
    highways = theatre.made.highways
    person = PersonFactory(name="Petra Pike")
    if drawn["member"]:
        MemberFactory(person=person)
    if drawn["officer"]:
        officer = OfficerFactory(person=person, level=drawn["officer"], service=highways)
        if drawn["heads"]:
            type(highways).objects.filter(pk=highways.pk).update(head=officer)
    for post in drawn["posts"]:
        HoldingFactory(post=PostFactory(key=post), person=person)
    if drawn["acts"]:
        limits = " ".join(sorted(drawn["limits"]))
        DelegationFactory(principal=theatre.made.alice, delegate=person, may=limits)
    raisers = {"alice": theatre.made.alice, "self": person, "erin": theatre.people["other member"]}
    case = theatre.cases[drawn["state"]]
    changes = {
        "raised_by": raisers[drawn["raised"]],
        "sensitivity": "restricted" if drawn["restricted"] else "ordinary",
    }
    if drawn["owns"] and drawn["officer"]:
        changes["owner"] = person
    Case.objects.filter(pk=case.pk).update(**changes)
    # Another service is asked, and a demand is flagged, in whichever enquiry it is.
    assert Contribution.objects.update(case=case, service=highways, owner=None, state="asked")
    assert Demand.objects.update(case=case)
    if drawn["told"] is not None:
        Escalation.objects.create(case=case, person=person, post_key=drawn["told"], at=NOW)
    return person, Case.objects.get(pk=case.pk)


def seen(case: Case, person) -> bool:
    return Case.objects.visible_to(person).filter(pk=case.pk).exists()


def done(case: Case, person) -> set[str]:
    return set(rules.available(case, person, MONDAY)) if seen(case, person) else set()


def may_log_for(member, person) -> bool:
    try:
        logging_rules.may_be_raised_for(member, person, MONDAY)
    except Refused:
        return False
    return standing.of(person).may("enquiry.raise") or standing.of(person).may("enquiry.log")


def test_no_capacity_gives_more_than_the_person_has_and_none_leads_out_of_a_conflict(theatre):
    """Whatever somebody is and however they stand to an enquiry: in no capacity do they see, read or do what
    they could not in all of them together; and on the member's side of it they do nothing as an officer.

    Seen red with: `scope.side`, `relations`, `on_side_of`, `of_others` and `may_be_raised_for` asked of
    `acts_for` and the capacity in place of `sides_with`, one after the other; a post of the officers' given to
    the member in `protocol.capacity`.
    """
    counted = {"people": 0, "capacities": 0, "verbs": 0, "in conflict": 0}

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(people())
    def holds(drawn):
        with transaction.atomic():
            compare(theatre, drawn, counted)
            transaction.set_rollback(True)

    holds()
    print(f"N = {counted}, seed {SEED}")
    assert counted["capacities"] > EXAMPLES / 2
    assert counted["in conflict"] > 10


def compare(theatre: stage.Stage, drawn: dict, counted: dict) -> None:
    person, case = stand(theatre, drawn)
    whole = fresh(person)
    keys = list(standing.whole(whole).parted)
    counted["people"] += 1
    if len(keys) < 2:
        assert standing.of(acting(person, "officer")).facts == standing.whole(whole).facts
        return
    theirs = case.raised_by_id == person.pk or (
        drawn["acts"] and case.raised_by_id == theatre.made.alice.pk
    )
    everything = standing.whole(whole).facts
    union: set[str] = set()
    for key in keys:
        one = acting(person, key)
        assert standing.of(one).capacity == key
        assert standing.of(one).facts <= everything
        union |= standing.of(one).facts
        counted["capacities"] += 1
        compare_one(theatre, case, one, whole, theirs=theirs, counted=counted)
    assert union == everything, "a fact belongs to no capacity"


def compare_one(theatre, case, one, whole, *, theirs: bool, counted: dict) -> None:
    assert not seen(case, one) or seen(case, whole)
    verbs = done(case, one)
    counted["verbs"] += len(verbs)
    assert verbs <= done(case, whole)
    read = set(Message.objects.visible_to(one).values_list("pk", flat=True))
    assert read <= set(Message.objects.visible_to(whole).values_list("pk", flat=True))
    for model in (Contribution, Demand):
        mine = set(model.objects.visible_to(one).values_list("pk", flat=True))
        assert mine <= set(model.objects.visible_to(whole).values_list("pk", flat=True))
    if not theirs:
        return
    counted["in conflict"] += 1
    assert scope.side(case, one) == "member"
    assert not verbs & OFFICERS
    notes = Message.objects.visible_to(one).filter(case=case, officers_only=True)
    assert not notes.exists()
    assert not contributions.Contribution.objects.visible_to(one).filter(case=case).exists()
    assert not Demand.objects.visible_to(one).filter(case=case).exists()
    for asked in case.contributions.all():
        assert not contributions.relations(asked, one, MONDAY)
    assert not demands.handles(case, one, MONDAY)
    as_officer = standing.of(one).capacity in ("officer", "post")
    assert not (as_officer and may_log_for(case.raised_by, one))


# What a delegate may do -------------------------------------------------------------------------------

BY_LIMIT = {
    "reply": "answer",
    "add": "answer",
    "remove_file": "answer",
    "ask_again": "ask_again",
    "withdraw": "withdraw",
}


def test_every_verb_of_the_members_is_lent_by_one_limit_and_by_no_other(theatre):
    """Each verb that is the member's, for a delegate with every choice of limits, in every state; and raising.

    Seen red with: `for_answer` left out of `reply` and given to `withdraw`; `_lent` that gives what is there.
    """
    members = {verb for verb, who in rules.WHO.items() if "member" in who}
    assert members == BY_LIMIT.keys(), "a verb of the members' that no limit lends"
    alice, delegate = theatre.made.alice, fresh(theatre.people["delegate"])
    given_row = delegate.delegations_held.get()
    tried = 0
    for number in range(2 ** len(authority.DELEGATED)):
        limits = {key for at, key in enumerate(sorted(authority.DELEGATED)) if number >> at & 1}
        type(given_row).objects.filter(pk=given_row.pk).update(may=" ".join(sorted(limits)))
        one = fresh(theatre.people["delegate"])
        assert may_log_for(alice, one) == ("raise" in limits)
        for state, case in theatre.cases.items():
            own = set(rules.available(case, fresh(alice), MONDAY))
            lent = {verb for verb in own if BY_LIMIT[verb] in limits}
            assert set(rules.available(case, one, MONDAY)) == lent, f"{state}, {sorted(limits)}"
            for verb in own - lent:
                with pytest.raises(Refused, match="has not let you do that"):
                    rules.may(verb, case=case, by=one, on=MONDAY)
            tried += 1
    print(f"N = {tried} choices of limits times states")
    assert tried == 16 * len(theatre.cases)


def test_a_delegate_who_also_is_an_officer_does_in_the_one_capacity_nothing_of_the_other(theatre):
    """Seen red with: `_lent` asked of `standing.whole`."""
    bob = theatre.made.bob
    DelegationFactory(principal=theatre.people["other member"], delegate=bob)
    DelegationFactory(principal=theatre.made.alice, delegate=bob, may="answer")
    case = theatre.cases["with_member"]
    assert case.owner_id == bob.pk
    as_officer = acting(bob, "officer")
    assert seen(case, as_officer)
    assert done(case, as_officer) == set()
    for_alice = acting(bob, f"for:{theatre.made.alice.pk}")
    assert {"reply"} <= done(case, for_alice) <= {"reply", "add", "remove_file"}
    for_erin = acting(bob, f"for:{theatre.people['other member'].pk}")
    assert not seen(case, for_erin)


def test_a_restricted_case_is_no_delegates_in_any_capacity(theatre):
    """Seen red with: `restricted` left out where `relations` lends."""
    case = theatre.cases["with_member"]
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    case.refresh_from_db()
    delegate = theatre.people["delegate"]
    OfficerFactory(person=delegate, service=ServiceFactory(name="Waste"))
    rng = random.Random(SEED)
    keys = list(standing.whole(fresh(delegate)).parted)
    rng.shuffle(keys)
    for key in keys:
        one = acting(delegate, key)
        assert not seen(case, one)
        assert rules.relations(case, one, MONDAY) == frozenset()
