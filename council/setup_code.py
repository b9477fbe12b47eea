"""The code that lets somebody set the council up in a browser, once.

Whoever can read the product's own folder may have it: `manage.py setup_council --show-code`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.crypto import constant_time_compare

# No vowels and nothing that looks like something else: it is read out and typed.
ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
GROUPS, LETTERS = 4, 4


def path() -> Path:
    """Beside the database that it is for."""
    return settings.VAR / (f"setup_code-{settings.PROFILE}" if settings.PROFILE else "setup_code")


def current() -> str:
    """The code, made now if there is none: "K7RT-2XHP-9DWL-4MQB", about 77 bits."""
    with contextlib.suppress(FileExistsError):
        path().parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(_made())
    return path().read_text().strip()


def fits(typed: str) -> bool:
    """Is this the code? Spaces, hyphens and small letters do not matter."""
    return constant_time_compare(_plain(typed), _plain(current()))


def spend() -> None:
    """The council is set up: the code is worth nothing from now on."""
    path().unlink(missing_ok=True)


def _made() -> str:
    letters = ["".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS)]
    return "-".join(letters)


def _plain(code: str) -> str:
    return "".join(one for one in code.upper() if one.isalnum())
