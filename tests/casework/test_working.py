"""Working an enquiry: each verb, who may and when, what it leaves, and what it says when it may not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from casework.contributions import actions as contributions
from casework.enquiries import actions, rules, service_requests
from casework.models import Breach, Case, CaseLink, Clock, Copy, Escalation, Message
from council.models import Council
from documents.models import Document
from ledger.models import Event
from officers.models import Service
from protocol import lifecycle
from protocol.refusals import Refused, Stale
from tests import cast
from tests.casework.making import (
    LIBRARY,
    MONDAY,
    NOW,
    World,
    at,
    clock,
    enquiry,
    fresh,
    hold,
    last_event,
    nothing_written,
    reloaded,
    told,
    verbs,
    with_bob,
    world,
)
from tests.documents.making import with_file
from tests.factories import (
    AbsenceFactory,
    DelegationFactory,
    MemberFactory,
    OfficerFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}
NEXT = NOW + timedelta(hours=1)
THE_DAY_BEFORE = MONDAY - timedelta(days=1)
LATER = date(2026, 6, 17)

# Each verb with the least that it needs.
DO: dict[str, Callable] = {
    "accept": lambda case, by, m: actions.accept(case=case, by=by, now=NEXT),
    "return": lambda case, by, m: actions.return_to_member(
        case=case, by=by, reason="Ask the county.", now=NEXT
    ),
    "allocate": lambda case, by, m: actions.allocate(
        case=case, by=by, officer=m.sam.officer, now=NEXT
    ),
    "reassign": lambda case, by, m: actions.reassign(
        case=case, by=by, officer=m.sam.officer, reason="Her patch.", now=NEXT
    ),
    "refer_upward": lambda case, by, m: actions.refer_upward(
        case=case, by=by, reason="Above me.", now=NEXT
    ),
    "acknowledge": lambda case, by, m: actions.acknowledge(
        case=case, by=by, text="It is here.", now=NEXT
    ),
    "ask": lambda case, by, m: actions.ask(case=case, by=by, text="Which end?", now=NEXT),
    "reply": lambda case, by, m: actions.reply(case=case, by=by, text="The far end.", now=NEXT),
    "record_reply": lambda case, by, m: actions.record_reply(
        case=case, by=by, text="She rang: the far end.", now=NEXT
    ),
    "pause": lambda case, by, m: actions.pause(case=case, by=by, reason="She is away.", now=NEXT),
    "resume": lambda case, by, m: actions.resume(case=case, by=by, now=NEXT),
    "hold": lambda case, by, m: actions.hold(case=case, by=by, text="Nearly there.", now=NEXT),
    "extend": lambda case, by, m: actions.extend(
        case=case, by=by, reason="A survey.", new_date=LATER, now=NEXT
    ),
    "answer": lambda case, by, m: actions.answer(case=case, by=by, text="Filled.", now=NEXT),
    "close": lambda case, by, m: actions.close(
        case=case, by=by, outcome="resolved", learned="Grit.", now=NEXT
    ),
    "ask_again": lambda case, by, m: actions.ask_again(
        case=case, by=by, text="And the other?", now=NEXT
    ),
    "record_asking": lambda case, by, m: actions.record_asking(
        case=case, by=by, text="She rang: and the other?", now=NEXT
    ),
    "put_right": lambda case, by, m: actions.put_right(
        case=case, by=by, reason="I wrote of another street.", now=NEXT
    ),
    "ask_service": lambda case, by, m: contributions.ask(
        case=case,
        by=by,
        service=_housing(),
        text="Whose lamp is it?",
        due=NEXT.date(),
        now=NEXT,
    ),
    "withdraw": lambda case, by, m: actions.withdraw(case=case, by=by, now=NEXT),
    "note": lambda case, by, m: actions.note(case=case, by=by, text="Rang them.", now=NEXT),
    "add": lambda case, by, m: actions.add(case=case, by=by, text="A fourth one.", now=NEXT),
    "record_addition": lambda case, by, m: actions.record_addition(
        case=case, by=by, text="She rang: a fourth one.", now=NEXT
    ),
    "link": lambda case, by, m: actions.link(
        case=case, by=by, other=_twin("apart"), kind="related", reason="One road.", now=NEXT
    ),
    "unlink": lambda case, by, m: actions.unlink(
        case=case, by=by, link=CaseLink.objects.get(case=case, kind="related"), now=NEXT
    ),
    "close_duplicate": lambda case, by, m: actions.close_duplicate(
        case=case, by=by, other=_twin("the same"), reason="It is the same.", now=NEXT
    ),
    "hand_on": lambda case, by, m: actions.hand_on(
        case=case,
        by=by,
        room=service_requests.ROOM,
        reason="It is for the roads team.",
        said={"reference": "RI-12345"},
        now=NEXT,
    ),
    "take_back": lambda case, by, m: actions.take_back(
        case=case, by=by, reason="It is ours.", now=NEXT
    ),
    "explain_breach": lambda case, by, m: actions.explain_breach(
        case=case, by=by, explanation="Snow.", now=NEXT
    ),
    "remove_file": lambda case, by, m: actions.remove_file(
        case=case,
        by=by,
        document=Document.objects.filter(about=case.key).first(),
        reason="It is another’s.",
        now=NEXT,
    ),
}
EVENTS = {
    "accept": "enquiry_accepted",
    "return": "enquiry_returned",
    "allocate": "enquiry_allocated",
    "reassign": "enquiry_reassigned",
    "refer_upward": "enquiry_referred_upward",
    "acknowledge": "enquiry_acknowledged",
    "ask": "member_asked",
    "reply": "member_replied",
    "record_reply": "member_replied",
    "pause": "clock_paused",
    "resume": "clock_resumed",
    "hold": "holding_reply_sent",
    "extend": "clock_extended",
    "answer": "enquiry_answered",
    "close": "enquiry_closed",
    "ask_again": "enquiry_asked_again",
    "record_asking": "enquiry_asked_again",
    "put_right": "enquiry_put_right",
    "ask_service": "contribution_asked",
    "withdraw": "enquiry_withdrawn",
    "note": "note_added",
    "add": "enquiry_added_to",
    "record_addition": "enquiry_added_to",
    "link": "enquiries_linked",
    "unlink": "enquiries_unlinked",
    "close_duplicate": "enquiry_closed_as_duplicate",
    "hand_on": "enquiry_handed_on",
    "take_back": "enquiry_taken_back",
    "explain_breach": "breach_explained",
    "remove_file": "file_removed",
}
# What is recorded on the way.
BESIDES = {"close": ("learning_recorded",)}
# What changes nothing of the case itself, so that whoever writes in it is not stopped.
UNMOVED = {"link", "unlink"}


def _doer(made: World, verb: str):
    """Who does it where Bob has it."""
    members = dict.fromkeys(("reply", "add", "withdraw", "ask_again"), made.alice)
    return {"allocate": made.sam, **members}.get(verb, made.bob)


# Whom each tells, where Bob has it and does it; "member" is Alice.
TELLS = {
    "accept": {"alice"},
    "return": {"alice"},
    "reassign": {"alice", "sam"},
    "refer_upward": {"alice", "sam"},
    "acknowledge": {"alice"},
    "ask": {"alice"},
    "pause": {"alice"},
    "resume": {"alice"},
    "hold": {"alice"},
    "extend": {"alice"},
    "answer": {"alice"},
    "close": {"alice"},
    "record_asking": {"alice"},
    "put_right": {"alice"},
    "note": set(),
    "add": {"bob"},
    "record_addition": set(),
    "link": set(),
    "unlink": set(),
    "close_duplicate": {"alice"},
    "hand_on": {"alice"},
    "take_back": {"alice"},
    "explain_breach": set(),
    "remove_file": {"alice"},
}


@pytest.fixture
def made(db) -> World:
    """Bristol's protocol at a council that lets clocks be paused; Bob is above nobody."""
    found = world("bristol", changed=PAUSING)
    Council.objects.update(online_name="Report it", online_address="https://report.example.gov.uk/")
    return found


