"""What a database has to be able to do so that words are found in it, and which one this is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import ModuleType

from django.db import connection
from django.db.models import BooleanField, F, Func

from casework.finding import postgresql, sqlite
from casework.finding.asking import Term

ENGINES: dict[str, ModuleType] = {"postgresql": postgresql, "sqlite": sqlite}
# What is searched: each table, and its one column of people's words.
COLUMNS = {
    "casework_case": "subject",
    "casework_message": "body",
    "casework_enquirydetail": "constituent_name",
}


# Of each piece of an excerpt, its words and whether they are what was looked for.
Pieces = list[tuple[str, bool]]


class Stand(Func):
    """Whether these terms stand in the words of a row, as COLUMNS has them: a condition to filter by.
    `every`: each of them, else any."""

    output_field = BooleanField()

    def __init__(self, terms: Sequence[Term], *, every: bool = True):
        super().__init__(F("pk"))
        self.terms, self.every = tuple(terms), every

    def as_sql(self, compiler, connection, **_):
        engine = ENGINES[connection.vendor]
        (key,) = self.source_expressions
        asked = engine.all_of(self.terms) if self.every else engine.any_of(self.terms)
        # The name by which the query calls the table: the index's column is no field of the model.
        alias = compiler.quote_name_unless_alias(key.alias)
        return engine.stands(key.target.model._meta.db_table, alias, asked)


def excerpts(ids: Iterable[int], terms: Sequence[Term]) -> dict[int, tuple[str, Pieces]]:
    """By the id of a message, its kind and some words round what was looked for. One query, or none."""
    ids = list(ids)
    if not ids:
        return {}
    engine = ENGINES[connection.vendor]
    sql, params = engine.excerpts(ids, engine.any_of(terms))
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {pk: (kind, _pieces(text)) for pk, kind, text in cursor.fetchall()}


# Round what is marked: characters for private use. Whoever typed one only marks a word.
START, STOP = "\ue000", "\ue001"


def _pieces(text: str) -> Pieces:
    """The text cut at its marks."""
    found = []
    for number, part in enumerate(text.split(START)):
        marked, stopped, rest = part.partition(STOP)
        if number == 0 or not stopped:
            marked, rest = "", part.replace(STOP, "")
        found += [(marked, True), (rest.replace(STOP, ""), False)]
    return [(text, is_marked) for text, is_marked in found if text]
