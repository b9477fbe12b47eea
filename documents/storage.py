"""Where the bytes lie: a private folder that no address leads to. Names are random and say nothing."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import Storage, storages

CHUNK = 64 * 1024


def storage() -> Storage:
    return storages["documents"]


def fresh_place() -> str:
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


def keep(path: Path, place: str) -> None:
    """Keep a copy of a file at a fresh place. OSError where there is no room."""
    with path.open("rb") as file:
        storage().save(place, File(file))


def fetch(stored: str) -> IO[bytes]:
    """The bytes. FileNotFoundError where they are gone."""
    return storage().open(stored, "rb")


def delete(stored: str) -> None:
    """Deleting what is gone is no fault: two may clear away at once."""
    storage().delete(stored)


def digest_of(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
