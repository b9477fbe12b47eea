"""What a notice says and to whom it still goes: reference and link, and nothing that anybody wrote."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from casework import notices
from casework.chasing import actions as chasing
from casework.enquiries import actions
from casework.models import Case, Copy, Escalation
from ledger import actions as ledger
from ledger.models import Notice, Tell
from officers.models import Officer
from protocol import events
from tests import cast
from tests.casework.making import (
    MONDAY,
    NOW,
    World,
    at,
    clock,
    enquiry,
    fresh,
    last_event,
    reloaded,
    told,
    with_bob,
    working_days,
    world,
)
from tests.factories import AbsenceFactory, HoldingFactory, OfficerFactory

pytestmark = pytest.mark.django_db

TOKEN = re.compile("CANARY[a-z]+")


@pytest.fixture
def made(db) -> World:
    """A council of Bracknell's protocol, the one that says most about copies, that allows pausing."""
    return world("bracknell", changed={"[pausing]\nallowed = false": "[pausing]\nallowed = true"})


def deliver(now=None) -> ledger.Delivery:
    return ledger.deliver(now=now or timezone.now() + timedelta(days=400))


def canary_case(made: World) -> Case:
    """One enquiry with a token in everything that can be typed, taken through every verb."""
    bob, now = made.bob, at(MONDAY)
    words = iter(f"CANARY{chr(97 + n)}{chr(97 + n)}" for n in range(20))
    case = enquiry(
        made,
        subject=next(words),
        body=next(words),
        constituent_name=next(words),
        constituent_contact=next(words),
        constituent_basis="consent",
        mp_name=next(words),
        confidential=True,
        confidential_why=next(words),
        external_reference=next(words),
    )
    clerk = fresh(made.posts["proper_officer"])
    actions.allocate(case=case, by=clerk, officer=bob.officer, now=now)
    actions.acknowledge(case=case, by=bob, text=next(words), now=now)
    actions.ask(case=case, by=bob, text=next(words), now=now)
    actions.reply(case=case, by=made.alice, text=next(words), now=now)
    actions.pause(case=case, by=bob, reason=next(words), now=now)
    actions.resume(case=case, by=bob, now=now)
    actions.hold(case=case, by=bob, text=next(words), now=now)
    actions.note(case=case, by=bob, text=next(words), now=now)
    due = case.next_due + timedelta(days=2)
    actions.extend(case=case, by=bob, reason=next(words), new_date=due, now=now)
    actions.reassign(case=case, by=made.dev, officer=made.sam.officer, reason=next(words), now=now)
    for days in range(40):
        chasing.sweep(now=at(MONDAY + timedelta(days=days)))
    late = at(MONDAY + timedelta(days=41))
    actions.answer(
        gives=False,
        case=case,
        by=made.sam,
        text=next(words),
        copy_to=[cast.erin()],
        writer_agreed=True,
        copy_reason=next(words),
        now=late,
    )
    actions.explain_breach(
        case=case, by=made.sam, explanation=next(words), learned=next(words), now=late
    )
    actions.close(case=case, by=made.sam, outcome="resolved", remark=next(words), now=late)
    return case


def test_no_notice_quotes_anything_that_was_typed(made, mailoutbox):
    """T2's mail channel. Seen red with: the subject line of the case put in the mail's."""
    case = canary_case(made)
    assert deliver().failed == 0
    assert len(mailoutbox) > 15
    whole = "\n".join(f"{m.subject}\n{m.body}\n{m.message().as_string()}" for m in mailoutbox)
    assert not TOKEN.findall(whole)
    assert "There are" not in whole
    for mail in mailoutbox:
        to_erin = "erin@example.org" in mail.to[0]
        assert (case.reference in mail.body) is not to_erin
        assert mail.body.count("http") == 1


def test_every_notice_was_sent_or_dropped_because_it_may_no_longer_be_seen(made, mailoutbox):
    canary_case(made)
    deliver()
    assert not Notice.objects.filter(sent_at=None, dropped_at=None).exists()
    dropped = Notice.objects.filter(dropped_at__isnull=False)
    # It was answered before any of them went, so what only chased it is needless.
    reasons = {Notice.Dropped.NOT_VISIBLE, Notice.Dropped.OVERTAKEN}
    assert {notice.dropped_because for notice in dropped} <= reasons


def test_every_verb_that_tells_somebody_has_its_words():
    """Seen red with: an entry of WORDS left out (a KeyError for the whole batch)."""
    telling = {key for key, verb in {**events.ENQUIRY, **events.CHASING}.items() if verb.tells}
    assert telling <= notices.WORDS.keys() <= events.VERBS.keys()


def test_the_member_reads_their_own_words_and_the_officer_theirs(made, mailoutbox):
    case = enquiry(made, by=made.dev)
    deliver()
    body = {mail.to[0].split("<")[-1].rstrip(">"): mail.body for mail in mailoutbox}
    assert "Your enquiry has arrived" in body["alice@example.org"]
    proper = made.posts["proper_officer"].email
    assert "A new enquiry has come to you" in body[proper]
    assert all(case.get_absolute_url() in one for one in body.values())


