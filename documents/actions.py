"""The only writers of documents."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from documents import inspecting, rules, scanning, storage
from documents.kinds import Kind
from documents.models import Document
from ledger import actions as ledger
from ledger.commitments import commit
from protocol.refusals import Refused

logger = logging.getLogger(__name__)

# How long what was added and not sent is kept, and what is in quarantine.
HELD_FOR = timedelta(days=2)
QUARANTINED_FOR = timedelta(days=30)
# Of one sweep; the next one goes on.
AT_ONCE = 200
# So often without an answer, and the scanner is left alone until the next sweep.
MOST_MISSES = 5


class Gone(Refused):
    """The bytes are not where they should be."""


def hold(*, by, file: UploadedFile, now: datetime | None = None) -> Document:
    """Take in a file that somebody chose, to be attached when their form is sent.

    Its kind is what its name says and its bytes confirm. Refused with what to do instead; what the
    virus scanner finds is refused too, and the ledger keeps that it was.
    """
    now = now or timezone.now()
    rules.may_hold_more(Document.objects.held_by(by).count())
    name = rules.clean_name(file.name or "")
    kind = rules.kind_of(name)
    rules.may_be_so_large(kind, name, file.size or 0)
    try:
        return _looked_into(file, name, kind, by, now)
    except OSError as error:
        # No room for a copy, or for the process that looks into it.
        logger.error("a document could not be looked into: %s", type(error).__name__)
        raise Refused(
            f"“{name}” cannot be checked just now.",
            instead="Send your message without it, and tell your IT team.",
        ) from None


def _looked_into(file: UploadedFile, name: str, kind: Kind, by, now: datetime) -> Document:
    """Looked at, scanned and kept. Refused with what was found; OSError where it could not be looked at."""
    with tempfile.TemporaryDirectory(prefix="evenhand-") as folder:
        path, redrawn = Path(folder, "file"), Path(folder, "redrawn")
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        found = inspecting.inspect(kind.key, path, redrawn)
        rules.is_sound(name, found.why)
        with path.open("rb") as opened:
            verdict = scanning.scan(opened)
        if verdict.found:
            _refuse_harmful(name, verdict, by, now)
        return _kept(
            redrawn if redrawn.exists() else path,
            name=name,
            kind=kind.key,
            flags=list(found.flags),
            scan=verdict.scan,
            scanned_at=None if verdict.scan == Document.Scan.NONE else now,
            added_by=by,
            added_at=now,
            since=now,
        )


def _kept(path: Path, **fields) -> Document:
    """The row first: a kill between the two leaves a row that the sweep clears away, and no stray file."""
    with path.open("rb") as file:
        digest, size = storage.digest_of(file), file.tell()
    place = storage.fresh_place()
    document = Document.objects.create(sha256=digest, size=size, stored=place, **fields)
    try:
        storage.keep(path, place)
    except OSError as error:
        logger.error("a document could not be kept: %s", type(error).__name__)
        document.delete()
        raise Refused(
            f"“{document.name}” cannot be kept just now.",
            instead="Send your message without it, and tell your IT team.",
        ) from None
    return document


def _refuse_harmful(name: str, verdict: scanning.Verdict, by, now: datetime) -> None:
    with transaction.atomic():
        ledger.record(
            verb="document_refused",
            subject="documents:scanner",
            actor=by.pk,
            data={"finding": verdict.found},
            at=now,
        )
    raise Refused(
        f"“{name}” was not taken in: the virus scanner found something harmful in it.",
        instead="Tell your IT team, and do not send it by other ways.",
    )


def drop(*, keys: Iterable[str], by) -> None:
    """Forget files that somebody holds, bytes and all: what they belong to is not to be kept here."""
    sound = [key for key in keys if is_key(key)]
    for document in Document.objects.held_by(by).filter(key__in=sound):
        _forget(document)


def _forget(document: Document) -> bool:
    """The row first: a file without a row opens nothing, a row without a file would. The bytes go once
    that is committed, so that a row which is brought back has them.
    """
    if not Document.objects.filter(pk=document.pk, state="held").delete()[0]:
        return False
    transaction.on_commit(lambda: storage.delete(document.stored))
    return True


def is_key(text: str) -> bool:
    """Whether this is how a document's key is written; anything may be sent."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def attach(
    *, documents: Sequence[Document], about: str, by, now: datetime | None = None
) -> dict[str, str]:
    """Attach what somebody holds to a subject ("case:12"); the commitments for the event that follows.

    Call it inside the transaction of that event. Refused where one is no longer held by them.
    """
    now = now or timezone.now()
    rules.may_go_together([document.size for document in documents])
    proofs = {}
    for document in documents:
        proof = commit(committed(document.name, document.sha256))
        mine = Document.objects.held_by(by).filter(pk=document.pk)
        if not mine.update(state="attached", about=about, salt=proof.salt, since=now):
            raise Refused(
                f"“{document.name}” is no longer here: it was added more than two days ago, or sent "
                "with another message.",
                instead="Add it again.",
            )
        document.state, document.about, document.salt = "attached", about, proof.salt
        proofs[document.mark] = proof.digest
    return proofs


