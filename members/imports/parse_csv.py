"""A list of members as CSV, by commas, semicolons or tabs.

COLUMNS documents the columns; a file has the two that are needed and any of the others. The same
member on several rows adds up, as under several wards. Nothing in a cell is ever computed: a cell
that looks like a formula is kept as text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from members.imports import cleaning
from members.imports.records import EVERYTHING, Contents, Row, gather, shown
from protocol.refusals import Refused

# Our name for a column: (what it holds, the other headings that mean it). Case, spaces and
# punctuation of a heading do not count.
COLUMNS: dict[str, tuple[str, str]] = {
    "councillorid": (
        "Needed. The number or key by which they are found again at the next import.",
        "councillor id|id|uid|member id|externalid|reference",
    ),
    "fullusername": (
        "Needed. The name as published, with titles and honours.",
        "name|full name|councillor|member|councillor name|member name",
    ),
    "wardtitle": (
        "The ward. Several are separated by a semicolon or a vertical bar.",
        "ward|wards|ward name|division|electoral division|representing|area",
    ),
    "politicalpartytitle": (
        "The party group. Blank for none.",
        "party|group|party group|political party|political group",
    ),
    "email": ("The work email.", "work email|email address|e mail|mail"),
    "phone": ("The work phone.", "work phone|telephone|tel|work telephone|mobile|phone number"),
    "keyposts": ("Key posts, as published.", "key posts|posts|positions|roles"),
    "workaddress": ("The work address.", "work address|address|correspondence address"),
    "line1": ("", "address line 1|address 1|work address line 1"),
    "line2": ("", "address line 2|address 2|work address line 2"),
    "line3": ("", "address line 3|address 3|work address line 3"),
    "line4": ("", "address line 4|address 4|work address line 4"),
    "postcode": ("", "post code|work postcode"),
    "homeaddress": ("Read only where home addresses are asked for.", "home address"),
    "homephone": ("Read only where home addresses are asked for.", "home phone|home telephone"),
    "homeemail": ("Read only where home addresses are asked for.", "home email"),
    "startdate": (
        "First day of the term of office, DD/MM/YYYY.",
        "term start|term starts|start date|elected|elected on|from",
    ),
    "enddate": (
        "Last day of the term of office, DD/MM/YYYY or blank.",
        "term end|term ends|end date|until|to",
    ),
}
NEEDED = ("councillorid", "fullusername")
SPEAKS_OF = {
    "wardtitle": "wards",
    "politicalpartytitle": "group",
    "email": "email",
    "phone": "phone",
    "keyposts": "key_posts",
    "workaddress": "work_address",
    "line1": "work_address",
    "homeaddress": "home_address",
    "startdate": "terms",
    "enddate": "terms",
}
DELIMITERS = ",;\t"
INSTEAD = (
    "Use the XML that modern.gov’s GetCouncillorsByWard shows, or a CSV file whose first line has "
    "the columns councillorid and fullusername."
)


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading.casefold())


HEADINGS = {
    _plain(heading): column
    for column, (_, others) in COLUMNS.items()
    for heading in (column, *others.split("|"))
}


def parse(text: str, *, home_addresses: bool) -> Contents:
    """Everything in the CSV, or Refused where it is not whole or not a list of members."""
    delimiter, columns = _heading(text)
    rows = _rows(text, delimiter, columns)
    provided = frozenset(SPEAKS_OF[c] for c in columns if c in SPEAKS_OF) & EVERYTHING
    return gather(rows, kind="csv", provided=provided, home_addresses=home_addresses)


def _heading(text: str) -> tuple[str, list[str | None]]:
    """The delimiter that makes most sense of the first line, and the column of each place."""
    first = (text.lstrip().splitlines() or [""])[0]
    readings = []
    for delimiter in DELIMITERS:
        try:
            headings = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            headings = []
        readings.append((delimiter, [HEADINGS.get(_plain(heading)) for heading in headings]))
    delimiter, columns = max(readings, key=lambda reading: len(set(reading[1]) - {None}))
    missing = [name for name in NEEDED if name not in columns]
    if len(missing) == len(NEEDED):
        raise Refused("The file is neither XML nor CSV.", instead=INSTEAD)
    if missing:
        raise Refused(
            f"The first line of the file has no column “{missing[0]}”.",
            instead="Add the column, with a value for everybody.",
        )
    twice = next((c for c in columns if c and columns.count(c) > 1), None)
    if twice:
        raise Refused(f"Two columns of the file both mean “{twice}”.", instead="Keep one of them.")
    return delimiter, columns


def _rows(text: str, delimiter: str, columns: list[str | None]) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter, strict=True)
    lines = _cells(reader)
    next(lines, None)
    before: tuple[int, list[str]] | None = None
    for number, cells in lines:
        if before:
            yield _row(*before, columns)
        before = number, cells
    if before:
        number, cells = before
        if len(cells) < len(columns) and not text.endswith(("\n", "\r")):
            raise Refused(
                f"The file ends in the middle of line {number}: it was cut off.",
                instead="Save it again, whole.",
            )
        yield _row(number, cells, columns)


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


def _row(number: int, cells: list[str], columns: list[str | None]) -> Row:
    values = {
        column: cell
        for column, cell in zip(columns, cells, strict=False)
        if column and cell.strip()
    }
    extra = any(cell.strip() for cell in cells[len(columns) :])
    address = [values.get(part, "") for part in ("line1", "line2", "line3", "line4", "postcode")]
    return Row(
        place=f"line {number}",
        councillor_id=values.get("councillorid", ""),
        name=values.get("fullusername", ""),
        wards=tuple(re.split(r"[;|]", values.get("wardtitle", ""))),
        party=values.get("politicalpartytitle", ""),
        email=values.get("email", ""),
        phone=values.get("phone", ""),
        key_posts=values.get("keyposts", ""),
        work_address=values.get("workaddress") or "\n".join(filter(None, address)),
        home_address=values.get("homeaddress", ""),
        home_phone=values.get("homephone", ""),
        home_email=values.get("homeemail", ""),
        terms=((values.get("startdate", ""), values.get("enddate", "")),),
        fault=_too_many(cells, columns) if extra else "",
    )


def _too_many(cells: list[str], columns: list[str | None]) -> str:
    last = next(cell for cell in reversed(cells) if cleaning.line(cell) or cell.strip())
    return (
        f"the line has {len(cells)} cells where the first line has {len(columns)} (the last is "
        f"{shown(last)}). Put a cell that holds the separator in quotation marks."
    )
