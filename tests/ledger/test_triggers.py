"""Nothing but recording changes the ledger, on either engine."""

from contextlib import suppress

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from ledger import actions, checks, triggers
from ledger.models import Event, Seal, Stream
from tests.ledger.conftest import NOON, recorded

CHANGES = [
    "UPDATE ledger_event SET verb = 'enquiry_closed'",
    "UPDATE ledger_event SET id = id + 1000",
    "DELETE FROM ledger_event",
    "UPDATE ledger_seal SET heads_count = 0",
    "DELETE FROM ledger_seal",
    "DELETE FROM ledger_stream",
    "UPDATE ledger_stream SET key = 'case:2'",
    "UPDATE ledger_stream SET length = length - 1",
    "UPDATE ledger_stream SET head = 'f'",
    "INSERT INTO ledger_stream (key, head, length, updated_at)"
    " VALUES ('case:9', 'f', 3, '2026-11-23 12:00:00')",
    pytest.param("TRUNCATE ledger_event CASCADE", marks=pytest.mark.postgresql),
    pytest.param("TRUNCATE ledger_seal", marks=pytest.mark.postgresql),
    pytest.param("TRUNCATE ledger_stream CASCADE", marks=pytest.mark.postgresql),
    pytest.param(
        "INSERT OR REPLACE INTO ledger_event SELECT * FROM ledger_event",
        marks=pytest.mark.sqlite,
    ),
    pytest.param(
        "UPDATE OR REPLACE ledger_event SET verb = 'x'",
        marks=pytest.mark.sqlite,
    ),
    pytest.param(
        "INSERT OR REPLACE INTO ledger_seal SELECT * FROM ledger_seal", marks=pytest.mark.sqlite
    ),
]
# A row that repeats any one unique column replaces the row that has it.
REPLACEMENTS = [
    "INSERT OR REPLACE INTO ledger_event (id, seq, stream_id, at, verb, subject, data, commitments,"
    " previous, digest) SELECT {0}, {1}, stream_id, at, verb, subject, data, commitments,"
    " previous, digest FROM ledger_event WHERE seq = 1",
    "INSERT OR REPLACE INTO ledger_seal (id, at, heads_count, events_count, heads, previous, digest)"
    " SELECT {0}, at, 0, 0, heads, {1}, {2} FROM ledger_seal",
    "INSERT OR REPLACE INTO ledger_stream (id, key, head, length, updated_at)"
    " SELECT {0}, {1}, '', 0, updated_at FROM ledger_stream",
]
REPEATED = [
    (REPLACEMENTS[0], ("id", "99")),
    (REPLACEMENTS[0], ("99", "seq")),
    (REPLACEMENTS[1], ("id", "'p'", "'d'")),
    (REPLACEMENTS[1], ("99", "previous", "'d'")),
    (REPLACEMENTS[1], ("99", "'p'", "digest")),
    (REPLACEMENTS[2], ("id", "'case:9'")),
    (REPLACEMENTS[2], ("99", "key")),
    (REPLACEMENTS[2], ("NULL", "key")),
]


@pytest.fixture
def ledger(db):
    recorded()
    recorded()
    actions.seal(now=NOON)
    # What PostgreSQL still has to check for foreign keys would speak before the triggers do.
    connection.check_constraints()


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_to_what_is_evidence_is_refused(ledger, change):
    """Seen red with: triggers.remove called first (all of them went through)."""
    before = (list(Event.objects.values()), list(Seal.objects.values()))
    before_streams = list(Stream.objects.values())
    with pytest.raises(IntegrityError, match="ledger:"), transaction.atomic():
        connection.cursor().execute(change)
    assert (list(Event.objects.values()), list(Seal.objects.values())) == before
    assert list(Stream.objects.values()) == before_streams


@pytest.mark.sqlite
@pytest.mark.parametrize(("statement", "columns"), REPEATED)
def test_a_row_that_repeats_one_unique_column_replaces_nothing(ledger, statement, columns):
    """Seen red with: no `previous` in the seals' trigger; no trigger against replacing a stream,
    and one that looks at its id alone."""
    before = [list(model.objects.values()) for model in (Event, Seal, Stream)]
    with pytest.raises(IntegrityError, match="ledger:"), transaction.atomic():
        connection.cursor().execute(statement.format(*columns))
    assert [list(model.objects.values()) for model in (Event, Seal, Stream)] == before


@pytest.mark.parametrize("model", [Event, Seal, Stream])
def test_the_orm_is_refused_as_well(ledger, model):
    for change in (
        lambda: model.objects.all().delete(),
        lambda: model.objects.update(id=99),
    ):
        # A protected foreign key may speak before the trigger does: both are IntegrityErrors.
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_the_check_says_nothing_while_the_triggers_stand():
    assert triggers.missing(connection) == []
    assert checks.triggers_are_there(databases=["default"]) == []


@pytest.mark.django_db
def test_a_trigger_that_is_gone_is_reported_by_name_and_put_back():
    table = " ON ledger_event" if connection.vendor == "postgresql" else ""
    name = "ledger_event_no_change" if table else "ledger_event_no_update"
    connection.cursor().execute(f"DROP TRIGGER {name}{table}")
    assert triggers.missing(connection) == [name]
    (warning,) = checks.triggers_are_there(databases=["default"])
    assert warning.id == "ledger.W001"
    assert name in warning.msg
    call_command("verify_ledger", "--install-triggers")
    assert triggers.missing(connection) == []


@pytest.mark.django_db
@pytest.mark.postgresql
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE ledger_event DISABLE TRIGGER ledger_event_no_change",
        "ALTER TABLE ledger_event ENABLE REPLICA TRIGGER ledger_event_no_change",
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_a_trigger_that_is_switched_off_or_hollowed_out_counts_as_missing(change):
    """Seen red with: `missing` looking at names alone."""
    connection.cursor().execute(change)
    assert "ledger_event_no_change" in triggers.missing(connection)


@pytest.mark.django_db
@pytest.mark.sqlite
def test_a_trigger_that_is_hollowed_out_counts_as_missing():
    """Seen red with: `missing` looking at names alone."""
    cursor = connection.cursor()
    cursor.execute("DROP TRIGGER ledger_event_no_update")
    cursor.execute(
        "CREATE TRIGGER ledger_event_no_update BEFORE UPDATE ON ledger_event BEGIN SELECT 1; END"
    )
    assert triggers.missing(connection) == ["ledger_event_no_update"]


def test_lifting_puts_them_back_even_after_a_failure(ledger):
    with suppress(ZeroDivisionError), triggers.lifted(connection):
        assert triggers.missing(connection) != []
        1 / 0  # noqa: B018
    assert triggers.missing(connection) == []


@pytest.mark.django_db
def test_installing_twice_is_harmless():
    triggers.install(connection)
    assert triggers.missing(connection) == []