def committed(name: str, digest: str) -> str:
    """The text to which the ledger commits: the name of a file and the SHA-256 of its bytes."""
    return f"{name}\n{digest}"


def open_document(*, document: Document, by, now: datetime | None = None) -> IO[bytes]:
    """The bytes of a document that `by` may see, and the record that they were opened.

    Refused while it waits for the scanner; Gone where the bytes are missing.
    """
    now = now or timezone.now()
    rules.may_be_opened(document)
    try:
        file = storage.fetch(document.stored)
    except FileNotFoundError:
        logger.error("the file of document %s is missing from the storage", document.pk)
        raise Gone(
            f"“{document.name}” cannot be found.",
            instead="Tell your IT team: the file is missing where documents are kept.",
        ) from None
    with transaction.atomic():
        ledger.record(
            verb="document_opened",
            subject=document.about,
            actor=by.pk,
            data={"document": document.pk},
            at=now,
            read=True,
        )
    return file


def remove(*, document: Document, now: datetime | None = None) -> None:
    """Take an attached file off for good; its bytes are deleted once that is committed.

    The room that it belongs to checks who may, and records it.
    """
    now = now or timezone.now()
    mine = Document.objects.filter(pk=document.pk, state="attached")
    if not mine.update(state="removed", since=now):
        raise Refused(f"“{document.name}” was removed already.")
    document.state = "removed"
    transaction.on_commit(lambda: _delete_bytes([document]))


def erase(*, about: str, now: datetime) -> list[str]:
    """All files of a subject, those taken off before as well: names and salts now, bytes once that is
    committed. The names of what went in the commitments.

    The room that they belong to checks who may, and records it.
    """
    found = list(Document.objects.filter(about=about))
    Document.objects.filter(about=about).update(
        name="", sha256="", salt="", flags=[], state="removed", since=now
    )
    transaction.on_commit(lambda: _delete_bytes([one for one in found if one.stored]))
    return [document.mark for document in found]


def look_after(*, now: datetime | None = None) -> str:
    """The sweep: scan what waits, and clear away what nobody may open or ever sent. Safe at any time."""
    now = now or timezone.now()
    scanned = _scan_waiting(now)
    deleted = _delete_bytes(Document.objects.to_be_deleted(now - QUARANTINED_FOR)[:AT_ONCE])
    forgotten = list(Document.objects.forgotten(now - HELD_FOR)[:AT_ONCE])
    gone = sum(_forget(document) for document in forgotten)
    return f"scanned {scanned}, deleted {deleted + gone}"


def _scan_waiting(now: datetime) -> int:
    """Those first that were asked about longest ago, so that none is starved by what is never read."""
    count = misses = 0
    for document in Document.objects.to_be_scanned(scanner=scanning.is_set_up())[:AT_ONCE]:
        if _scan_again(document, now):
            count += 1
        elif (misses := misses + 1) == MOST_MISSES:
            break
    return count


def _scan_again(document: Document, now: datetime) -> bool:
    """Whether the scanner said what it is. What it finds goes into quarantine."""
    try:
        with storage.fetch(document.stored) as file:
            verdict = scanning.scan(file)
    except OSError as error:
        # One that is missing, or cannot be read, keeps no other waiting.
        logger.error(
            "document %s cannot be read to be scanned: %s", document.pk, type(error).__name__
        )
        return False
    if verdict.scan in ("waiting", "none"):
        Document.objects.filter(pk=document.pk).update(scanned_at=now)
        return False
    mine = Document.objects.filter(pk=document.pk, state="attached")
    if not verdict.found:
        return bool(mine.update(scan="clean", scanned_at=now))
    with transaction.atomic():
        if mine.update(state="quarantined", scan="found", scanned_at=now, since=now):
            ledger.record(
                verb="document_quarantined",
                subject=document.about,
                actor=None,
                data={"document": document.pk, "finding": verdict.found},
                at=now,
            )
    return True


def _delete_bytes(documents) -> int:
    """Delete what lies in the storage, then say so in the row: a kill in between is mended by the sweep."""
    count = 0
    for document in documents:
        storage.delete(document.stored)
        count += Document.objects.filter(pk=document.pk).exclude(stored="").update(stored="")
    return count
