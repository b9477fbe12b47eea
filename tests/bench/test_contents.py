"""When what was filled is filled anew."""

from pathlib import Path

import pytest
from django.conf import settings

from bench import contents


def test_the_digest_changes_with_the_number_of_cases_and_with_nothing_else():
    assert contents.digest(200) == contents.digest(200)
    assert contents.digest(200) != contents.digest(300)


@pytest.mark.parametrize("name", contents.SOURCES)
def test_the_digest_changes_with_what_fills(name, monkeypatch, tmp_path):
    """Seen red with: the sources' names taken for what is in them."""
    before, root = contents.digest(200), Path(settings.BASE_DIR)
    for source in contents.SOURCES:
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_bytes((root / source).read_bytes())
    monkeypatch.setattr(contents.settings, "BASE_DIR", tmp_path)
    assert contents.digest(200) == before
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    assert contents.digest(200) != before


def test_the_digest_covers_every_migration_of_the_product(monkeypatch):
    """Seen red with: the migrations of the rooms looked for a folder too high."""
    before, root = contents.digest(200), Path(settings.BASE_DIR)
    found = contents._migrations()
    assert set(root.glob("*/migrations/0*.py")) <= set(found)
    monkeypatch.setattr(contents, "_migrations", lambda: found[:-1])
    assert contents.digest(200) != before
