"""Files of directories for tests: as a council would write them."""

from __future__ import annotations

import csv
import io

from accounts.models import Person
from council.actions import importing
from council.imports import kinds
from council.imports.kinds import Kind
from council.models import Post, Upload

KINDS = ("absence", "closure", "officer", "post", "service")


def kind(key: str) -> Kind:
    return kinds.registered()[key]


def csv_of(*rows: tuple[str, ...] | list[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def sample(key: str) -> bytes:
    """The sample that the page offers."""
    found = kind(key)
    return csv_of([column.name for column in found.columns], *found.sample)


def small(key: str, officer: Person) -> bytes:
    """A file of two lines: one that can be imported, and one that cannot. `officer` is one."""
    return {
        "absence": csv_of(
            ("email", "firstday", "lastday"),
            (officer.email, "04/01/2027", "08/01/2027"),
            ("nobody@example.org", "04/01/2027", "08/01/2027"),
        ),
        "closure": csv_of(
            ("firstday", "name"), ("30/12/2027", "Closed"), ("25/12/2027", "Christmas Day")
        ),
        "officer": csv_of(
            ("email", "name", "jobtitle", "service"),
            ("new@example.org", "Nia New", "Officer", "Harbours"),
            ("", "Nemo", "Officer", ""),
        ),
        "post": csv_of(
            ("post", "body", "firstday"),
            (Post.objects.earliest("pk").title, "The Bench", "01/02/2027"),
            ("No such post", "The Bench", "01/02/2027"),
        ),
        "service": csv_of(
            ("service", "head"), ("Harbours", officer.email), ("Quays", "nobody@example.org")
        ),
    }[key]


def kept(key: str, *, by: Person, content: bytes, name: str = "list.csv") -> Upload:
    """A file whose preview waits for its keeper."""
    found = kind(key)
    return importing.keep_upload(
        kind=key, permission=found.permission, by=by, name=name, content=content, whole=False
    )
