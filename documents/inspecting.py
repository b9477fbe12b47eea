"""Has a file looked at in a process of its own: documents/inspection says why."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from documents.words import FLAGS, WHY

logger = logging.getLogger(__name__)

SECONDS = 30
# It starts Python and nothing of ours: no secret, no database.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Finding:
    """`why` it is unsound (documents.words.WHY), "" where it is sound; `flags` as of FLAGS."""

    why: str
    flags: tuple[str, ...] = ()


def inspect(kind: str, path: Path, redrawn: Path) -> Finding:
    """Look inside. A picture is drawn anew into `redrawn`. Whatever goes wrong in there, it is not sound.

    OSError where nobody could look: no process could be started.
    """
    command = [sys.executable, "-s", "-B", "-m", "documents.inspection"]
    try:
        done = subprocess.run(  # noqa: S603
            [*command, kind, str(path), str(redrawn)],
            cwd=settings.BASE_DIR,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        answer = None
    if answer is None:
        logger.warning("a file of kind %s could not be inspected to the end", kind)
        return Finding("too_much_inside")
    why = answer["why"]
    flags = tuple(flag for flag in answer["flags"] if flag in FLAGS)
    return Finding(why if not why or why in WHY else "not_its_kind", flags)
