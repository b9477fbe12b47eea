"""Keeps what the product writes to its owner alone."""

import contextlib
import os
import stat
from fnmatch import fnmatch
from pathlib import Path

UMASK = 0o077
# What the product itself puts into its folder, at the top.
OURS = (
    "*.sqlite3",
    "*.sqlite3-*",
    "*-beat*",
    "queue",
    "documents",
    "documents-*",
    "mail",
    "mail-*",
    "secret_key",
    "setup_code",
)


def make_private(folder: Path, *, ours_outright: bool) -> None:
    """Make the folder where it is missing, and take it and what is ours in it from everybody else.

    A folder in which somebody else keeps things too (/tmp, say) is itself left as it is, unless it
    is `ours_outright`. OSError where it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    entries = list(folder.iterdir())
    ours = [entry for entry in entries if any(fnmatch(entry.name, name) for name in OURS)]
    for entry in ours:
        _close(entry)
    if ours_outright or len(ours) == len(entries):
        _close_one(folder)


def _close(path: Path) -> None:
    """A folder that is closed already hides what is in it, so it is not walked again."""
    if path.is_dir() and not path.is_symlink() and _is_open(path):
        for below, folders, files in os.walk(path):
            for name in (*folders, *files):
                _close_one(Path(below, name))
    _close_one(path)


def _close_one(path: Path) -> None:
    # It may be gone by now (a queue's message), or another owner's.
    with contextlib.suppress(FileNotFoundError, PermissionError):
        if not path.is_symlink() and _is_open(path):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~UMASK)


def _is_open(path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError, PermissionError):
        return bool(stat.S_IMODE(path.lstat().st_mode) & UMASK)
    return False
