"""The cast is what its names promise: other tests lean on it."""

import pytest

from accounts import standing
from accounts.models import Person
from tests import cast

pytestmark = pytest.mark.django_db


def roles(person) -> set[str]:
    loaded = Person.objects.with_capacities().get(pk=person.pk)
    return {role.key for role in standing.of(loaded).roles}


def test_everybody_has_the_roles_that_their_story_says():
    people = cast.everybody()
    assert {name: roles(person) for name, person in people.items()} == {
        "alice": {"member"},
        "erin": {"member"},
        "norris": {"member"},
        "bob": {"officer"},
        "gita": {"officer"},
        "sam": {"officer", "manager"},
        "carol": {"officer", "manager"},
        "dev": {"officer", "manager", "democratic_services"},
        "mona": {"officer", "manager"},
        "hana": {"officer", "manager", "head_of_paid_service"},
        "ada": {"administrator"},
        "otis": {"auditor"},
        "charlie": set(),
    }


def test_the_cast_hangs_together():
    people = cast.everybody()
    highways = people["bob"].officer.service
    highways.refresh_from_db()
    assert (highways.head.person, highways.chief_officer.person) == (people["sam"], people["carol"])
    assert people["bob"].officer.manager.person == people["sam"]
    assert [seat.ward.name for seat in people["alice"].member.seats.all()] == ["Harbour"]
    assert people["alice"].member.group != people["erin"].member.group
