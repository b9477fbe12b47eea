"""Finding the texts that events committed to, so that verifying the ledger can check them.

A row says more than its text: who wrote it, of which kind it is, who may see it. What of that the
event says too is compared with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet

from casework.letters import capacity
from casework.models import Case, CaseLink, Demand, Handing, Message
from casework.portfolios import notices as copies
from ledger.hooks import Committing, Text
from ledger.models import Event

# verb: the kinds of message that its action writes, in the order in which it writes them.
WRITES: dict[str, tuple[str, ...]] = {
    "enquiry_logged": ("enquiry",),
    "enquiry_returned": ("return",),
    "enquiry_reassigned": ("handover",),
    "enquiry_referred_upward": ("handover",),
    "enquiry_acknowledged": ("acknowledgement",),
    "member_asked": ("question",),
    "member_replied": ("reply",),
    "enquiry_added_to": ("addition",),
    "clock_paused": ("pause",),
    "holding_reply_sent": ("holding",),
    "clock_extended": ("extension",),
    # The note says why somebody was copied in.
    "enquiry_answered": ("answer", "note"),
    "enquiry_closed": ("closing",),
    "learning_recorded": ("learning",),
    "enquiry_asked_again": ("again",),
    "enquiry_put_right": ("correction",),
    "enquiry_withdrawn": ("withdrawal",),
    "enquiry_closed_as_duplicate": ("duplicate",),
    "enquiry_handed_on": ("handing",),
    "enquiry_taken_back": ("correction",),
    "note_added": ("note",),
    "file_removed": ("removal",),
    "officers_file_removed": ("note",),
    "breach_explained": ("explanation", "learning"),
    "contribution_asked": ("wanted",),
    "contribution_passed_on": ("handover",),
    "contribution_given": ("contribution",),
    "contribution_declined": ("cannot",),
    "contribution_called_back": ("callback",),
}


def messages(names: Sequence[str]) -> dict[str, Text]:
    """`message:12` → its body and salt. A message that was erased is left out: it has no salt."""
    asked = Message.objects.filter(pk__in=[_id(name) for name in names])
    # Read around the rows: a copy that is made meanwhile is no fault.
    before = _copied_by_rule(asked)
    rows = list(asked.prefetch_related("copies"))
    after = _copied_by_rule(asked)
    return {
        row.key: Text(
            row.body,
            row.salt,
            partial(_message_differs, row, (before.get(row.pk, set()), after.get(row.pk, set()))),
        )
        for row in rows
        if row.salt
    }


def _copied_by_rule(asked: QuerySet) -> dict[int, set[int]]:
    """To whom each message was copied by a rule, as the events of those copies have it."""
    subjects = {f"case:{pk}" for pk in asked.values_list("case", flat=True)}
    found: dict[int, set[int]] = {}
    for event in Event.objects.about(*subjects).of(*copies.WORDS):
        people = _people(event.data.get("people_told"))
        found.setdefault(event.data.get("message"), set()).update(people)
    return found


def capacities(names: Sequence[str]) -> dict[str, Text]:
    """`capacity:12` → as what message 12 was written, where that may be a letter, and its salt."""
    rows = Message.objects.filter(pk__in=[_id(name) for name in names])
    return {
        f"capacity:{message.pk}": Text(capacity.committed(message), message.salt)
        for message in rows.only("author_title", "author_service", "salt").exclude(salt="")
    }


def subjects(names: Sequence[str]) -> dict[str, Text]:
    """`subject:12` → the subject line of case 12 and its salt."""
    rows = Case.objects.filter(pk__in=[_id(name) for name in names])
    return {
        f"subject:{case.pk}": Text(case.subject, case.subject_salt, partial(_case_differs, case))
        for case in rows.only("subject", "subject_salt", "raised_by", "logged_by")
        if case.subject_salt
    }


def links(names: Sequence[str]) -> dict[str, Text]:
    """`link:12` → why two cases were linked, and its salt. A link that was taken away is left out."""
    rows = CaseLink.objects.filter(pk__in=[_id(name) for name in names])
    return {
        f"link:{row.pk}": Text(row.reason, row.salt, partial(_link_differs, row))
        for row in rows
        if row.salt
    }


def handings(names: Sequence[str]) -> dict[str, Text]:
    """`handing:12` → where a case was handed on to, in all its words, and its salt."""
    rows = Handing.objects.filter(pk__in=[_id(name) for name in names])
    rows = rows.exclude(salt="")
    return {row.key: Text(row.texts, row.salt, partial(_handing_differs, row)) for row in rows}


def _handing_differs(handing: Handing, event: Committing) -> list[str]:
    return _differing(
        {
            "its case": (f"case:{handing.case_id}", event.subject),
            "which it is": (handing.pk, event.data.get("handing")),
            "its author": (handing.by_id, event.actor),
            "its time": (handing.at, event.at),
        }
    )


def demands(names: Sequence[str]) -> dict[str, Text]:
    """`demand:12` → what an officer flagged, and its salt."""
    rows = Demand.objects.filter(pk__in=[_id(name) for name in names])
    return {
        row.subject: Text(row.text, row.salt, partial(_demand_differs, row, closing=False))
        for row in rows
        if row.salt
    }


def outcomes(names: Sequence[str]) -> dict[str, Text]:
    """`outcome:12` → what came of demand 12, in words, and its salt."""
    rows = Demand.objects.filter(pk__in=[_id(name) for name in names])
    return {
        f"outcome:{row.pk}": Text(
            row.outcome_text, row.outcome_salt, partial(_demand_differs, row, closing=True)
        )
        for row in rows
        if row.outcome_salt
    }


def _demand_differs(demand: Demand, event: Committing, *, closing: bool) -> list[str]:
    by, at = demand.flagged_by_id, demand.flagged_at
    if closing:
        by, at = demand.closed_by_id, demand.closed_at
    return _differing(
        {
            "its case": (demand.case_id, event.data.get("case")),
            "its kind": (demand.kind, event.data.get("kind")),
            "what came of it": (demand.outcome if closing else "", event.data.get("outcome", "")),
            "its author": (by, event.actor),
            "its time": (at, event.at),
        }
    )


def _link_differs(link: CaseLink, event: Committing) -> list[str]:
    """It stands in the history of both; the reason, in that of the case that it was written in."""
    return _differing(
        {
            "its case": (f"case:{link.case_id}", event.subject),
            "the other case": (link.other_id, event.data.get("case_other")),
            "its kind": (link.kind, event.data.get("kind")),
            "its author": (link.by_id, event.actor),
            "its time": (link.at, event.at),
        }
    )


def _message_differs(
    message: Message, by_rule: tuple[set[int], set[int]], event: Committing
) -> list[str]:
    """`by_rule`: whom the events of copies by a rule named just before and after the row was read."""
    kind = _kind(message, event)
    sent_to = _people(event.data.get("people_copied")) if kind == "answer" else set()
    return _differing(
        {
            "its case": (f"case:{message.case_id}", event.subject),
            "its author": (message.author_id, event.actor),
            "for whom it was written": (message.acting_for_id, event.acting_for),
            "its time": (message.at, event.at),
            "its kind": (message.kind, kind),
            "which contribution it belongs to": (
                message.contribution_id,
                event.data.get("contribution"),
            ),
            "who may see it": (message.officers_only, kind in Message.OFFICERS_ONLY),
            "who was copied in": (_is_copied_to(message, sent_to, *by_rule), True),
        }
    )


def _is_copied_to(message: Message, sent_to: set[int], before: set[int], after: set[int]) -> bool:
    """To everybody of the events and to nobody else, each as they have it. What an officer copied and a rule
    asks for too is one copy, and in both.
    """
    rows = message.copies.all()
    people = {copy.person_id for copy in rows}
    known = all(copy.person_id in (after if copy.by_rule else sent_to) for copy in rows)
    marked = bool(people) if message.copied else not sent_to | before
    return known and marked and sent_to | before <= people


def _case_differs(case: Case, event: Committing) -> list[str]:
    """Who raised it sees it for good, and no action ever changes that."""
    return _differing(
        {
            "its case": (f"case:{case.pk}", event.subject),
            "who logged it": (case.logged_by_id, event.actor),
            "who raised it": (case.raised_by_id, event.acting_for or event.actor),
        }
    )


def _kind(message: Message, event: Committing) -> str:
    """The kind that the message must have, by its place among those of its event: ids rise in the
    order of writing. Its own, where the event does not settle it."""
    written = sorted(_id(name) for name in event.names if name.startswith("message:"))
    kinds = dict(zip(written, WRITES.get(event.verb, ()), strict=False))
    return kinds.get(message.pk, message.kind)


def _people(listed: Any) -> set[int]:
    return {one for one in listed if isinstance(one, int)} if isinstance(listed, list) else set()


def _differing(pairs: dict[str, tuple[Any, Any]]) -> list[str]:
    return [what for what, (now, recorded) in pairs.items() if now != recorded]


def _id(name: str) -> int:
    return int(name.partition(":")[2])
