"""PDF: a document to read, and not one that runs, sends, or carries other files."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from documents.inspection.base import PROGRAMS, Unsound, holds_a_disguise

MOST_OBJECTS = 300_000
DEEPEST = 60
# Keys, and kinds of action, that make a document do something.
RUNS = frozenset(
    {"/JS", "/JavaScript", "/XFA", "/RichMedia", "/Launch", "/Rendition", "/Movie", "/Sound"}
)
SENDS = frozenset({"/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/ResetForm"})
CARRIES = frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/EF", "/FileAttachment"})
# Long enough that chance does not write them into what is compressed.
RAW = re.compile(
    rb"/(JavaScript|RichMedia|SubmitForm|ImportData|EmbeddedFile|FileAttachment"
    rb"|Rendition|GoTo[RE]\b|Launch\b|Movie\b|Sound\b)"
)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
END = b"%%EOF"


def look(path: Path) -> set[str]:
    content = path.read_bytes()
    _is_only_a_pdf(path, content)
    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if found := RAW.search(plain):
        raise Unsound(_why(found[1].decode()))
    try:
        _objects_are_sound(PdfReader(path, strict=False))
    except Unsound:
        raise
    except Exception as error:
        # Whatever a parser says of a broken file: to us it is no PDF.
        raise Unsound("not_its_kind") from error
    return set()


def _why(name: str) -> str:
    key = f"/{name}"
    if "File" in name:
        return "carries"
    return "reaches_out" if key in SENDS else "runs"


def _is_only_a_pdf(path: Path, content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise Unsound("not_its_kind")
    last = content.rfind(END)
    if last < 0:
        raise Unsound("cut_short")
    after = content[last + len(END) :]
    # Some programs pad the end; nothing else may stand there.
    if after.strip(b"\x00\r\n\t ") or zipfile.is_zipfile(path):
        raise Unsound("disguise")
    if holds_a_disguise(content[:1024]) or content.startswith(PROGRAMS):
        raise Unsound("disguise")


def _objects_are_sound(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise Unsound("locked")
    if not len(reader.pages):
        raise Unsound("not_its_kind")
    for count, one in enumerate(_all(reader)):
        if count > MOST_OBJECTS:
            raise Unsound("too_much_inside")
        _dictionary_is_sound(one)


def _all(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary in the file, used or not, with those that stand inside others."""
    numbers = {
        (number, generation) for generation, found in reader.xref.items() for number in found
    }
    numbers |= {(number, 0) for number in reader.xref_objStm}
    yield from _inside(reader.trailer, 0)
    for number, generation in sorted(numbers):
        try:
            found = reader.get_object(IndirectObject(number, generation, reader))
        except PyPdfError:
            continue
        yield from _inside(found, 0)


def _inside(value: Any, depth: int) -> Iterator[DictionaryObject]:
    if depth > DEEPEST:
        raise Unsound("too_much_inside")
    if isinstance(value, DictionaryObject):
        yield value
        for inner in dict.values(value):
            yield from _inside(inner, depth + 1)
    elif isinstance(value, ArrayObject):
        for inner in list.__iter__(value):
            yield from _inside(inner, depth + 1)


def _dictionary_is_sound(one: DictionaryObject) -> None:
    named = {str(key) for key in one}
    # What sort of action or attachment it is stands in these.
    for key in ("/S", "/Type", "/Subtype"):
        value = dict.get(one, NameObject(key))
        if isinstance(value, NameObject):
            named.add(str(value))
    if named & RUNS:
        raise Unsound("runs")
    if named & SENDS:
        raise Unsound("reaches_out")
    if named & CARRIES:
        raise Unsound("carries")
