"""What may happen to a person, by whom, and what the ledger says of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions
from accounts.actions import NewPerson
from accounts.models import Person
from ledger.models import Event
from protocol.refusals import Refused, Stale
from tests import cast
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db


def test_a_person_who_is_added_cannot_sign_in_until_invited(told):
    dev = cast.dev()
    person = actions.add_person(name=" Ines Ivory ", email=" Ines@Example.ORG ", by=dev)
    person.refresh_from_db()
    assert (person.name, person.email) == ("Ines Ivory", "Ines@example.org")
    assert person.access == "never_invited"
    assert told() == [("person_added", person.key, dev.pk)]


def test_people_without_an_email_can_be_many():
    actions.add_people(people=[NewPerson("Ann"), NewPerson("Ben")], by=None)
    assert Person.objects.filter(email=None).count() == 2


def test_a_thousand_are_added_in_a_bounded_number_of_queries():
    def cost(number: int, start: int) -> int:
        people = [NewPerson(f"P {n}", f"p{n}@example.org") for n in range(start, start + number)]
        with CaptureQueriesContext(connection) as queries:
            actions.add_people(people=people, by=None)
        return len(queries)

    assert cost(1000, 1000) <= cost(10, 0) + 30
    assert Event.objects.filter(verb="person_added").count() == 1010


@pytest.mark.parametrize("email", ["pat@example.org", "PAT@EXAMPLE.ORG"])
def test_an_email_that_somebody_has_is_refused_and_nothing_is_written(pat, email, told):
    """Seen red with: the IntegrityError not caught."""
    with pytest.raises(Refused, match="Somebody else has this email"):
        actions.add_people(people=[NewPerson("Ann"), NewPerson("Ben", email)], by=None)
    assert not Person.objects.filter(name="Ann").exists()
    assert told() == []


def test_a_change_says_which_fields_and_nothing_of_what_was_in_them():
    ines = PersonFactory(name="Ines Ivory", email="i@example.org")
    actions.change_person(person=ines, name="Inez Ivory", email="in@example.org", by=cast.dev())
    event = Event.objects.get(verb="person_changed")
    assert event.data == {"changed": ["name", "email"]}
    ines.refresh_from_db()
    assert (ines.name, ines.email, ines.version) == ("Inez Ivory", "in@example.org", 2)


def test_no_change_is_no_event(pat, told):
    actions.change_person(person=pat, name=pat.name, email=pat.email, by=None)
    assert told() == []


def test_the_second_of_two_who_change_the_same_person_is_told(pat):
    """Seen red with: the version left out of the condition."""
    mine, theirs = Person.objects.get(pk=pat.pk), Person.objects.get(pk=pat.pk)
    actions.change_person(person=theirs, name="Pat Pryce", email=pat.email, by=None)
    with pytest.raises(Stale, match="has just changed"):
        actions.change_person(person=mine, name="Pat Prize", email=pat.email, by=None)
    assert Person.objects.get(pk=pat.pk).name == "Pat Pryce"


def test_taking_the_email_away_takes_the_invitation_with_it():
    ines = PersonFactory(invited_at=timezone.now())
    actions.change_person(person=ines, name=ines.name, email="", by=None)
    ines.refresh_from_db()
    assert (ines.email, ines.has_password, ines.invited_at) == (None, False, None)


def test_an_email_that_was_taken_meanwhile_is_refused(pat):
    with pytest.raises(Refused, match="Somebody else"):
        actions.change_person(
            person=PersonFactory(), name="Quinn", email="PAT@example.org", by=None
        )


def test_an_invitation_says_who_made_it_and_can_be_sent_again(told, notices):
    dev, person = cast.dev(), PersonFactory()
    actions.invite(person=person, by=dev)
    actions.invite(person=person, by=dev)
    person.refresh_from_db()
    assert person.access == "invited"
    assert person.invited_by == dev
    assert told() == [("person_invited", person.key, dev.pk)] * 2
    assert notices() == [("person_invited", person.key)] * 2


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({"is_active": False}, "Let them sign in again first"),
        ({"email": None}, "no email address"),
        ({"password": PASSWORD}, "can sign in already"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused_with_what_to_do(who, said, notices):
    with pytest.raises(Refused, match=said):
        actions.invite(person=PersonFactory(**who), by=cast.dev())
    assert notices() == []


def test_nobody_can_shut_themselves_out():
    dev = cast.dev()
    with pytest.raises(Refused, match="stop yourself"):
        actions.disable(person=dev, by=dev)


def test_disabling_and_enabling_are_recorded_and_each_is_refused_twice(pat, told):
    dev = cast.dev()
    actions.disable(person=pat, by=dev)
    with pytest.raises(Refused, match="already"):
        actions.disable(person=pat, by=dev)
    actions.enable(person=pat, by=dev)
    with pytest.raises(Refused, match="is not stopped"):
        actions.enable(person=pat, by=dev)
    assert told() == [
        ("person_disabled", pat.key, dev.pk),
        ("person_enabled", pat.key, dev.pk),
    ]


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "mona", "hana", "otis", "charlie"])
def test_only_those_who_keep_people_may(who, pat, told):
    """Seen red with: `may_let_in` returning at once."""
    by = getattr(cast, who)()
    attempts = [
        lambda: actions.add_person(name="Ann", by=by),
        lambda: actions.change_person(person=pat, name="Ann", email="", by=by),
        lambda: actions.invite(person=PersonFactory(), by=by),
        lambda: actions.disable(person=pat, by=by),
        lambda: actions.enable(person=PersonFactory(is_active=False), by=by),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="You may not"):
            attempt()
    assert told() == []


def test_what_a_person_is_and_what_the_querysets_say_is_the_same():
    """Every mix of active, email, password and invitation falls into exactly one group."""
    number = 0
    for active in (True, False):
        for email in (True, False):
            for password in ("!", PASSWORD, ""):
                for invited in (None, timezone.now()):
                    number += 1
                    person = PersonFactory(
                        is_active=active,
                        email=f"mix{number}@example.org" if email else None,
                        invited_at=invited,
                        password=password or "!",
                    )
                    if not password:
                        Person.objects.filter(pk=person.pk).update(password="")
    for key in ("can_sign_in", "invited", "never_invited", "disabled"):
        group = set(getattr(Person.objects, key)())
        assert group == {person for person in Person.objects.all() if person.access == key}
        assert group
    assert number == 24


def test_everybody_sees_themselves_and_only_keepers_see_the_rest():
    people = cast.everybody()
    for name, person in people.items():
        seen = set(Person.objects.visible_to(person))
        everybody = name in {"dev", "ada"}
        assert seen == (set(people.values()) if everybody else {person}), name
