"""Who may see which case, and which side of it: one row a person and relation, every "no" written out.

Alice raised it, for Harbour ward, in the Harbour Independents; it is with Highways and Bob has it.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from casework.enquiries import actions, rules
from casework.models import Case, Copy, Escalation, Message
from council.models import Holding
from documents.models import Document
from officers.models import Officer, Service
from tests import cast
from tests.casework.making import World, enquiry, fresh, world
from tests.documents.making import with_file
from tests.factories import (
    AbsenceFactory,
    DelegationFactory,
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    ServiceFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db

# What a person sees of the case: nothing, the member's side of it, or the officers' side as well.
NOTHING, MEMBERS, OFFICERS = "nothing", "the member's side", "the officers' side"


@pytest.fixture
def made(db) -> World:
    return world("bristol")


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def _case(made: World) -> Case:
    """Bob has Alice's enquiry, there is a note on it, and it is today."""
    now = timezone.now()
    case = enquiry(made, now=now, ward=made.harbour)
    actions.accept(case=case, by=made.bob, now=now)
    actions.note(case=case, by=made.bob, text="The contractor is late again.", now=now)
    for message in case.messages.filter(kind__in=["enquiry", "note"]):
        with_file(case, message=message, name=f"{message.kind}.csv")
    return case


# The people, by how they stand to it ------------------------------------------------------------


def same_group(made):
    group = made.alice.member.group
    return MemberFactory(group=group).person


def same_ward(made):
    return MemberFactory(group=None, ward=WardFactory(name="Harbour")).person


def same_ward_and_group(made):
    return MemberFactory(group=made.alice.member.group, ward=WardFactory(name="Harbour")).person


def delegate(made, case=None):
    person = OfficerFactory(service__name="Member support").person
    DelegationFactory(principal=made.alice, delegate=person)
    return person


def delegate_who_is_nothing_else(made):
    person = cast.charlie()
    DelegationFactory(principal=made.alice, delegate=person)
    return person


def delegate_in_the_team(made):
    """An officer of Highways who is Alice's delegate stands on her side, and reads no notes."""
    person = OfficerFactory(service=made.highways).person
    DelegationFactory(principal=made.alice, delegate=person)
    return person


def delegate_of_before(made):
    person = cast.charlie()
    DelegationFactory(principal=made.alice, delegate=person, until=yesterday())
    return person


def delegate_of_another(made):
    person = cast.charlie()
    DelegationFactory(principal=cast.erin(), delegate=person)
    return person


def raised_and_gone(made):
    type(made.alice.member).objects.filter(person=made.alice).update(ended_on=yesterday())
    return made.alice


def raised_and_disabled(made):
    type(made.alice).objects.filter(pk=made.alice.pk).update(is_active=False)
    return made.alice


def colleague(made):
    return OfficerFactory(service=made.highways).person


def colleague_who_left(made):
    return OfficerFactory(service=made.highways, ended_on=yesterday()).person


def other_service(made):
    return cast.gita()


def head_of_another_service(made):
    return OfficerFactory(service=ServiceFactory(name="Housing"), level="senior").person


def directs_it_from_elsewhere(made):
    director = OfficerFactory(service=ServiceFactory(name="Place"), level="chief")
    Service.objects.filter(name="Highways").update(chief_officer=director)
    return director.person


def _to_housing(made) -> None:
    """Bob passes it to Gita, and so from Highways to Housing."""
    case, gita = Case.objects.get(), cast.gita()
    Case.objects.update(sensitivity="ordinary")
    actions.reassign(case=case, by=fresh(made.bob), officer=gita.officer, reason="By mistake.")


def headed_the_service_that_passed_it_on(made):
    _to_housing(made)
    return made.sam


def directed_the_service_that_passed_it_on(made):
    _to_housing(made)
    return made.carol


def headed_two_services_ago(made):
    _to_housing(made)
    parks = OfficerFactory(service=ServiceFactory(name="Parks"))
    gita = fresh(Case.objects.get().owner)
    actions.reassign(case=Case.objects.get(), by=gita, officer=parks, reason="Not mine either.")
    return made.sam


def passed_it_on(made):
    _to_housing(made)
    return made.bob


def colleague_of_whoever_passed_it_on(made):
    person = colleague(made)
    _to_housing(made)
    return person


def former_owner_elsewhere(made):
    person = OfficerFactory(service__name="Housing").person
    case = Case.objects.get()
    Case.objects.filter(pk=case.pk).update(owner=person)
    assert Case.objects.visible_to(fresh(person)).exists()
    Case.objects.filter(pk=case.pk).update(owner=made.bob)
    return person


