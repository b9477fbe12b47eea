"""The triggers that refuse to change what is evidence, on both engines.

Events and seals take no UPDATE, DELETE or TRUNCATE. A stream only grows: its key stays, its length
never falls, and its head changes only as its length grows. They stop mistakes and whoever has
only the product's rights; the owner of the database can drop them, which verify_ledger reports,
and what he then changes is found against an exported head.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

# Django then raises IntegrityError on both engines.
_AS_INTEGRITY = "USING ERRCODE = 'integrity_constraint_violation'"
_FUNCTIONS = {
    "ledger_refuse": (
        " BEGIN RAISE EXCEPTION 'ledger: % of % is refused', TG_OP, TG_TABLE_NAME"
        f" {_AS_INTEGRITY}; END "
    ),
    "ledger_stream_opens": (
        " BEGIN IF NEW.length <> 0 OR NEW.head <> '' THEN"
        " RAISE EXCEPTION 'ledger: a stream opens empty' "
        f"{_AS_INTEGRITY}; END IF; RETURN NEW; END "
    ),
    "ledger_stream_grows": (
        " BEGIN IF NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.length < OLD.length"
        " OR (NEW.length = OLD.length AND NEW.head <> OLD.head) THEN"
        " RAISE EXCEPTION 'ledger: a stream only grows' "
        f"{_AS_INTEGRITY}; END IF; RETURN NEW; END "
    ),
}

_POSTGRESQL = {
    **{
        f"{table}_no_{word}": (table, f"BEFORE {operation} ON {table} FOR EACH {scope}", function)
        for table, word, operation, scope, function in (
            ("ledger_event", "change", "UPDATE OR DELETE", "ROW", "ledger_refuse"),
            ("ledger_event", "truncate", "TRUNCATE", "STATEMENT", "ledger_refuse"),
            ("ledger_seal", "change", "UPDATE OR DELETE", "ROW", "ledger_refuse"),
            ("ledger_seal", "truncate", "TRUNCATE", "STATEMENT", "ledger_refuse"),
            ("ledger_stream", "delete", "DELETE", "ROW", "ledger_refuse"),
            ("ledger_stream", "truncate", "TRUNCATE", "STATEMENT", "ledger_refuse"),
            ("ledger_stream", "forgery", "INSERT", "ROW", "ledger_stream_opens"),
            ("ledger_stream", "shrinking", "UPDATE", "ROW", "ledger_stream_grows"),
        )
    }
}


def _sqlite(name: str, when: str, condition: str, reason: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {when}{f' WHEN {condition}' if condition else ''} "
        f"BEGIN SELECT RAISE(ABORT, 'ledger: {reason}'); END"
    )


# INSERT OR REPLACE deletes without firing a delete trigger, so it is refused at the insertion: by
# every unique column of the table, since a row that repeats any one of them replaces. An upsert
# fires these too, before it becomes an update: ledger/streams.py does without on this engine.
_SQLITE = {
    name: _sqlite(name, when, condition, reason)
    for name, when, condition, reason in (
        ("ledger_event_no_update", "UPDATE ON ledger_event", "", "UPDATE of event is refused"),
        ("ledger_event_no_delete", "DELETE ON ledger_event", "", "DELETE of event is refused"),
        (
            "ledger_event_no_replace",
            "INSERT ON ledger_event",
            "EXISTS (SELECT 1 FROM ledger_event WHERE id = NEW.id"
            " OR (stream_id = NEW.stream_id AND seq = NEW.seq))",
            "UPDATE of event is refused",
        ),
        ("ledger_seal_no_update", "UPDATE ON ledger_seal", "", "UPDATE of seal is refused"),
        ("ledger_seal_no_delete", "DELETE ON ledger_seal", "", "DELETE of seal is refused"),
        (
            "ledger_seal_no_replace",
            "INSERT ON ledger_seal",
            "EXISTS (SELECT 1 FROM ledger_seal WHERE id = NEW.id OR digest = NEW.digest"
            " OR previous = NEW.previous)",
            "UPDATE of seal is refused",
        ),
        ("ledger_stream_no_delete", "DELETE ON ledger_stream", "", "DELETE of stream is refused"),
        (
            "ledger_stream_no_replace",
            "INSERT ON ledger_stream",
            "EXISTS (SELECT 1 FROM ledger_stream WHERE id = NEW.id OR key = NEW.key)",
            "DELETE of stream is refused",
        ),
        (
            "ledger_stream_no_forgery",
            "INSERT ON ledger_stream",
            "NEW.length <> 0 OR NEW.head <> ''",
            "a stream opens empty",
        ),
        (
            "ledger_stream_no_shrinking",
            "UPDATE ON ledger_stream",
            "NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.length < OLD.length"
            " OR (NEW.length = OLD.length AND NEW.head <> OLD.head)",
            "a stream only grows",
        ),
    )
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every trigger anew. Only for PostgreSQL and SQLite: NotImplementedError elsewhere."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, body in _FUNCTIONS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger"
                    f" LANGUAGE plpgsql AS $body${body}$body$"
                )
            for name, (_, when, function) in _POSTGRESQL.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")
        else:
            for statement in _SQLITE.values():
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop every trigger. For migrations backwards and for a test's flush, nothing else."""
    _known(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, (table, _, _) in _POSTGRESQL.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        else:
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that are gone, switched off, or no longer say what they should."""
    _known(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, c.relname, p.proname, p.prosrc FROM pg_trigger t"
                " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE t.tgenabled IN ('O', 'A') AND pg_table_is_visible(c.oid)"
                " AND c.relname IN ('ledger_event', 'ledger_seal', 'ledger_stream')"
            )
            present = {tuple(row) for row in cursor.fetchall()}
            wanted = {
                name: (name, table, function, _FUNCTIONS[function])
                for name, (table, _, function) in _POSTGRESQL.items()
            }
            return [name for name, row in wanted.items() if row not in present]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = dict(cursor.fetchall())
        return [name for name, statement in _SQLITE.items() if found.get(name) != statement]


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """No triggers inside: a test that empties the database between tests needs it."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)


def _known(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor not in {"postgresql", "sqlite"}:
        raise NotImplementedError(f"the ledger has no triggers for {connection.vendor}")
