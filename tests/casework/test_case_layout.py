"""What stands where on the case page: one thing to do first, the rest by its sort, and the summary."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.enquiries import actions
from casework.enquiries.steps import GROUPS, PRIMARY, STEPS
from frontend.words import day
from tests.casework.making import (
    NOW,
    at,
    clock,
    enquiry,
    fresh,
    reloaded,
    with_bob,
    working_days,
    world,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bristol")


def page_of(client, case, person):
    client.force_login(person)
    return client.get(case.get_absolute_url()).context["page"]


def more(page) -> dict[str, list[str]]:
    return {group.title: [str(link.text) for link in group.links] for group in page.more}


def summary(page) -> dict[str, str]:
    return {str(row.key): str(row.value) for row in page.summary}


def test_every_verb_has_a_group_and_every_group_a_verb():
    assert {step.group for step in STEPS.values()} == set(GROUPS)
    assert set(PRIMARY) <= set(STEPS)


def test_an_officer_answers_on_the_page_and_finds_the_rest_by_its_sort(made, client):
    """Seen red with: the answer offered a second time; and with groups in the order of the verbs."""
    page = page_of(client, with_bob(made), made.bob)
    assert (page.inline, page.primary) == ("answer", None)
    assert more(page) == {
        "Write": [
            "Answer and send copies",
            "Acknowledge",
            "Ask the member",
            "Send a holding reply",
            "Ask another service",
        ],
        "Due date": ["Give a new date"],
        "Pass it on": [
            "Refer it to a senior officer",
            "Pass it to another officer",
            "It is really something else",
        ],
        "Record": [
            "Record what the member adds",
            "Add a note",
            "Link it with another enquiry",
            "Say that a Member of Parliament raised it",
        ],
        "What is asked of you": ["Flag a demand"],
    }


def test_where_officers_copy_nothing_the_answer_is_on_the_page_alone(time_machine, client):
    """We9.1."""
    time_machine.move_to(NOW)
    made = world("weston")
    page = page_of(client, with_bob(made), made.bob)
    assert "Answer and send copies" not in more(page)["Write"]


def said(page) -> str:
    """Why there is nothing to do."""
    return " ".join(reason.words for reason in page.nothing)


def test_whoever_answers_for_others_gives_it_out_and_does_not_do_it_for_them(made, client):
    """Seen red with: the order of the officers for everybody."""
    waiting, taken = enquiry(made), with_bob(made)
    for who in (made.sam, made.carol, made.dev):
        assert str(page_of(client, waiting, who).primary.text) == "Give it to an officer"
        page = page_of(client, taken, who)
        assert (page.inline, page.primary) == ("", None)
        assert said(page) == "It is with Bob Baker, Highways."
    assert "Answer" in more(page_of(client, taken, made.sam))["Write"]
    assert str(page_of(client, waiting, made.bob).primary.text) == "Take it on"


def test_the_member_reads_that_nothing_is_needed_or_what_became_of_it(made, client):
    case = with_bob(made)
    page = page_of(client, case, made.alice)
    assert said(page) == "You need do nothing. We will tell you when it is answered."
    assert more(page) == {"Write": ["Add something to it"], "End it": ["Withdraw it"]}
    actions.ask(case=case, by=fresh(made.bob), text="Which end?", now=NOW)
    assert page_of(client, case, made.alice).inline == "reply"
    actions.answer(case=case, by=fresh(made.bob), text="Done.", now=NOW)
    assert "It has been answered" in said(page_of(client, case, made.alice))


def test_a_breach_that_nobody_explained_is_the_officers_matter(made, client, time_machine):
    """Seen red with: the badge on both sides."""
    case = with_bob(made)
    late = at(working_days(clock(case).due, 2))
    time_machine.move_to(late)
    actions.answer(case=case, by=fresh(made.bob), text="Sorry.", now=late)
    assert page_of(client, case, made.alice).badges == []
    page = page_of(client, case, made.bob)
    assert page.badges == ["Not yet explained"]
    assert str(page.primary.text) == "Say why it was late"


def test_the_summary_says_each_promise_as_a_noun_with_its_date(made, client):
    """Br10f. Seen red with: "Acknowledge: Acknowledge within …"."""
    case = with_bob(made)
    found = summary(page_of(client, case, made.alice))
    assert found["Acknowledgement"] == "Within 2 working days, by Wednesday 3 June 2026"
    assert found["Answer"] == "Within 7 working days, by Wednesday 10 June 2026"
    actions.acknowledge(case=case, by=fresh(made.bob), text="It is with me.", now=NOW)
    actions.extend(
        case=case,
        by=fresh(made.bob),
        reason="A part is on order.",
        new_date=working_days(clock(case).due, 5),
        now=NOW,
    )
    found = summary(page_of(client, case, made.alice))
    assert found["Acknowledgement"] == "Sent Monday 1 June 2026, within 2 working days"
    assert found["Answer"] == (
        "New date given: Wednesday 17 June 2026. First due Wednesday 10 June 2026"
    )


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (0, "Sent Monday 1 June 2026, within 7 working days"),
        (9, "Sent Friday 12 June 2026, late: it was due by Wednesday 10 June 2026"),
    ],
)
def test_the_summary_says_when_it_was_answered_and_whether_in_time(
    made, client, time_machine, after, said
):
    """Br10f."""
    case = with_bob(made)
    now = at(working_days(NOW.date(), after)) if after else NOW
    time_machine.move_to(now)
    actions.answer(case=case, by=fresh(made.bob), text="Done.", now=now)
    found = summary(page_of(client, reloaded(case), made.bob))
    assert found["Answer"] == said
    assert found["Acknowledgement"] == "Not needed: the answer came first"


def test_what_was_withdrawn_was_never_sent(made, client):
    case = with_bob(made)
    actions.withdraw(case=case, by=fresh(made.alice), reason="", now=NOW)
    found = summary(page_of(client, case, made.alice))
    assert (found["Answer"], found["Acknowledgement"]) == ("Not needed: withdrawn",) * 2


def test_what_an_officer_took_down_is_the_member_s_own_message(made, client):
    """Seen red with: the message under the name of whoever logged it, on the officers' side."""
    case = enquiry(made, by=made.bob)
    message = page_of(client, case, made.bob).messages[0]
    assert (message.sender, message.ours) == ("Bob Baker for Alice Archer", False)
    assert page_of(client, case, made.alice).messages[0].ours


