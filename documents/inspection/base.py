"""What an inspection can say of a file."""

from __future__ import annotations


class Unsound(Exception):
    """The file is not taken in. `why` is a key of `documents.words.WHY`."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


# A page, a script or a program, put into a file that says it is something else.
DISGUISES = (
    b"<script",
    b"<?php",
    b"<html",
    b"<svg",
    b"<iframe",
    b"<!doctype",
    b"<!entity",
    b"javascript:",
)
PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def holds_a_disguise(content: bytes) -> bool:
    lower = content.lower()
    return any(mark in lower for mark in DISGUISES)
