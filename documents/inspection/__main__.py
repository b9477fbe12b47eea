"""python -m documents.inspection KIND FILE REDRAWN: one line of JSON, {"why": ""} where it is sound.

`why` says what is wrong with it, `flags` what somebody may not know is in it. A picture is drawn anew into
REDRAWN. Too much time or memory ends the process, and that is an answer too.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from documents.inspection.base import Unsound

SECONDS = 20
MEMORY = 1536 * 1024 * 1024
WRITES = 64 * 1024 * 1024


def _bound() -> None:
    """Not everywhere can be bounded (Windows, some of macOS); the caller's own time limit always holds."""
    with contextlib.suppress(ImportError):
        import resource

        for what, most in (
            (resource.RLIMIT_CPU, SECONDS),
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_FSIZE, WRITES),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def look(kind: str, path: Path, redrawn: Path) -> set[str]:
    """What somebody may not know is in it. Raises Unsound."""
    # Each parser is loaded only for its own files.
    if kind in ("jpeg", "png", "webp"):
        from documents.inspection import pictures

        return pictures.look(path, kind, redrawn)
    if kind == "pdf":
        from documents.inspection import pdf

        return pdf.look(path)
    if kind in ("docx", "xlsx", "pptx"):
        from documents.inspection import office

        return office.look(path, kind)
    if kind in ("odt", "ods", "odp"):
        from documents.inspection import opendocument

        return opendocument.look(path, kind)
    if kind in ("txt", "csv"):
        from documents.inspection import plain

        return plain.look(path, kind)
    raise Unsound("not_its_kind")


def main(kind: str, path: str, redrawn: str) -> None:
    _bound()
    answer: dict[str, object] = {"why": "", "flags": []}
    try:
        answer["flags"] = sorted(look(kind, Path(path), Path(redrawn)))
    except Unsound as unsound:
        answer["why"] = unsound.why
    except (MemoryError, RecursionError):
        answer["why"] = "too_much_inside"
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
