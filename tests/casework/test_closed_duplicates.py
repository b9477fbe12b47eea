"""One enquiry is closed as a duplicate of another: who reads where it goes on, and that no promise is lost."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from casework import notices
from casework.enquiries import actions, rules, service_requests
from casework.models import Breach, Case, CaseLink, Clock
from council.models import Council
from ledger.models import Notice
from protocol.refusals import Refused
from tests import cast
from tests.casework.making import (
    NOW,
    World,
    at,
    clock,
    fresh,
    nothing_written,
    reloaded,
    verbs,
    with_bob,
    world,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("bristol")


def linked(made: World, case: Case, other: Case, kind: str = "related") -> CaseLink:
    by, why = fresh(made.bob), "Both are about the one gulley."
    actions.link(case=case, by=by, other=other, kind=kind, reason=why, now=NOW)
    return CaseLink.objects.get(case=case, other=other)


def page_of(client, case: Case, person) -> str:
    client.force_login(fresh(person))
    return unescape(client.get(case.get_absolute_url()).content.decode())


def twins(made: World) -> tuple[Case, Case]:
    one, other = with_bob(made), with_bob(made)
    linked(made, one, other, "duplicate")
    return one, other


def closed(made: World, case: Case, other: Case, now=NOW) -> Case:
    return actions.close_duplicate(
        case=case, by=fresh(made.bob), other=other, reason="You asked twice.", now=now
    )


def test_a_duplicate_ends_without_a_figure_and_the_member_reads_why_and_where(made, client):
    one, other = twins(made)
    case = reloaded(closed(made, one, other))
    assert (case.state, case.figure, case.answered_at) == ("duplicate", "", None)
    assert not Clock.objects.running().filter(case=one).exists()
    said = page_of(client, one, made.alice)
    assert "You asked twice." in said
    assert other.reference in said
    assert "You will be answered in the other enquiry" in said
    notice = Notice.objects.get(event__verb="enquiry_closed_as_duplicate")
    body = notices.render([notice])[notice.pk].body
    assert notice.recipient == made.alice.key
    assert one.reference in body
    assert other.reference in body
    assert "twice" not in body


def test_it_stays_linked_with_that_which_is_answered(made):
    one, other = twins(made)
    closed(made, one, other)
    link = CaseLink.objects.get()
    with nothing_written(), pytest.raises(Refused, match="stay linked"):
        actions.unlink(case=reloaded(one), by=fresh(made.bob), link=link, now=NOW)


def test_what_repeats_two_is_closed_as_a_duplicate_of_one_and_leads_there_alone(made, client):
    """To refuse the second link would tell of a first that they may not know of. Seen red with: the other
    link left as it was, by which the member was led to both, and nobody could take it away.
    """
    one, other = twins(made)
    third = with_bob(made)
    linked(made, one, third, "duplicate")
    closed(made, one, third)
    said = page_of(client, one, made.alice)
    assert said.count("Read the other enquiry") == 1
    assert f'href="{third.get_absolute_url()}">Read the other enquiry' in said
    link = CaseLink.objects.get(other=other)
    assert link.kind == "related"
    actions.unlink(case=reloaded(one), by=fresh(made.bob), link=link, now=NOW)
    assert CaseLink.objects.get().other == third


def test_what_was_closed_as_a_duplicate_repeats_nothing_more(made):
    """Though it was open when its page was read. Seen red with: the state as the page read it; no rule."""
    one, other = twins(made)
    third, before = with_bob(made), reloaded(one)
    closed(made, one, other)
    with nothing_written(), pytest.raises(Refused, match="closed as a duplicate already"):
        linked(made, before, third, "duplicate")
    linked(made, before, third)


@pytest.mark.django_db(transaction=True)
def test_linked_both_ways_at_once_they_are_linked_once(made, at_once):
    """A with B and B with A: the database's own rule holds of one direction alone. Seen red, on PostgreSQL,
    with: the two not locked before it is asked whether they are linked.
    """
    for _ in range(8):
        one, other = with_bob(made), with_bob(made)
        pairs = ((one, other), (other, one))
        results = at_once(lambda n, pairs=pairs: linked(made, *pairs[n % 2]), 4)
        assert CaseLink.objects.of(one).count() == 1
        refused = [str(result) for result in results if not isinstance(result, CaseLink)]
        assert refused == ["These two are linked already."] * 3
        assert verbs(one).count("enquiries_linked") == 1


def test_no_promise_is_lost_by_it(made):
    """A late one leaves its breach; the other must be due no later. Seen red with: `record_late` left out;
    the dates not compared.
    """
    one, other = twins(made)
    late = at(clock(one).due + timedelta(days=1))
    closed(made, one, other, now=late)
    assert Breach.objects.filter(clock__case=one).exists()
    assert reloaded(one).awaits_explanation
    sooner, later = twins(made)
    Case.objects.filter(pk=later.pk).update(next_due=sooner.next_due + timedelta(days=1))
    with nothing_written(), pytest.raises(Refused, match="later than this one"):
        closed(made, sooner, reloaded(later))


def test_nothing_is_closed_into_one_whose_clock_stands_still(time_machine):
    """Its date is no date: it moves by as long as it is paused. Seen red with: the stored date taken."""
    time_machine.move_to(NOW, tick=False)
    made = world("bristol", changed={"[pausing]\nallowed = false": "[pausing]\nallowed = true"})
    one, other = twins(made)
    actions.pause(case=other, by=fresh(made.bob), reason="She is away.", now=NOW)
    with nothing_written(), pytest.raises(Refused, match="paused"):
        closed(made, one, reloaded(other))


def test_the_other_is_asked_as_it_is_now_and_not_as_it_was_read(made):
    """It was withdrawn, or closed as a duplicate of this one, a moment ago. Seen red with: the other as the
    page read it."""
    one, other = twins(made)
    before = reloaded(other)
    actions.withdraw(case=other, by=fresh(made.alice), now=NOW)
    with nothing_written(), pytest.raises(Refused, match="nothing is answered there"):
        closed(made, one, before)


def test_only_the_same_members_is_closed_and_only_into_one_that_is_answered(made):
    """Each member is owed an answer; what ended without one answers nobody."""
    erin = cast.erin()
    one, hers = with_bob(made), with_bob(made, by=erin, member=erin)
    linked(made, one, hers, "duplicate")
    with nothing_written(), pytest.raises(Refused, match="whoever raised it"):
        closed(made, one, hers)
    one, gone = twins(made)
    actions.withdraw(case=gone, by=fresh(made.alice), now=NOW)
    with nothing_written(), pytest.raises(Refused, match="nothing is answered there"):
        closed(made, one, reloaded(gone))
    one, private = twins(made)
    Case.objects.filter(pk=private.pk).update(sensitivity="restricted")
    private = reloaded(private)
    with nothing_written(), pytest.raises(Refused, match="restricted"):
        closed(made, one, private)
    one, other = with_bob(made), with_bob(made)
    with nothing_written(), pytest.raises(Refused, match="not linked as a duplicate"):
        closed(made, one, other)


def test_what_was_asked_again_is_answered_here(made):
    one, other = twins(made)
    actions.answer(case=one, by=made.bob, text="Filled.", now=NOW)
    case = actions.ask_again(case=one, by=fresh(made.alice), text="And the kerb?", now=NOW)
    with nothing_written(), pytest.raises(Refused, match="answered before"):
        closed(made, reloaded(case), other)


# What becomes of the other one -------------------------------------------------------------------------


def hand_on(made: World, case: Case) -> Case:
    Council.objects.update(online_name="Report it", online_address="https://report.example.gov.uk/")
    said = {"reference": "RI-1", "entered_on": None}
    about = {"room": service_requests.ROOM, "reason": "It is for the roads team.", "said": said}
    return actions.hand_on(case=reloaded(case), by=fresh(made.bob), now=NOW, **about)


def test_nobody_is_promised_an_answer_in_what_was_handed_on_since(made, client):
    """Seen red with: the same words whatever became of it."""
    one, other = twins(made)
    closed(made, one, other)
    hand_on(made, other)
    said = page_of(client, one, made.alice)
    assert "You will be answered" not in said
    assert "was handed on since: read there where it is dealt with" in said
    assert f'href="{other.get_absolute_url()}">Read the other enquiry' in said


@pytest.mark.parametrize("how", ["withdrawn", "returned", "duplicate"])
def test_nor_in_what_ended_otherwise(made, client, how):
    one, other = twins(made)
    closed(made, one, other)
    Case.objects.filter(pk=other.pk).update(state=how)
    said = page_of(client, one, made.alice)
    assert "You will be answered" not in said
    assert "It was closed as a duplicate. The other enquiry was" in said


def test_to_close_it_is_not_offered_where_it_would_be_refused(made, client):
    """The other was handed on, or it was asked about again itself. Seen red with: any link as a duplicate."""
    one, other = twins(made)
    bob = fresh(made.bob)

    def offered(case: Case) -> bool:
        return "close_duplicate" in rules.available(reloaded(case), bob, NOW.date())

    assert offered(one)
    hand_on(made, other)
    assert not offered(one)
    client.force_login(bob)
    at_it = reverse("enquiry-close-duplicate", args=[one.reference])
    found = unescape(client.get(at_it).content.decode())
    assert "nothing is answered there" in found
    assert "<textarea" not in found
    back, goes_on = twins(made)
    hand_on(made, back)
    actions.ask_again(case=reloaded(back), by=fresh(made.alice), text="Not mended.", now=NOW)
    assert not offered(back)
    # One of two that can go on is enough, and is the one that is offered.
    linked(made, one, goes_on, "duplicate")
    assert offered(one)
    found = unescape(client.get(at_it).content.decode())
    assert f'value="{goes_on.reference}" selected' in found
    assert f'value="{other.reference}"' not in found


def test_what_was_written_is_kept_where_the_other_one_was_handed_on_meanwhile(made, client):
    one, other = twins(made)
    client.force_login(fresh(made.bob))
    sent = {"version": reloaded(one).version, "other": other.reference, "reason": "Asked twice."}
    hand_on(made, other)
    answer = client.post(reverse("enquiry-close-duplicate", args=[one.reference]), sent)
    said = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "nothing is answered there" in said
    assert "Asked twice." in said
