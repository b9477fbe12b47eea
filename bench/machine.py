"""What it was measured on, and whether that machine had something else to do."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import django
import psycopg2

ROOT = Path(__file__).resolve().parent.parent


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load() -> float:
    """How many processes wanted a core over the last minute, on average."""
    return round(os.getloadavg()[0], 2)


def is_busy(before: float, after: float, cores: int) -> bool:
    """Whether others had more than half the cores' work; at the end, one of them was the bench itself."""
    return before > cores / 2 or after - 1 > cores / 2


def describe(server: dict[str, str]) -> dict[str, object]:
    """Machine and versions, as they stand in the output; `server` is what PostgreSQL says of itself."""
    return {
        "measured_at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "processor": _processor(),
        "cores": cores(),
        "memory_gb": _memory(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "django": django.get_version(),
        "psycopg2": psycopg2.__version__.split()[0],
        **server,
    }


def _commit() -> str:
    """The commit measured, with a plus sign where files differ from it; empty outside git."""
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _memory() -> float:
    """Gigabytes, or 0 where the system does not say."""
    try:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)
    except (ValueError, OSError):
        return 0