# Visibility is asked again ----------------------------------------------------------------------


def test_a_former_owner_in_another_service_gets_nothing_more(made, mailoutbox):
    """Seen red with: notices that ask who was told and not who may see."""
    elsewhere = OfficerFactory(service__name="Housing")
    case = enquiry(made)
    clerk = fresh(made.posts["proper_officer"])
    actions.allocate(case=case, by=clerk, officer=elsewhere, now=at(MONDAY))
    actions.reassign(
        case=case, by=made.dev, officer=made.bob.officer, reason="Moved.", now=at(MONDAY)
    )
    deliver()
    assert not [m for m in mailoutbox if elsewhere.person.email in m.to[0]]
    dropped = Notice.objects.filter(recipient=elsewhere.person.key)
    assert {notice.dropped_because for notice in dropped} == {Notice.Dropped.NOT_VISIBLE}
    assert dropped.count() == 2


def test_somebody_disabled_ended_or_gone_from_their_post_gets_nothing(made, mailoutbox):
    mayor = made.posts["chair_of_council"]
    case = enquiry(made)
    for days in range(40):
        chasing.sweep(now=at(MONDAY + timedelta(days=days)))
    assert Notice.objects.filter(recipient=mayor.key).exists()
    mayor.holdings.update(until=timezone.localdate() - timedelta(days=1))
    type(made.alice).objects.filter(pk=made.alice.pk).update(is_active=False)
    Officer.objects.update(ended_on=timezone.localdate() - timedelta(days=1))
    deliver()
    assert mailoutbox == []
    assert case.pk


def test_a_case_that_was_restricted_since_is_mentioned_to_nobody_else(made, mailoutbox):
    case = enquiry(made, by=made.dev)
    HoldingFactory(post__key="monitoring_officer", person=made.sam)
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted", owner=made.bob)
    deliver()
    assert [m.to[0].split("<")[-1] for m in mailoutbox] == ["alice@example.org>"]


def _answered(made: World, *people) -> Case:
    case = enquiry(made)
    clerk = fresh(made.posts["proper_officer"])
    actions.allocate(case=case, by=clerk, officer=made.bob.officer, now=at(MONDAY))
    actions.answer(
        gives=False,
        case=case,
        by=made.bob,
        text="Done.",
        copy_to=people,
        copy_reason="Her ward too.",
        now=at(MONDAY),
    )
    return reloaded(case)


def test_whoever_was_copied_in_is_sent_to_their_copy_and_nowhere_else(made, mailoutbox):
    """Bk Correspondence. Seen red with: the case's own link."""
    erin = cast.erin()
    case = _answered(made, erin)
    deliver()
    (mail,) = [m for m in mailoutbox if "erin@" in m.to[0]]
    copy = Copy.objects.get(person=erin)
    assert f"/copies/{copy.key}/" in mail.body
    assert case.reference not in mail.body + mail.subject
    assert case.get_absolute_url() not in mail.body


def test_whoever_was_copied_in_and_has_left_since_is_sent_nothing(made, mailoutbox):
    """Seen red with: no look at their standing."""
    erin = cast.erin()
    _answered(made, erin)
    type(erin.member).objects.filter(person=erin).update(
        ended_on=timezone.localdate() - timedelta(days=1)
    )
    deliver()
    assert not [m for m in mailoutbox if "erin@" in m.to[0]]


def test_a_recipient_without_an_address_or_unknown_is_dropped_in_peace(made, mailoutbox):
    case = enquiry(made, by=made.dev)
    type(made.alice).objects.filter(pk=made.alice.pk).update(email=None)
    with transaction.atomic():
        ledger.record(
            verb="chase_due",
            subject=case.key,
            actor=None,
            tell=[Tell("person:999999"), Tell("contact:7")],
        )
    done = deliver()
    assert (done.failed, done.released) == (0, 0)
    assert not Notice.objects.filter(sent_at=None, dropped_at=None).exists()


def test_a_batch_is_rendered_in_queries_that_follow_people_and_not_notices(
    made, django_assert_max_num_queries
):
    """24 notices to two people."""
    for _ in range(12):
        enquiry(made, by=made.dev)
    waiting = list(Notice.objects.select_related("event"))
    assert len(waiting) == 24
    with django_assert_max_num_queries(14):
        assert all(notices.render(waiting).values())


