"""manage.py verify_ledger: what it prints, counts and answers."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger import actions, hooks, triggers, verification
from ledger.actions import Entry
from ledger.commitments import commit
from ledger.verification import Tally, verify
from tests.ledger.conftest import NOON, recorded

OFFLINE = Path(verification.__file__).with_name("offline.py")


def run(*arguments: str) -> str:
    """What the command prints; CommandError carries its exit code of 1."""
    out = io.StringIO()
    call_command("verify_ledger", *arguments, stdout=out)
    return out.getvalue()


def change(sql: str, *values) -> None:
    """As the owner of the database can: the triggers taken off and put back."""
    connection.check_constraints()
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.django_db
def test_a_whole_ledger_is_said_to_be_whole():
    recorded("case:1")
    recorded("case:1")
    recorded("case:2")
    actions.seal(now=NOON)
    said = run()
    assert "streams 2, events 3, seals 1, texts matching 0" in said
    assert "The ledger is whole." in said
    assert "No head was given" in said


@pytest.mark.django_db
def test_an_empty_ledger_has_no_fault_and_is_not_called_whole():
    """It may be the wrong database. Seen red with: "whole" said of nothing."""
    said = run()
    assert "streams 0, events 0" in said
    assert "The ledger is empty: there was nothing to verify" in said
    assert "The ledger is whole" not in said


@pytest.mark.django_db
def test_a_file_that_cannot_be_written_is_named_and_so_is_what_to_do(tmp_path):
    """Seen red with: the reason alone."""
    for option in ("--export-head", "--export-events"):
        with pytest.raises(CommandError, match=r"could not be written: .* Name a file in a folder"):
            run(option, str(tmp_path / "nowhere" / "head.json"))
    with pytest.raises(CommandError, match="--head is empty"):
        run("--head", "")


@pytest.mark.django_db
def test_a_fault_is_one_line_that_names_stream_and_seq_and_the_exit_code_is_1():
    for _ in range(3):
        recorded("case:1")
    change("UPDATE ledger_event SET actor = 8 WHERE seq = 2")
    out = io.StringIO()
    with pytest.raises(CommandError, match="not whole: 1 fault") as refusal:
        call_command("verify_ledger", stdout=out)
    assert refusal.value.returncode == 1
    assert "FAULT case:1 #2: the event was changed: its digest differs\n" in out.getvalue()
    assert "The ledger is whole." not in out.getvalue()


@pytest.mark.django_db
def test_events_after_the_head_are_said_not_to_be_covered(tmp_path):
    """And they are not: the owner who writes the end of a chain anew leaves no trace there."""
    head = tmp_path / "head.json"
    recorded("case:1")
    assert f"The head is in {head}." in run("--export-head", str(head))
    later = recorded("case:1", at=NOON + timedelta(days=1))
    said = run("--head", str(head))
    assert "covers 1 events" in said
    assert "1 events were recorded after it: the head does not cover those" in said
    change("DELETE FROM ledger_event WHERE id = %s", later.pk)
    change("UPDATE ledger_stream SET length = 1, head = %s", later.previous)
    assert "The ledger is whole." in run("--head", str(head))


@pytest.mark.django_db
def test_texts_are_checked_and_an_erased_one_is_no_fault(rooms):
    """Seen red with: the check of the commitment taken out."""
    for number, text in enumerate(["kept", "erased", "changed"], 1):
        commitment = commit(text)
        recorded("case:1", commitments={f"message:{number}": commitment.digest})
        rooms.texts[f"message:{number}"] = hooks.Text(text, commitment.salt)
    recorded("case:1", commitments={"unknown:1": commit("x").digest})
    del rooms.texts["message:2"]
    tally = Tally()
    assert list(verify(tally=tally)) == []
    assert (tally.texts_matching, tally.texts_erased, tally.texts_unknown) == (2, 1, 1)
    rooms.texts["message:3"] = hooks.Text("changed!", rooms.texts["message:3"].salt)
    (fault,) = verify(tally=Tally())
    assert str(fault) == "case:1 #3: the text message:3 is not the one that was recorded"


@pytest.mark.django_db
def test_where_a_room_says_how_its_texts_go_one_that_is_gone_without_an_event_is_a_fault(rooms):
    """An event of another subject does not say it. Seen red with: the subjects left out of the question."""
    hooks.register_gone(
        "message", ("file_removed",), lambda name, event, data: name in data["erased"]
    )
    for number in (1, 2):
        proof = {f"message:{number}": commit("x").digest}
        recorded(f"case:{number}", commitments=proof)
    recorded("case:1", verb="file_removed", data={"erased": ["message:1", "message:2"]})
    tally = Tally()
    (fault,) = verify(tally=tally)
    assert (
        str(fault) == "case:2 #1: the text message:2 is gone, and no event says that it was erased"
    )
    assert tally.texts_erased == 1


@pytest.mark.django_db
def test_missing_triggers_are_a_fault():
    triggers.remove(connection)
    with pytest.raises(CommandError):
        run()


@pytest.mark.django_db
def test_a_row_that_cannot_be_read_is_a_fault_and_no_crash():
    recorded("case:1", commitments={"message:1": commit("x").digest})
    recorded("case:1")
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA ignore_check_constraints = ON")
        change("UPDATE ledger_event SET at = 'soon', data = '{', commitments = x'80' WHERE seq = 1")
        change("UPDATE ledger_event SET data = '[1', verb = x'ff' WHERE seq = 2")
        connection.cursor().execute("PRAGMA ignore_check_constraints = OFF")
    else:
        change("UPDATE ledger_event SET data = '[1]', commitments = '3', at = '9999-01-01'")
    faults = [fault.where for fault in verify(tally=Tally())]
    assert faults == ["case:1 #1", "case:1 #2"]


@pytest.mark.django_db
def test_a_change_to_the_seals_is_found():
    recorded("case:1")
    actions.seal(now=NOON)
    recorded("case:2")
    actions.seal(now=NOON + timedelta(hours=1))
    change("UPDATE ledger_seal SET events_count = 9 WHERE events_count = 1")
    (fault,) = verify(tally=Tally())
    assert "the seal was changed" in fault.what
    change("DELETE FROM ledger_seal WHERE events_count = 9")
    (fault,) = verify(tally=Tally())
    assert "does not follow" in fault.what


@pytest.mark.django_db
def test_a_stream_that_went_whole_is_found_by_the_last_seal():
    """Even with no head. Seen red with: `_against_last_seal` taken out."""
    recorded("case:1")
    recorded("case:2")
    actions.seal(now=NOON)
    change("DELETE FROM ledger_event WHERE subject = 'case:2'")
    change("DELETE FROM ledger_stream WHERE key = 'case:2'")
    (fault,) = verify(tally=Tally())
    assert "the last seal covers 2 with 2" in fault.what


@pytest.mark.django_db
def test_what_is_recorded_during_a_verification_is_no_fault(monkeypatch):
    """Seen red with: `_end` comparing with the length as it was read before the events."""
    recorded("case:1")
    rows = verification._rows

    def with_a_writer(sql, parameters=()):
        if "ledger_event" in sql:
            recorded("case:1")
            recorded("case:9")
        yield from rows(sql, parameters)

    monkeypatch.setattr(verification, "_rows", with_a_writer)
    assert list(verify(tally=Tally())) == []


@pytest.mark.django_db
def test_verifying_takes_few_queries_and_keeps_no_more_than_a_batch(monkeypatch):
    monkeypatch.setattr(verification, "STREAMS_AT_ONCE", 50)
    monkeypatch.setattr(verification, "ROWS_AT_ONCE", 20)
    actions.record_many([Entry("chase_due", f"case:{n % 200 + 1}") for n in range(1000)], at=NOON)
    actions.seal(now=NOON)
    tally = Tally()
    with CaptureQueriesContext(connection) as queries:
        assert list(verify(tally=tally)) == []
    assert (tally.streams, tally.events) == (200, 1000)
    # Two for each batch of 50 streams, and a handful for the rest.
    assert len(queries) <= 2 * 4 + 8


@pytest.mark.django_db
def test_a_file_that_cannot_be_written_is_said_without_a_traceback(tmp_path):
    recorded()
    for option in ("--export-head", "--export-events"):
        with pytest.raises(CommandError, match="could not be written"):
            run(option, str(tmp_path / "no" / "such" / "folder"))


@pytest.mark.django_db
def test_an_auditor_verifies_with_python_alone(tmp_path):
    """The script is run by itself, isolated: nothing of ours or Django's can be imported."""
    head, events = tmp_path / "head.json", tmp_path / "events.jsonl"
    recorded("case:1", data={"due": "2026-12-07"}, commitments={"message:1": commit("x").digest})
    recorded("case:2", actor=None, acting_for=3)
    run("--export-head", str(head))
    recorded("case:1")
    run("--export-events", str(events))

    def verified(*files: Path) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-I", "-S", str(OFFLINE), *files],
            capture_output=True,
            text=True,
            check=False,
        )

    assert (verified(head, events).returncode, verified(head, events).stdout) == (0, "0 faults\n")
    events.write_text(events.read_text().replace('"2026-12-07"', '"2026-12-08"'))
    assert verified(head, events).returncode == 1
    assert "case:1 #1: changed" in verified(head, events).stdout


@pytest.mark.django_db
@pytest.mark.sqlite
def test_events_that_belong_to_no_stream_are_found():
    """PostgreSQL cannot hold them. SQLite holds them until the end of the transaction at least."""
    event = recorded("case:1")
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_event SET stream_id = 999")
        faults = [str(fault) for fault in verify(tally=Tally())]
        cursor.execute("UPDATE ledger_event SET stream_id = %s", [event.stream_id])
    assert "events: 1 belong to no stream" in faults
    assert list(verify(tally=Tally())) == []
