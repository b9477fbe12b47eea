"""OpenDocument: no macros, nothing carried that is not a document, nothing fetched."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from documents.inspection.archive import Archive
from documents.inspection.base import Unsound
from documents.kinds import KINDS

SCRIPTS = ("basic/", "scripts/", "dialogs/")
RUNS = (b"script:event-listener", b"<script:", b"<office:script ", b"vnd.sun.star.script")
FETCHES = (
    b"office:dde-source",
    b"text:dde-connection",
    b"text:section-source",
    b"table:table-source",
)
# A picture, a frame or a plug-in that stands elsewhere; a link that is pressed is another thing.
LINKED = re.compile(
    rb"<(?:draw:image|draw:object|draw:object-ole|draw:plugin|draw:floating-frame)\b[^>]*"
    rb'xlink:href="(?:[a-z]+:|//|\\\\|/)',
    re.IGNORECASE,
)
TRACKED = b"<text:changed-region"
HIDDEN = (b'table:display="false"', b'presentation:visibility="hidden"')
COMMENTS = b"<office:annotation"


def look(path: Path, kind: str) -> set[str]:
    with path.open("rb") as file:
        archive = Archive(file)
        _is_its_kind(archive, kind)
        flags: set[str] = set()
        for name in archive.parts:
            if name.lower().startswith(SCRIPTS):
                raise Unsound("macros")
            content = archive.read(name)
            if name.lower().endswith((".xml", ".rdf")):
                flags |= _part(content)
        return flags


def _is_its_kind(archive: Archive, kind: str) -> None:
    """Its first part says what it is, in the clear."""
    first = archive.zip.infolist()[0]
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
        raise Unsound("not_its_kind")
    if archive.read("mimetype").decode("ascii", "replace") != KINDS[kind].content_type:
        raise Unsound("not_its_kind")
    archive.read("content.xml")


def _part(content: bytes) -> set[str]:
    if b"\x00" in content[:64] or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unsound("disguise")
    head = content[:4096].lower()
    if b"<!doctype" in head or b"<!entity" in head:
        raise Unsound("disguise")
    if b"manifest:encryption-data" in content:
        raise Unsound("locked")
    if any(mark in content for mark in RUNS):
        raise Unsound("macros")
    if any(mark in content for mark in FETCHES) or LINKED.search(content):
        raise Unsound("reaches_out")
    found = set()
    if TRACKED in content:
        found.add("tracked_changes")
    if any(mark in content for mark in HIDDEN):
        found.add("hidden_sheets")
    if COMMENTS in content:
        found.add("comments")
    return found
