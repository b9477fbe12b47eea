"""The links of the service navigation."""

import pytest

from accounts import navigation
from protocol import authority
from tests import cast


@pytest.fixture
def _entries(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("people", "People", "person-list", "people.invite", 30)
    navigation.register("account", "You", "account", None, 20)
    navigation.register("away", "Away", "no-such-page", None, 10)
    navigation.register("add", "Add", "person-add", "people.invite", 40)


@pytest.mark.django_db
@pytest.mark.usefixtures("_entries")
@pytest.mark.parametrize(
    ("path", "active"),
    [("/people/", "People"), ("/people/3/", "People"), ("/people/add/", "Add"), ("/x/", None)],
)
def test_links_stand_in_order_and_the_closest_is_marked(path, active):
    items = navigation.items_for(cast.dev(), path)
    assert [item.text for item in items] == ["You", "People", "Add"]
    assert [item.text for item in items if item.active] == ([active] if active else [])


@pytest.mark.django_db
@pytest.mark.usefixtures("_entries")
def test_links_that_a_person_may_not_follow_are_left_out():
    assert [item.text for item in navigation.items_for(cast.charlie(), "/")] == ["You"]


def test_every_fact_that_gives_a_role_has_words():
    for role in authority.ROLES:
        for fact in role.held_by:
            assert authority.in_words(fact)
        assert role.may <= authority.PERMISSIONS.keys()


def test_every_permission_is_given_by_some_role():
    given = frozenset().union(*(role.may for role in authority.ROLES))
    assert given == authority.PERMISSIONS.keys()
