"""The files of a case: those of each message as its page shows them, and which of them may be removed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse

from casework.models import Attachment, Case, Message
from casework.scope import side
from documents.models import Document
from documents.words import hidden_in, size
from frontend.parts import File


def of(written: Iterable[Message]) -> dict[int, list[Document]]:
    """By the messages that they go with. One query, and only where there is any."""
    with_files = [message.pk for message in written if message.attached]
    found: dict[int, list[Document]] = {}
    if with_files:
        rows = Attachment.objects.filter(message__in=with_files).select_related("document")
        for row in rows:
            found.setdefault(row.message_id, []).append(row.document)
    return found


def shown(document: Document, *, where: str = "member") -> File:
    """A file as a link with what should be known before it is opened; without one where it cannot be.

    That something is hidden in it is for the officers' side: to know before they pass it on, or to take
    theirs back. Whoever was sent it by them is not pointed there.
    """
    if document.state == Document.State.REMOVED:
        return File("A file", note="was removed")
    text = f"{document.name} ({document.words}, {size(document.size)})"
    if document.state == Document.State.QUARANTINED:
        return File(text, note="cannot be opened: the virus scanner found something harmful in it")
    if document.scan == Document.Scan.WAITING:
        return File(text, note="can be opened once it is checked for viruses")
    notes = ["not checked for viruses"] if document.scan == Document.Scan.NONE else []
    if where == "officer" and document.flags:
        notes.append(hidden_in(document.flags))
    href = reverse("document-open", args=[document.key])
    return File(text, href=href, note=", ".join(notes))


def removable(case: Case, by):
    """What a person may take off a case of theirs: the member's side what it sent, the officers' anything."""
    found = Document.objects.filter(state=Document.State.ATTACHED, attachment__message__case=case)
    if side(case, by) == "member":
        theirs = Q(attachment__message__author=case.raised_by_id)
        theirs |= Q(attachment__message__acting_for__isnull=False)
        found = found.filter(theirs, attachment__message__officers_only=False)
    return found
