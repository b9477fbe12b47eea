"""Who may see which case, and which side of it, by protocol/who_sees.toml: what stands behind the pages."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from casework.enquiries import rules
from casework.models import Case, Message
from documents.models import Document
from officers.models import Officer, Service
from protocol import who_sees
from tests.casework.making import World, fresh, world
from tests.factories import (
    ServiceFactory,
)
from tests.matrix import relations

pytestmark = pytest.mark.django_db

TABLE = who_sees.read().thing("enquiry")
SETS = who_sees.read().sets


@pytest.fixture
def made(db) -> World:
    return world("bristol")


def _case(made: World) -> Case:
    return relations.case_of(made)


@pytest.mark.parametrize("restricted", [False, True], ids=["ordinary", "restricted"])
def test_each_sees_and_does_what_is_theirs_and_no_more(made, restricted):
    """T1, behind the pages (tests/matrix asks over every address). Seen red with: each line of visible_to left
    out or widened in turn; visible_in that asks for the side alone, and so gave strangers every message;
    `relations` that lets delegates and overseers into a restricted case, and members who are gone into
    their own; "told" whoever asks, for members too, and in the hands of whoever has left the post that they
    were told in."""
    case = _case(made)
    Case.objects.update(sensitivity="restricted" if restricted else "ordinary")
    where = " where it is restricted" if restricted else ""
    for row in TABLE.rows:
        cells = TABLE.cells_of(row.key)
        with transaction.atomic():
            person = fresh(getattr(relations, row.key)(made))
            person.acting_in = person.acted_as or None
            Case.objects.update(sensitivity="restricted" if restricted else "ordinary")
            there = Case.objects.get(pk=case.pk)
            _assert_sees(there, person, cells[f"sees it{where}"], row.key)
            held = rules.relations(there, person, timezone.localdate())
            does = {verb for verb, who in rules.WHO.items() if held & who}
            assert does == SETS[cells[f"may{where}"]], row.key
            transaction.set_rollback(True)


def _assert_sees(case: Case, person, sees: str, who: str) -> None:
    visible = Case.objects.visible_to(person)
    assert list(visible) == ([] if sees == "no" else [case]), who
    assert visible.count() == visible.counts(timezone.localdate())["open"] == len(visible), who
    kinds = sorted(Message.objects.visible_in(case, person).values_list("kind", flat=True))
    expected = {"no": [], "member": ["enquiry"], "officers": ["enquiry", "note"]}[sees]
    assert [kind for kind in kinds if kind != "handover" or sees != "officers"] == expected, who
    # A file is seen by whoever sees the message that it goes with, or was sent a copy of it.
    files = Document.objects.visible_to(person).filter(about=case.key)
    copied = Message.objects.copied_to(person).values_list("kind", flat=True)
    named = sorted({f"{kind}.csv" for kind in (*expected, *copied)})
    assert sorted(files.values_list("name", flat=True)) == named, who
    if sees == "no":
        # What they may not see they may not do.
        assert rules.available(case, person, timezone.localdate()) == [], who


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
    relations.brought(made.sam)
    holder = relations.overseer_it_was_brought_to(made)
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
    erin = relations.copied_member(made)
    assert [m.kind for m in Message.objects.copied_to(fresh(erin))] == ["enquiry"]
    type(erin.member).objects.filter(person=erin).update(ended_on=relations.yesterday())
    assert not Message.objects.copied_to(fresh(erin)).exists()


def test_the_lists_cost_one_query_whoever_asks(made, django_assert_num_queries):
    """Seen red with: the ids of what was brought to somebody loaded first."""
    _case(made)
    for person in (
        made.alice,
        made.bob,
        made.dev,
        relations.covers(made),
        relations.mayor_it_was_brought_to(made),
    ):
        asked = fresh(person)
        list(Case.objects.visible_to(asked))
        with django_assert_num_queries(1):
            list(Case.objects.visible_to(asked))


def test_the_table_is_as_long_as_it_says():
    """N = 55 relations, ordinary and restricted, times 30 verbs; one that is left out is seen here."""
    assert len(TABLE.rows) == 55
    assert len(rules.WHO) == 30
