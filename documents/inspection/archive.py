"""An archive inside which Word, Excel and their like keep a document: bounded before anything is read."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath
from typing import IO

from documents.inspection.base import OLE, PROGRAMS, Unsound

MOST_ENTRIES = 3_000
MOST_BYTES = 200 * 1024 * 1024
# Text packs ten to fifty times; more than this is made to burst.
MOST_PACKED = 200
FROM_SIZE = 1024 * 1024
END, END_BYTES = b"PK\x05\x06", 22
ENCRYPTED = 0x1


class Archive:
    """The parts of an archive by their names, each checked and bounded. Raises Unsound."""

    def __init__(self, file: IO[bytes]):
        self.file = file
        self._is_only_an_archive()
        try:
            self.zip = zipfile.ZipFile(file)
            self.parts = {info.filename: info for info in self.zip.infolist() if not info.is_dir()}
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise Unsound("not_its_kind") from error
        self._is_bounded()

    def _is_only_an_archive(self) -> None:
        self.file.seek(0)
        if self.file.read(4) != b"PK\x03\x04":
            raise Unsound("not_its_kind")
        size = self.file.seek(0, 2)
        self.file.seek(max(size - END_BYTES, 0))
        # Nothing stands after its end, nor in a comment there.
        if not self.file.read(4) == END:
            raise Unsound("disguise")
        self.file.seek(0)

    def _is_bounded(self) -> None:
        infos = self.zip.infolist()
        if len(infos) > MOST_ENTRIES:
            raise Unsound("too_much_inside")
        if len({info.filename.casefold() for info in infos}) != len(infos):
            raise Unsound("disguise")
        for info in infos:
            if info.flag_bits & ENCRYPTED:
                raise Unsound("locked")
            if not _is_plain(info.filename):
                raise Unsound("disguise")
            if info.file_size > FROM_SIZE and info.file_size > MOST_PACKED * max(
                info.compress_size, 1
            ):
                raise Unsound("too_much_inside")
        if sum(info.file_size for info in infos) > MOST_BYTES:
            raise Unsound("too_much_inside")

    def read(self, name: str) -> bytes:
        """The bytes of a part; never more than it said that it holds."""
        info = self.parts.get(name)
        if info is None:
            raise Unsound("not_its_kind")
        try:
            with self.zip.open(info) as part:
                found = part.read(info.file_size + 1)
        except Exception as error:
            raise Unsound("not_its_kind") from error
        if len(found) != info.file_size:
            raise Unsound("too_much_inside")
        if found.startswith((OLE, *PROGRAMS)):
            raise Unsound("carries")
        return found


def _is_plain(name: str) -> bool:
    """No way out of a folder, no drive, nothing that two programs read differently."""
    if not name or "\\" in name or "\x00" in name or ":" in name or name.startswith("/"):
        return False
    return ".." not in PurePosixPath(name).parts
