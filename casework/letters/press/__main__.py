"""python -m casework.letters.press: a letter as JSON comes in, its PDF goes out.

Too much time or memory ends the process, and that is an answer too.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

SECONDS = 15
# Ten thousand characters take a fifth of it, in lines of one letter each.
MEMORY = 512 * 1024 * 1024
# Where the machine's memory ends all the same, this process ends and not the web's (Linux).
FIRST_TO_GO = "1000"


def _bound() -> None:
    """Not everywhere can be bounded (Windows, some of macOS); the caller's own time limit always holds."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    with contextlib.suppress(ImportError):
        import resource

        for what, most in (
            (resource.RLIMIT_CPU, SECONDS),
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def main() -> None:
    _bound()
    from casework.letters.press.setting import press

    asked = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(press(asked["letter"], asked["when"]))


if __name__ == "__main__":
    main()
