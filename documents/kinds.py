"""Which files are taken in, as data. What is not in this table is refused."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024
# At once, with one message; and together.
MOST_FILES = 5
MOST_TOGETHER = 25 * MB


@dataclass(frozen=True)
class Kind:
    """`extensions` without their dots, the first being the one that it is served under. `words` name
    it to people. `most` is the largest size in bytes. `content_type` is what it is served as, whatever
    the browser that sent it said."""

    key: str
    words: str
    extensions: tuple[str, ...]
    content_type: str
    most: int


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("pdf", "PDF", ("pdf",), "application/pdf", 15 * MB),
        Kind("jpeg", "picture", ("jpg", "jpeg"), "image/jpeg", 10 * MB),
        Kind("png", "picture", ("png",), "image/png", 10 * MB),
        Kind("webp", "picture", ("webp",), "image/webp", 10 * MB),
        Kind("docx", "Word document", ("docx",), _OPEN_XML + "wordprocessingml.document", 10 * MB),
        Kind("xlsx", "Excel spreadsheet", ("xlsx",), _OPEN_XML + "spreadsheetml.sheet", 10 * MB),
        Kind(
            "pptx",
            "PowerPoint presentation",
            ("pptx",),
            _OPEN_XML + "presentationml.presentation",
            10 * MB,
        ),
        Kind("odt", "OpenDocument text", ("odt",), _OPEN_DOCUMENT + "text", 10 * MB),
        Kind("ods", "OpenDocument spreadsheet", ("ods",), _OPEN_DOCUMENT + "spreadsheet", 10 * MB),
        Kind(
            "odp", "OpenDocument presentation", ("odp",), _OPEN_DOCUMENT + "presentation", 10 * MB
        ),
        Kind("txt", "plain text", ("txt",), "text/plain; charset=utf-8", 2 * MB),
        Kind("csv", "CSV", ("csv",), "text/csv; charset=utf-8", 5 * MB),
    )
}
BY_EXTENSION: dict[str, Kind] = {
    extension: kind for kind in KINDS.values() for extension in kind.extensions
}
# What browsers offer to choose from; a phone turns its own kind of picture into one of these.
ACCEPT = ",".join(f".{extension}" for extension in BY_EXTENSION)

# What people often have instead, and what they can do about it.
INSTEAD: dict[str, str] = {
    "heic": "Share or save the picture as JPEG, then choose that.",
    "heif": "Share or save the picture as JPEG, then choose that.",
    "gif": "Save the picture as PNG or JPEG, then choose that.",
    "bmp": "Save the picture as PNG or JPEG, then choose that.",
    "tif": "Save the picture as PDF or JPEG, then choose that.",
    "tiff": "Save the picture as PDF or JPEG, then choose that.",
    "svg": "Save the picture as PNG or PDF, then choose that.",
    "doc": "Open it in Word, save it as .docx, then choose that.",
    "xls": "Open it in Excel, save it as .xlsx, then choose that.",
    "ppt": "Open it in PowerPoint, save it as .pptx, then choose that.",
    "docm": "Save it as .docx, without macros, then choose that.",
    "xlsm": "Save it as .xlsx, without macros, then choose that.",
    "pptm": "Save it as .pptx, without macros, then choose that.",
    "rtf": "Save it as .docx or PDF, then choose that.",
    "zip": "Take the files out of it, then choose them one by one.",
    "7z": "Take the files out of it, then choose them one by one.",
    "rar": "Take the files out of it, then choose them one by one.",
    "eml": "Copy its text into the message, or print it as PDF and choose that.",
    "msg": "Copy its text into the message, or print it as PDF and choose that.",
    "htm": "Print the page as PDF, then choose that.",
    "html": "Print the page as PDF, then choose that.",
    "mp4": "Recordings are not kept here. Ask the officer how to send it.",
    "mov": "Recordings are not kept here. Ask the officer how to send it.",
    "mp3": "Recordings are not kept here. Ask the officer how to send it.",
    "m4a": "Recordings are not kept here. Ask the officer how to send it.",
}