def test_a_colleagues_words_stand_on_the_officers_side(made, client):
    case = with_bob(made)
    actions.note(case=case, by=fresh(made.sam), text="Ring them.", now=NOW)
    message = page_of(client, case, made.bob).messages[-1]
    assert (message.ours, message.private) == (True, "Only officers see this")


def test_what_is_asked_stands_beside_the_box_for_the_reply(made, client):
    """On a phone the correspondence is three screens down. Seen red with: the first question taken."""
    case = with_bob(made)
    for text in ("Which end of the road?", "And which side?"):
        actions.ask(case=case, by=fresh(made.bob), text=text, now=NOW)
    page = page_of(client, case, made.alice)
    assert page.question == "Bob Baker asks:\n\nAnd which side?"
    assert page_of(client, case, made.bob).question == ""


def test_what_is_said_after_an_action_knows_that_the_date_has_passed(made, time_machine):
    """Seen red with: "is due" on whatever day."""
    case = with_bob(made)
    assert STEPS["reply"].done(case).endswith(f"is due on {day(case.next_due)}.")
    time_machine.move_to(at(case.next_due + timedelta(days=1)))
    assert STEPS["reply"].done(case).endswith(f"was due on {day(case.next_due)}.")


def test_the_count_is_shown_for_as_long_as_there_is_a_date_to_explain(made, client):
    """Br10f. Seen red with: "Why this date?" on an enquiry that is due no more."""
    case = with_bob(made)
    page = page_of(client, case, made.alice)
    assert (page.why_title, bool(page.why)) == ("Why this date?", True)
    actions.answer(case=case, by=fresh(made.bob), text="Done.", now=NOW)
    page = page_of(client, case, made.alice)
    assert (page.why_title, bool(page.why)) == ("When was it due?", True)
    gone = with_bob(made)
    actions.withdraw(case=gone, by=fresh(made.alice), reason="", now=NOW)
    assert page_of(client, gone, made.alice).why == []
