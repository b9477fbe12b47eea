"""Finding the files that events committed to, so that verifying the ledger reads their very bytes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from documents import storage
from documents.actions import committed
from documents.models import Document
from ledger.hooks import Committing, Text


def files(names: Sequence[str]) -> dict[str, Text]:
    """`document:12` → its name with the SHA-256 of its bytes as they lie there, and its salt.

    What was removed, or deleted after its quarantine, is left out as erased.
    """
    wanted = [int(name.partition(":")[2]) for name in names]
    found = Document.objects.filter(pk__in=wanted).exclude(state="removed").exclude(stored="")
    return {
        document.mark: Text(
            committed(document.name, _digest(document)), document.salt, partial(_differs, document)
        )
        for document in found
    }


def _digest(document: Document) -> str:
    """ "missing" where the bytes are gone: that is no digest, so it is found."""
    try:
        with storage.fetch(document.stored) as file:
            return storage.digest_of(file)
    except FileNotFoundError:
        return "missing"


def _differs(document: Document, event: Committing) -> list[str]:
    pairs = {
        "what it belongs to": (document.about, event.subject),
        "who added it": (document.added_by_id, event.actor),
    }
    return [what for what, (now, recorded) in pairs.items() if now != recorded]
