"""A letter as a PDF: set in a process of its own (casework/letters/press), and never waited for without end."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings

from casework.letters.letter import Letter
from frontend.branding import BLACK, HEX, WHITE, contrast
from protocol.refusals import Refused

logger = logging.getLogger(__name__)

SECONDS = 20
# So many at once in a web process, so that letters do not take all the memory there is.
MOST = 2
AT_ONCE = BoundedSemaphore(MOST)
# It starts Python and nothing of ours: no secret, no database, no proxy to a network.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH")
# The library takes a thread, and its memory, for every core of the machine where nobody says how many.
ONE_THREAD = {"RAYON_NUM_THREADS": "1"}


def render(letter: Letter) -> bytes:
    """The same letter gives the same bytes. Refused where it takes too much, with what to do instead."""
    if not AT_ONCE.acquire(timeout=SECONDS):
        raise Refused(
            "Too many letters are being made at this moment.", instead="Try again in a minute."
        )
    try:
        content = _pressed(_data(letter), int(letter.sent_at.timestamp()))
    finally:
        AT_ONCE.release()
    if content is None:
        logger.error("letter %s of %s could not be made", letter.place, letter.reference)
        raise Refused(
            "This letter could not be made into a PDF.",
            instead="Print the page of the letter instead: it says the same.",
        )
    return content


def _pressed(data: dict[str, Any], when: int) -> bytes | None:
    """What the press makes of it; None for whatever is no whole PDF, and where no process can be started."""
    try:
        done = subprocess.run(
            [sys.executable, "-s", "-B", "-m", "casework.letters.press"],
            cwd=settings.BASE_DIR,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | ONE_THREAD,
            input=json.dumps({"letter": data, "when": when}).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.warning("the press was not run to its end: %s", type(error).__name__)
        return None
    whole = done.returncode == 0 and done.stdout.startswith(b"%PDF-")
    return done.stdout if whole else None


def _data(letter: Letter) -> dict[str, Any]:
    """What the template shows, with the council's colour where it can be read on white."""
    colour = letter.colour if HEX.fullmatch(letter.colour) else BLACK
    return {
        "colour": colour if contrast(colour, WHITE) >= 4.5 else BLACK,
        "council": letter.council,
        "address": [*letter.address, *([letter.email] if letter.email else [])],
        "marking": letter.marking,
        "confidential": letter.confidential,
        "to": letter.to,
        "about": letter.about,
        "heading": letter.heading,
        "document": f"{letter.heading}, {letter.reference}",
        "greeting": letter.greeting,
        "paragraphs": letter.paragraphs,
        "closing": letter.closing,
        "name": letter.name,
        "capacity": [one for one in (letter.title, letter.service) if one],
        "copied": [*letter.copied, *letter.enclosed],
        "foot": letter.foot,
        "reference": letter.reference,
        "note": "",
    }
