"""Finding a case: what words find, in which order, and the index in which they stand."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from casework.enquiries import actions
from casework.finding import index
from casework.finding.engine import COLUMNS
from casework.models import Case, Message
from tests import cast
from tests.casework.finding import excerpt, found
from tests.casework.making import NOW, enquiry, fresh, with_bob

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("text", ["École", "ÉCOLE", "école", "ecole", "ECOLE", "éco", "ÉCO"])
@pytest.mark.parametrize("subject", ["ÉCOLE", "école", "École"])
def test_capitals_with_accents_are_the_same_letters(bristol, subject, text):
    """On both engines, whatever their own idea of a capital is (ADR 10). Seen red with: what is typed not
    folded (PostgreSQL); accents kept in the index (SQLite).
    """
    case = enquiry(bristol, subject=f"The {subject} in Quay Street")
    assert found(bristol.alice, text) == [case.reference]


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
