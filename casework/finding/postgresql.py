"""How PostgreSQL keeps and asks the index of words: a generated column of each table, and GIN.

The database itself makes the column from the words, so no writer can forget it and what is erased is
gone from it. The migration wrote down how: who changes FROM, TO or LONGEST makes the columns anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from casework.finding.asking import FOLDED, Term

# The parser would keep "fly-tipping", "either/or" and an address as one word, and pass over what stands in
# a tag. SQLite takes them apart.
BETWEEN = "-/.@_'’‘‐‑–—:\\&+=#~<>"
FROM = BETWEEN + "".join(FOLDED)
TO = " " * len(BETWEEN) + "".join(FOLDED.values())
# In characters: a text vector holds a megabyte, and no text may be refused for being long.
LONGEST = 200_000


def install(cursor, tables: dict[str, str]) -> None:
    """The columns and their indexes. Adding a column writes the table anew, under its lock."""
    for table, column in tables.items():
        cursor.execute(
            f"ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS"
            f" (to_tsvector('english', translate(left({column}, {LONGEST}), %s, %s))) STORED",
            [FROM, TO],
        )
        # No list of what is pending: a search would read it through.
        cursor.execute(
            f"CREATE INDEX {table}_search ON {table} USING gin (search) WITH (fastupdate = off)"
        )


def remove(cursor, tables: dict[str, str]) -> None:
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS search")


def renew(cursor, tables: dict[str, str]) -> None:
    """Nothing: the column is made of its row, and VACUUM clears the index of what is gone."""


def missing(cursor, tables: dict[str, str]) -> list[str]:
    """The tables that have no such column."""
    cursor.execute(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'search'"
        " AND is_generated = 'ALWAYS' AND table_schema = current_schema()"
    )
    return sorted(tables.keys() - {name for (name,) in cursor.fetchall()})


def all_of(terms: Sequence[Term]) -> str:
    return " & ".join(map(_query, terms))


def any_of(terms: Sequence[Term]) -> str:
    return " | ".join(map(_query, terms))


def _query(term: Term) -> str:
    """A phrase in the language of to_tsquery. Words are letters and digits alone (asking.py)."""
    words = [f"'{word}'" for word in term.words]
    return f"({' <-> '.join(words)}{':*' if term.begins else ''})"


def stands(table: str, alias: str, query: str) -> tuple[str, list]:
    return f"{alias}.search @@ to_tsquery('english', %s)", [query]


HEADLINE = "StartSel=\ue000, StopSel=\ue001, MaxFragments=1, MaxWords=28, MinWords=14"


def excerpts(ids: list[int], query: str) -> tuple[str, list]:
    """A headline says nothing of what it leaves out before and after."""
    return (
        "SELECT id, kind, concat(CASE WHEN strpos(body, plain) > 1 THEN '…' END, headline,"
        " CASE WHEN strpos(body, plain) + length(plain) <= length(body) THEN '…' END)"
        " FROM (SELECT id, kind, translate(left(body, 20000), '<>', '‹›') AS body"
        " FROM casework_message WHERE id = ANY(%s)) AS written,"
        " ts_headline('english', body, to_tsquery('english', %s), %s) AS headline,"
        " translate(headline, '\ue000\ue001', '') AS plain",
        [ids, query, HEADLINE],
    )
