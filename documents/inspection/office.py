"""Word, Excel and PowerPoint: no macros, nothing carried that is not a document, nothing fetched."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import IO
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from documents.inspection.archive import Archive
from documents.inspection.base import Unsound

MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
MACROS = ("vbaproject", "macroenabled", "vbadata", "activex", "ms-office.vba", "xlmacrosheet")
# A chart keeps its table in a spreadsheet of its own.
CARRIED = {"docx", "xlsx", "pptx"}
DEEPEST = 2
FETCHES = (b"<ddelink",)
# What a field is told to do. It may be cut into several pieces, so they are read as one.
INSTRUCTION = re.compile(rb'<(?:\w+:)?instrtext\b[^>]*>([^<]*)<|\b(?:\w+:)?instr="([^"]*)"')
FIELDS = re.compile(rb"ddeauto|dde\s|includepicture|includetext")
# The letter was begun from a template on somebody's own disk: every council's is.
ON_THEIR_DISK = re.compile(r"(?:file:/{3})?[a-z]:[\\/](?![\\/])|[^:/\\]+$", re.IGNORECASE)
FLAGS = {
    "docx": {"tracked_changes": (b"<w:ins ", b"<w:del "), "comments": (b"<w:comment ",)},
    "xlsx": {
        "hidden_sheets": (b'state="hidden"', b'state="veryhidden"'),
        "comments": (b"<comment ",),
    },
    "pptx": {"comments": (b"<p:cm ",), "hidden_sheets": (b'show="0"',)},
}


def look(path: Path, kind: str) -> set[str]:
    with path.open("rb") as file:
        return _look(file, kind, 0)


def _look(file: IO[bytes], kind: str, depth: int) -> set[str]:
    archive = Archive(file)
    _is_its_kind(archive, kind)
    flags: set[str] = set()
    for name in archive.parts:
        content = archive.read(name)
        lower = name.lower()
        if lower.endswith(".rels"):
            _fetches_nothing(_xml(content))
        elif "/embeddings/" in lower or lower.endswith(tuple(f".{one}" for one in CARRIED)):
            _carried(content, lower, depth)
        elif lower.endswith((".xml", ".vml")) or _is_markup(content):
            flags |= _part(content, kind)
    return flags


def _is_its_kind(archive: Archive, kind: str) -> None:
    types = _xml(archive.read("[Content_Types].xml"))
    found = [one.get("ContentType", "") for one in types.iter() if one.get("ContentType")]
    if any(mark in one.lower() for mark in MACROS for one in [*found, *archive.parts]):
        raise Unsound("macros")
    if any("oleobject" in one.lower() for one in found):
        raise Unsound("carries")
    if MAIN[kind] not in found:
        raise Unsound("not_its_kind")


def _carried(content: bytes, name: str, depth: int) -> None:
    kind = name.rpartition(".")[2]
    if kind not in CARRIED or depth >= DEEPEST:
        raise Unsound("carries")
    _look(io.BytesIO(content), kind, depth + 1)


def _fetches_nothing(relationships: Element) -> None:
    for one in relationships.iter():
        if one.get("TargetMode", "").lower() != "external":
            continue
        sort = one.get("Type", "").rpartition("/")[2].lower()
        # An ordinary link waits for somebody to press it.
        if sort == "hyperlink":
            continue
        if sort == "attachedtemplate" and ON_THEIR_DISK.match(unquote(one.get("Target", ""))):
            continue
        raise Unsound("reaches_out")


def _is_markup(content: bytes) -> bool:
    """A part is what its content type makes of it, whatever its name ends in."""
    return content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _part(content: bytes, kind: str) -> set[str]:
    _is_plain_xml(content)
    lower = content.lower()
    told = b"".join(b"".join(pieces) for pieces in INSTRUCTION.findall(lower))
    if any(mark in lower for mark in FETCHES) or FIELDS.search(told):
        raise Unsound("reaches_out")
    return {flag for flag, marks in FLAGS[kind].items() if any(mark in lower for mark in marks)}


def _is_plain_xml(content: bytes) -> None:
    """UTF-8, and nothing that defines itself: what cannot be searched is not taken in."""
    if b"\x00" in content[:64] or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unsound("disguise")
    head = content[:4096].lower()
    if b"<!doctype" in head or b"<!entity" in head:
        raise Unsound("disguise")


def _xml(content: bytes) -> Element:
    try:
        return ElementTree.fromstring(content, forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError, ValueError, LookupError) as error:
        raise Unsound("not_its_kind") from error
