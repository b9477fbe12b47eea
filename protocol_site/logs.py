"""Log lines for the console that carry no case text, and nothing that lets somebody in."""

import copy
import logging
import re
from collections.abc import Iterator

from django.db import DataError, Error

# What stands at the end of every link that we mail (accounts/links.py): a time or a number, and a digest.
TOKEN = re.compile(r"[0-9a-z]+-[0-9a-f]{32,}", re.IGNORECASE)


def without_tokens(text: str) -> str:
    """The text, with “(link)” for whatever looks like the token of a mailed link."""
    return TOKEN.sub("(link)", text)


class Tokenless(logging.Formatter):
    """The usual line, without tokens of mailed links."""

    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))


class Discreet(Tokenless):
    """The usual line, without what a database quotes from the row or the value it refused.

    PostgreSQL's messages go on, after their first line, to the row and the statement; and where a
    value is of the wrong kind (DataError), the first line quotes it too. A request that was refused
    (403, 404, …) is one line, without a traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        if getattr(record, "status_code", 500) < 500:
            # Django's word on a request that was refused: nothing of ours has failed.
            record = copy.copy(record)
            record.exc_info = record.exc_text = record.stack_info = None
        line = super().format(record)
        for error in _database_errors(record.exc_info[1] if record.exc_info else None):
            said = str(error)
            kept = "" if isinstance(error, DataError) else said.partition("\n")[0]
            if said and said != kept:
                shown = f"{kept} (the rest is not shown: it may quote a case)".strip()
                # A task's failure is logged with repr(), where the line ends are written out.
                line = line.replace(said, shown).replace(repr(said)[1:-1], shown)
        return line


def _database_errors(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        if isinstance(error, Error):
            yield error
        error = error.__cause__ or error.__context__
