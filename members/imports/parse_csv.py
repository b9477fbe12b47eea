"""A list of members as CSV (council/imports/table.py).

COLUMNS documents the columns; a file has the two that are needed and any of the others. The same
member on several rows adds up, as under several wards.
"""

from __future__ import annotations

import re

from council.imports import table
from council.imports.table import Column, Line
from members.imports.records import EVERYTHING, Contents, Row, gather

COLUMNS: tuple[Column, ...] = (
    Column(
        "councillorid",
        "Needed. The number or key by which they are found again at the next import.",
        "councillor id|id|uid|member id|externalid|reference",
        needed=True,
    ),
    Column(
        "fullusername",
        "Needed. The name as published, with titles and honours.",
        "name|full name|councillor|member|councillor name|member name",
        needed=True,
    ),
    Column(
        "wardtitle",
        "The ward. Several are separated by a semicolon or a vertical bar.",
        "ward|wards|ward name|division|electoral division|representing|area",
    ),
    Column(
        "politicalpartytitle",
        "The party group. Blank for none.",
        "party|group|party group|political party|political group",
    ),
    Column("email", "The work email.", "work email|email address|e mail|mail"),
    Column(
        "phone", "The work phone.", "work phone|telephone|tel|work telephone|mobile|phone number"
    ),
    Column("keyposts", "Key posts, as published.", "key posts|posts|positions|roles"),
    Column("workaddress", "The work address.", "work address|address|correspondence address"),
    Column("line1", "", "address line 1|address 1|work address line 1"),
    Column("line2", "", "address line 2|address 2|work address line 2"),
    Column("line3", "", "address line 3|address 3|work address line 3"),
    Column("line4", "", "address line 4|address 4|work address line 4"),
    Column("postcode", "", "post code|work postcode"),
    Column("homeaddress", "Read only where home addresses are asked for.", "home address"),
    Column(
        "homephone", "Read only where home addresses are asked for.", "home phone|home telephone"
    ),
    Column("homeemail", "Read only where home addresses are asked for.", "home email"),
    Column(
        "startdate",
        "First day of the term of office, DD/MM/YYYY.",
        "term start|term starts|start date|elected|elected on|from",
    ),
    Column(
        "enddate",
        "Last day of the term of office, DD/MM/YYYY or blank.",
        "term end|term ends|end date|until|to",
    ),
)
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
INSTEAD = (
    "Use the XML that modern.gov’s GetCouncillorsByWard shows, or a CSV file whose first line has "
    "the columns councillorid and fullusername."
)


def parse(text: str, *, home_addresses: bool) -> Contents:
    """Everything in the CSV, or Refused where it is not whole or not a list of members."""
    found = table.read(text, COLUMNS, unlike="The file is neither XML nor CSV.", instead=INSTEAD)
    provided = frozenset(SPEAKS_OF[c] for c in found.provided if c in SPEAKS_OF) & EVERYTHING
    rows = map(_row, found.lines)
    return gather(rows, kind="csv", provided=provided, home_addresses=home_addresses)


def _row(line: Line) -> Row:
    address = [line.get(part) for part in ("line1", "line2", "line3", "line4", "postcode")]
    return Row(
        place=line.place,
        councillor_id=line.get("councillorid"),
        name=line.get("fullusername"),
        wards=tuple(re.split(r"[;|]", line.get("wardtitle"))),
        party=line.get("politicalpartytitle"),
        email=line.get("email"),
        phone=line.get("phone"),
        key_posts=line.get("keyposts"),
        work_address=line.get("workaddress") or "\n".join(filter(None, address)),
        home_address=line.get("homeaddress"),
        home_phone=line.get("homephone"),
        home_email=line.get("homeemail"),
        terms=((line.get("startdate"), line.get("enddate")),),
        fault=line.fault,
    )
