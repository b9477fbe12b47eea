"""Finding a case: what words find, in which order, who finds it, and that nothing typed can break it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from casework.enquiries import actions
from casework.finding import index, search
from casework.finding.asking import LONGEST, MOST_TERMS, Term, terms
from casework.finding.engine import COLUMNS
from casework.models import Case, Message
from tests import cast
from tests.casework.making import NOW, World, enquiry, fresh, with_bob, world
from tests.factories import DelegationFactory, HoldingFactory, OfficerFactory, PostFactory

pytestmark = pytest.mark.django_db
# Twelve of a list, what stands in its words, and what was found of them.
MOST_QUERIES = 14


def find(person, text: str):
    """As the page and the lists do it."""
    asked = terms(text)
    return search.ranked(search.narrowed(Case.objects.visible_to(person), person, asked), asked)


def found(person, text: str) -> list[str]:
    """The references that somebody finds, the best first."""
    return list(find(fresh(person), text).values_list("reference", flat=True))


def excerpt(person, case: Case, text: str) -> str:
    asked = terms(text)
    cases = Case.objects.filter(pk=case.pk).annotate(hit=search.hit(fresh(person), asked))
    got = search.excerpts(cases, asked).get(case.pk)
    if got is None:
        return ""
    return f"{got.label}: " + "".join(f"[{t}]" if marked else t for t, marked in got.pieces)


# What is found ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("mattress", True),  # "mattresses"
        ("MATTRESSES yard", True),  # one word in a message, one in the subject
        ("yard mattresses honeysuckle", False),  # each must be there
        ("fly-tipping", True),
        ("fly tipping", True),
        ("the tipping of the", True),  # common words narrow nothing
        ("cafe", True),  # accents are not typed
        ("CAFÉ", True),
        ('"café yard"', True),
        ("“café yard”", True),
        ('"yard café"', False),  # in quotes: side by side, in this order
        ("matt", True),  # the last word may go on
        ("matt yard", False),  # one before it may not
        ("ma", False),  # two letters begin too much
        ("o'brien", True),
        ("O’Brien’s", True),
        ("planning", True),  # inside an address
        ("12", True),
    ],
)
def test_words_find_what_was_written(bristol, text, is_found):
    case = enquiry(
        bristol,
        subject="Fly-tipping in the café yard",
        body="Mrs O'Brien saw 12 mattresses. https://example.org/planning/4.pdf",
    )
    enquiry(bristol)
    assert found(bristol.alice, text) == [case.reference] * is_found


def test_a_reference_is_found_however_it_is_typed(bristol):
    """Seen red with: `_WHOLE` without its optional letter."""
    case = enquiry(bristol)
    enquiry(bristol)
    letter, rest = case.reference.split("-")
    for text in (
        case.reference,
        case.reference.lower(),
        letter + rest,
        f"{letter} {rest}".lower(),
        rest.lower(),
        f" {case.reference} ",
        f"{case.reference} potholes",
        f"{letter}-{rest[:5]}",
    ):
        assert found(bristol.alice, text) == [case.reference], text


@pytest.mark.parametrize("text", ["East Park", "rat nest", "Red Gate", "park east", "red gates"])
def test_words_that_joined_would_make_a_reference_are_words(bristol, text):
    """Seen red with: `_is_one` left out."""
    subjects = ("Flooding at East Park", "A rat nest by the shop", "Broken red gate")
    cases = [enquiry(bristol, subject=subject) for subject in subjects]
    assert len(set(found(bristol.alice, text)) & {case.reference for case in cases}) == 1


def test_a_reference_that_stands_in_a_message_finds_that_case_too(bristol):
    named = enquiry(bristol)
    naming = enquiry(bristol, body=f"It is the same as in {named.reference}.")
    assert found(bristol.alice, named.reference.replace("-", "")) == [
        named.reference,
        naming.reference,
    ]


def test_reference_comes_before_subject_before_message_and_the_new_before_the_old(bristol):
    """Seen red with: RANKED without its place; and with `received_on` the other way."""
    reference = Case.objects.get(pk=enquiry(bristol, subject="Nothing like it").pk).reference
    about = {
        "in a message": {"body": f"The wisteria of {reference}"},
        "in an old subject": {
            "subject": f"Wisteria, as {reference}",
            "now": NOW - timedelta(days=700),
        },
        "in a new subject": {"subject": f"Wisteria, as {reference}", "body": "It is back."},
    }
    made = {name: enquiry(bristol, **changes).reference for name, changes in about.items()}
    order = [made["in a new subject"], made["in an old subject"], made["in a message"]]
    assert found(bristol.alice, "wisteria") == order
    assert found(bristol.alice, reference) == [reference, *order]


def test_a_case_of_two_years_ago_is_found_after_it_was_closed(bristol):
    then = NOW - timedelta(days=730)
    case = with_bob(bristol, subject="The fountain", now=then)
    case = actions.answer(case=case, by=fresh(bristol.bob), text="The pump is new.", now=then)
    actions.close(case=case, by=fresh(bristol.bob), outcome="resolved", now=then)
    for person in (bristol.alice, bristol.bob, bristol.dev):
        assert found(person, "pump fountain") == [case.reference]


def test_what_is_changed_or_erased_is_found_no_more(bristol):
    """The database keeps its index: no writer can forget it, and nothing stays behind.

    Seen red with: SQLite's trigger for changes left out; and that for deleting.
    """
    case = enquiry(bristol, subject="Wisteria", body="The honeysuckle.")
    Case.objects.filter(pk=case.pk).update(subject="Bindweed")
    Message.objects.filter(case=case).update(body="The nettles.")
    assert found(bristol.alice, "wisteria") == found(bristol.alice, "honeysuckle") == []
    assert found(bristol.alice, "bindweed nettles") == [case.reference]
    Message.objects.filter(case=case).delete()
    assert found(bristol.alice, "nettles") == []
    assert found(bristol.alice, "bindweed") == [case.reference]


def test_a_very_long_text_is_kept_and_found(bristol):
    """PostgreSQL's text vectors hold a megabyte. Seen red with: the column made of all of the body."""
    words = " ".join(f"word{n:x}" for n in range(150_000))
    case = enquiry(bristol, body=f"Honeysuckle. {words}")
    assert found(bristol.alice, "honeysuckle") == [case.reference]


