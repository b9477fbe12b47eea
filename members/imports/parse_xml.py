"""modern.gov's GetCouncillorsByWard, as councils really publish it.

Element names count without namespace and case. Elements may be missing, blank or unexpected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from council.imports.cleaning import shown
from members.imports import cleaning
from members.imports.records import Contents, Row, gather
from protocol.refusals import Refused

ROOT = "councillorsbyward"
DEEPEST = 40
MOST_ELEMENTS = 300_000
_DECLARATION = re.compile(r"^\s*<\?xml\b[^<>]*\?>")
INSTEAD = "Open the council’s GetCouncillorsByWard page again, save what it shows as a file, and use that."


class _BoundedBuilder(TreeBuilder):
    """Builds the tree, and stops at one too deep or too large to be a council's."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.count = 0

    def start(self, tag, attrs):
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise Refused(
                "The file has more nested or more repeated elements than such a list has."
            )
        return super().start(tag, attrs)

    def end(self, tag):
        self.depth -= 1
        return super().end(tag)


def parse(text: str, *, home_addresses: bool) -> Contents:
    """Everything in the XML, or Refused where it is not whole, not safe or not this document."""
    root = _document(text)
    top = next((found for found in root.iter() if _name(found) == ROOT), None)
    if top is None:
        raise Refused(
            f"The file is XML, but not a list of councillors by ward: it begins with "
            f"{shown(_name(root))} instead of “{ROOT}”.",
            instead=INSTEAD,
        )
    titles = [_text(ward, "wardtitle") for ward in top.iter() if _name(ward) == "ward"]
    return gather(_rows(top), kind="xml", wards=titles, home_addresses=home_addresses)


def _document(text: str) -> Element:
    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=True)
    try:
        # The text is decoded already: what its declaration says of the encoding no longer holds.
        parser.feed(_DECLARATION.sub("", text, count=1).strip().encode("utf-8"))
        return parser.close()
    except DefusedXmlException as error:
        raise Refused(
            "The file defines its own entities or document type, which a list of councillors never "
            "needs and which can do harm. Nothing in it was read.",
            instead=INSTEAD,
        ) from error
    except ParseError as error:
        row = error.position[0]
        raise Refused(
            f"The file is not whole XML: it cannot be read beyond line {row}. It may have been cut "
            "off while it was saved.",
            instead=INSTEAD,
        ) from error


def _rows(top: Element) -> Iterator[Row]:
    """A row for each councillor, under whichever ward they stand (or none)."""
    waiting: list[tuple[Element, str]] = [(top, "")]
    number = 0
    while waiting:
        element, ward = waiting.pop()
        name = _name(element)
        if name == "councillor":
            number += 1
            yield _row(element, ward, number)
            continue
        if name == "ward":
            ward = _text(element, "wardtitle")
        waiting.extend((child, ward) for child in reversed(element))


def _row(element: Element, ward: str, number: int) -> Row:
    work = _child(element, "workaddress")
    home = _child(element, "homeaddress")
    # Where the ward has no title, "representing" usually names it.
    ward = ward if cleaning.ward(ward) else _text(element, "representing")
    where = f"the {_ordinal(number)} councillor in the file"
    return Row(
        place=f"{where}, {cleaning.line(ward)[:60]}" if cleaning.ward(ward) else where,
        councillor_id=_text(element, "councillorid"),
        name=_text(element, "fullusername"),
        wards=(ward,),
        party=_text(element, "politicalpartytitle"),
        email=_text(work, "email"),
        phone=_text(work, "phone"),
        key_posts=_text(element, "keyposts"),
        work_address=_address(work),
        home_address=_address(home),
        home_phone=_text(home, "phone"),
        home_email=_text(home, "email"),
        terms=tuple(
            (_text(term, "startdate"), _text(term, "enddate"))
            for term in element.iter()
            if _name(term) == "termofoffice"
        ),
    )


def _ordinal(number: int) -> str:
    """17 is "17th", 21 "21st", 112 "112th"."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def _address(element: Element | None) -> str:
    parts = ("line1", "line2", "line3", "line4", "postcode")
    return "\n".join(filter(None, (_text(element, part) for part in parts)))


def _name(element: Element) -> str:
    """The name without its namespace. Comments and instructions are not in the tree."""
    return str(element.tag).rpartition("}")[2].lower()


def _named(element: Element | None, name: str) -> Iterable[Element]:
    return (child for child in (element if element is not None else ()) if _name(child) == name)


def _child(element: Element, name: str) -> Element | None:
    """The first child of that name that says anything, or None."""
    return next((c for c in _named(element, name) if "".join(c.itertext()).strip()), None)


def _text(element: Element | None, name: str) -> str:
    """The words in the first child of that name that has any."""
    found = ("\n".join(child.itertext()).strip() for child in _named(element, name))
    return next(filter(None, found), "")