def owner_elsewhere(made):
    person = OfficerFactory(service__name="Housing").person
    Case.objects.update(owner=person)
    return person


def owner_who_left(made):
    Officer.objects.filter(person=made.bob).update(ended_on=yesterday())
    return made.bob


def covers(made):
    cover = OfficerFactory(service__name="Housing")
    today = timezone.localdate()
    AbsenceFactory(officer=made.bob.officer, since=today, until=today, cover=cover)
    return cover.person


def covered_until_yesterday(made):
    cover = OfficerFactory(service__name="Housing")
    AbsenceFactory(officer=made.bob.officer, since=yesterday(), until=yesterday(), cover=cover)
    return cover.person


def covers_for_another(made):
    cover = OfficerFactory(service__name="Housing")
    today = timezone.localdate()
    AbsenceFactory(officer=made.sam.officer, since=today, until=today, cover=cover)
    return cover.person


def _brought(person, post=""):
    Escalation.objects.create(
        case=Case.objects.get(), person=person, post_key=post, at=timezone.now()
    )
    return person


def manager_it_was_brought_to(made):
    return _brought(OfficerFactory(service__name="Housing").person)


def manager_it_was_brought_to_who_left(made):
    return _brought(OfficerFactory(service__name="Housing", ended_on=yesterday()).person)


def head_it_was_brought_to(made):
    return _brought(made.sam)


def overseer_it_was_brought_to(made):
    return _brought(made.posts["head_of_paid_service"], "head_of_paid_service")


def owner_it_was_brought_to(made):
    """Told as a manager, and given it afterwards."""
    return _brought(made.bob)


def mayor_it_was_brought_to(made):
    mayor = MemberFactory().person
    HoldingFactory(post__key="town_mayor", person=mayor)
    return _brought(mayor, "town_mayor")


def mayor_until_yesterday(made):
    mayor = mayor_it_was_brought_to(made)
    Holding.objects.filter(person=mayor).update(until=yesterday())
    return mayor


def officer_whose_post_ended(made):
    """Still an officer, and told as the holder of a post that they no longer hold."""
    person = OfficerFactory(service__name="Housing").person
    HoldingFactory(post__key="chief_finance_officer", person=person, until=yesterday())
    return _brought(person, "chief_finance_officer")


def mayor_after(made):
    """Whoever holds the post now was not told, and sees nothing by it."""
    mayor_until_yesterday(made)
    mayor = MemberFactory().person
    HoldingFactory(post__key="town_mayor", person=mayor)
    return mayor


def overseer(made):
    return made.dev


def overseer_until_yesterday(made):
    Holding.objects.filter(post__key="democratic_services").update(until=yesterday())
    return made.dev


def deputy_overseer(made):
    person = OfficerFactory(service__name="Housing").person
    HoldingFactory(post__key="monitoring_officer", person=person, deputy_order=1)
    return person


def member_and_overseer(made):
    """Bk: a councillor who acts as Proper Officer oversees what others raise."""
    person = MemberFactory().person
    HoldingFactory(post__key="democratic_services", person=person)
    return person


def member_and_overseer_it_was_brought_to(made):
    """What an escalation lets an officer do, it lets no member do, whatever post they hold."""
    return _brought(member_and_overseer(made), "democratic_services")


def raised_and_oversees(made):
    """And stands on the member's side of what they raised themselves."""
    HoldingFactory(post__key="democratic_services", person=made.alice)
    return made.alice


def raised_and_works_in_the_team(made):
    OfficerFactory(person=made.alice, service=made.highways)
    return made.alice


def copied_member(made):
    person = cast.erin()
    message = Message.objects.filter(kind="enquiry").get()
    Copy.objects.create(message=message, person=person)
    return person


# What a person may do, whatever the state: rules.WHO for how they stand to it. Written out, so that a
# change of it is seen here.
NO_VERB = ""
ASKS = "reply add withdraw ask_again remove_file"
LEADS = (
    "accept return allocate reassign acknowledge ask record_reply pause resume hold extend answer close note "
    "explain_breach record_asking put_right remove_file ask_service record_addition link unlink "
    "close_duplicate hand_on take_back"
)
WORKS = f"{LEADS} refer_upward"
OVERSEES = (
    "allocate reassign acknowledge close withdraw note explain_breach record_asking remove_file "
    "record_addition link unlink close_duplicate hand_on take_back"
)
TOLD = "allocate reassign refer_upward hold note explain_breach"

