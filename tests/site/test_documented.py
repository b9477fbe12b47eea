"""What somebody can set or run stands in the documents: every variable of the environment, every command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
README = (ROOT / "README.md").read_text()
ROOMS = {path.parent.name for path in ROOT.glob("*/__init__.py")}
# Of Django's, or of the machine: not ours to describe.
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "CONTENT_LENGTH", "CI"}
# How each of our files asks for one.
READ = (
    r"\benv\.\w+\(\s*\"(\w+)\"",
    r"\benviron\.get\(\s*[\"'](\w+)[\"']",
    r"\benviron\[\s*[\"'](\w+)[\"']\s*\](?! = )",
    r"\bgetenv\(\s*[\"'](\w+)[\"']",
    r"\$\{(EVENHAND_\w+|HYPOTHESIS_PROFILE|PROFILE|HOST|PORT|CI_\w+)",
)
# Those that the compose file fixes itself, or whose place is in the image, and those of a demonstration.
NOT_THROUGH_COMPOSE = {
    *("DATABASE_URL", "REDIS_URL", "EVENHAND_ENV", "EVENHAND_VAR", "EVENHAND_DOCUMENTS"),
    *("EVENHAND_DEMO", "EVENHAND_DEBUG", "PROFILE", "HOST", "PORT", "PROTOCOL_FILE"),
    "SECOND_STEP",  # in production there is nothing to choose
}


def asked_for(*folders: str) -> dict[str, str]:
    """Each variable that the files of these folders read, and the first file that does."""
    found: dict[str, str] = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and (path.suffix in {".py", ".sh"} or folder in {"script", ".ci"}):
                text = path.read_text(errors="ignore")
                for pattern in READ:
                    for name in re.findall(pattern, text):
                        found.setdefault(name, str(path.relative_to(ROOT)))
    return {name: where for name, where in found.items() if name not in NOT_OURS}


def undescribed(names: dict[str, str]) -> dict[str, str]:
    """`NAME` or `NAME=value`, as a document writes it."""
    return {
        name: where for name, where in names.items() if not re.search(rf"`{name}[`=]", OPERATIONS)
    }


def test_every_setting_is_described_in_the_operations_document():
    """Seen red with: a setting read from the environment that the document does not name; `ACCESS_LOG`,
    which gunicorn reads and not the settings, taken out of it.
    """
    product = asked_for(*(ROOMS - {"tests", "bench"}), "script")
    assert {"SECRET_KEY", "ACCESS_LOG", "WEB_THREADS", "EVENHAND_DEMO"} <= product.keys()
    assert undescribed(product) == {}


def test_every_variable_of_the_tests_is_described_too():
    """Seen red with: seven that only the tests' own files named."""
    found = asked_for("tests", "bench", ".ci")
    # That one makes up names of its own.
    found = {name: where for name, where in found.items() if where != "tests/site/test_settings.py"}
    assert {"EVENHAND_FUZZ", "EVENHAND_CHROMIUM", "CI_DATABASE_URL"} <= found.keys()
    assert undescribed(found) == {}


def test_nothing_is_described_that_is_not_there():
    """Seen red with: a row for a variable that nothing reads."""
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", OPERATIONS, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    assert len(named) > 20
    assert named - asked_for(*ROOMS, "script").keys() == set()


def test_what_the_council_may_set_reaches_the_product_through_compose():
    """A line in .env that nobody passes on does nothing, and says nothing. Seen red with: `DRAFT_DAYS` and
    `ADDRESS_WAIT_DAYS`, which were not passed.
    """
    compose = (ROOT / "docker-compose.yml").read_text()
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", OPERATIONS, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    passed = set(re.findall(r"^ +([A-Z_]+): \$\{\1[:}]", compose, re.MULTILINE))
    assert named - passed - NOT_THROUGH_COMPOSE == set()


@pytest.mark.parametrize(
    "command", sorted(name for name, app in get_commands().items() if app in ROOMS)
)
def test_every_command_is_named_where_people_look(command):
    """Seen red with: `invite`, which neither document named."""
    if command == "createsuperuser":
        return  # it only says that there is none
    assert re.search(rf"manage\.py {command}\b|`{command}`", README + OPERATIONS)
