"""The one thing that a letter changes: the record of who took it away as a file."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from casework import moving
from casework.letters import pdf
from casework.letters.letter import Letter
from casework.models import Case, Message
from ledger import actions as ledger


def take_away(
    *, case: Case, message: Message, letter: Letter, by, now: datetime | None = None
) -> bytes:
    """The letter as a PDF. That it was read is recorded, in the reader's own stream of the day.

    It is made before the record begins: nothing else waits for it to be set, and what could not be made
    was not read.
    """
    content = pdf.render(letter)
    behalf = moving.acting_for(case, by, "letter_taken")
    with transaction.atomic():
        ledger.record(
            verb="letter_taken",
            subject=case.key,
            actor=by.pk,
            acting_for=behalf.pk if behalf else None,
            data={"message": message.pk},
            at=now or timezone.now(),
            read=True,
        )
    return content
