"""People stand by surname."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import actions
from accounts.models import Person
from accounts.names import sort_key
from tests.factories import PersonFactory


@pytest.mark.parametrize(
    ("name", "stands_under"),
    [
        ("Ann Archer", "archer ann"),
        ("Mrs Ann O’Neil MBE", "o'neil mrs ann"),
        ("Dr. Bea Bell-Brown, OBE, JP", "bell-brown dr. bea"),
        ("Sir Cai Cole M.B.E.", "cole sir cai"),
        ("Dôn Évans (Deputy Mayor)", "evans don"),
        ("Flint, Fay", "flint fay"),
        ("MBE", "mbe"),
        ("Jack Ma", "ma jack"),
        ("", ""),
    ],
)
def test_a_name_stands_under_its_surname_without_titles_and_honours(name, stands_under):
    assert sort_key(name) == stands_under


@given(st.text(max_size=300))
def test_whatever_a_name_is_it_has_a_place(name):
    assert len(sort_key(name)) <= 200


@pytest.mark.django_db
def test_whoever_is_added_renamed_or_corrected_stands_in_their_place(db):
    """Seen red with: the place left alone when the name changes; and by an import."""
    zoe, adam = (actions.add_person(name=name, by=None) for name in ("Zoe Ash", "Adam Yew"))
    PersonFactory(name="Mr Ben Moss MBE")
    assert [p.name for p in Person.objects.all()] == ["Zoe Ash", "Mr Ben Moss MBE", "Adam Yew"]
    actions.change_person(person=zoe, name="Zoe Zander", email="", by=None)
    actions.correct_people(corrections=[actions.Correction(adam, "Adam Alder")], by=None)
    assert [p.name for p in Person.objects.all()] == [
        "Adam Alder",
        "Mr Ben Moss MBE",
        "Zoe Zander",
    ]
