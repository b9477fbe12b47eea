"""Files made here: sound ones of every kind, and the parts from which hostile ones are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MAINS = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}
OPEN_DOCUMENTS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# Pictures ---------------------------------------------------------------------------------------


def picture(kind: str = "jpeg", size=(40, 30), mode: str = "RGB", **options) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "1") else None).save(made, kind.upper(), **options)
    return made.getvalue()


def photograph_with_a_place() -> bytes:
    """A JPEG that says where and when it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x0132] = "2026:11:20 09:00:00"
    exif.get_ifd(0x8825)[2] = (51.0, 27.0, 14.0)
    return picture("jpeg", exif=exif.tobytes())


# PDF --------------------------------------------------------------------------------------------


def pdf(*objects: bytes, catalog: bytes = b"", trailer: bytes = b"", text: str = "Hello") -> bytes:
    """One page; `objects` are further ones from number 6, `catalog` and `trailer` what those say more."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *objects,
    ]
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(bodies) + 1, trailer)
    made += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(made)


# Archives ---------------------------------------------------------------------------------------


def archive(parts: Mapping[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            packed.writestr(zipfile.ZipInfo(name), content, compress_type=how)
    return made.getvalue()


def office_parts(kind: str, body: str = "", types: str = "") -> dict[str, bytes]:
    main, content_type = MAINS[kind]
    content_types = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" '
        f'ContentType="application/vnd.openxmlformats-officedocument.{content_type}"/>{types}</Types>'
    )
    return {
        "[Content_Types].xml": content_types.encode(),
        "_rels/.rels": relationships(("officeDocument", main, "")),
        main: f'<?xml version="1.0" encoding="UTF-8"?><main xmlns:w="w">{body}</main>'.encode(),
    }


def relationships(*found: tuple[str, str, str]) -> bytes:
    """(type, target, target mode) of each."""
    rows = "".join(
        f'<Relationship Id="r{place}" Type="{OFFICE}{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"' if mode else "")
        + "/>"
        for place, (kind, target, mode) in enumerate(found)
    )
    start = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return f"{start}{rows}</Relationships>".encode()


def office(kind: str, body: str = "", **more: bytes) -> bytes:
    """A Word, Excel or PowerPoint file; `more` are further parts, with "__" for each "/"."""
    parts = office_parts(kind, body)
    return archive(parts | {name.replace("__", "/"): part for name, part in more.items()})


def open_document_parts(kind: str, body: str = "") -> dict[str, bytes]:
    what = f"application/vnd.oasis.opendocument.{OPEN_DOCUMENTS[kind]}"
    return {
        "mimetype": what.encode(),
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office>{body}</office>'.encode(),
        "META-INF/manifest.xml": b"<manifest/>",
    }


def open_document(kind: str, body: str = "", **more: bytes) -> bytes:
    parts = open_document_parts(kind, body)
    named = {name.replace("__", "/"): part for name, part in more.items()}
    return archive(parts | named, stored=("mimetype",))


def sound(kind: str) -> bytes:
    """A sound file of any kind of documents/kinds.py."""
    if kind in ("jpeg", "png", "webp"):
        return picture(kind)
    if kind == "pdf":
        return pdf()
    if kind in MAINS:
        return office(kind, "<w:p>Street lights in Ash Road</w:p>")
    if kind in OPEN_DOCUMENTS:
        return open_document(kind, "<p>Street lights in Ash Road</p>")
    return "Name,Road\nÉlan Ash,Ash Road\n".encode()
