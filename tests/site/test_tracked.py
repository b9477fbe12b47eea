"""What git holds: no database, key, mail or build, and nothing so large that a clone would suffer for it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
MOST = 400_000  # bytes
# Path → why it may be larger.
LARGE: dict[str, str] = {}
STRAY = re.compile(
    r"""(^|/)(
        var([-_][^/]*)?(/|$) | node_modules/ | \.venv/ | __pycache__/ | build/
        | secret_key[^/]* | \.env | setup_code$ | celerybeat-schedule[^/]*
        | [^/]*\.(sqlite3?|db|dump|pem|key|eml|log|pyc|orig|rej)(-\w+)?$
    )""",
    re.VERBOSE,
)


def tracked(root: Path) -> list[str]:
    """The paths that git holds, or would with the next commit; it must be a clone that this runs in."""
    if not shutil.which("git") or not (root / ".git").exists():
        pytest.fail("This is no clone, or git is missing: run the tests in a clone", pytrace=False)
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root), "ls-files", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True)
    return [path.decode("utf-8", "surrogateescape") for path in listed.stdout.split(b"\0") if path]


def strays(paths: list[str]) -> list[str]:
    return [path for path in paths if STRAY.search(path)]


def too_large(root: Path, paths: list[str]) -> list[str]:
    """As they lie in the tree; a file that was deleted and not yet committed has no size."""
    found = [(path, root / path) for path in paths if path not in LARGE]
    return [path for path, file in found if file.is_file() and file.stat().st_size > MOST]


def test_nothing_stray_is_in_git():
    """Seen red with: a secret_key and a database added by force."""
    paths = tracked(ROOT)
    assert len(paths) > 500
    assert strays(paths) == [], "take them out with: git rm --cached FILE"


def test_nothing_in_git_is_larger_than_it_must_be():
    """Seen red with: a file of 400,001 bytes added."""
    paths = tracked(ROOT)
    assert too_large(ROOT, paths) == [], "make it smaller, or say in LARGE why it may be so large"
    assert LARGE.keys() <= set(paths), "LARGE names a file that is not there"


@pytest.mark.parametrize(
    "path",
    [
        "var/secret_key",
        "secret_key_bristol",
        "var-old/mail/1.eml",
        "evenhand.sqlite3",
        "a/b.sqlite3-wal",
        "frontend/node_modules/x/index.js",
        "protocol/__pycache__/x.pyc",
        ".env",
        "tests/server.pem",
        "demo/setup_code",
        "casework/views.py.orig",
    ],
)
def test_what_must_not_be_in_git_is_known_when_it_comes(path):
    assert strays([path]) == [path]


@pytest.mark.parametrize(
    "path",
    ["protocol/variants.py", "docs/various.md", "static/js/keys.js", "script/build", "var.md"],
)
def test_what_only_sounds_like_it_may_be_there(path):
    assert strays([path]) == []


def test_a_tree_without_git_fails_and_is_not_passed_over(tmp_path):
    with pytest.raises(pytest.fail.Exception, match="no clone"):
        tracked(tmp_path)