def test_an_excerpt_shows_the_newest_hit_and_where_it_is_cut(bristol):
    case = with_bob(bristol, body="A honeysuckle grows here. " + "It is quite so. " * 60)
    actions.answer(
        case=case, by=fresh(bristol.bob), text="It was so. " * 60 + "Honeysuckles go.", now=NOW
    )
    shown = excerpt(bristol.alice, case, "honeysuckle pothole")
    assert shown.startswith("Answer: …")
    assert "[Honeysuckles]" in shown
    assert excerpt(bristol.alice, case, "quay") == ""


def test_an_excerpt_is_of_the_case_that_it_stands_under(bristol):
    """And never of one that its reader may not see. Seen red with: the newest hit of all cases."""
    erin = cast.erin()
    mine = enquiry(bristol, body="A honeysuckle in my street.")
    enquiry(bristol, by=erin, member=erin, body="The canary honeysuckle.", now=NOW + timedelta(1))
    assert "in my street" in excerpt(bristol.alice, mine, "honeysuckle")
    assert "canary" not in excerpt(bristol.alice, mine, "honeysuckle")


# Who finds it -------------------------------------------------------------------------------------


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


# What cannot be searched for ----------------------------------------------------------------------

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


# The index ----------------------------------------------------------------------------------------


def test_the_index_is_there_and_kept(db):
    """After every migration. Where this fails, one took a trigger or the column away: see
    casework/finding/index.py."""
    assert index.missing(connection) == []


@pytest.mark.sqlite
def test_a_trigger_that_a_migration_took_away_is_made_again(bristol):
    """SQLite drops a table's triggers when Django remakes it. Seen red with: `mend` that only looks."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER casework_message_words_put")
    case = enquiry(bristol, body="Honeysuckle")
    assert found(bristol.alice, "honeysuckle") == []
    assert index.missing(connection) == ["casework_message"]
    index.after_migrating(using="default")
    assert index.missing(connection) == []
    assert found(bristol.alice, "honeysuckle") == [case.reference]


def test_the_migration_goes_back_and_forth_on_tables_with_rows(bristol):
    migration = import_module("casework.migrations.0009_search")
    case = enquiry(bristol, body="Honeysuckle")
    # PostgreSQL changes no table on which a check still waits for the end of the transaction.
    connection.check_constraints()
    migration.remove(apps, SimpleNamespace(connection=connection))
    assert sorted(index.missing(connection)) == sorted(COLUMNS)
    Case.objects.filter(pk=case.pk).update(subject="Written without an index")
    connection.check_constraints()
    migration.install(apps, SimpleNamespace(connection=connection))
    assert index.missing(connection) == []
    assert found(bristol.alice, "honeysuckle written") == [case.reference]
