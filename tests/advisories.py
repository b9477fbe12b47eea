"""How many of the packages that we depend on could be looked up for known faults: a figure of T16.

`pip-audit` says "no known vulnerabilities" where it reached nothing, so what it looked at is counted: "not
audited" is an answer, and "clean" is none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from tests.figures import Figure

ASK = [
    sys.executable,
    "-m",
    "pip_audit",
    "--format=json",
    "--progress-spinner=off",
    "--disable-pip",
]


def said(answer: subprocess.CompletedProcess, asked: int) -> tuple[int, str]:
    """How many were looked up, and what was found, in words."""
    try:
        packages = json.loads(answer.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (answer.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return 0, f"packages of {asked}: not audited ({last[:120]})"
    looked = [one for one in packages if "skip_reason" not in one]
    if not looked:
        return 0, f"packages of {asked}: not audited"
    found = sum(len(one["vulns"]) for one in looked)
    return len(looked), f"packages of {asked} audited, {found} known faults"


def main() -> int:
    """Keep the figure beside those of the tests. Returns 1 where a fault is known."""
    needed = Path(settings.BASE_DIR) / "requirements.txt"
    asked = sum("==" in line and line[0].isalnum() for line in needed.read_text().splitlines())
    begun = datetime.now(tz=UTC)
    answer = subprocess.run(
        [*ASK, "--require-hashes", "-r", str(needed)], capture_output=True, text=True, timeout=600
    )
    count, words = said(answer, asked)
    seconds = (datetime.now(tz=UTC) - begun).seconds
    figure = Figure("T16", "script/soak", count, words, "", seconds, "pip-audit", "long", "")
    folder = Path(settings.VAR) / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "pip-audit.json"
    now = [vars(figure) | {"on": begun.date().isoformat()}]
    kept.write_text(json.dumps(now, indent=1) + "\n")
    print(f"T16: {count} {words}")
    return int("audited, " in words and " 0 known" not in words)


if __name__ == "__main__":
    import django

    django.setup()
    sys.exit(main())
