"""The pages that find: what they show, and that nothing typed into their box can break them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from casework.enquiries import actions
from casework.finding import search
from casework.finding.asking import LONGEST, MOST_TERMS, Term, terms
from casework.models import Case
from tests import cast
from tests.casework.finding import find, found
from tests.casework.making import NOW, World, enquiry, fresh, with_bob, world
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db
# Twelve of a list, what stands in its words, and what was found of them.
MOST_QUERIES = 14


BROKEN = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\u200b",
    "'",
    '"',
    '"" "',
    "* : & | ! ( ) < > -",
    "NEAR(a b)",
    "subject : x AND NOT",
    "a' OR '1'='1",
    "word:*",
    "%",
    "_",
    "\\",
    "\ue000mark\ue001",
    "the and of",
    "🌳🌳",
    "²³¼",
    "中文 العربية Ελληνικά",
    "e\u0301",
    "E-",
    "E-0",
    "x" * 10_000,
    "a b " * 5000,
    '"' * 10_000,
    "ﷺ" * 200,
]


@pytest.mark.parametrize("text", BROKEN)
def test_nothing_that_is_typed_breaks_a_search(bristol, client, text):
    enquiry(bristol)
    found(bristol.alice, text)
    client.force_login(bristol.alice)
    for name in ("case-find", "casework-all"):
        assert client.get(reverse(name), {"q": text.encode("utf-8", "replace")}).status_code == 200


def test_words_of_nothing_but_common_words_say_so(bristol, client):
    client.force_login(bristol.alice)
    enquiry(bristol)
    for text in ("the", "with the", "!"):
        page = client.get(reverse("case-find"), {"q": text}).content.decode()
        assert "Nothing in this can be searched for" in page
    assert "Nothing was found" in client.get(reverse("case-find"), {"q": "zebra"}).content.decode()


def test_a_question_that_is_too_long_keeps_its_text_and_says_so(bristol, client):
    client.force_login(bristol.alice)
    typed = "pothole " * 30
    page = client.get(reverse("case-find"), {"q": typed}).content.decode()
    assert typed.strip() in page
    assert "must be 200 characters or fewer" in page
    assert "You have used 239. Or clear all filters." in page
    assert "<title>Error: " in page


def test_a_question_has_at_most_eight_terms():
    assert len(terms(" ".join(f"word{n}" for n in range(30)))) == MOST_TERMS
    assert terms("the of") == []
    assert terms("fly-tipping") == [Term(("fly", "tipping"), begins=True)]
    assert terms("x" * (LONGEST + 50))[0].words == ("x" * LONGEST,)


TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["potholes", "quay", "bindweed", "E-", '"', "the", "*", ":", "-", "é", "'", "NOT", "🌳"]
        ),
        max_size=6,
    ).map(" ".join),
)


class TestAnything(TestCase):
    """Whatever is typed: no error, and nobody finds what they may not see or read."""

    @classmethod
    def setUpTestData(cls):
        cls.made: World = world("bristol")
        cls.case = with_bob(cls.made)
        actions.note(case=cls.case, by=fresh(cls.made.bob), text="Bindweed.", now=NOW)
        cls.foreign = [fresh(p) for p in (cast.erin(), cast.gita(), cast.ada(), cast.charlie())]
        cls.alice, cls.dev = fresh(cls.made.alice), fresh(cls.made.dev)

    @settings(max_examples=150)
    @given(TEXTS)
    def test_a_search_never_raises_and_a_foreigner_never_finds(self, text):
        """Seen red with: `find` over Case.objects."""
        for person in self.foreign:
            assert not find(person, text).exists()
        for person in (self.alice, self.dev):
            asked = terms(text)
            cases = find(person, text).annotate(hit=search.hit(person, asked))
            shown = search.excerpts(cases, asked)
            assert shown.keys() <= {self.case.pk}
            if person == self.alice:
                assert "ndweed" not in str(shown)


# The pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("alice", "case-find"),
        ("alice", "casework-all"),
        ("bob", "case-find"),
        ("bob", "work-list"),
        ("bob", "team-list"),
        ("dev", "case-find"),
        ("dev", "case-list"),
    ],
)
def test_a_page_finds_no_more_than_its_reader_may_see(bristol, client, who, name):
    """Seen red with: the page that asks of all cases."""
    erin, housing = cast.erin(), OfficerFactory(service__name="Housing")
    theirs = with_bob(bristol, by=erin, member=erin, subject="Wisteria")
    actions.reassign(case=theirs, by=fresh(bristol.dev), officer=housing, reason="Theirs.", now=NOW)
    Case.objects.filter(pk=theirs.pk).update(sensitivity="restricted")
    own = with_bob(bristol, subject="Wisteria, too")
    client.force_login(fresh(getattr(bristol, who)))
    page = client.get(reverse(name), {"q": "wisteria"}).content.decode()
    assert own.reference in page
    assert theirs.reference not in page


def test_the_page_shows_the_hit_marked_and_escaped(bristol, client):
    """Seen red with: an excerpt marked safe."""
    case = enquiry(bristol, body="The <script>alert(1)</script> honeysuckle is back.")
    client.force_login(bristol.alice)
    page = client.get(reverse("case-find"), {"q": "honeysuckle"}).content.decode()
    assert case.reference in page
    assert '<mark class="eh-mark">honeysuckle</mark>' in page
    assert "<script>alert" not in page
    assert "1 case, the best match first" in page


def test_filters_narrow_what_is_found_and_are_kept_with_the_words(bristol, client):
    waiting = enquiry(bristol)
    taken = with_bob(bristol)
    client.force_login(bristol.dev)
    page = client.get(reverse("case-find"), {"q": "potholes", "state": "with_officer"})
    shown = [row[0][1] for row in page.context["rows"]]
    assert shown == [taken.reference] or waiting.state == "with_officer"
    html = page.content.decode()
    assert '<input type="hidden" name="state" value="with_officer">' in html
    assert '<input type="hidden" name="q" value="potholes">' in html
    assert 'href="?q=potholes"' in html
    assert f'href="{reverse("case-find")}?q=potholes">Clear all' in html


def test_a_filter_without_words_finds_too_the_newest_first(bristol, client):
    """Seen red, on PostgreSQL, with: ordered by where the words stood, which was a number for all of them:
    a page of our own failure.
    """
    older = with_bob(bristol, subject="Lamp", received_at=NOW - timedelta(days=1))
    newer = with_bob(bristol, subject="Kerb")
    client.force_login(fresh(bristol.dev))
    page = client.get(reverse("case-find"), {"state": newer.state})
    assert page.status_code == 200
    assert [case.pk for case in page.context["page"]] == [newer.pk, older.pk]


@pytest.mark.parametrize("who", ["alice", "bob", "sam", "dev"])
def test_whoever_sees_cases_has_the_box_on_every_page(bristol, client, who):
    client.force_login(getattr(bristol, who))
    page = client.get(reverse("account")).content.decode()
    assert f'action="{reverse("case-find")}"' in page
    assert client.get(reverse("case-find")).status_code == 200


def test_whoever_sees_no_case_has_no_box(bristol, client):
    for person in (cast.ada(), cast.otis(), cast.charlie()):
        client.force_login(person)
        assert "Find a case" not in client.get(reverse("account")).content.decode()
        assert client.get(reverse("case-find"), {"q": "potholes"}).status_code == 403


def test_a_common_word_says_that_there_are_more(bristol, client, monkeypatch):
    monkeypatch.setattr(search, "MOST", 2)
    for _ in range(3):
        enquiry(bristol)
    client.force_login(bristol.alice)
    page = client.get(reverse("case-find"), {"q": "potholes"})
    assert len(page.context["rows"]) == 2
    assert "More than 2 cases. These are the first" in page.content.decode()


@pytest.mark.parametrize("name", ["case-list", "case-find"])
def test_a_list_of_what_was_found_costs_the_same_for_two_cases_and_for_thirty(
    bristol, client, name, django_assert_max_num_queries
):
    client.force_login(bristol.dev)
    for _ in range(2):
        enquiry(bristol)
    address = f"{reverse(name)}?q=three"
    client.get(address)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        client.get(address)
    for _ in range(28):
        enquiry(bristol)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        assert len(client.get(address).context["rows"]) == 25
    assert len(many) <= len(few)
