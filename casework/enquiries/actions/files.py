"""Taking a file off an enquiry: one sent by mistake, or about somebody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from casework import attachments, moving
from casework.enquiries import rules
from casework.models import Case, Message
from documents import actions as documents
from documents.models import Document
from protocol.refusals import Refused
from records import rules as keeping


@transaction.atomic
def remove_file(
    *,
    case: Case,
    by,
    document: Document,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Nobody opens it any more, and its bytes are deleted; that it was there and why it went stays.

    The reason is read by whoever could read the file.
    """
    now = now or timezone.now()
    rules.may("remove_file", case=case, by=by, on=timezone.localdate(now))
    if not attachments.removable(case, by).filter(pk=document.pk).exists():
        raise Refused(
            "You cannot remove that file.",
            instead="Ask whoever has this enquiry, or democratic services.",
        )
    keeping.may_forget([case.key])
    message = Message.objects.get(attachments__document=document)
    moving.move(case=case, verb="remove_file", seen=seen)
    documents.remove(document=document, now=now)
    private = message.officers_only
    why = moving.write(case=case, kind="note" if private else "removal", by=by, text=reason, at=now)
    moving.record(
        case=case,
        verb="officers_file_removed" if private else "file_removed",
        by=by,
        at=now,
        messages=[why],
        data={"document": document.pk},
    )
    return case