def test_whoever_covers_for_the_owner_hears_what_the_owner_would(time_machine):
    """An officer is not blamed for a day when they were away. Seen red with: telling the owner alone."""
    time_machine.move_to(NOW)
    made = world("bristol")
    case = with_bob(made)
    gita = cast.gita()
    AbsenceFactory(officer=made.bob.officer, since=MONDAY, until=MONDAY, cover=gita.officer)
    actions.ask(case=case, by=fresh(made.bob), text="Which end?", now=NOW)
    actions.reply(case=case, by=fresh(made.alice), text="The north end.", now=NOW)
    assert told(last_event(case)) == {f"person:{made.bob.pk}", f"person:{gita.pk}"}


# Words that fit what happened, and to whom -------------------------------------------------------


def _mails(mailoutbox) -> dict[str, list[str]]:
    """By the first name of whom they went to: the title and the first line of each."""
    found: dict[str, list[str]] = {}
    for mail in mailoutbox:
        title = mail.subject.partition(": ")[2]
        found.setdefault(mail.to[0].split()[0], []).append(f"{title}. {mail.body.splitlines()[0]}")
    return found


def test_a_late_acknowledgement_is_never_called_a_late_answer(mailoutbox):
    """Nor is one due today. Seen red with: the words chosen by the verb alone."""
    made = world("bristol")
    case = with_bob(made)
    for day in (clock(case, "acknowledge").due, working_days(clock(case, "acknowledge").due, 1)):
        chasing.sweep(now=at(day))
    assert clock(case).due > day
    deliver()
    found = _mails(mailoutbox)
    today, late = found["Bob"][-2:]
    assert today == "Acknowledge it today. Tell the member today that this enquiry has arrived."
    assert late.startswith("Acknowledgement late. The acknowledgement of this enquiry is late.")
    assert found["Sam"][-1] == late


def test_each_step_has_words_for_both_promises():
    """Seen red with: a step left out of ACKNOWLEDGING."""
    steps = set(chasing.VERBS.values())
    assert notices.ACKNOWLEDGING.keys() == notices.CHASING.keys() == steps


@pytest.mark.parametrize(
    ("verb", "promise", "words"),
    [
        ("chase_reminded", "answer", "Due soon. The answer to another member is due soon."),
        ("chase_due", "answer", "Due today. The answer to another member is due today."),
        ("breach_recorded", "answer", "Late. The answer to another member is late."),
        ("chase_escalated", "acknowledge", "Late. The acknowledgement to another member is late."),
    ],
)
def test_what_is_brought_to_a_post_is_called_late_only_when_it_is(mailoutbox, verb, promise, words):
    """Seen red with: "not answered in time" for all of them; the answer's noun for both promises."""
    made = world("weston")
    case = enquiry(made)
    mayor = made.posts["town_mayor"]
    Escalation.objects.create(case=case, person=mayor, post_key="town_mayor", at=NOW)
    with transaction.atomic():
        ledger.record(
            verb=verb,
            subject=case.key,
            actor=None,
            data={"promise": promise, "date_due": case.next_due},
            tell=[Tell(mayor.key)],
        )
    deliver()
    assert _mails(mailoutbox)["Max"] == [words]


def _accepted(case: Case, made: World) -> None:
    actions.accept(case=case, by=fresh(made.sam), now=NOW)


def _allocated(case: Case, made: World) -> None:
    actions.allocate(case=case, by=fresh(made.dev), officer=made.bob.officer, now=NOW)


def _referred(case: Case, made: World) -> None:
    """By whoever covers for the chief officer who was told that it came to them."""
    AbsenceFactory(officer=made.carol.officer, since=MONDAY, until=MONDAY, cover=made.sam.officer)
    above = OfficerFactory(level="chief", person__name="Zoe Zane")
    Officer.objects.filter(person=made.sam).update(manager=above)
    actions.refer_upward(case=case, by=fresh(made.sam), reason="Too big.", now=NOW)


def _reassigned(case: Case, made: World) -> None:
    actions.accept(case=case, by=fresh(made.carol), now=NOW)
    actions.reassign(
        case=case, by=fresh(made.dev), officer=made.bob.officer, reason="Hers no more.", now=NOW
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_accepted, "Another officer has it. Another officer has taken on this enquiry."),
        (_allocated, "Another officer has it. This enquiry was given to another officer."),
        (_referred, "Passed to a senior officer. This enquiry was passed to a senior officer."),
        (_reassigned, "Passed to another officer. This enquiry was passed to another officer."),
    ],
)
def test_whoever_had_it_is_told_that_another_has_it_now(mailoutbox, change, words):
    """Blackpool's significant matters begin with the chief officer, Carol.

    Seen red with: the new owner's words for both; `besides` left out of _record.
    """
    made = world("blackpool")
    case = enquiry(made, significance="significant")
    assert case.owner == made.carol
    change(reloaded(case), made)
    assert reloaded(case).owner != made.carol
    deliver()
    assert _mails(mailoutbox)["Carol"][-1] == f"{words} It is no longer in your name."
    others = [
        line for name, lines in _mails(mailoutbox).items() if name != "Carol" for line in lines
    ]
    assert not [line for line in others if "no longer in your name" in line]
