"""What a notice about a copy says, by hand or by a rule, and to which page it leads."""

from __future__ import annotations

from uuid import UUID

from casework.models import Copy
from ledger.models import Event

# What a rule of the protocol copies, message by message: the subject line, and the first sentence.
WORDS = {
    "mp_concern_copied": (
        "A concern copied to you",
        "What a Member of Parliament raised has been copied to you.",
    ),
    "mp_reply_copied": (
        "A reply copied to you",
        "The reply to a Member of Parliament’s concern has been copied to you.",
    ),
    "mp_ending_copied": (
        "No reply follows here",
        "How a concern ended that was copied to you has been copied to you, too.",
    ),
    "mp_reopening_copied": (
        "Open here again",
        "A concern that was copied to you is open here again, and its reply will be copied to you.",
    ),
}
BY_HAND = ("An answer was copied to you", "An officer’s answer has been copied to you.")


def pages(asked: dict[int, set[int]]) -> dict[tuple[int, int], UUID]:
    """(person, message) → the page of their copy of it; `asked` are cases, by the people who are told."""
    cases = {case for wanted in asked.values() for case in wanted}
    copies = Copy.objects.filter(person__in=asked, message__case__in=cases)
    return {(one.person_id, one.message_id): one.key for one in copies}


def message(event: Event) -> int:
    """The id of what was copied; 0 for none. Of an answer, the first that its event proves: the note that says
    why comes after it.
    """
    if event.verb in WORDS:
        return event.data["message"]
    if event.verb != "enquiry_answered":
        return 0
    written = (name.partition(":") for name in event.commitments)
    return min((int(pk) for kind, _, pk in written if kind == "message"), default=0)
