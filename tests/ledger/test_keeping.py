"""The head of each day, kept where the database's owner cannot write."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ledger import triggers
from ledger.keeping import keep_head, last_kept
from ledger.models import Event
from ledger.tasks import keep_head as task
from tests.ledger.conftest import NOON, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.LEDGER_HEADS = str(tmp_path)
    return tmp_path


def test_nothing_is_kept_where_no_folder_is_set(settings):
    settings.LEDGER_HEADS = ""
    assert keep_head(now=NOON) is None
    assert last_kept() is None
    assert not Event.objects.exists()


def test_one_a_day_is_kept_and_none_written_over(folder):
    """Seen red with: a file of today's that is written again."""
    recorded("case:2")
    first = keep_head(now=NOON)
    whole = first.read_bytes()
    recorded("case:2")
    assert keep_head(now=NOON + timedelta(hours=3)) is None
    assert first.read_bytes() == whole
    second = keep_head(now=NOON + timedelta(days=1))
    assert sorted(folder.iterdir()) == [first, second]
    assert last_kept() == second
    assert [event.verb for event in Event.objects.of("ledger_head_kept")] == [
        "ledger_head_kept"
    ] * 2


def test_what_is_kept_finds_a_change_offline(folder, capsys):
    """T10. Seen red with: an empty file."""
    event = recorded("case:2")
    path = keep_head(now=NOON)
    call_command("verify_ledger", head=str(path))
    assert "covers 1 events" in capsys.readouterr().out
    with triggers.lifted(connection):
        Event.objects.filter(pk=event.pk).update(verb="enquiry_withdrawn")
    with pytest.raises(CommandError):
        call_command("verify_ledger", head=str(path))


def test_a_folder_that_cannot_be_written_is_a_fault_that_is_seen(folder, settings):
    settings.LEDGER_HEADS = str(folder / "gone")
    with pytest.raises(OSError, match="gone"):
        task()
    # Nor does the ledger say that it was kept.
    assert not Event.objects.of("ledger_head_kept").exists()