# How an enquiry comes into each state, from with_bob.
def _broken(case: Case) -> Case:
    """A breach that waits for its explanation, and a file that came with the enquiry."""
    with_file(case)
    Breach.objects.create(clock=clock(case), recorded_at=NOW, due=THE_DAY_BEFORE)
    Case.objects.filter(pk=case.pk).update(awaits_explanation=True)
    return reloaded(case)


def _housing() -> Service:
    """Housing, with somebody in it."""
    there = Service.objects.filter(name="Housing", officers__isnull=False).first()
    return there or cast.gita().officer.service


def _twin(subject: str) -> Case:
    return Case.objects.get(subject=f"Twin: {subject}")


def _twins(made: World, case: Case) -> None:
    """Three more of Alice's that Bob has: the case repeats one, is related to one, and is apart from one."""
    for subject, kind in (("the same", "duplicate"), ("related", "related"), ("apart", "")):
        other = with_bob(made, subject=f"Twin: {subject}")
        if kind:
            how = {"other": other, "kind": kind, "reason": "It is.", "now": NOW}
            actions.link(case=case, by=fresh(made.sam), **how)


def in_state(made: World, state: str) -> Case:
    case = _in_state(made, state)
    if state != lifecycle.DUPLICATE:
        _twins(made, case)
    return case


def _in_state(made: World, state: str) -> Case:
    if state == lifecycle.RECEIVED:
        return _broken(enquiry(made))
    if state == lifecycle.RETURNED:
        return _broken(
            actions.return_to_member(case=enquiry(made), by=made.sam, reason="No.", now=NOW)
        )
    case = with_bob(made)
    way = {
        lifecycle.WITH_OFFICER: [],
        lifecycle.WITH_MEMBER: ["ask"],
        lifecycle.PAUSED: ["pause"],
        lifecycle.ANSWERED: ["answer"],
        lifecycle.CLOSED: ["answer", "close"],
        lifecycle.WITHDRAWN: ["withdraw"],
        lifecycle.DUPLICATE: ["close_duplicate"],
        lifecycle.HANDED_ON: ["hand_on"],
    }[state]
    if state == lifecycle.DUPLICATE:
        _twins(made, case)
    for verb in way:
        by = made.alice if verb == "withdraw" else made.bob
        DO[verb](case, by, made)
    assert case.state == state
    return _broken(case)