# relation → what they see where the case is ordinary, and where it is restricted; what they may do to it.
TABLE = [
    ("raised it", lambda m: m.alice, MEMBERS, MEMBERS, ASKS, ASKS),
    (raised_and_oversees, None, MEMBERS, MEMBERS, ASKS, ASKS),
    (raised_and_works_in_the_team, None, MEMBERS, MEMBERS, ASKS, ASKS),
    (raised_and_gone, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (raised_and_disabled, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (delegate, None, MEMBERS, NOTHING, ASKS, NO_VERB),
    (delegate_who_is_nothing_else, None, MEMBERS, NOTHING, ASKS, NO_VERB),
    (delegate_in_the_team, None, MEMBERS, NOTHING, ASKS, NO_VERB),
    (delegate_of_before, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (delegate_of_another, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (same_group, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (same_ward, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (same_ward_and_group, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    ("another group", lambda m: cast.erin(), NOTHING, NOTHING, NO_VERB, NO_VERB),
    (copied_member, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    ("has it", lambda m: m.bob, OFFICERS, OFFICERS, WORKS, WORKS),
    (owner_elsewhere, None, OFFICERS, OFFICERS, WORKS, WORKS),
    (owner_who_left, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (former_owner_elsewhere, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (colleague, None, OFFICERS, NOTHING, NO_VERB, NO_VERB),
    (colleague_who_left, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    ("heads the service", lambda m: m.sam, OFFICERS, NOTHING, LEADS, NO_VERB),
    ("directs the service", lambda m: m.carol, OFFICERS, NOTHING, LEADS, NO_VERB),
    (directs_it_from_elsewhere, None, OFFICERS, NOTHING, LEADS, NO_VERB),
    (other_service, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (head_of_another_service, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (headed_the_service_that_passed_it_on, None, OFFICERS, NOTHING, NO_VERB, NO_VERB),
    (directed_the_service_that_passed_it_on, None, OFFICERS, NOTHING, NO_VERB, NO_VERB),
    (headed_two_services_ago, None, OFFICERS, NOTHING, NO_VERB, NO_VERB),
    (passed_it_on, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (colleague_of_whoever_passed_it_on, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (covers, None, OFFICERS, NOTHING, WORKS, NO_VERB),
    (covered_until_yesterday, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (covers_for_another, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (manager_it_was_brought_to, None, OFFICERS, OFFICERS, TOLD, TOLD),
    (manager_it_was_brought_to_who_left, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (head_it_was_brought_to, None, OFFICERS, OFFICERS, WORKS, TOLD),
    (overseer_it_was_brought_to, None, OFFICERS, OFFICERS, f"{OVERSEES} {TOLD}", TOLD),
    (owner_it_was_brought_to, None, OFFICERS, OFFICERS, WORKS, WORKS),
    (mayor_it_was_brought_to, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (mayor_until_yesterday, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (officer_whose_post_ended, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (mayor_after, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (overseer, None, OFFICERS, NOTHING, OVERSEES, NO_VERB),
    (deputy_overseer, None, OFFICERS, NOTHING, OVERSEES, NO_VERB),
    (member_and_overseer, None, OFFICERS, NOTHING, OVERSEES, NO_VERB),
    (member_and_overseer_it_was_brought_to, None, OFFICERS, OFFICERS, OVERSEES, NO_VERB),
    (overseer_until_yesterday, None, NOTHING, NOTHING, NO_VERB, NO_VERB),
    (
        "monitoring officer",
        lambda m: m.posts["monitoring_officer"],
        OFFICERS,
        NOTHING,
        OVERSEES,
        NO_VERB,
    ),
    (
        "head of paid service",
        lambda m: m.posts["head_of_paid_service"],
        OFFICERS,
        NOTHING,
        OVERSEES,
        NO_VERB,
    ),
    ("administrator", lambda m: cast.ada(), NOTHING, NOTHING, NO_VERB, NO_VERB),
    ("auditor", lambda m: cast.otis(), NOTHING, NOTHING, NO_VERB, NO_VERB),
    ("nobody in particular", lambda m: cast.charlie(), NOTHING, NOTHING, NO_VERB, NO_VERB),
]
ROWS = [
    pytest.param(make or name, *sees, id=name if make else name.__name__)
    for name, make, *sees in TABLE
]


@pytest.mark.parametrize(("make", "ordinary", "restricted", "may", "may_restricted"), ROWS)
def test_each_sees_and_does_what_is_theirs_and_no_more(
    made, make, ordinary, restricted, may, may_restricted
):
    """T1. Seen red with: each line of visible_to left out or widened in turn; visible_in that asks for
    the side alone, and so gave strangers every message; `relations` that lets delegates and
    overseers into a restricted case, and members who are gone into their own; "told" whoever asks,
    for members too, and in the hands of whoever has left the post that they were told in."""
    case = _case(made)
    person = fresh(make(made))
    kinds = (("ordinary", ordinary, may), ("restricted", restricted, may_restricted))
    for sensitivity, sees, does in kinds:
        Case.objects.update(sensitivity=sensitivity)
        _assert_sees(Case.objects.get(pk=case.pk), person, sees)
        _assert_may(Case.objects.get(pk=case.pk), person, does)


def _assert_sees(case: Case, person, sees: str) -> None:
    visible = Case.objects.visible_to(person)
    assert list(visible) == ([] if sees == NOTHING else [case])
    assert visible.count() == visible.counts(timezone.localdate())["open"] == len(visible)
    kinds = sorted(Message.objects.visible_in(case, person).values_list("kind", flat=True))
    expected = {NOTHING: [], MEMBERS: ["enquiry"], OFFICERS: ["enquiry", "note"]}[sees]
    assert [kind for kind in kinds if kind != "handover" or sees != OFFICERS] == expected
    # A file is seen by whoever sees the message that it goes with, or was sent a copy of it.
    files = Document.objects.visible_to(person).filter(about=case.key)
    copied = Message.objects.copied_to(person).values_list("kind", flat=True)
    named = sorted({f"{kind}.csv" for kind in (*expected, *copied)})
    assert sorted(files.values_list("name", flat=True)) == named
    if sees == NOTHING:
        # What they may not see they may not do.
        assert rules.available(case, person, timezone.localdate()) == []


def _assert_may(case: Case, person, does: str) -> None:
    held = rules.relations(case, person, timezone.localdate())
    assert {verb for verb, who in rules.WHO.items() if held & who} == set(does.split())


@pytest.mark.parametrize(
    ("state", "awaits", "in_line", "in_post"),
    [
        ("with_officer", True, True, True),
        ("answered", True, True, True),
        ("answered", False, False, True),
        ("withdrawn", False, False, True),
        ("closed", True, True, True),
        ("closed", False, False, True),
    ],
)
def test_a_place_in_the_line_opens_a_case_until_it_ends_and_a_post_while_it_is_held(
    made, state, awaits, in_line, in_post
):
    """Sam was told as Bob's manager and heads Housing now. Seen red with: sight in the line for ever;
    a case shut before its breach was explained."""
    case = _case(made)
    _brought(made.sam)
    holder = overseer_it_was_brought_to(made)
    Service.objects.filter(pk=case.service_id).update(head=None)
    housing = ServiceFactory(name="Housing", head=made.sam.officer)
    Officer.objects.filter(person=made.sam).update(service=housing)
    figure = "" if state in ("with_officer", "withdrawn") else "breach"
    Case.objects.update(
        state=state, awaits_explanation=awaits, figure=figure, sensitivity="restricted"
    )
    case = Case.objects.get(pk=case.pk)
    today = timezone.localdate()
    for person, sees in ((made.sam, in_line), (holder, in_post)):
        assert Case.objects.visible_to(fresh(person)).exists() is sees
        may_explain = "explain_breach" in rules.available(case, fresh(person), today)
        assert may_explain is (sees and awaits)


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_the_anonymous_see_nothing(made, nobody):
    case = _case(made)
    assert not Case.objects.visible_to(nobody).exists()
    assert not Document.objects.visible_to(nobody).exists()
    assert not Message.objects.visible_in(case, nobody).exists()
    assert not Message.objects.copied_to(nobody).exists()


def test_what_somebody_was_copied_into_is_theirs_while_they_are_in_office(made):
    """They see that message and nothing else of the case. Seen red with: no look at their standing."""
    _case(made)
    erin = copied_member(made)
    assert [m.kind for m in Message.objects.copied_to(fresh(erin))] == ["enquiry"]
    type(erin.member).objects.filter(person=erin).update(ended_on=yesterday())
    assert not Message.objects.copied_to(fresh(erin)).exists()


def test_the_lists_cost_one_query_whoever_asks(made, django_assert_num_queries):
    """Seen red with: the ids of what was brought to somebody loaded first."""
    _case(made)
    for person in (made.alice, made.bob, made.dev, covers(made), mayor_it_was_brought_to(made)):
        asked = fresh(person)
        list(Case.objects.visible_to(asked))
        with django_assert_num_queries(1):
            list(Case.objects.visible_to(asked))


def test_the_table_is_as_long_as_it_says():
    """N = 53 relations, ordinary and restricted, times 30 verbs; one that is left out is seen here."""
    assert len(ROWS) == 53
    assert len(rules.WHO) == 30
