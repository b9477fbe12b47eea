"""From the bytes of a file to its text, or one clear reason why it cannot be read."""

from __future__ import annotations

import codecs
import re
import sys
from pathlib import Path

from council.imports.cleaning import shown
from protocol.refusals import Refused

MOST_BYTES = 5 * 1024 * 1024
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "an Excel workbook or a zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Encodings that an XML declaration may name. Latin-1 is nearly always Windows-1252 in truth.
_DECLARED = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8", "ucs-2": "utf-8",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "windows-1252": "cp1252",
    "cp1252": "cp1252", "iso-8859-15": "iso8859-15", "iso-8859-14": "iso8859-14",
}  # fmt: skip
_DECLARATION = re.compile(rb"^\s*<\?xml\b[^<>]{0,200}?\bencoding\s*=\s*[\"']([^\"'<>]{0,40})[\"']")


def file(name: str) -> bytes:
    """A file's bytes, one more than may be, so that too large is noticed. Refused where there is none."""
    path = Path(name)
    try:
        if path.is_dir():
            raise Refused(f"{name} is a folder.", instead="Give the file in it.")
        with path.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Refused(
            f"There is no file {name}.", instead="Check the name and the folder."
        ) from None
    except (OSError, ValueError) as error:
        raise Refused(f"{name} cannot be read: {getattr(error, 'strerror', error)}.") from None


def for_terminal(line: str, encoding: str | None) -> str:
    """A line as a terminal of any encoding can print it: a name is no reason to fail."""
    encoding = encoding or sys.stdout.encoding or "utf-8"
    return line.encode(encoding, "replace").decode(encoding)


def of(content: bytes, *, kinds: str, instead: str) -> str:
    """The text of a file; its bytes decide what it is, never its name.

    `kinds` are those that can be read, in words ("XML or CSV"); `instead` what to do about another.
    """
    if len(content) > MOST_BYTES:
        raise Refused(
            f"The file is larger than {MOST_BYTES // 1024 // 1024} MB, which no such list is.",
            instead="Check that it is the right file.",
        )
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise Refused("The file is empty.", instead="Save it again and check that it has content.")
    for start, what in _SIGNATURES:
        if content.startswith(start):
            raise Refused(f"The file is {what}, not {kinds}.", instead=instead)
    return _decoded(content, instead)


def _decoded(content: bytes, instead: str) -> str:
    """The text, by its byte order mark, its look, its declaration, UTF-8, then Windows-1252."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _exactly(content[len(mark) :], encoding)
    if content[1:2] == b"\x00" and content[:1] != b"\x00":
        return _exactly(content, "utf-16-le")
    if content[:1] == b"\x00":
        return _exactly(content, "utf-16-be")
    if b"\x00" in content:
        raise Refused("The file is not text.", instead=instead)
    found = _DECLARATION.match(content)
    declared = found[1].decode("ascii", "replace").strip().lower() if found else "utf-8"
    if declared not in _DECLARED:
        raise Refused(
            f"The file says that it is written in {shown(declared)}, which cannot be read.",
            instead="Save it as UTF-8.",
        )
    try:
        return content.decode(_DECLARED[declared])
    except UnicodeDecodeError:
        # Files that were passed through Windows programs often are not what they say.
        return content.decode("cp1252", errors="replace")


def _exactly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(
            f"The file begins as {encoding.upper()} and does not go on so: it may have been cut off.",
            instead="Save it again, whole.",
        ) from error