@contextmanager
def writes():
    """Counts the statements that write."""
    seen: list[str] = []

    def watch(execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


# The matrix ---------------------------------------------------------------------------------------

HANDLING = (
    "return allocate reassign acknowledge ask record_reply pause resume hold extend answer close note "
    "record_asking put_right remove_file ask_service record_addition link unlink close_duplicate "
    "hand_on take_back"
)
OVERSEEING = (
    "allocate reassign acknowledge close withdraw note explain_breach record_asking remove_file "
    "record_addition link unlink close_duplicate hand_on take_back"
)
TOLD = "allocate reassign refer_upward hold note explain_breach"
# What each person may do where Bob has it, whatever the state; and what is different in the queue,
# where nobody has it. Written out, so that a change of rules.WHO is seen here.
WORKED = {
    "alice": "reply add withdraw ask_again remove_file",
    "delegate": "reply add withdraw ask_again remove_file",
    "bob": f"accept refer_upward explain_breach {HANDLING}",
    "cover": f"accept refer_upward explain_breach {HANDLING}",
    "sam": f"accept explain_breach {HANDLING}",
    "carol": f"accept explain_breach {HANDLING}",
    "dev": OVERSEEING,
    "mona": OVERSEEING,
    "hana": OVERSEEING,
    "told": TOLD,
}
IN_TEAM = "record_addition link unlink close_duplicate hand_on take_back"
IN_QUEUE = {
    **WORKED,
    "bob": f"accept return refer_upward acknowledge note {IN_TEAM}",
    "pat": f"accept return refer_upward acknowledge note {IN_TEAM}",
    "sam": f"accept refer_upward explain_breach {HANDLING}",
    "carol": f"accept refer_upward explain_breach {HANDLING}",
    "cover": "",
}
EVERYBODY = (*WORKED, "pat", "mayor", "gita", "erin", "norris", "ada", "otis", "charlie")


def _people(made: World) -> dict:
    """The cast; Gita's colleague covers for Bob, Pat works beside him, Carol reports to Hana.

    The case was brought to an officer of Housing, and to the mayor, who is a member.
    """
    cover = OfficerFactory(service__name="Housing", manager=made.sam.officer)
    AbsenceFactory(officer=made.bob.officer, since=MONDAY, until=MONDAY, cover=cover)
    delegate = MemberFactory().person
    DelegationFactory(principal=made.alice, delegate=delegate)
    told = OfficerFactory(service__name="Housing", manager=made.carol.officer).person
    mayor = MemberFactory().person
    hold("town_mayor", mayor)
    case = Case.objects.exclude(subject__startswith="Twin").get()
    for person, post in ((told, ""), (mayor, "town_mayor")):
        Escalation.objects.create(case=case, person=person, post_key=post, at=NOW)
    hana = made.posts["head_of_paid_service"]
    made.carol.officer.manager = hana.officer
    made.carol.officer.save()
    people = {
        "alice": made.alice,
        "delegate": delegate,
        "bob": made.bob,
        "cover": cover.person,
        "sam": made.sam,
        "carol": made.carol,
        "dev": made.dev,
        "mona": made.posts["monitoring_officer"],
        "hana": hana,
        "told": told,
        "mayor": mayor,
        "pat": OfficerFactory(service=made.highways, manager=made.sam.officer).person,
        **{one.__name__: one() for one in (cast.gita, cast.erin, cast.norris)},
        **{one.__name__: one() for one in (cast.ada, cast.otis, cast.charlie)},
    }
    return {name: fresh(person) for name, person in people.items()}


@pytest.mark.parametrize("state", list(lifecycle.WORDS))
def test_everyone_may_do_what_is_theirs_in_each_state_and_nothing_else(made, state, time_machine):
    """Every person of the cast times every verb: what may not be is refused and writes nothing.

    Seen red with: "overseer" added to WHO["answer"]; `relations` that skips the member's side; the row
    ("closed", "answer") added to the lifecycle.
    """
    # What somebody may see of another case is asked of today.
    time_machine.move_to(NEXT, tick=False)
    case_pk = in_state(made, state).pk
    people = _people(made)
    queued = state in (lifecycle.RECEIVED, lifecycle.RETURNED)
    allowed = IN_QUEUE if queued else WORKED
    tried = 0
    for name in EVERYBODY:
        mine = set(allowed.get(name, "").split())
        offered = rules.available(reloaded(Case(pk=case_pk)), people[name], NEXT.date())
        assert set(offered) <= mine & lifecycle.verbs("enquiry", state), f"{name} in {state}"
        for verb in DO:
            case = reloaded(Case(pk=case_pk))
            may = verb in mine and (state, verb) in lifecycle.TABLE["enquiry"]
            tried += 1
            with writes() as written:
                error = _attempt(DO[verb], case, people[name], made)
            assert (error is None) is may, f"{name} {verb} {state}: {error}"
            assert may or error.reason
            assert bool(written) is may, f"{name} {verb} {state} wrote {written[:1]}"
    assert tried == len(EVERYBODY) * len(DO)


def test_what_was_brought_to_an_officer_is_theirs_to_see_to_only_while_it_is_open(made):
    """Until it is answered, and then until somebody has said why it was late.

    Seen red with: `_is_told` that does not ask whether the escalation is open.
    """
    case = with_bob(made)
    told = OfficerFactory(service__name="Housing").person
    Escalation.objects.create(case=case, person=told, at=NOW)
    late = at(date(2026, 6, 11))

    def offered() -> set[str]:
        return set(rules.available(reloaded(case), fresh(told), late.date()))

    assert offered() == {"reassign", "refer_upward", "hold", "note"}
    actions.reassign(
        case=reloaded(case), by=fresh(told), officer=made.sam.officer, reason="Hers.", now=late
    )
    actions.answer(case=reloaded(case), by=made.sam, text="Done.", now=late)
    assert offered() == {"note", "explain_breach"}
    actions.explain_breach(case=reloaded(case), by=fresh(told), explanation="Snow.", now=late)
    assert offered() == set()
    assert not Case.objects.visible_to(fresh(told)).exists()


class _Undo(Exception):
    pass


def _attempt(do: Callable, case: Case, by, made: World) -> Refused | None:
    try:
        with transaction.atomic():
            do(case, by, made)
            raise _Undo
    except _Undo:
        return None
    except Refused as refused:
        return refused


def test_every_verb_of_the_lifecycle_is_in_the_matrix():
    """And each of them is refused in words in every state where it has no place."""
    table = {verb for _, verb in lifecycle.TABLE["enquiry"]}
    assert set(DO) == set(rules.WHO) == table - lifecycle.BY_ITSELF
    for state in lifecycle.WORDS:
        for verb in set(DO) - lifecycle.verbs("enquiry", state):
            with pytest.raises(Refused):
                lifecycle.next_state("enquiry", state, verb)


# What each leaves ---------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", list(DO))
def test_each_verb_moves_the_case_once_and_has_its_event_and_its_notices(made, verb):
    """Mo50; We2.5, We3.8: a question reaches the member. Seen red with: `record` left out of `hold`."""
    start = {
        "accept": "received",
        "return": "received",
        "allocate": "received",
        "reply": "with_member",
        "record_reply": "with_member",
        "resume": "paused",
        **dict.fromkeys(("close", "ask_again", "record_asking", "put_right"), "answered"),
        "take_back": "handed_on",
    }.get(verb, "with_officer")
    case = in_state(made, start)
    by = _doer(made, verb)
    version, count = case.version, len(verbs(case))
    after = DO[verb](case, fresh(by), made)
    moved = 0 if verb in UNMOVED else 1
    assert after.version == reloaded(case).version == version + moved
    assert after.state == lifecycle.TABLE["enquiry"][start, verb]
    assert verbs(case)[count:] == [*BESIDES.get(verb, ()), EVENTS[verb]]
    event = last_event(case)
    assert (event.actor, event.data["version"]) == (by.pk, version + moved)
    if verb in TELLS:
        assert told(event) == {getattr(made, name).key for name in TELLS[verb]}
    assert all(f"message:{m.pk}" in _commitments(case) for m in case.messages.all())


def _commitments(case: Case) -> set[str]:
    return {key for event in Event.objects.about(case.key) for key in event.commitments}


def test_accepting_sets_the_owner_and_stops_no_clock(bristol):
    case = actions.accept(case=enquiry(bristol), by=bristol.bob, now=NEXT)
    assert (case.owner, case.owner_since, case.state) == (bristol.bob, NEXT, "with_officer")
    assert Clock.objects.running().count() == 2


def test_acknowledging_stops_only_its_own_clock(bristol):
    case = enquiry(bristol)
    actions.acknowledge(case=case, by=bristol.bob, text="Here.", now=NEXT)
    assert clock(case, "acknowledge").stopped_at == NEXT
    assert clock(case).stopped_at is None


def test_a_holding_reply_does_not_stop_the_clock(bristol):
    """Bl10.2 asks for the full answer. Seen red with: `stop` called in `hold`."""
    case = with_bob(bristol)
    before = Clock.objects.filter(case=case).values()
    before = list(before)
    actions.hold(case=case, by=bristol.bob, text="Nearly.", now=NEXT)
    assert list(Clock.objects.filter(case=case).values()) == before


def test_an_answer_stops_every_clock_and_settles_the_figure(bristol):
    case = with_bob(bristol)
    actions.answer(case=case, by=bristol.bob, text="Done.", now=NEXT)
    assert not Clock.objects.running().exists()
    assert not Clock.objects.filter(next_step_at__isnull=False).exists()
    case = reloaded(case)
    assert (case.figure, case.answered_at) == ("within", NEXT)
    actions.close(case=case, by=bristol.bob, outcome="resolved", now=NEXT + timedelta(days=90))
    assert reloaded(case).figure == "within"
    assert reloaded(case).enquiry.outcome == "resolved"


def test_an_answer_after_the_due_date_records_its_breach_even_before_the_sweep(bristol):
    """Br10f: due on Wednesday 10 June. Seen red with: the breach left to the sweep."""
    case = with_bob(bristol)
    late = at(date(2026, 6, 11), 0, 0)
    actions.answer(case=case, by=bristol.bob, text="Done.", now=late)
    breach = Breach.objects.get()
    assert (breach.due, breach.clause) == (date(2026, 6, 10), "Br10f")
    assert reloaded(case).awaits_explanation
    assert verbs(case)[-2:] == ["enquiry_answered", "breach_recorded"]
    actions.explain_breach(
        case=case, by=bristol.bob, explanation="Snow.", learned="Grit.", now=late
    )
    breach.refresh_from_db()
    assert (breach.explanation.body, breach.learned.body) == ("Snow.", "Grit.")
    assert not reloaded(case).awaits_explanation
    with nothing_written(), pytest.raises(Refused, match="No breach"):
        actions.explain_breach(case=case, by=bristol.bob, explanation="Again.", now=late)


def test_of_two_breaches_one_explained_leaves_the_other_asking(bristol):
    """Seen red with: `awaits_explanation=False` whatever is left."""
    case = _broken(with_bob(bristol))
    acknowledgement = clock(case, "acknowledge")
    Breach.objects.create(clock=acknowledgement, recorded_at=NOW, due=THE_DAY_BEFORE)
    for waiting in (True, False):
        case = actions.explain_breach(case=case, by=bristol.bob, explanation="Snow.", now=NEXT)
        assert reloaded(case).awaits_explanation is waiting


def test_a_return_stops_the_clocks_and_counts_in_no_figure(bristol):
    case = actions.return_to_member(
        case=enquiry(bristol), by=bristol.sam, reason="For the county.", now=NEXT
    )
    assert not Clock.objects.running().exists()
    assert (reloaded(case).figure, reloaded(case).closed_at) == ("", NEXT)


def test_the_member_hears_when_the_clerk_withdraws_for_them(bristol):
    """Seen red with: only the owner told."""
    case = actions.withdraw(case=with_bob(bristol), by=bristol.dev, reason="She rang.", now=NEXT)
    assert told(last_event(case)) == {bristol.alice.key, bristol.bob.key}
    assert not Clock.objects.running().exists()


# Passing on ---------------------------------------------------------------------------------------


def test_an_enquiry_is_never_given_to_whoever_raised_it_or_acts_for_them(bristol):
    """Bk: one person can be both. Seen red with: `_hand_over` that asks only who is in post."""
    both = OfficerFactory(service=bristol.highways)
    DelegationFactory(principal=bristol.alice, delegate=both.person)
    case = enquiry(bristol)
    with nothing_written(), pytest.raises(Refused):
        actions.allocate(case=case, by=bristol.sam, officer=both, now=NEXT)
    MemberFactory(person=bristol.sam)
    sam = fresh(bristol.sam)
    case = enquiry(bristol, by=sam, member=sam)
    with nothing_written(), pytest.raises(Refused):
        actions.allocate(case=case, by=bristol.carol, officer=sam.officer, now=NEXT)
    actions.allocate(case=case, by=bristol.carol, officer=bristol.bob.officer, now=NEXT)
    # Upward from Bob it goes past Sam, who raised it.
    actions.refer_upward(case=case, by=fresh(bristol.bob), reason="Above me.", now=NEXT)
    assert case.owner == bristol.carol


def test_nobody_who_is_away_is_given_an_enquiry(bristol):
    """As the form has it, which lists those who are there: somebody can go away while it is open.

    Seen red with: `current` asked in place of `present`.
    """
    case = enquiry(bristol)
    AbsenceFactory(officer=bristol.bob.officer, since=NEXT.date(), until=NEXT.date())
    with nothing_written(), pytest.raises(Refused, match="is away today") as refused:
        actions.allocate(case=case, by=bristol.dev, officer=bristol.bob.officer, now=NEXT)
    assert "whoever covers" in refused.value.instead
    tomorrow = NEXT + timedelta(days=1)
    actions.allocate(case=case, by=bristol.dev, officer=bristol.bob.officer, now=tomorrow)
    assert case.owner == bristol.bob


def test_nobody_who_has_left_is_given_an_enquiry(bristol):
    gone = OfficerFactory(service=bristol.highways, ended_on=MONDAY - timedelta(days=1))
    disabled = OfficerFactory(service=bristol.highways, person__is_active=False)
    case = enquiry(bristol)
    for officer in (gone, disabled):
        with nothing_written(), pytest.raises(Refused, match="no longer in post"):
            actions.allocate(case=case, by=bristol.sam, officer=officer, now=NEXT)


def test_a_reassignment_tells_old_and_new_and_keeps_the_due_date(bristol):
    case = with_bob(bristol)
    due = case.next_due
    actions.reassign(
        case=case, by=bristol.dev, officer=bristol.sam.officer, reason="Leave.", now=NEXT
    )
    assert told(last_event(case)) == {bristol.alice.key, bristol.bob.key, bristol.sam.key}
    assert (case.owner, case.next_due) == (bristol.sam, due)
    with nothing_written(), pytest.raises(Refused, match="has this enquiry already"):
        actions.reassign(
            case=case, by=bristol.dev, officer=bristol.sam.officer, reason="Leave.", now=NEXT
        )


def test_upward_passes_over_whoever_is_away_and_says_where_nobody_is_above(bristol):
    """Bl10.4; Mo108. A director never refers up to the head of their own service.

    Seen red with: Lines.up that put the head above everybody in the service.
    """
    AbsenceFactory(officer=bristol.sam.officer, since=MONDAY, until=MONDAY)
    case = actions.refer_upward(case=with_bob(bristol), by=bristol.bob, reason="Up.", now=NEXT)
    assert case.owner == bristol.carol
    type(bristol.sam.officer.absences.get()).objects.all().delete()
    with nothing_written(), pytest.raises(Refused, match="Nobody stands above you"):
        actions.refer_upward(case=case, by=bristol.carol, reason="Up.", now=NEXT)


def test_where_the_council_does_not_let_officers_refer_upward_it_is_refused():
    """Set by the council."""
    made = world(
        "bristol",
        changed={"[levels.refer_upward]\nallowed = true": "[levels.refer_upward]\nallowed = false"},
    )
    case = with_bob(made)
    with nothing_written(), pytest.raises(Refused):
        actions.refer_upward(case=case, by=made.bob, reason="Up.", now=NEXT)
    assert "refer_upward" not in rules.available(case, made.bob, MONDAY)


# Time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", LIBRARY)
def test_the_clock_is_paused_only_where_the_council_set_it(key):
    """No protocol grants it. Seen red with: `may_pause` not asked."""
    made = world(key)
    case = with_bob(made)
    with nothing_written(), pytest.raises(Refused) as refused:
        actions.pause(case=case, by=made.bob, reason="Away.", now=NEXT)
    assert refused.value.clause is None
    assert refused.value.instead
    assert "pause" not in rules.available(case, made.bob, MONDAY)


def test_a_pause_moves_the_due_date_by_its_working_days_and_is_silent_meanwhile(made):
    """Paused on Wednesday 3 June, resumed on Tuesday 9 June: four working days. Due was 10 June."""
    case = with_bob(made)
    actions.pause(case=case, by=made.bob, reason="Away.", now=at(date(2026, 6, 3)))
    assert clock(case).next_step_at is None
    assert reloaded(case).next_due == date(2026, 6, 10)
    actions.resume(case=case, by=made.bob, now=at(date(2026, 6, 9)))
    answer = clock(case)
    assert (answer.due, answer.standard_due) == (date(2026, 6, 16), date(2026, 6, 16))
    assert answer.original_due == date(2026, 6, 10)
    assert reloaded(case).next_due == date(2026, 6, 16)
    assert last_event(case).data["date_due"] == "2026-06-16"


@pytest.mark.parametrize(("day", "may"), [(date(2026, 6, 10), True), (date(2026, 6, 11), False)])
def test_a_clock_that_is_past_its_date_is_not_paused(made, day, may):
    case = with_bob(made)
    if may:
        actions.pause(case=case, by=made.bob, reason="Away.", now=at(day, 23, 59))
        assert case.state == "paused"
    else:
        with nothing_written(), pytest.raises(Refused, match="no longer be paused"):
            actions.pause(case=case, by=made.bob, reason="Away.", now=at(day, 0, 0))


def test_the_members_reply_starts_a_paused_clock_again(made):
    case = with_bob(made)
    actions.pause(case=case, by=made.bob, reason="Away.", now=at(date(2026, 6, 3)))
    actions.reply(case=case, by=made.alice, text="Back.", now=at(date(2026, 6, 4)))
    assert verbs(case)[-2:] == ["member_replied", "clock_resumed"]
    assert clock(case).due == date(2026, 6, 11)
    assert clock(case).next_step_at is not None


def test_an_answer_while_paused_closes_the_pause_first(made):
    case = with_bob(made)
    actions.pause(case=case, by=made.bob, reason="Away.", now=at(date(2026, 6, 9)))
    actions.answer(case=case, by=made.bob, text="Done.", now=at(date(2026, 6, 30)))
    answer = clock(case)
    assert (answer.paused_on, answer.pauses) == (None, [["2026-06-09", "2026-06-30"]])
    assert (reloaded(case).figure, answer.next_step_at) == ("within", None)


@pytest.mark.parametrize("ended_by", ["resume", "reply", "answer"])
def test_every_pause_that_a_clock_holds_stands_in_the_ledger_with_both_its_ends(made, ended_by):
    """However the pause ends, the ledger says so, and the answer is what people are told of.

    Seen red with: the event left out of `answer`; and told of besides the answer.
    """
    case = with_bob(made)
    actions.pause(case=case, by=made.bob, reason="Away.", now=at(date(2026, 6, 3)))
    opened = case.version
    end = at(date(2026, 6, 9))
    {
        "resume": lambda: actions.resume(case=case, by=made.bob, now=end),
        "reply": lambda: actions.reply(case=case, by=made.alice, text="Back.", now=end),
        "answer": lambda: actions.answer(case=case, by=made.bob, text="Done.", now=end),
    }[ended_by]()
    found = Event.objects.about(case.key)
    dates = [e.at.date().isoformat() for e in found.of("clock_paused", "clock_resumed")]
    assert clock(case).pauses == [dates]
    resumed = found.of("clock_resumed").get()
    assert resumed.data["date_due"] == clock(case).due.isoformat() == "2026-06-16"
    # Whoever had the page open before it sees it among what happened since.
    assert resumed.data["version"] == opened + 1
    if ended_by == "answer":
        assert told(resumed) == set()
        assert verbs(case)[-2:] == ["clock_resumed", "enquiry_answered"]


def test_extending_keeps_the_original_and_the_standard_and_gives_the_third_figure(bristol):
    """Bl10.2; the figure is set by the council. Seen red with: `standard_due` moved as well."""
    case = with_bob(bristol)
    actions.extend(case=case, by=bristol.bob, reason="A survey.", new_date=LATER, now=NEXT)
    answer = clock(case)
    assert (answer.due, answer.promised_due, answer.promised_on) == (LATER, LATER, MONDAY)
    assert answer.original_due == answer.standard_due == date(2026, 6, 10)
    assert reloaded(case).next_due == LATER
    event = last_event(case)
    assert event.data["date_original"] == "2026-06-10"
    assert event.data["date_promised"] == LATER.isoformat()
    actions.answer(case=case, by=bristol.bob, text="Done.", now=at(LATER, 23, 59))
    assert reloaded(case).figure == "explained"
    assert not Breach.objects.exists()


# (key, day on which it is asked, what is asked) and the words of the refusal. Due on 15 June, and
# at Bristol on 10 June.
BAD_DATES = [
    (MONDAY, {"reason": "  "}, "Say briefly why"),
    (MONDAY, {"new_date": None}, "Give the date"),
    (MONDAY, {"new_date": date(2026, 6, 15)}, "must be after"),
    (MONDAY, {"new_date": date(2026, 6, 1)}, "must be after"),
    (MONDAY, {"new_date": date(2026, 6, 20)}, "not a working day"),
    (MONDAY, {"new_date": date(2026, 8, 31)}, "not a working day"),
    (MONDAY, {"new_date": date(2040, 12, 31)}, "further ahead"),
    (MONDAY, {"new_date": date(9999, 12, 31)}, "further ahead"),
    (date(2026, 6, 16), {}, "It was due on"),
    (date(2026, 6, 20), {}, "It was due on"),
]


@pytest.mark.parametrize(("day", "asked", "words"), BAD_DATES)
def test_a_new_date_needs_its_reason_and_a_working_day_in_time(day, asked, words):
    """Bl10.2. Seen red with: `may_extend` without each of its conditions in turn; and
    OutOfCalendar (a 500) for a date beyond the calendar."""
    made = world("blackpool")
    case = with_bob(made)
    with nothing_written(), pytest.raises(Refused, match=words) as refused:
        actions.extend(
            **{
                "case": case,
                "by": made.bob,
                "reason": "A survey.",
                "new_date": LATER,
                "now": at(day),
            }
            | asked
        )
    if asked.get("reason") or ("new_date" in asked and asked["new_date"] is None):
        assert refused.value.clause == "Bl10.2"


def test_on_the_due_date_itself_a_new_date_can_still_be_given():
    """Bl10.2: until midnight in London."""
    made = world("blackpool")
    case = with_bob(made)
    on_the_day = at(date(2026, 6, 15), 23, 59)
    actions.extend(case=case, by=made.bob, reason="A survey.", new_date=LATER, now=on_the_day)
    assert clock(case).due == LATER


# How often a later date may be given; None: as often as needed.
MOST = {"bristol": None, "model": None, "weston": 2, "bracknell": 2, "blackpool": None}


@pytest.mark.parametrize("key", LIBRARY)
def test_later_dates_are_given_as_often_as_the_council_allows(key):
    """Bl10.2; elsewhere set by the council."""
    made = world(key)
    case = with_bob(made)
    days = [date(2026, 6, 16), date(2026, 6, 17), date(2026, 6, 18)]
    for count, day in enumerate(days):
        if MOST[key] is not None and count >= MOST[key]:
            with nothing_written(), pytest.raises(Refused, match="all the new dates"):
                actions.extend(case=case, by=made.bob, reason="More.", new_date=day, now=NEXT)
        else:
            actions.extend(case=case, by=made.bob, reason="More.", new_date=day, now=NEXT)


# Copies -------------------------------------------------------------------------------------------

# (profile, marked confidential, the writer agreed, a reason) → the clause it is refused under, ""
# where that is the council's own, or None where it goes.
COPYING = [
    ("model", False, False, "", "Mo126"),
    ("model", False, True, "", None),
    ("bristol", False, False, "", ""),
    ("bristol", False, True, "", None),
    ("weston", False, True, "Needed.", "We9.1"),
    ("bracknell", False, False, "", "Bk Correspondence"),
    ("bracknell", False, False, "Needed.", None),
    ("bracknell", True, False, "Needed.", "Bk Correspondence"),
    ("bracknell", True, True, "Needed.", None),
    ("blackpool", False, False, "", None),
    ("blackpool", True, False, "", "Bl10.5"),
    ("blackpool", True, True, "", None),
]
# The same rules with one key set otherwise.
NOT_CONSULTED = {"consult_writer = true\n": ""}


@pytest.mark.parametrize(("key", "marked", "agreed", "reason", "clause"), COPYING)
def test_copies_follow_the_protocol(key, marked, agreed, reason, clause):
    """Mo126; We9.1; We9.4; Bk Correspondence; Bl10.5.

    Seen red with: each branch of `may_copy` left out in turn.
    """
    made = world(key)
    erin = cast.erin()
    case = with_bob(made, confidential=marked, confidential_why="Their health." if marked else "")

    def do():
        actions.answer(
            case=reloaded(case),
            by=made.bob,
            text="Done.",
            copy_to=[erin, erin, made.alice],
            writer_agreed=agreed,
            copy_reason=reason,
            now=NEXT,
        )

    if clause is not None:
        with nothing_written(), pytest.raises(Refused) as refused:
            do()
        assert (refused.value.clause or "") == clause
        return
    do()
    copy = Copy.objects.get()
    assert copy.person == erin
    assert copy.message.kind == "answer"
    event = Event.objects.about(case.key).of("enquiry_answered").get()
    assert event.data["people_copied"] == [erin.pk]
    # On record that they agreed. Seen red with: the consent left out of the event.
    assert event.data.get("writer_agreed", False) is agreed
    assert told(event) == {made.alice.key, erin.key}
    assert ("\n\nCC Councillor Erin Ellis" in copy.message.body) is (key == "bracknell")


def test_what_is_private_is_not_copied_where_nobody_is_to_be_consulted():
    """Bl10.5 lets it be copied once the writer was consulted; a profile without that does not.

    Seen red with: `consult_writer` read by nothing.
    """
    made = world("blackpool", changed=NOT_CONSULTED)
    case = with_bob(made, confidential=True, confidential_why="Their health.")
    with nothing_written(), pytest.raises(Refused, match="it is not copied") as refused:
        actions.answer(
            case=case,
            by=made.bob,
            text="Done.",
            copy_to=[cast.erin()],
            writer_agreed=True,
            now=NEXT,
        )
    assert refused.value.clause == "Bl10.5"


def test_the_writer_is_asked_first_even_where_others_are_not_barred():
    """Bl10.5 asks for no more than that. Seen red with: `consult_writer` left to `third_parties_barred`."""
    made = world(
        "blackpool", changed={"third_parties_barred = true": "third_parties_barred = false"}
    )
    case = with_bob(made, confidential=True, confidential_why="Their health.")
    copied = {"by": made.bob, "text": "Done.", "copy_to": [cast.erin()], "now": NEXT}
    with nothing_written(), pytest.raises(Refused, match="must be asked") as refused:
        actions.answer(case=case, **copied)
    assert refused.value.clause == "Bl10.5"
    actions.answer(case=case, writer_agreed=True, **copied)
    assert Copy.objects.get().clause == "Bl10.5"


def test_whoever_is_copied_without_being_a_member_stands_by_name_and_post():
    """Bk Correspondence names councillors. Seen red with: "CC Councillor" before everybody."""
    made = world("bracknell")
    case = actions.answer(
        case=with_bob(made),
        by=made.bob,
        text="Done.",
        copy_to=[made.sam, cast.erin()],
        copy_reason="It is about her ward, too.",
        now=NEXT,
    )
    foot = Message.objects.get(case=case, kind="answer").body.partition("Done.")[2]
    assert foot == "\n\nCC Sam Stone, Head of Highways\nCC Councillor Erin Ellis"


def test_nobody_but_members_and_officers_of_the_day_has_a_copy(bristol):
    """The form offers no others, and the page of a copy opens to no others.

    Seen red with: `may_have_copies` left out; with those who have left; and with the disabled.
    """
    case = with_bob(bristol)
    yesterday = NEXT.date() - timedelta(days=1)
    stranger = PersonFactory(name="Stella Strange")
    left = MemberFactory(ended_on=yesterday).person
    disabled, erin = OfficerFactory(person__is_active=False).person, cast.erin()
    copied = {"by": bristol.bob, "text": "Done.", "writer_agreed": True, "now": NEXT}
    for person in (stranger, left, disabled):
        with nothing_written(), pytest.raises(Refused, match=f"{person.name} is neither"):
            actions.answer(case=reloaded(case), copy_to=[erin, person], **copied)
    serving = MemberFactory(ended_on=NEXT.date()).person
    actions.answer(case=reloaded(case), copy_to=[serving, bristol.sam], **copied)
    assert Copy.objects.count() == 2


def test_an_answer_with_no_copies_has_no_foot():
    """Bk Correspondence."""
    made = world("bracknell")
    case = actions.answer(case=with_bob(made), by=made.bob, text="Done.", now=NEXT)
    assert Message.objects.get(case=case, kind="answer").body == "Done."


# Two at once --------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [verb for verb in DO if verb not in UNMOVED])
def test_whoever_saw_an_older_version_is_told_and_changes_nothing(made, verb):
    """T9. Seen red with: `filter(pk=…)` in place of the version."""
    start = {"accept": "received", "return": "received", "allocate": "received"}
    start |= {"reply": "with_member", "record_reply": "with_member"}
    start |= {"resume": "paused"}
    start |= dict.fromkeys(("close", "ask_again", "record_asking", "put_right"), "answered")
    start |= {"take_back": "handed_on"}
    case = in_state(made, start.get(verb, "with_officer"))
    by = _doer(made, verb)
    stale = reloaded(case)
    first = {"case": case, "by": made.dev, "now": NOW}
    if case.state == lifecycle.HANDED_ON:
        actions.explain_breach(explanation="First.", **first)
    else:
        actions.note(text="First.", **first)
    with nothing_written(), pytest.raises(Stale), transaction.atomic():
        DO[verb](stale, by, made)
    assert Message.objects.filter(case=case, body="First.").exists()


def test_a_page_that_was_opened_before_a_change_is_stale_however_fresh_the_case(bristol):
    """The form sends the version that it showed. Seen red with: `seen` not compared."""
    case = with_bob(bristol)
    shown = case.version
    actions.note(case=case, by=bristol.dev, text="First.", now=NOW)
    asked = {"case": reloaded(case), "by": bristol.bob, "seen": shown, "now": NEXT}
    for do in (
        lambda: actions.answer(text="Done.", **asked),
        lambda: actions.hold(text="Nearly.", **asked),
        lambda: actions.extend(reason="Survey.", new_date=LATER, **asked),
        lambda: actions.reassign(officer=bristol.sam.officer, reason="Leave.", **asked),
    ):
        with nothing_written(), pytest.raises(Stale):
            do()


@pytest.mark.parametrize(
    "verb", ["accept", "close", "answer", "extend", "allocate", "withdraw", "ask_again"]
)
@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_exactly_one_wins(at_once, verb):
    """T9, N = 8 for each of seven verbs. Seen red with: the version left out of the update."""
    made = world("bristol")
    state = {"accept": "received", "allocate": "received"}
    case = enquiry(made) if state.get(verb) == "received" else with_bob(made)
    if verb in ("close", "ask_again"):
        actions.answer(case=case, by=made.bob, text="Done.", now=NOW)
    by = _doer(made, verb)
    opened = [(reloaded(case), fresh(by)) for _ in range(8)]
    events = len(verbs(case))
    version = reloaded(case).version
    results = at_once(lambda number: DO[verb](*opened[number], made))
    losers = [one for one in results if isinstance(one, Exception)]
    assert len(losers) == 7
    assert all(isinstance(one, Refused) for one in losers), losers
    assert reloaded(case).version == version + 1
    assert len(verbs(case)) == events + 1 + len(BESIDES.get(verb, ()))


@pytest.mark.django_db(transaction=True)
def test_pausing_resuming_and_answering_at_once_never_wait_for_each_other(at_once):
    """Every action holds the case before its clock.

    Seen red with: `answer` of a paused case without `lock` (AttributeError, or deadlock on PostgreSQL).
    """
    made = world("bristol", changed=PAUSING)
    for _ in range(5):
        case = with_bob(made)
        actions.pause(case=case, by=made.bob, reason="Away.", now=NOW)
        opened = [(reloaded(case), fresh(made.bob)) for _ in range(8)]

        def one(number: int, opened=opened):
            return DO["answer" if number % 2 else "resume"](*opened[number], made)

        results = at_once(one)
        losers = [one for one in results if isinstance(one, Exception)]
        assert len(losers) == 7
        assert all(isinstance(one, Refused) for one in losers), losers


def test_what_an_officer_writes_down_for_the_member_says_so(made):
    """The member's own box is theirs alone; a reply by phone is recorded for them.

    Seen red with: HANDLERS added to WHO["reply"]; `moving.THE_MEMBERS` emptied.
    """
    case = in_state(made, "with_member")
    with pytest.raises(Refused):
        actions.reply(case=case, by=made.bob, text="The far end.", now=NEXT)
    actions.record_reply(case=case, by=made.bob, text="She rang: the far end.", now=NEXT)
    message = Message.objects.get(case=case, kind="reply")
    assert (message.author, message.acting_for) == (made.bob, made.alice)
    assert last_event(case).acting_for == made.alice.pk
    assert case.state == lifecycle.WITH_OFFICER


def test_a_new_date_is_not_offered_where_it_must_be_refused(made):
    """Bl10.2: while the date stands. Seen red with: only `extension.allowed` asked."""
    case = with_bob(made)
    due = clock(case).due
    assert "extend" in rules.available(reloaded(case), made.bob, due)
    assert "extend" not in rules.available(reloaded(case), made.bob, due + timedelta(days=1))


@pytest.mark.parametrize("state", sorted(lifecycle.WORDS))
def test_a_verb_out_of_its_time_says_what_can_be_done_instead(state):
    """Every refusal of the lifecycle has a way on, and none that the state forbids."""
    for verb in rules.WHO:
        if (state, verb) in lifecycle.TABLE["enquiry"]:
            continue
        with pytest.raises(Refused) as refused:
            lifecycle.next_state("enquiry", state, verb)
        way = refused.value.instead
        if state in lifecycle.ENDED:
            assert way
            assert "Take it on" not in way
            assert "Answer it" not in way
