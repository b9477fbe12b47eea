"""Files on a case, without the time that looking into them takes."""

from __future__ import annotations

import uuid

from django.core.files.base import ContentFile

from casework.models import Attachment, Case, Message
from documents import storage
from documents.models import Document
from tests.casework.making import NOW
from tests.documents.conftest import digest

CONTENT = b"Name,Road\nAsh,Ash Road\n"


def held(by, *, name: str = "plan.csv", content: bytes = CONTENT, **fields) -> Document:
    """What a person added and has not sent."""
    place = f"te/{uuid.uuid4().hex}"
    storage.storage().save(place, ContentFile(content))
    kept = {"kind": "csv", "scan": "clean", "added_at": NOW, "since": NOW} | fields
    return Document.objects.create(
        name=name, size=len(content), sha256=digest(content), stored=place, added_by=by, **kept
    )


def with_file(case: Case, *, message: Message | None = None, **fields) -> Document:
    """A file that goes with a message of a case: its first, where none is given. No event tells of it."""
    message = message or case.messages.first()
    document = held(message.author, **fields)
    Document.objects.filter(pk=document.pk).update(state="attached", about=case.key, salt="0" * 64)
    document.refresh_from_db()
    Attachment.objects.create(message=message, document=document)
    Message.objects.filter(pk=message.pk).update(attached=True)
    return document
