"""Verifying the ledger compares the rows that hold texts with the events that committed to them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework import texts
from casework.contributions import actions as contributions
from casework.enquiries import actions, service_requests
from casework.models import Case, CaseLink, Copy, Handing, Message
from council.models import Council
from ledger.verification import Tally, verify
from protocol import events
from tests import cast
from tests.casework.making import MONDAY, NOW, World, at, enquiry, fresh, reloaded, with_bob, world
from tests.documents.making import held
from tests.factories import DelegationFactory, OfficerFactory, PersonFactory

pytestmark = pytest.mark.django_db

LATE = date(2026, 7, 1)


@pytest.fixture
def made(db) -> World:
    return world("bristol", changed={"[pausing]\nallowed = false": "[pausing]\nallowed = true"})


def faults() -> list[str]:
    return [str(fault) for fault in verify(tally=Tally())]


def lived_through(made: World) -> Case:
    """Everything that can be written in an enquiry, by whom it can be."""
    bob, dev = fresh(made.bob), fresh(made.dev)
    helper = PersonFactory()
    DelegationFactory(principal=made.alice, delegate=helper)
    case = with_bob(made, by=helper)
    files = [held(bob), held(bob)]
    actions.acknowledge(case=case, by=bob, text="It is here.", now=NOW)
    actions.hold(case=case, by=bob, text="A plan.", documents=files[:1], now=NOW)
    actions.note(case=case, by=bob, text="Another.", documents=files[1:], now=NOW)
    for file in files:
        actions.remove_file(case=case, by=bob, document=file, reason="Not theirs.", now=NOW)
    actions.ask(case=case, by=bob, text="Which end?", now=NOW)
    actions.reply(case=case, by=fresh(helper), text="The far one.", now=NOW)
    actions.ask(case=case, by=bob, text="Which side?", now=NOW)
    actions.record_reply(case=case, by=bob, text="Both, by telephone.", now=NOW)
    actions.add(case=case, by=fresh(helper), text="A fourth one.", now=NOW)
    actions.record_addition(case=case, by=bob, text="She rang: a fifth.", now=NOW)
    twin = with_bob(made)
    actions.link(case=twin, by=bob, other=case, kind="duplicate", reason="It is the same.", now=NOW)
    actions.close_duplicate(case=twin, by=bob, other=case, reason="You asked twice.", now=NOW)
    Council.objects.update(online_name="Report it", online_address="https://report.example.gov.uk/")
    there = {"room": service_requests.ROOM, "said": {"reference": "R 1"}}
    gone = with_bob(made)
    actions.hand_on(case=gone, by=bob, reason="It is for the crew.", now=NOW, **there)
    actions.take_back(case=reloaded(gone), by=bob, reason="It is ours.", now=NOW)
    actions.hold(case=case, by=bob, text="We are looking.", now=NOW)
    actions.note(case=case, by=bob, text="She is cross.", now=NOW)
    actions.extend(case=case, by=bob, reason="Ice.", new_date=MONDAY + timedelta(14), now=NOW)
    actions.pause(case=case, by=bob, reason="She is away.", now=NOW)
    actions.resume(case=case, by=bob, now=NOW)
    actions.reassign(case=case, by=dev, officer=made.sam.officer, reason="He knows it.", now=NOW)
    actions.refer_upward(case=case, by=fresh(made.sam), reason="It costs much.", now=NOW)
    carol, reader = fresh(made.carol), OfficerFactory(service=made.highways).person
    contributed_to(case, carol)
    actions.answer(
        case=case,
        by=carol,
        text="They are mended.",
        copy_to=[reader],
        writer_agreed=True,
        copy_reason="He mends them.",
        now=at(LATE),
    )
    actions.explain_breach(
        case=case, by=carol, explanation="Ice.", learned="Grit.", now=at(LATE, 11)
    )
    actions.close(
        case=case,
        by=carol,
        outcome="resolved",
        remark="All is well.",
        learned="Grit early.",
        now=at(LATE, 12),
    )
    actions.ask_again(case=case, by=fresh(helper), text="And the kerb?", now=at(LATE, 13))
    actions.answer(case=case, by=carol, text="The kerb too.", now=at(LATE, 14))
    actions.put_right(case=case, by=carol, reason="Not the kerb.", now=at(LATE, 15))
    actions.answer(case=case, by=carol, text="The kerb is next.", now=at(LATE, 16))
    actions.record_asking(case=case, by=carol, text="She rang: when?", now=at(LATE, 17))
    actions.withdraw(case=enquiry(made, by=dev), by=dev, reason="She rang.", now=NOW)
    actions.return_to_member(
        case=enquiry(made), by=fresh(made.sam), reason="It is another’s.", now=NOW
    )
    return reloaded(case)


def contributed_to(case, by) -> None:
    """Housing is asked, and its words are passed on, given, refused and called back."""
    gita = fresh(cast.gita())
    officer = OfficerFactory(service=gita.officer.service)
    housing, due = gita.officer.service, MONDAY + timedelta(2)

    def asked():
        contributions.ask(case=case, by=by, service=housing, text="Whose?", due=due, now=NOW)
        return case.contributions.open().get()

    one = asked()
    contributions.take_on(contribution=one, by=gita, now=NOW)
    contributions.pass_on(contribution=one, by=gita, officer=officer, reason="Yours.", now=NOW)
    contributions.contribute(contribution=one, by=fresh(officer.person), text="Ours.", now=NOW)
    contributions.decline(contribution=asked(), by=gita, reason="Not ours.", now=NOW)
    contributions.call_back(contribution=asked(), by=by, reason="It is known.", now=NOW)


def test_what_every_action_writes_agrees_with_its_event(made):
    """Seen red with: each of "answer", "explanation" and "handover" in the place of another kind."""
    lived_through(made)
    assert faults() == []
    kinds = {kind for kind, _ in Message.KINDS}
    assert set(Message.objects.values_list("kind", flat=True)) == kinds
    assert {kind for written in texts.WRITES.values() for kind in written} == kinds
    assert set(texts.WRITES) <= set(events.VERBS)


CHANGES = [
    ("note", {"officers_only": False}, {"who may see it"}),
    ("note", {"kind": "holding", "officers_only": False}, {"its kind", "who may see it"}),
    ("explanation", {"kind": "learning"}, {"its kind"}),
    ("reply", {"acting_for": None}, {"for whom it was written"}),
    ("answer", {"at": NOW}, {"its time"}),
    ("answer", {"copied": False}, {"who was copied in"}),
]


@pytest.mark.parametrize(("kind", "change", "said"), CHANGES)
def test_a_changed_row_is_found_though_its_text_is_as_it_was(made, kind, change, said):
    """Seen red with: the comparison of each left out."""
    lived_through(made)
    message = Message.objects.filter(kind=kind).order_by("pk").first()
    Message.objects.filter(pk=message.pk).update(**change)
    found = faults()
    assert {one.split("changed: ")[1] for one in found} == {f"{what} differs" for what in said}
    assert all(f"the text {message.key} was" in one for one in found)


@pytest.mark.parametrize(
    "change",
    [
        {"author_title": "Chief Executive"},
        {"author_title": ""},
        {"author_service": "Legal"},
        {"author_title": "Highways officer Highways", "author_service": ""},
    ],
)
def test_another_title_or_service_under_a_letter_is_found(made, change):
    """ADR 12. Seen red with: the capacity left out of what is committed; `capacities` not registered."""
    lived_through(made)
    acknowledged = Message.objects.get(kind="acknowledgement")
    assert (acknowledged.author_title, acknowledged.author_service) == (
        "Highways officer",
        "Highways",
    )
    Message.objects.filter(pk=acknowledged.pk).update(**change)
    (fault,) = faults()
    assert fault.endswith(f"capacity:{acknowledged.pk} is not the one that was recorded")


def test_a_letter_without_its_capacity_on_record_is_no_fault(made, monkeypatch):
    """As all were at first; and as a message that is no letter is, still."""
    monkeypatch.setattr(Message, "LETTERS", frozenset())
    lived_through(made)
    Message.objects.filter(kind="answer").update(author_title="Head of Housing")
    assert faults() == []


def test_another_author_case_or_reader_is_found(made):
    """Seen red with: the comparison of each left out."""
    case = lived_through(made)
    answer = Message.objects.filter(kind="answer").earliest("pk")
    other = Case.objects.exclude(pk=case.pk).first()
    Message.objects.filter(pk=answer.pk).update(author=made.bob, case=other)
    Copy.objects.update(person=made.dev)
    assert {one.split("changed: ")[1] for one in faults()} == {
        "its author differs",
        "its case differs",
        "who was copied in differs",
    }


def test_a_note_that_came_with_an_answer_cannot_pass_for_the_answer(made):
    """Seen red with: any kind that the verb writes taken for right, whatever its place."""
    case = lived_through(made)
    note = Message.objects.filter(case=case, kind="note").order_by("-pk").first()
    Message.objects.filter(pk=note.pk).update(kind="answer", officers_only=False)
    assert len(faults()) == 2


@pytest.mark.parametrize(
    ("field", "said"), [("raised_by", "who raised it"), ("logged_by", "who logged it")]
)
def test_a_case_given_to_another_member_is_found(made, field, said):
    """Seen red with: the comparison of each left out."""
    case = enquiry(made)
    Case.objects.filter(pk=case.pk).update(**{field: made.sam})
    (fault,) = faults()
    assert fault.endswith(f"the text subject:{case.pk} was changed: {said} differs")


@pytest.mark.parametrize(
    ("field", "said"),
    [("by", "its author"), ("case", "its case"), ("other", "the other case"), ("kind", "its kind")],
)
def test_a_link_that_was_changed_is_found(made, field, said):
    """Its reason is as it was, and what it says is not. Seen red with: its kind not compared."""
    lived_through(made)
    third = enquiry(made)
    other = {"by": made.sam, "case": third, "other": third, "kind": "related"}[field]
    CaseLink.objects.update(**{field: other})
    (fault,) = faults()
    assert fault.endswith(f"was changed: {said} differs")


@pytest.mark.parametrize(
    "changed",
    [
        {"reference": "R 2"},
        {"address": "https://evil.example/"},
        {"name": "Elsewhere"},
        {"room": "x"},
    ],
)
def test_where_a_case_was_handed_on_to_that_was_changed_is_a_fault(made, changed):
    """Seen red with: the address left out of what is committed to."""
    lived_through(made)
    Handing.objects.update(**changed)
    (fault,) = faults()
    assert "is not the one that was recorded" in fault


def test_an_event_that_somebody_spoilt_is_a_fault_and_not_a_crash(made):
    """Seen red with: `people_copied` sorted as it stands."""
    from django.db import connection

    from ledger import triggers
    from ledger.models import Event

    lived_through(made)
    with triggers.lifted(connection):
        Event.objects.of("enquiry_answered").update(data={"people_copied": [1, "x", None]})
    assert any("its digest differs" in one for one in faults())
