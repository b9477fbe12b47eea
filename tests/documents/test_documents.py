"""Taking files in, attaching, opening, removing, and the sweep that looks after them."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Person
from documents import actions, doors, rules, scanning, storage, words
from documents.models import Document
from ledger.actions import record
from ledger.models import Event
from ledger.verification import Tally, verify
from protocol.refusals import Refused
from tests import cast
from tests.documents import samples
from tests.documents.conftest import HARMFUL, digest
from tests.documents.samples import upload

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HARMLESS = b"Name,Road\nAsh,Ash Road\n"


def bob() -> Person:
    return Person.objects.filter(name="Bob Baker").first() or cast.bob()


def gita() -> Person:
    return Person.objects.filter(email__startswith="gita").first() or cast.gita()


def held(by, name: str = "plan.csv", content: bytes = HARMLESS, now=NOW) -> Document:
    return actions.hold(by=by, file=upload(name, content), now=now)


def attached(by, about: str = "case:1", now=NOW, **how) -> Document:
    """Attached as an action does it, with the event that holds its commitment."""
    document = held(by, now=now, **how)
    with transaction.atomic():
        proofs = actions.attach(documents=[document], about=about, by=by, now=now)
        record(verb="note_added", subject=about, actor=by.pk, commitments=proofs, at=now)
    document.refresh_from_db()
    return document


def lies(document: Document) -> bool:
    return storage.storage().exists(document.stored)


def faults() -> list[str]:
    return [str(fault) for fault in verify(tally=Tally())]


# Taking in ----------------------------------------------------------------------------------------


def test_a_file_is_kept_as_it_was_sent_out_of_everybodys_reach():
    document = held(bob())
    with storage.fetch(document.stored) as file:
        assert file.read() == HARMLESS
    assert document.sha256 == digest(HARMLESS)
    assert document.size == len(HARMLESS)
    assert (document.state, document.about) == ("held", "")
    path = storage.storage().path(document.stored)
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(path).parent.stat().st_mode) == 0o700
    assert "plan" not in path


def test_a_picture_is_kept_redrawn():
    document = held(bob(), "photo.jpg", samples.photograph_with_a_place())
    with storage.fetch(document.stored) as file:
        kept = file.read()
    assert b"2026:11:20" not in kept
    assert document.sha256 == digest(kept)
    assert document.size == len(kept)


def test_what_is_refused_is_not_kept_and_says_what_to_do():
    with pytest.raises(Refused, match="Print it as PDF") as refused:
        held(bob(), "x.pdf", samples.pdf(b"<< /S /JavaScript /JS (x) >>"))
    assert "“x.pdf”" in str(refused.value)
    assert not Document.objects.exists()


def test_somebody_holds_only_so_many_files():
    for _ in range(rules.MOST_HELD):
        held(bob(), "a.txt", b"a")
    with pytest.raises(Refused, match="that you have not sent"):
        held(bob(), "a.txt", b"a")


def test_where_there_is_no_room_nothing_is_left_behind(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "keep", full)
    with pytest.raises(Refused, match="cannot be kept just now"):
        held(bob())
    assert not Document.objects.exists()


# Attaching ----------------------------------------------------------------------------------------


def test_only_whoever_holds_a_file_can_attach_it_and_only_once():
    """Seen red with `held_by(by)` left out of `attach`."""
    document = held(bob())
    with pytest.raises(Refused, match="no longer here"):
        actions.attach(documents=[document], about="case:1", by=gita())
    actions.attach(documents=[document], about="case:1", by=bob())
    with pytest.raises(Refused, match="Add it again"):
        actions.attach(documents=[document], about="case:2", by=bob())
    assert Document.objects.get().about == "case:1"


def test_too_many_or_too_large_together_are_refused():
    rules.may_go_together([1] * 5)
    with pytest.raises(Refused, match="up to 5 files"):
        rules.may_go_together([1] * 6)
    with pytest.raises(Refused, match=r"25\.0 MB"):
        rules.may_go_together([13 * 1024 * 1024] * 2)


def test_the_database_refuses_a_held_file_that_belongs_to_something():
    document = held(bob())
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(about="case:1")


# Opening ------------------------------------------------------------------------------------------


def test_every_opening_is_recorded_in_the_readers_own_stream():
    """Seen red with `record` taken out of `open_document`."""
    document, alice = attached(bob()), cast.alice()
    for _ in range(2):
        actions.open_document(document=document, by=alice).close()
    opened = Event.objects.filter(verb="document_opened")
    assert [(e.actor, e.subject, e.data) for e in opened] == [
        (alice.pk, "case:1", {"document": document.pk})
    ] * 2
    assert {e.stream.key.partition(":")[0] for e in opened} == {"reads"}


def test_nobody_sees_a_file_for_which_no_room_opens_its_door(monkeypatch):
    document = attached(bob())
    monkeypatch.setattr(doors, "_doors", {})
    assert not Document.objects.visible_to(bob()).exists()
    everything = Document.objects.annotate(document=F("pk"))
    monkeypatch.setattr(doors, "_doors", {"case": lambda person: everything})
    assert list(Document.objects.visible_to(bob())) == [document]
    for state in ("quarantined", "removed"):
        Document.objects.update(state=state)
        assert not Document.objects.visible_to(bob()).exists()


def test_what_is_missing_from_the_disk_is_said_and_not_recorded_as_opened():
    document = attached(bob())
    storage.delete(document.stored)
    with pytest.raises(actions.Gone, match="cannot be found"):
        actions.open_document(document=document, by=bob())
    assert not Event.objects.filter(verb="document_opened").exists()


# The scanner --------------------------------------------------------------------------------------


def test_what_is_never_read_does_not_starve_what_can_be(settings, monkeypatch):
    """The longest unasked goes first, and a scanner that does not answer is not asked for ever.

    Seen red with: the order by key; every waiting file asked about in each sweep.
    """
    asked = []

    def scan(file):
        asked.append(content := file.read())
        return scanning.Verdict("waiting" if content.startswith(b"large") else "clean")

    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    monkeypatch.setattr(scanning, "scan", lambda file: scanning.Verdict("waiting"))
    large = [attached(bob(), content=b"large\n") for _ in range(actions.MOST_MISSES + 1)]
    small = attached(bob(), content=b"small\n")
    monkeypatch.setattr(scanning, "scan", scan)
    actions.look_after(now=NOW + timedelta(minutes=5))
    assert asked == [b"large\n"] * actions.MOST_MISSES
    actions.look_after(now=NOW + timedelta(minutes=10))
    small.refresh_from_db()
    assert small.scan == "clean"
    assert {Document.objects.get(pk=one.pk).scan for one in large} == {"waiting"}


def test_what_somebody_holds_is_dropped_by_them_alone(django_capture_on_commit_callbacks):
    """Seen red with: everybody's looked through."""
    mine, theirs, sent = held(bob()), held(gita()), attached(bob())
    keys = [str(one.key) for one in (mine, theirs, sent)]
    with django_capture_on_commit_callbacks(execute=True):
        actions.drop(keys=[*keys, "", "x", "\x00"], by=bob())
    assert not lies(mine)
    assert set(Document.objects.all()) == {theirs, sent}
    assert lies(theirs)
    assert lies(sent)


