"""The officers' line: up to the chief officer, with cover, past those who left, never in a loop."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officers.lines import Lines, Place, cover_for, line_of
from tests.cast import bob, carol, sam
from tests.factories import AbsenceFactory, OfficerFactory

TODAY = date(2026, 11, 23)


@pytest.mark.django_db
def test_the_line_goes_from_manager_to_head_of_service_to_chief_officer():
    chief, head, officer = carol(), sam(), bob()
    assert line_of(officer.pk, on=TODAY) == (head.pk, chief.pk)
    lines = Lines.load(TODAY)
    service = officer.officer.service_id
    assert lines.manager(officer.pk) == head.pk
    assert lines.service_head(service) == head.pk
    assert lines.chief_officer(service) == chief.pk
    assert lines.under(head.pk) == {officer.pk}


@pytest.mark.django_db
def test_an_absent_manager_stands_aside_for_their_cover():
    chief, head, officer = carol(), sam(), bob()
    stand_in = OfficerFactory()
    AbsenceFactory(officer=head.officer, since=TODAY, until=TODAY, cover=stand_in)
    lines = Lines.load(TODAY)
    assert lines.up(officer.pk) == (stand_in.person_id, chief.pk)
    assert not lines.present(head.pk)
    assert cover_for(head.pk, on=TODAY) == stand_in.person_id
    assert line_of(officer.pk, on=TODAY + timedelta(days=1)) == (head.pk, chief.pk)


@pytest.mark.django_db
def test_the_line_goes_on_above_a_manager_who_left():
    officer = OfficerFactory(
        manager=OfficerFactory(
            ended_on=TODAY - timedelta(days=1), manager=OfficerFactory(level="senior")
        )
    )
    assert line_of(officer.person_id, on=TODAY) == (officer.manager.manager.person_id,)


@pytest.mark.django_db
def test_cover_goes_on_to_whoever_covers_for_the_cover():
    first, second, third = (OfficerFactory() for _ in range(3))
    AbsenceFactory(officer=first, since=TODAY, until=TODAY, cover=second)
    AbsenceFactory(officer=second, since=TODAY, until=TODAY, cover=third)
    assert cover_for(first.person_id, on=TODAY) == third.person_id
    AbsenceFactory(officer=third, since=TODAY, until=TODAY, cover=first)
    assert cover_for(first.person_id, on=TODAY) is None


@pytest.mark.django_db
def test_every_line_of_a_day_is_read_in_three_queries(django_assert_num_queries):
    for _ in range(10):
        AbsenceFactory(officer__manager=OfficerFactory(), since=TODAY, until=TODAY)
    with django_assert_num_queries(3):
        lines = Lines.load(TODAY)
    with django_assert_num_queries(0):
        assert [lines.up(one) for one in lines.places]


person = st.integers(1, 8)
nobody_or = st.none() | person
services = st.dictionaries(st.integers(1, 3), nobody_or, max_size=3)


@given(
    managers=st.dictionaries(person, nobody_or),
    ranks=st.lists(st.integers(0, 3), min_size=8, max_size=8),
    departed=st.sets(person),
    away=st.dictionaries(person, nobody_or),
    heads=services,
    chiefs=services,
)
def test_no_line_loops_or_names_the_officer_or_anyone_who_is_not_there(
    managers, ranks, departed, away, heads, chiefs
):
    """Seen red with: `seen` left out of _walk (never ends), and out of cover."""
    places = {
        one: Place(one, manager, one % 4 or None, ranks[one - 1], one in departed)
        for one, manager in managers.items()
    }
    lines = Lines(TODAY, places, heads, chiefs, away)
    for one in places:
        line = lines.up(one)
        assert one not in line
        assert len(set(line)) == len(line)
        assert all(lines.present(above) for above in line)
        assert one not in lines.under(one)
    for one in range(1, 9):
        acting = lines.cover(one)
        assert acting is None or lines.present(acting)
        assert not lines.present(one) or acting == one


@pytest.mark.django_db
def test_above_an_officer_of_no_service_stands_whoever_answers_for_what_they_have():
    """Theirs ended. Their own line comes first; nobody is above themselves, and nobody below their rank is.

    Seen red with: the services’ leaders left out; added without a look at ranks; the head left in themselves.
    """
    chief, head, officer = carol(), sam(), bob()
    highways = officer.officer.service_id
    alone = OfficerFactory(service=None)
    lines = Lines.load(TODAY)
    assert lines.up(alone.person_id) == ()
    assert lines.above(alone.person_id, highways) == (head.pk, chief.pk)
    assert lines.above(alone.person_id, None) == ()
    manager = OfficerFactory(service=None)
    managed = OfficerFactory(service=None, manager=manager)
    lines = Lines.load(TODAY)
    assert lines.above(managed.person_id, highways) == (manager.person_id, head.pk, chief.pk)
    assert lines.above(head.pk, highways) == (chief.pk,)
    assert lines.above(chief.pk, highways) == ()
    director = OfficerFactory(service=None, level="chief")
    peer = OfficerFactory(service__name="Housing", level="senior")
    lines = Lines.load(TODAY)
    assert lines.above(director.person_id, highways) == (chief.pk,)
    assert lines.above(peer.person_id, highways) == (chief.pk,)


@pytest.mark.django_db
def test_whoever_covers_for_the_head_stands_above_in_their_place():
    chief, head = carol(), sam()
    alone, stand_in = OfficerFactory(service=None), OfficerFactory()
    AbsenceFactory(officer=head.officer, since=TODAY, until=TODAY, cover=stand_in)
    found = Lines.load(TODAY).above(alone.person_id, head.officer.service_id)
    assert found == (stand_in.person_id, chief.pk)
    assert Lines.load(TODAY).above(stand_in.person_id, head.officer.service_id) == (chief.pk,)
