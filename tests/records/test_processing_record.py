"""The record of processing names every column that the database really has, and none that it has not."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from protocol.processing import ACTIVITIES, CONTENTS, LEVELS, table
from records import processing_record
from tests import cast

pytestmark = pytest.mark.django_db
# The models of the tests' own rooms are none of the product's.
TABLES = {one.name: one for one in processing_record.declared()}
MODELS = {
    model._meta.label: model
    for model in apps.get_models(include_auto_created=True)
    if not model.__module__.startswith("tests")
}


def test_every_field_of_every_model_is_declared_once():
    """Seen red with: `constituent_contact` left out; a table of allauth's left out; a field named twice."""
    assert TABLES.keys() == MODELS.keys()
    assert len(TABLES) == len(processing_record.declared())
    wrong = {}
    for name, model in MODELS.items():
        there = sorted(field.name for field in model._meta.concrete_fields)
        said = sorted(field for field, _ in TABLES[name].fields)
        if there != said:
            wrong[name] = set(there) ^ set(said) or "a field is declared twice"
    print(f"N = {sum(len(one.fields) for one in TABLES.values())} fields of {len(TABLES)} tables")
    assert wrong == {}, "declare them in the processing.py of the room"


def test_every_column_of_the_database_is_a_declared_one():
    """What no model shows: the tables of the index of words, of migrations, of the engine.

    Seen red with: the index of words of residents' names left out of casework's.
    """
    known = {
        column: model._meta.label
        for model in MODELS.values()
        for column in (f"{model._meta.db_table}.{f.column}" for f in model._meta.concrete_fields)
    }
    patterns = [one.tables for one in processing_record.beside() if one.tables]
    tables, stray, count = catalogue(), [], 0
    for name, columns in tables.items():
        if any(re.fullmatch(pattern, name) for pattern in patterns):
            continue
        for column in columns:
            count += 1
            place = f"{name}.{column}"
            if place not in known and not any(re.fullmatch(p, place) for p in patterns):
                stray.append(place)
    print(f"N = {count} columns of {len(tables)} tables of {connection.vendor}")
    assert count > 300
    assert stray == []


def catalogue() -> dict[str, list[str]]:
    """Table → columns, as the database itself has them, generated and hidden ones too."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        if connection.vendor == "sqlite":
            quoted = [(name, connection.ops.quote_name(name)) for name in names]
            found = {}
            for name, place in quoted:
                cursor.execute(f"PRAGMA table_xinfo({place})")
                found[name] = [row[1] for row in cursor.fetchall()]
            return found
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
        )
        found = {name: [] for name in names}
        for name, column in cursor.fetchall():
            found[name].append(column)
        return found


# A text that a rule or a profile wrote, which names nobody.
PLAIN = {
    *("casework.Clock.clause", "casework.Breach.clause", "casework.Copy.clause"),
    *("casework.Demand.ground", "casework.Demand.clause", "casework.Demand.exception"),
    *("casework.EnquiryDetail.route_because", "casework.EnquiryDetail.route_clause"),
    *("casework.FollowUp.route_because", "casework.FollowUp.route_clause"),
    *("council.Adoption.text", "council.Council.postal_address", "council.Council.contact_email"),
}


def test_nothing_that_can_name_somebody_is_called_nothing():
    """A key of a person, an address of mail or of a computer, a text without end.

    Seen red with: `Message.body` declared as nothing; `Case.raised_by` too.
    """
    person = apps.get_model(settings.AUTH_USER_MODEL)
    telling = (models.EmailField, models.GenericIPAddressField, models.TextField)
    found = []
    for name, one in TABLES.items():
        for field, content in one.fields:
            made = MODELS[name]._meta.get_field(field)
            of_somebody = made.related_model is person or isinstance(made, telling)
            # A list of codes or of pauses is kept as text on SQLite alone.
            if content == "nothing" and of_somebody and not isinstance(made, models.JSONField):
                found.append(f"{name}.{field}")
    assert set(found) - PLAIN == set()


def test_every_salt_and_every_text_beside_it_is_called_what_it_is():
    """Seen red with: `Handing.salt` among the fields of nothing."""
    for name, one in TABLES.items():
        for field, content in one.fields:
            assert ("salt" in field) <= (content == "proof"), f"{name}.{field}"
        proofs = {field for field, content in one.fields if content == "proof" and "salt" in field}
        if proofs:
            assert {"text", "file"} & one.holds.keys(), name


def test_a_word_that_the_vocabulary_has_not_is_refused():
    with pytest.raises(KeyError):
        table("casework.Case", "casework", everything="id")
    with pytest.raises(KeyError):
        table("casework.Case", "gossip", nothing="id")


# The page -------------------------------------------------------------------------------------------


def test_the_page_says_what_for_on_what_basis_for_how_long_and_how_it_is_guarded():
    client = Client()
    client.force_login(cast.dev())
    page = client.get(reverse("processing-show")).content.decode()
    for activity in ACTIVITIES.values():
        assert activity.title in page
    for name, how in LEVELS.values():
        assert name in page
        assert how[:40] in page
    assert "casework.EnquiryDetail: constituent_name" in page
    assert "{member" not in page


def test_the_file_has_a_line_for_every_field_with_its_level_and_how_long_it_is_kept():
    client = Client()
    client.force_login(cast.ada())
    answer = client.get(reverse("processing-csv"))
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "attachment" in answer["Content-Disposition"]
    fields = sum(len(one.fields) for one in TABLES.values())
    assert len(lines) == fields + len(processing_record.beside())
    assert all(line["level"] and line["how guarded"] and line["how long"] for line in lines)
    (contact,) = [line for line in lines if line["field"] == "constituent_contact"]
    assert contact["of whom"] == "residents"
    assert contact["level"].startswith("3")


def test_whoever_neither_keeps_nor_runs_anything_reads_no_record():
    for who in (cast.alice(), cast.bob()):
        client = Client()
        client.force_login(who)
        assert client.get(reverse("processing-show")).status_code == 403


def test_every_content_and_activity_of_the_vocabulary_is_used():
    used = {content for one in TABLES.values() for content in one.holds}
    assert used == CONTENTS.keys()
    assert {one.activity for one in TABLES.values()} | {"protection"} == ACTIVITIES.keys()