def test_what_is_dropped_in_something_that_is_taken_back_is_there_whole(
    django_capture_on_commit_callbacks,
):
    """Seen red with: the bytes deleted at once, so that the row came back without them."""
    mine = held(bob())
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        actions.drop(keys=[str(mine.key)], by=bob())
        assert lies(mine)
        transaction.set_rollback(True)
    assert Document.objects.get() == mine
    assert lies(mine)


def test_without_a_scanner_a_file_is_plainly_not_checked():
    document = held(bob())
    assert document.scan == "none"
    assert document.scanned_at is None
    assert scanning.trouble() == ""


@pytest.mark.usefixtures("with_scanner")
class TestWithClamd:
    """Against a real clamd that knows one signature of ours."""

    def test_what_it_finds_nothing_in_is_clean(self):
        """Seen red with "clean" given whatever it says."""
        assert held(bob()).scan == "clean"
        assert scanning.trouble() == ""

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.txt", b"A letter. " + HARMFUL),
            ("a.docx", samples.office("docx", HARMFUL.decode())),
            ("a.odt", samples.open_document("odt", HARMFUL.decode())),
            ("a.pdf", samples.pdf(text=HARMFUL.decode())),
            ("a.jpg", samples.picture("jpeg", comment=HARMFUL)),
        ],
    )
    def test_what_it_finds_harmful_is_refused_and_recorded(self, name, content):
        """Seen red with `if verdict.found` taken out of `hold`."""
        with pytest.raises(Refused, match="virus scanner found"):
            held(bob(), name, content)
        assert not Document.objects.exists()
        event = Event.objects.get(verb="document_refused")
        assert (event.actor, event.data["finding"]) == (bob().pk, "Evenhand.Test.UNOFFICIAL")

    def test_what_it_will_not_read_waits_and_is_not_opened(self, with_scanner):
        """It breaks the connection over its limit: not scanned, never clean."""
        large = b"Ash Road\n" * (with_scanner.most // 9 + 1000)
        document = attached(bob(), name="a.txt", content=large)
        assert document.scan == "waiting"
        with pytest.raises(Refused, match="not been checked"):
            actions.open_document(document=document, by=bob())

    def test_what_came_before_the_scanner_is_checked_by_the_sweep(self, settings):
        url, settings.CLAMD_URL = settings.CLAMD_URL, ""
        good = attached(bob())
        bad = attached(bob(), name="b.txt", content=HARMFUL)
        settings.CLAMD_URL = url
        assert actions.look_after(now=NOW) == "scanned 2, deleted 0"
        good.refresh_from_db()
        bad.refresh_from_db()
        assert (good.scan, good.state) == ("clean", "attached")
        assert (bad.scan, bad.state) == ("found", "quarantined")
        event = Event.objects.get(verb="document_quarantined")
        assert (event.subject, event.data["document"]) == ("case:1", bad.pk)
        # Kept apart for the IT team, then deleted.
        assert lies(bad)
        actions.look_after(now=NOW + actions.QUARANTINED_FOR + timedelta(minutes=1))
        assert not lies(bad)

    def test_the_sweep_twice_records_a_finding_once(self, settings):
        url, settings.CLAMD_URL = settings.CLAMD_URL, ""
        attached(bob(), name="b.txt", content=HARMFUL)
        settings.CLAMD_URL = url
        actions.look_after(now=NOW)
        actions.look_after(now=NOW)
        assert Event.objects.filter(verb="document_quarantined").count() == 1


def test_a_scanner_that_is_down_makes_a_file_wait_until_it_is_back(settings, scanner):
    """Seen red with "none" given where it does not answer."""
    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    document = attached(bob())
    assert document.scan == "waiting"
    assert scanning.trouble()
    assert actions.look_after(now=NOW) == "scanned 0, deleted 0"
    with pytest.raises(Refused, match="tried again every few minutes"):
        actions.open_document(document=document, by=bob())
    settings.CLAMD_URL = scanner.url
    actions.look_after(now=NOW)
    document.refresh_from_db()
    assert document.scan == "clean"


@pytest.mark.parametrize("answer", [("ERROR", "x"), ("OTHER", None), None])
def test_whatever_else_the_scanner_says_is_not_clean(settings, monkeypatch, answer):
    class Daemon:
        def instream(self, file):
            return {"stream": answer} if answer else {}

    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    monkeypatch.setattr(scanning, "_daemon", lambda seconds: Daemon())
    assert held(bob()).scan == "waiting"


def test_a_file_that_cannot_be_read_ends_no_sweep(settings, monkeypatch, caplog):
    """Seen red with: only FileNotFoundError looked after, by which no sweep came past it."""
    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    attached(bob())
    monkeypatch.setattr(storage, "fetch", Mock(side_effect=PermissionError))
    assert actions.look_after(now=NOW) == "scanned 0, deleted 0"
    assert "cannot be read to be scanned: PermissionError" in caplog.text


# The sweep, and removing --------------------------------------------------------------------------


def test_what_was_added_and_not_sent_is_cleared_away_after_two_days(
    django_capture_on_commit_callbacks,
):
    kept, sent = held(bob()), attached(bob())
    with django_capture_on_commit_callbacks(execute=True):
        actions.look_after(now=NOW + actions.HELD_FOR - timedelta(minutes=1))
    assert lies(kept)
    with django_capture_on_commit_callbacks(execute=True):
        actions.look_after(now=NOW + actions.HELD_FOR + timedelta(minutes=1))
    assert not lies(kept)
    assert not Document.objects.filter(pk=kept.pk).exists()
    assert lies(sent)


def test_a_removed_file_is_deleted_when_that_is_committed(django_capture_on_commit_callbacks):
    """Seen red with the bytes deleted at once: an action taken back would have lost them."""
    document = attached(bob())
    with django_capture_on_commit_callbacks() as waiting:
        actions.remove(document=document)
        assert lies(document)
    for callback in waiting:
        callback()
    assert not lies(document)
    assert Document.objects.get().stored == ""
    with pytest.raises(Refused, match="removed already"):
        actions.remove(document=document)


def test_the_sweep_deletes_what_a_kill_left_behind():
    document = attached(bob())
    # Removed, and killed before its bytes were deleted.
    Document.objects.update(state="removed")
    assert actions.look_after(now=NOW) == "scanned 0, deleted 1"
    assert not lies(document)


# The ledger ---------------------------------------------------------------------------------------


def test_the_ledger_finds_a_file_whose_bytes_or_name_were_changed():
    """Seen red with the digest read from the row instead of from the bytes."""
    document = attached(bob())
    assert faults() == []
    Path(storage.storage().path(document.stored)).write_bytes(b"something else")
    assert len(faults()) == 1
    Path(storage.storage().path(document.stored)).write_bytes(HARMLESS)
    assert faults() == []
    Document.objects.update(name="other.csv")
    assert len(faults()) == 1
    Document.objects.update(name=document.name, about="case:2")
    assert len(faults()) == 1
    Document.objects.update(about=document.about, added_by=gita())
    assert len(faults()) == 1


def test_the_ledger_finds_a_file_that_is_gone_and_was_not_removed():
    document = attached(bob())
    storage.delete(document.stored)
    assert len(faults()) == 1
    # Nor does it help to call it removed: no event says so.
    Document.objects.update(state="removed", stored="")
    assert len(faults()) == 1


def test_sizes_are_written_as_people_write_them():
    assert words.size(1) == "1 KB"
    assert words.size(245_000) == "239 KB"
    assert words.size(3_250_000) == "3.1 MB"
