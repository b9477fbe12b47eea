"""What is like a new enquiry is offered before it is sent, to those alone who may see it; nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.enquiries import actions, likely
from casework.models import Case
from frontend import mark
from tests import cast
from tests.casework.duplicates import LOG, logged, words
from tests.casework.making import NOW, World, enquiry, fresh, reloaded, with_bob, world
from tests.factories import DelegationFactory, MemberFactory, ServiceFactory, WardFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("bristol")


# Like ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ("Potholes in Quay Street", "More potholes on Quay Street", True),
        ("Street light out in Ash Road", "Light out, Ash Road (again)", True),
        ("Street lamp broken, Ash Road", "Broken lamp in ash road", True),
        ("Street lamp broken in Ash Road", "Street lamp broken in Elm Road", False),
        ("Flooding after heavy rain", "Flooding after heavy rain, Mill Lane", True),
        ("Bins not emptied", "Bins emptied too early", True),
        ("Potholes", "Potholes", True),
        ("Potholes", "Potholes in Quay Street", False),
        ("Roads", "Roads", True),
        ("The road", "The road", False),
        ("Damp and mould at 12 Hill Road", "Damp and mould at 44 Clover Close", False),
        ("", "", False),
    ],
)
def test_two_subjects_are_alike_by_their_uncommon_words_and_their_places(one, other, like):
    """ "Roads" is kept and "road" is not: what names a place says nothing without the name."""
    case = Case(subject=other)
    shared = likely.alike(likely.words(one), likely.words(other))
    found = bool(shared) and not likely._elsewhere(case, None, likely.places(one))
    assert found is like


@settings(max_examples=200)
@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_even_and_takes_anything(one, other):
    left, right = likely.words(one), likely.words(other)
    assert likely.alike(left, right) == likely.alike(right, left)
    assert bool(likely.alike(left, left)) is bool(left)


def test_a_word_that_stands_everywhere_tells_nothing_apart(made):
    for number in range(20):
        enquiry(made, subject=f"Contract overrun of scheme {number:03}")
    found = likely.offered(
        by=fresh(made.alice),
        member=made.alice,
        subject="Contract overrun of another",
        on=NOW.date(),
    )
    assert found == []


def test_only_what_is_open_or_was_answered_lately_is_offered(made, time_machine):
    """Seen red with: every state; no limit of time."""
    how = {"member": made.alice, "subject": "Potholes in Quay Street", "on": NOW.date()}
    gone = [enquiry(made), enquiry(made), with_bob(made), with_bob(made)]
    actions.withdraw(case=gone[0], by=fresh(made.alice), now=NOW)
    actions.return_to_member(case=gone[1], by=fresh(made.sam), reason="No.", now=NOW)
    long_ago = NOW - timedelta(days=91)
    actions.answer(case=gone[2], by=made.bob, text="Filled.", now=NOW)
    Case.objects.filter(pk=gone[2].pk).update(answered_at=long_ago, received_on=long_ago.date())
    lately = actions.answer(case=gone[3], by=made.bob, text="Filled.", now=NOW)
    Case.objects.filter(pk=lately.pk).update(received_on=long_ago.date())
    still_open = enquiry(made)
    Case.objects.filter(pk=still_open.pk).update(received_on=long_ago.date())
    found = likely.offered(by=fresh(made.alice), **how)
    assert {case.pk for case in found} == {lately.pk, still_open.pk}


def test_another_ward_is_another_matter_and_an_unknown_one_is_not(made):
    there = WardFactory(name="Hillside")
    case = enquiry(made, ward=made.harbour)
    how = {"member": made.alice, "subject": case.subject, "on": NOW.date(), "by": fresh(made.alice)}
    assert likely.offered(**how, ward=there) == []
    assert likely.offered(**how, ward=made.harbour) == likely.offered(**how) == [case]


def test_what_the_text_names_is_known_to_whoever_wrote_it(made):
    """ "Raise another enquiry about this" leads here with the reference in the text."""
    case = enquiry(made)
    how = {"member": made.alice, "subject": case.subject, "on": NOW.date(), "by": fresh(made.alice)}
    assert likely.offered(**how, body=f"This is about {case.reference.lower()}.") == []


# Who is offered what -------------------------------------------------------------------------------


def test_nobody_is_offered_or_counted_what_they_may_not_see(made):
    """A duplicate of another member's, or of a restricted case, is never hinted at: the same page and the
    same queries as where there is none. Seen red with: the pool not narrowed by `visible_to`.
    """
    erin, helper = cast.erin(), MemberFactory().person
    DelegationFactory(principal=made.alice, delegate=helper)
    gita = cast.gita()
    private = with_bob(made)
    Case.objects.filter(pk=private.pk).update(sensitivity="restricted")
    about = {"subject": "Potholes in Quay Street", "on": NOW.date(), "service": made.highways}
    readers = {
        "erin": (erin, erin),
        "helper": (helper, made.alice),
        "gita": (gita, made.alice),
        "sam": (made.sam, made.alice),
        "dev": (made.dev, made.alice),
    }
    for name, (by, member) in readers.items():
        by = fresh(by)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert likely.offered(by=by, member=member, **about) == [], name
        by = fresh(by)
        with CaptureQueriesContext(connection) as of_nothing:
            likely.offered(by=by, member=member, **{**about, "subject": "Zebras in the zoo"})
        assert len(asked) == len(of_nothing), name
    assert likely.offered(by=fresh(made.bob), member=made.alice, **about) == [reloaded(private)]
    assert likely.offered(by=fresh(made.alice), member=made.alice, **about) == [reloaded(private)]


def test_an_officer_is_offered_what_another_member_raised_with_their_service(made):
    erin = cast.erin()
    case = enquiry(made)
    how = {"member": erin, "subject": case.subject, "on": NOW.date(), "by": fresh(made.bob)}
    assert likely.offered(**how, service=made.highways) == [case]
    assert likely.offered(**how, service=ServiceFactory(name="Parks")) == []
    assert likely.offered(**{**how, "by": fresh(erin)}, service=made.highways) == []


def test_whoever_is_a_member_too_is_offered_as_one_what_they_raise_themselves(time_machine, client):
    """Bk: one person may be both, and logs for others as well. What they hold as an officer is not offered for
    their own, nor their own to be linked with another's. Seen red with: the service's compared all the same;
    their own in it.
    """
    time_machine.move_to(NOW, tick=False)
    made = world("bracknell")
    MemberFactory(person=made.bob)
    both, erin = fresh(made.bob), cast.erin()
    theirs, own = with_bob(made), enquiry(made, by=both, member=both)
    how = {"subject": own.subject, "on": NOW.date(), "service": made.highways}
    assert likely.offered(by=fresh(both), member=both, **how) == [own]
    assert likely.offered(by=fresh(both), member=erin, **how) == [theirs]
    assert set(likely.offered(by=fresh(made.sam), member=erin, **how)) == {own, theirs}
    client.force_login(fresh(both))
    asked = {"factual": "yes", "significance": "routine", mark.FIELD: "member"}
    page = words(client.post(reverse(LOG), logged(made, both, **asked)))
    assert own.reference in page
    assert theirs.reference not in page
    assert "link the two" not in page


def test_what_is_compared_is_bounded(made):
    """Two queries, each of 200 rows at most, whatever the council holds."""
    enquiry(made)
    first = Case.objects.get()
    rows = [
        Case(
            reference=f"E-{n:07}",
            submission_key=None,
            **{
                field.attname: getattr(first, field.attname)
                for field in Case._meta.concrete_fields
                if field.name not in ("id", "reference", "submission_key")
            },
        )
        for n in range(likely.COMPARED + 50)
    ]
    Case.objects.bulk_create(rows)
    by = fresh(made.bob)
    with CaptureQueriesContext(connection) as asked:
        pool = likely._compared(
            by=by, member=cast.erin(), service=made.highways, ward=None, on=NOW.date()
        )
    assert len(pool) == likely.COMPARED
    selects = [one["sql"] for one in asked if "casework_case" in one["sql"]]
    assert len(selects) == 2
    assert all("LIMIT 200" in one for one in selects)
