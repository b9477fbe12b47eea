"""A list as CSV, by commas, semicolons or tabs: its first line names the columns.

Nothing in a cell is ever computed: a cell that looks like a formula is kept as text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from council.imports import cleaning
from protocol.refusals import Refused

DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Column:
    """`about` says what it holds, "" for one that pages do not list; `also` are other headings that
    mean it, between bars. Case, spaces and punctuation of a heading do not count."""

    name: str
    about: str = ""
    also: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the file has it, uncleaned; cells that are blank are left out."""

    number: int
    values: dict[str, str]
    fault: str = ""

    @property
    def place(self) -> str:
        return f"line {self.number}"

    def get(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """`provided` are the columns that the file has at all; `lines` are read as they are asked for."""

    provided: frozenset[str]
    lines: Iterator[Line]


def read(text: str, columns: Sequence[Column], *, unlike: str, instead: str) -> Table:
    """The lines of a CSV. Refused with `unlike` where it has none of the columns that are needed.

    Reading on raises Refused where the file is cut off or cannot be read further.
    """
    delimiter, found = _heading(text, columns, unlike, instead)
    return Table(frozenset(filter(None, found)), _lines(text, delimiter, found))


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading.casefold())


def _heading(
    text: str, columns: Sequence[Column], unlike: str, instead: str
) -> tuple[str, list[str | None]]:
    """The delimiter that makes most sense of the first line, and the column of each place."""
    known = {
        _plain(heading): column.name
        for column in columns
        for heading in (column.name, *column.also.split("|"))
    }
    first = (text.lstrip().splitlines() or [""])[0]
    readings = []
    for delimiter in DELIMITERS:
        try:
            headings = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            headings = []
        readings.append((delimiter, [known.get(_plain(heading)) for heading in headings]))
    delimiter, found = max(readings, key=lambda reading: len(set(reading[1]) - {None}))
    needed = [column.name for column in columns if column.needed]
    missing = [name for name in needed if name not in found]
    if len(missing) == len(needed):
        raise Refused(unlike, instead=instead)
    if missing:
        raise Refused(
            f"The first line of the file has no column “{missing[0]}”.",
            instead="Add the column, with a value on every line.",
        )
    twice = next((name for name in found if name and found.count(name) > 1), None)
    if twice:
        raise Refused(f"Two columns of the file both mean “{twice}”.", instead="Keep one of them.")
    return delimiter, found


def _lines(text: str, delimiter: str, columns: list[str | None]) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter, strict=True)
    cells_of = _cells(reader)
    next(cells_of, None)
    before: tuple[int, list[str]] | None = None
    for number, cells in cells_of:
        if before:
            yield _line(*before, columns)
        before = number, cells
    if before:
        number, cells = before
        if len(cells) < len(columns) and not text.endswith(("\n", "\r")):
            raise Refused(
                f"The file ends in the middle of line {number}: it was cut off.",
                instead="Save it again, whole.",
            )
        yield _line(number, cells, columns)


def _cells(reader) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not blank, with its number."""
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise Refused(
            f"The file cannot be read beyond line {reader.line_num}: a quotation mark is open or a "
            "cell is too long.",
            instead="Save it again as CSV, whole.",
        ) from error


def _line(number: int, cells: list[str], columns: list[str | None]) -> Line:
    values = {
        column: cell
        for column, cell in zip(columns, cells, strict=False)
        if column and cell.strip()
    }
    extra = any(cell.strip() for cell in cells[len(columns) :])
    return Line(number, values, _too_many(cells, columns) if extra else "")


def _too_many(cells: list[str], columns: list[str | None]) -> str:
    last = next(cell for cell in reversed(cells) if cell.strip())
    return (
        f"the line has {len(cells)} cells where the first line has {len(columns)} (the last is "
        f"{cleaning.shown(last)}). Put a cell that holds the separator in quotation marks."
    )
