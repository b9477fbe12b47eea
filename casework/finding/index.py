"""Making the index of words, and mending it. Migrations, the end of `migrate` and erasure call here."""

from __future__ import annotations

from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from casework.finding.engine import COLUMNS, ENGINES

MADE_BY = ("casework", "0009_search")


def install(connection) -> None:
    """Make it, with all that is there in it."""
    with connection.cursor() as cursor:
        ENGINES[connection.vendor].install(cursor, COLUMNS)


def remove(connection) -> None:
    with connection.cursor() as cursor:
        ENGINES[connection.vendor].remove(cursor, COLUMNS)


def renew(connection) -> None:
    """After an erasure: what was taken out of the index leaves its files too."""
    with connection.cursor() as cursor:
        ENGINES[connection.vendor].renew(cursor, COLUMNS)


def missing(connection) -> list[str]:
    """The tables whose index is gone or no longer kept."""
    with connection.cursor() as cursor:
        return ENGINES[connection.vendor].missing(cursor, COLUMNS)


def mend(connection) -> list[str]:
    """Make anew what is missing; returns which."""
    gone = missing(connection)
    tables = {table: COLUMNS[table] for table in gone}
    with connection.cursor() as cursor:
        ENGINES[connection.vendor].remove(cursor, tables)
        ENGINES[connection.vendor].install(cursor, tables)
    return gone


def after_migrating(*, using: str, **_) -> None:
    """Mend it where a migration took a trigger away, as SQLite does with every table that is remade."""
    connection = connections[using]
    if MADE_BY in MigrationRecorder(connection).applied_migrations():
        mend(connection)
