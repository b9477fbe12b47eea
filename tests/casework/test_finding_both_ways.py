"""However many matches there are, the same is found: FEW decides how it is asked, never what (ADR 10)."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from casework.enquiries import actions
from casework.finding import search
from casework.finding.asking import terms
from casework.models import Case
from tests import cast
from tests.casework.making import NOW, World, enquiry, fresh, with_bob, world
from tests.factories import DelegationFactory, OfficerFactory

pytestmark = pytest.mark.django_db
ALL = 10_000
# What stands in subjects, in letters, in an officers' note, in a resident's name, and nowhere.
WORDS = [
    "potholes",
    "quay",
    "fountain",
    "wisteria",
    "three",
    "bindweed",
    "quill",
    "philippa",
    "zebra",
]
# Of a case: its reference, without its hyphen, and how it begins.
NAMES = [lambda text: text, lambda text: text.replace("-", ""), lambda text: text[:4]]
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(WORDS).map(lambda word: word[:4]),
        st.tuples(st.integers(0, 6), st.sampled_from(NAMES)),
    ),
    max_size=3,
)


class TestBothWays(TestCase):
    """Members, a delegate, officers of two services, an overseer, and whoever sees nothing."""

    @classmethod
    def setUpTestData(cls):
        cls.made: World = world("bristol")
        erin, delegate = cast.erin(), cast.gita()
        DelegationFactory(principal=cls.made.alice, delegate=delegate)
        elsewhere = OfficerFactory(service__name="Housing").person
        cases = [enquiry(cls.made, subject=f"The fountain, {n}") for n in range(3)]
        cases += [
            with_bob(cls.made, body="The wisteria.", constituent_name="Philippa Quill"),
            with_bob(cls.made, by=erin, member=erin, subject="Wisteria in Quay Street"),
            with_bob(cls.made, constituent_name="Quill & Sons"),
            with_bob(cls.made, subject="Wisteria, apart"),
        ]
        Case.objects.filter(pk=cases[-1].pk).update(sensitivity="restricted")
        actions.note(case=cases[3], by=fresh(cls.made.bob), text="Bindweed.", now=NOW)
        cls.names = [case.reference for case in cases]
        who = (cls.made.alice, erin, delegate, cls.made.bob, cls.made.sam, cls.made.dev)
        cls.people = [fresh(person) for person in (*who, elsewhere, cast.ada())]

    def found(self, person, text: str, few: int, **narrow) -> list[int]:
        cases, asked = Case.objects.visible_to(person).filter(**narrow), terms(text)
        with patch.object(search, "FEW", few):
            return search.best(search.narrowed(cases, person, asked), asked)

    @settings(max_examples=150)
    @given(who=st.integers(0, 7), parts=TEXTS, few=st.integers(0, 7))
    def test_few_matches_or_many_the_same_is_found_in_the_same_order(self, who, parts, few):
        """Seen red with: the door passed by where there are few, and where there are many; one match too
        few read; the first word alone asked for where there are many.
        """
        words = [one if isinstance(one, str) else one[1](self.names[one[0]]) for one in parts]
        person, text = self.people[who], " ".join(words)
        whole = self.found(person, text, ALL)
        assert self.found(person, text, few) == whole
        assert Case.objects.visible_to(person).filter(pk__in=whole).count() == len(whole)
        narrow = {"state": "with_officer"}
        assert self.found(person, text, few, **narrow) == self.found(person, text, ALL, **narrow)
