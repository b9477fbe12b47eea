"""Who finds a case, by which of its words: nobody by what is not theirs to read."""

from __future__ import annotations

import pytest

from casework.enquiries import actions
from casework.models import Case, Message
from tests import cast
from tests.casework.finding import excerpt, found
from tests.casework.making import NOW, fresh, with_bob, world
from tests.factories import DelegationFactory, HoldingFactory, OfficerFactory, PostFactory

pytestmark = pytest.mark.django_db


def test_a_note_of_officers_is_neither_matched_nor_shown_on_the_members_side(bristol):
    """Seen red with: `on_side_of` that returns all; and left out of `excerpts`."""
    case = with_bob(bristol, body="The honeysuckle.")
    actions.note(case=case, by=fresh(bristol.bob), text="Honeysuckle: bindweed, he says.", now=NOW)
    della = cast.charlie()
    DelegationFactory(principal=bristol.alice, delegate=della)
    for person in (bristol.alice, della):
        assert found(person, "bindweed") == []
        assert found(person, "honeysuckle") == [case.reference]
        assert "bindweed" not in excerpt(person, case, "honeysuckle")
        assert excerpt(person, case, "bindweed") == ""
    for person in (bristol.bob, bristol.sam, bristol.dev):
        assert found(person, "bindweed") == [case.reference]
        assert "[bindweed]" in excerpt(person, case, "bindweed")


def test_whoever_is_member_and_officer_searches_each_case_on_the_side_where_they_stand():
    """A councillor who is Proper Officer (Bracknell). Seen red with: `theirs` without `reach.own`."""
    made = world("bracknell")
    HoldingFactory(post=PostFactory(key="proper_officer"), person=made.alice)
    OfficerFactory(person=made.alice)
    erin = cast.erin()
    own, other = with_bob(made), with_bob(made, by=erin, member=erin)
    for case in (own, other):
        actions.note(case=case, by=fresh(made.bob), text="Bindweed.", now=NOW)
    assert set(found(made.alice, "potholes")) == {own.reference, other.reference}
    assert found(made.alice, "bindweed") == [other.reference]
    assert excerpt(made.alice, own, "bindweed") == ""


def test_what_may_be_read_of_many_cases_is_what_may_be_read_of_each(bristol):
    """`on_side_of` and `visible_in` are one rule. Seen red with: `on_side_of` that forgets `acts_for`."""
    erin, gita = cast.erin(), cast.gita()
    deputy = OfficerFactory(service=bristol.highways).person
    DelegationFactory(principal=bristol.alice, delegate=deputy)
    for case in (with_bob(bristol), with_bob(bristol, by=erin, member=erin)):
        actions.note(case=case, by=fresh(bristol.bob), text="A note.", now=NOW)
    people = (bristol.alice, erin, gita, deputy, bristol.bob, bristol.sam, bristol.dev, cast.ada())
    for person in map(fresh, people):
        seen = Case.objects.visible_to(person)
        each = {m.pk for case in seen for m in Message.objects.visible_in(case, person)}
        many = set(
            Message.objects.on_side_of(person).filter(case__in=seen).values_list("pk", flat=True)
        )
        assert many == each, person


def test_a_resident_is_found_by_name_in_ones_own_casework_alone(bristol):
    """ADR 10: no officer looks up what the council has about a resident, and no other member.

    Seen red with: `_raised_for` that gives everybody's cases.
    """
    case = with_bob(bristol, constituent_name="Philippa Quill", constituent_contact="4 Rope Walk")
    della = cast.charlie()
    DelegationFactory(principal=bristol.alice, delegate=della)
    for person in (bristol.alice, della):
        assert found(person, "quill") == [case.reference]
        assert found(person, "philippa potholes") == [case.reference]
        assert found(person, "rope") == []
    for person in (bristol.bob, bristol.sam, bristol.dev, cast.erin()):
        assert found(person, "quill") == []


def test_whoever_is_member_and_officer_finds_residents_in_their_own_casework_alone():
    """Erin's case is theirs to see as an officer (Bracknell), and her residents are not theirs to look up.

    Seen red with: the residents of all cases, for whoever is a member.
    """
    made = world("bracknell")
    HoldingFactory(post=PostFactory(key="proper_officer"), person=made.alice)
    OfficerFactory(person=made.alice)
    erin = cast.erin()
    own = with_bob(made, constituent_name="Philippa Quill")
    with_bob(made, by=erin, member=erin, constituent_name="Quentin Quill")
    assert len(found(made.alice, "potholes")) == 2
    assert found(made.alice, "quill") == [own.reference]


def test_a_restricted_case_is_found_by_nobody_who_may_not_see_it(bristol):
    case = with_bob(bristol, subject="Wisteria")
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    for person in (bristol.dev, bristol.sam, cast.ada(), cast.otis(), cast.charlie()):
        assert found(person, "wisteria") == found(person, case.reference) == []
    assert found(bristol.bob, "wisteria") == [case.reference]
