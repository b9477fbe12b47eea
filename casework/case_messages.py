"""What was written in a case, as a page shows it to somebody on a side of it."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from casework import attachments
from casework.letters import letter
from casework.models import Case, Copy, Message
from frontend import parts
from frontend.parts import Link
from frontend.words import weekday


def message_parts(case: Case, written: list[Message], where: str) -> list[parts.Message]:
    """What was written, as somebody on a side of the case reads it. A query for copies, where there are
    any, and one for files.
    """
    copies, files = _copies(written), attachments.of(written)
    letters = _letters(case, written)
    return [
        parts.Message(
            sender=message.sender,
            at=timezone.localtime(message.at),
            text=message.said,
            ours=_side_of(case, message) == where,
            capacity=message.get_kind_display(),
            files=[attachments.shown(one, where=where) for one in files.get(message.pk, [])],
            seen_by=copies.get(message.pk, []),
            links=[letters[message.pk]] if message.pk in letters else [],
            private="Only officers see this" if message.officers_only else "",
            # Its place on this page: the row's own number would count every message there is.
            key=str(place),
        )
        for place, message in enumerate(written, 1)
    ]


def _letters(case: Case, written: list[Message]) -> dict[int, Link]:
    """The way to each message on paper, for whoever may read it."""
    sent = {message.pk: message.at for message in written}
    return {
        pk: Link(
            "Print or save as a letter",
            reverse("letter-page", args=[case.reference, place]),
            f"of {weekday(timezone.localtime(sent[pk]))}",
        )
        for pk, place in letter.places(case, written).items()
    }


def _side_of(case: Case, message: Message) -> str:
    """Whose words they are: what an officer took down for a member is the member's."""
    theirs = message.author_id == case.raised_by_id or message.acting_for_id is not None
    return "member" if theirs else "officer"


def _copies(written: list[Message]) -> dict[int, list[str]]:
    """One query, and only where something was copied."""
    copied = [message.pk for message in written if message.copied]
    found: dict[int, list[str]] = {}
    if copied:
        for copy in Copy.objects.filter(message__in=copied).select_related("person"):
            found.setdefault(copy.message_id, []).append(copy.person.name)
    return found
