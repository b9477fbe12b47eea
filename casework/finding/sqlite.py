"""How SQLite keeps and asks the index of words: an FTS5 table beside each table, kept by triggers.

The index holds no text of its own (external content). SQLite drops triggers with the table when a
migration remakes it, as Django does to change a column: after every migration `index.mend` makes
again what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from casework.finding.asking import Term

TOKENIZER = "porter unicode61 remove_diacritics 2"


def install(cursor, tables: dict[str, str]) -> None:
    """The index and its triggers, filled with what is there."""
    for table, column in tables.items():
        cursor.execute(
            f"CREATE VIRTUAL TABLE {table}_words USING fts5"
            f" ({column}, content='{table}', content_rowid='id', tokenize='{TOKENIZER}')"
        )
        for statement in _triggers(table, column).values():
            cursor.execute(statement)
        cursor.execute(f"INSERT INTO {table}_words ({table}_words) VALUES ('rebuild')")


def remove(cursor, tables: dict[str, str]) -> None:
    for table, column in tables.items():
        for name in _triggers(table, column):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {table}_words")


def renew(cursor, tables: dict[str, str]) -> None:
    """FTS5 marks what is taken out, and keeps its words until its segments are merged."""
    for table in tables:
        cursor.execute(f"INSERT INTO {table}_words ({table}_words) VALUES ('rebuild')")


def missing(cursor, tables: dict[str, str]) -> list[str]:
    """The tables whose index is gone, or not kept by the triggers that should keep it."""
    cursor.execute("SELECT name, sql FROM sqlite_master")
    found = dict(cursor.fetchall())
    return [
        table
        for table, column in tables.items()
        if f"{table}_words" not in found
        or any(found.get(name) != sql for name, sql in _triggers(table, column).items())
    ]


def _triggers(table: str, column: str) -> dict[str, str]:
    """By name. INSERT OR REPLACE deletes without a trigger: nothing of ours writes so."""
    words = f"{table}_words"
    put = f"INSERT INTO {words} (rowid, {column}) VALUES (NEW.id, NEW.{column});"
    take = (
        f"INSERT INTO {words} ({words}, rowid, {column}) VALUES ('delete', OLD.id, OLD.{column});"
    )
    when = {
        "put": (f"AFTER INSERT ON {table}", put),
        "taken": (f"AFTER DELETE ON {table}", take),
        "changed": (f"AFTER UPDATE OF id, {column} ON {table}", f"{take} {put}"),
    }
    return {
        f"{words}_{name}": f"CREATE TRIGGER {words}_{name} {event} BEGIN {body} END"
        for name, (event, body) in when.items()
    }


def all_of(terms: Sequence[Term]) -> str:
    return " AND ".join(map(_query, terms))


def any_of(terms: Sequence[Term]) -> str:
    return " OR ".join(map(_query, terms))


def _query(term: Term) -> str:
    """A phrase in the language of FTS5. Words are letters and digits alone (asking.py)."""
    return f'"{" ".join(term.words)}"{" *" if term.begins else ""}'


def stands(table: str, alias: str, query: str) -> tuple[str, list]:
    words = f"{table}_words"
    return f"{alias}.id IN (SELECT rowid FROM {words} WHERE {words} MATCH %s)", [query]


def excerpts(ids: list[int], query: str) -> tuple[str, list]:
    holders = ", ".join(["%s"] * len(ids))
    return (
        "SELECT id, kind, snippet(casework_message_words, 0, %s, %s, '…', 28)"
        " FROM casework_message_words JOIN casework_message ON id = casework_message_words.rowid"
        f" WHERE casework_message_words MATCH %s AND id IN ({holders})",
        ["\ue000", "\ue001", query, *ids],
    )
