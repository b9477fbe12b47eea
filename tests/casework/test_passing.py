"""All that an officer has, passed on at once: looked over first, then each as if it were done singly.

No protocol says how work is passed on when somebody leaves: all of it is set by the council (ADR 17).
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casework import leaving
from casework.enquiries import actions as enquiries
from casework.models import Case, Contribution, Message
from casework.passing import actions, theirs
from casework.passing.checking import GONE, check
from casework.passing.theirs import Mark, gather
from ledger.models import Event, Notice
from ledger.verification import Tally, verify
from officers.models import Officer
from tests import cast
from tests.casework.making import (
    NOW,
    World,
    enquiry,
    fresh,
    last_event,
    nothing_written,
    reloaded,
    told,
    verbs,
    with_bob,
)
from tests.casework.passing import (
    WHY,
    Desk,
    contribution,
    marks,
    several,
    team,
    ticked,
    with_gita,
)
from tests.factories import AbsenceFactory, RelationshipFactory

pytestmark = pytest.mark.django_db
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return team()


@pytest.fixture
def desk(made, client) -> Desk:
    """Sam heads Highways."""
    return Desk(client, made.sam, made.bob.officer)


def pass_on(made: World, things, to: Officer, by=None, **changes):
    asked = {"of": made.bob.officer, "by": fresh(by or made.sam), "reason": WHY, "now": NOW}
    chosen = changes.pop("marks", None) or marks(*things)
    asked |= {"once": uuid.uuid4(), **changes}
    return actions.pass_on(marks=chosen, officer=to, **asked)


def refusals(outcomes) -> dict[str, str]:
    return {one.mark.key: str(one.refused) for one in outcomes if one.refused}


# The page ----------------------------------------------------------------------------------------------


def test_the_page_lists_what_may_be_passed_on_soonest_due_first_and_all_ticked(made, desk):
    """Seen red with: closed ones listed; the list left in the order of the tables."""
    late = with_bob(made, subject="Later", now=NOW + timedelta(days=1))
    soon, asked = with_bob(made, subject="Sooner"), contribution(made)
    done = with_bob(made, subject="Done with")
    Case.objects.filter(pk=done.pk).update(state="withdrawn")
    page = desk.open()
    assert list(ticked(page).items()) == [
        (str(asked.key), True),
        (soon.reference, True),
        (late.reference, True),
    ]
    assert "Pass on the work of Bob Baker" in page.content.decode()
    assert done.reference not in page.content.decode()


def test_what_they_see_and_may_not_pass_on_stays_and_says_who_may(made, desk, client):
    """The clerk sees a contribution, and the service that was asked passes it on.

    Seen red with: `may_be_passed_on` that says yes.
    """
    case, asked = with_bob(made), contribution(made)
    page = Desk(client, made.dev, made.bob.officer).open()
    assert ticked(page) == {case.reference: True}
    words = page.content.decode()
    assert "What stays with Bob Baker, and why" in words
    assert "Whoever answers for Highways can pass it on" in words
    assert asked.get_absolute_url() in words


def test_no_more_than_the_most_are_listed_and_the_page_says_so(made, desk, monkeypatch):
    """Seen red with: all of them listed."""
    monkeypatch.setattr(theirs, "MOST", 2)
    cases = several(made, 3)
    page = desk.open()
    assert list(ticked(page)) == [case.reference for case in cases[:2]]
    assert "These are the 2 that are due soonest." in page.content.decode()


def test_restricted_ones_are_listed_for_nobody_but_who_has_them(made, client):
    """And an overseer is told that there are others, never how many. Seen red with: `hidden` counted."""
    cases = several(made, 2)
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(sensitivity="restricted")
    for person, hears in ((made.dev, True), (made.sam, False)):
        page = Desk(client, person, made.bob.officer).open().content.decode()
        assert cases[0].reference not in page
        assert (leaving.OTHERS in page) is hears
    own = Desk(client, made.bob, made.bob.officer).open()
    assert set(ticked(own)) == {case.reference for case in cases}


def test_ticks_words_and_officer_stay_while_the_page_is_drawn_again(made, desk):
    """Without a script, too. Seen red with: `_typed` that gives nothing."""
    first, second = several(made, 2)
    page = desk.send("none", [first], made.nia.officer)
    assert set(ticked(page).values()) == {False}
    assert WHY in page.content.decode()
    assert f'<option value="{made.nia.officer.pk}" selected>' in page.content.decode()
    assert set(ticked(desk.send("all", [], made.nia.officer)).values()) == {True}
    page = desk.send("change", [second], made.nia.officer)
    assert ticked(page) == {first.reference: False, second.reference: True}
    page = desk.send("check", [second], None)
    assert page.status_code == 422
    assert ticked(page) == {first.reference: False, second.reference: True}
    assert WHY in page.content.decode()


def test_the_form_says_what_is_missing(made, desk):
    case = with_bob(made)
    with nothing_written():
        page = desk.send("send", [], None, reason="")
        for words in (
            "Tick what you want to pass on",
            "Choose who is to have it",
            "Enter why you are passing it on",
        ):
            assert words in page.content.decode()
        for odd in ("E-1", "E-1.x", f"{case.reference}.\x00", "é.1", f"{uuid.uuid4()}.99999999999"):
            page = desk.send("send", [odd], made.nia.officer)
            assert "This page has lost its place." in page.content.decode()
    assert reloaded(case).owner_id == made.bob.pk


# Looking it over ---------------------------------------------------------------------------------------


def test_looking_it_over_writes_nothing_and_says_what_would_happen(made, desk):
    """Seen red with: the action called by the preview."""
    case, asked = with_bob(made), contribution(made)
    with nothing_written():
        page = desk.send("check", [case, asked], made.nia.officer).content.decode()
    assert "1 enquiry and 1 contribution go to Nia North" in page
    assert case.reference in page
    assert case.subject in page
    assert WHY in page
    assert "Nothing has been passed on yet." in page


def test_it_says_where_the_enquiry_moves_and_what_is_called_back(made, desk):
    case = with_bob(made)
    from casework.contributions import actions as contributions
    from tests.casework.passing import DUE

    contributions.ask(
        case=case,
        by=fresh(made.bob),
        service=made.gita.officer.service,
        text="Whose lamp?",
        due=DUE,
        now=NOW,
    )
    page = desk.send("check", [reloaded(case)], made.gita.officer).content.decode()
    assert "It moves to Housing." in page
    assert "What Housing was asked for is called back." in page


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("apart", "may not act in this matter (set by the council)."),
        ("away", "Nia North is away today."),
        ("changed", "Somebody changed it since it was ticked."),
        ("passed", "Bob Baker does not have it any more."),
        ("answered", "This enquiry is “answered”, so that cannot be done now."),
        ("hidden", GONE),
    ],
)
def test_what_cannot_go_says_why_before_and_after_and_stops_no_other(made, why, words):
    """Seen red with: each rule left out of `check` in turn; the loop that ends at the first refusal."""
    case, other = several(made, 2)
    chosen = marks(case, other)
    spoil(made, why, case)
    with nothing_written():
        seen = check(
            marks=chosen,
            of=made.bob.officer,
            officer=made.nia.officer,
            by=fresh(made.sam),
            on=NOW.date(),
        )
    assert words in refusals(seen)[case.reference]
    before = verbs(case)
    done = pass_on(made, [], made.nia.officer, marks=chosen)
    # Whoever is away can be given nothing at all, and whoever is apart from her nothing of hers.
    both = {case.reference, other.reference}
    stay = both if why in ("away", "apart") else {case.reference}
    assert set(refusals(seen)) == set(refusals(done)) == stay
    assert refusals(seen) == refusals(done)
    assert verbs(case) == before
    assert reloaded(other).owner_id == (made.bob if len(stay) == 2 else made.nia).pk


def spoil(made: World, why: str, case: Case) -> None:
    if why == "apart":
        RelationshipFactory(person=made.nia, other=made.alice)
    elif why == "away":
        AbsenceFactory(officer=made.nia.officer, since=NOW.date(), until=NOW.date())
    elif why == "changed":
        enquiries.note(case=reloaded(case), by=fresh(made.bob), text="Rang.", now=NOW)
    elif why == "passed":
        enquiries.reassign(
            case=reloaded(case), by=fresh(made.sam), officer=made.carol.officer, reason="x", now=NOW
        )
    elif why == "answered":
        enquiries.answer(case=reloaded(case), by=fresh(made.bob), text="Mended.", now=NOW)
    else:
        Case.objects.filter(pk=case.pk).update(sensitivity="restricted")


def test_a_contribution_is_passed_on_within_the_service_that_was_asked(made):
    asked = contribution(made)
    outcomes = pass_on(made, [asked], made.gus.officer)
    assert "does not work in Highways" in refusals(outcomes)[str(asked.key)]
    assert not refusals(pass_on(made, [asked], made.nia.officer))
    asked.refresh_from_db()
    assert asked.owner_id == made.nia.pk


# Done ----------------------------------------------------------------------------------------------------


def test_each_goes_as_if_it_were_done_singly(made, desk):
    """Its state, owner, dates, event, message and commitment. Seen red with: the reason not written;
    the event recorded without `person_before`."""
    single, case, asked = with_bob(made), with_bob(made), contribution(made)
    enquiries.reassign(
        case=single, by=fresh(made.sam), officer=made.nia.officer, reason=WHY, now=NOW
    )
    page = desk.send("send", [case, asked], made.nia.officer).content.decode()
    assert "1 enquiry and 1 contribution went to Nia North" in page
    case, single = reloaded(case), reloaded(single)
    for name in ("owner_id", "state", "version", "next_due", "service_id", "owner_since"):
        assert getattr(case, name) == getattr(single, name), name
    assert verbs(case) == verbs(single)
    one, other = last_event(case), last_event(single)
    both = {"together", "told_with"}
    assert {k: v for k, v in one.data.items() if k not in both} == other.data
    assert one.actor == other.actor
    assert len(one.commitments) == len(other.commitments) == 1
    # The contribution is due sooner, so its notice tells of both.
    assert told(one) | {f"person:{pk}" for pk in one.data["told_with"]} == told(other)
    written = Message.objects.get(case=case, kind="handover")
    assert (written.body, written.officers_only, written.author_id) == (WHY, True, made.sam.pk)
    asked.refresh_from_db()
    assert asked.owner_id == made.nia.pk
    assert last_event(asked.case).verb == "contribution_passed_on"
    assert not list(verify(tally=Tally()))


def test_what_nobody_took_on_yet_is_given_out_with_the_reason_kept(made):
    """Where the protocol routed it to him and he has not begun. Seen red with: `reassign` for all."""
    case = enquiry(made)
    Case.objects.filter(pk=case.pk).update(owner=made.bob.pk)
    assert case.state == "received"
    assert not refusals(pass_on(made, [reloaded(case)], made.nia.officer))
    event = last_event(case)
    assert event.verb == "enquiry_allocated"
    assert len(event.commitments) == 1
    assert Message.objects.get(case=case, kind="handover").body == WHY
    assert reloaded(case).state == "with_officer"


def test_sent_twice_it_is_done_once_and_says_the_same(made, desk):
    """A double press, or a browser that goes back (ADR 7). Seen red with: `went` that finds nothing."""
    things = [*several(made, 2), contribution(made)]
    once = str(uuid.uuid4())
    first = desk.send("send", things, made.nia.officer, once=once).content.decode()
    count = Event.objects.count(), Notice.objects.count(), Message.objects.count()
    again = desk.send("send", things, made.nia.officer, once=once).content.decode()
    assert "2 enquiries and 1 contribution went to Nia North" in first
    assert "2 enquiries and 1 contribution went to Nia North" in again
    assert "What did not go" not in again
    assert (Event.objects.count(), Notice.objects.count(), Message.objects.count()) == count


def test_enter_on_a_tick_looks_it_over_and_takes_no_tick_off(made, desk):
    """A browser presses the first button of the form. Seen red with: “Take all ticks off” as the first."""
    several(made, 2)
    buttons = re.findall(r'name="step" value="(\w+)"', desk.open().content.decode())
    assert buttons == ["check", "none", "all", "check"]


def test_what_came_back_goes_to_another_under_the_same_key(made, desk):
    """A browser that goes back keeps the key. Seen red with: `went` that looks at the key alone, so that the
    page said it had gone where it had not.
    """
    case, once = with_bob(made), str(uuid.uuid4())
    desk.send("send", [case], made.nia.officer, once=once)
    enquiries.reassign(
        case=reloaded(case), by=fresh(made.sam), officer=made.bob.officer, reason="His.", now=NOW
    )
    page = desk.send("send", [reloaded(case)], made.sam.officer, once=once).content.decode()
    assert "1 enquiry went to" in page
    assert reloaded(case).owner == made.sam


def test_one_that_was_refused_can_be_chosen_again_with_what_was_typed(made, desk):
    case, other = several(made, 2)
    old = [theirs.Item(case).mark, theirs.Item(other).mark]
    enquiries.note(case=reloaded(case), by=fresh(made.bob), text="Rang.", now=NOW)
    page = desk.send("send", old, made.nia.officer).content.decode()
    assert "1 enquiry went to Nia North" in page
    assert "What did not go" in page
    assert "Somebody changed it since it was ticked." in page
    again = desk.send("change", [old[0]], made.nia.officer)
    assert ticked(again) == {case.reference: True}
    assert WHY in again.content.decode()


def test_afterwards_the_leaving_list_is_empty_or_says_who_can_pass_the_rest_on(made):
    """Seen red with: `waiting` without `who_may`."""
    case, asked = with_bob(made), contribution(made)
    assert not refusals(pass_on(made, [case], made.nia.officer, by=made.dev))
    assert leaving.waiting(made.bob.pk, fresh(made.dev)) == [
        (
            f"Contribution to {asked.case.reference}: {asked.case.subject} "
            "(Whoever answers for Highways can pass it on)",
            asked.get_absolute_url(),
        )
    ]
    assert not refusals(pass_on(made, [asked], made.nia.officer))
    assert leaving.waiting(made.bob.pk, fresh(made.dev)) == []


# Who is led there ------------------------------------------------------------------------------------------


def test_the_directory_leads_there_whoever_may_pass_any_of_it_on(made, client):
    """And not an administrator, who reads no case. Seen red with: the way shown to all."""
    way = f'href="{reverse("work-pass-on", args=[made.bob.officer.pk])}"'
    show = reverse("officer-show", args=[made.bob.officer.pk])
    end = reverse("officer-end", args=[made.bob.officer.pk])

    def ways(person) -> list[bool]:
        client.force_login(person)
        return [way in client.get(path).content.decode() for path in (show, end)]

    assert ways(made.dev) == [False, False]
    with_bob(made)
    assert ways(made.dev) == [True, True]
    assert ways(cast.ada()) == [False, False]


def test_the_teams_work_leads_whoever_heads_it_to_those_who_leave(made, client):
    """Those who leave first. Seen red with: `whose` for every officer; the leaver among the others."""
    with_bob(made)
    Officer.objects.filter(pk=made.bob.officer.pk).update(ended_on=timezone.localdate())
    first = enquiries.reassign(
        case=with_bob(made), by=fresh(made.sam), officer=made.carol.officer, reason="x", now=NOW
    )
    assert first.owner_id == made.carol.pk
    link = reverse("work-pass-on-list")

    def leads(person) -> tuple[bool, list[str]]:
        client.force_login(person)
        led = link in client.get(reverse("team-list")).content.decode()
        found = client.get(link).context["whose"]
        return led, [f"{one.link.text}: {one.going}".strip(": ") for one in found]

    bob = "Bob Baker, Highways: Last day is Monday 1 June 2026"
    assert leads(made.sam) == (True, [bob, "Carol Clarke, Highways"])
    assert leads(made.dev) == (True, [bob, "Carol Clarke, Highways"])
    for person in (made.nia, made.gita):
        assert leads(person) == (False, [])
    assert leads(made.gus) == (True, [])


def test_who_has_no_part_in_it_finds_no_such_page(made, client):
    """As where there is no such officer: the same page, for anybody. Seen red with: `is_known_to` that
    knows everybody."""
    case = with_bob(made)
    nobody = reverse("work-pass-on", args=[Officer.objects.latest("pk").pk + 99])
    for person in (made.gita, made.gus, made.nia):
        desk = Desk(client, person, made.bob.officer)
        missing, there = client.get(nobody), desk.open()
        assert missing.status_code == there.status_code == 404
        assert TOKEN.sub(b"", missing.content) == TOKEN.sub(b"", there.content)
        with nothing_written():
            answer = desk.send("send", [case], made.gita.officer)
        assert case.subject not in answer.content.decode()
        assert reloaded(case).owner_id == made.bob.pk
    for person in (made.alice, cast.ada(), cast.charlie()):
        assert Desk(client, person, made.bob.officer).open().status_code == 403
    client.logout()
    assert client.get(nobody).status_code == 302


def test_a_guessed_mark_moves_nothing_that_its_sender_may_not_pass_on(made, client):
    """Nia works in the team and may not pass on; another officer's case is not Bob's. Seen red with:
    `may_go` without `item.may`; without whose it is."""
    case, hers = with_bob(made), with_gita(made)
    with nothing_written():
        Desk(client, made.nia, made.bob.officer).send("send", [case], made.nia.officer)
        Desk(client, made.sam, made.bob.officer).send("send", [hers], made.nia.officer)
        Desk(client, made.dev, made.bob.officer).send("send", [hers], made.nia.officer)
    absent = Desk(client, made.sam, made.bob.officer)
    seen = absent.send("check", [hers], made.nia.officer).content.decode()
    never = absent.send("check", ["E-2222222.1"], made.nia.officer).content.decode()
    assert hers.subject not in seen
    assert GONE in seen
    assert GONE in never


def test_somebody_to_whom_one_was_brought_passes_on_that_one(made, client):
    """By the rule of its own page. Seen red with: `brought_to_reader` not asked."""
    from casework.models import Escalation

    brought, other = several(made, 2)
    Escalation.objects.create(case=brought, person=made.gus, post_key="", at=NOW)
    desk = Desk(client, made.gus, made.bob.officer)
    assert ticked(desk.open()) == {brought.reference: True}
    once = str(uuid.uuid4())
    for _ in range(2):
        page = desk.send("send", [brought], made.nia.officer, once=once)
        assert "1 enquiry went to Nia North" in page.content.decode()
    assert desk.open().status_code == 404
    assert reloaded(other).owner_id == made.bob.pk


# What it costs -----------------------------------------------------------------------------------------

A_CASE, BESIDES = 21, 12


def test_many_cost_as_many_queries_each_as_few(made):
    """And the pages before it do not grow with their number.

    Seen red with: `may` that asks for each case whether it was brought; a query more for each case.
    """
    of, to = made.bob.officer, made.nia.officer

    def looked() -> list[int]:
        chosen, by = marks(*Case.objects.filter(owner=made.bob)), fresh(made.sam)
        return [
            cost(lambda: gather(of.person_id, by)),
            cost(lambda: check(marks=chosen, of=of, officer=to, by=by, on=NOW.date())),
        ]

    several(made, 3)
    few = looked()
    several(made, 9)
    assert looked() == few
    things = list(Case.objects.filter(owner=made.bob))
    spent = cost(lambda: pass_on(made, things, to))
    print(f"\n{spent} queries for {len(things)} cases")
    assert spent <= A_CASE * len(things) + BESIDES


MOST_QUERIES = 12


def test_every_page_of_it_keeps_to_twelve_queries(made, client):
    """Seen red with: the clocks of each case asked for by itself."""
    several(made, 6)
    contribution(made)
    for person in (made.dev, made.sam, made.bob):
        desk = Desk(client, person, made.bob.officer)
        for page in (desk.open, lambda: client.get(reverse("work-pass-on-list"))):
            page()
            assert cost(page) <= MOST_QUERIES


def cost(work) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def test_a_mark_is_read_as_it_is_written():
    for text in ("E-7K3P9QX.4", f"{uuid.uuid4()}.12"):
        assert str(Mark.read(text)) == text
    for text in ("", "E-7K3P9QX", "e-7k3p9qx.1", ".1", "E-7K3P9QX.1.2", "E-7K3P9QX.-1"):
        with pytest.raises(ValueError, match="no mark"):
            Mark.read(text)


def test_contributions_are_counted_apart(made, desk):
    assert Contribution.objects.count() == 0
    page = desk.send("check", [contribution(made)], made.nia.officer).content.decode()
    assert "1 contribution goes to Nia North" in page
