"""How any action moves a case: one conditional update, one event, and whoever must be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts import standing
from casework.holding import People, brought, holders
from casework.letters import capacity
from casework.models import Attachment, Case, Contribution, Copy, Escalation, Message
from casework.together import Together
from documents import actions as documents
from documents.models import Document
from ledger import actions as ledger
from ledger.commitments import Commitment, beside, commit
from ledger.models import Tell
from protocol import events, lifecycle
from protocol.refusals import Stale

# What is the member's to say: an officer who writes it down does so for them.
THE_MEMBERS = frozenset(
    {
        "enquiry",
        "reply",
        "addition",
        "again",
        "withdrawal",
        "enquiry_logged",
        "member_replied",
        "enquiry_added_to",
        "enquiry_asked_again",
        "enquiry_withdrawn",
    }
)


def move(*, case: Case, verb: str, seen: int | None, **changes: Any) -> None:
    """Move a case by a verb of its lifecycle, and write `changes` with it.

    `seen` is the version that the person had before them, or None for the product itself. Refused
    where the verb has no place in the state; Stale where somebody else was first.
    """
    if seen is not None and seen != case.version:
        raise stale()
    changes["state"] = lifecycle.next_state(case.kind, case.state, verb)
    if case.remind_at is not None and changes["state"] not in lifecycle.QUESTION_WAITS:
        changes["remind_at"] = None
    won = Case.objects.filter(pk=case.pk, version=case.version).update(
        version=F("version") + 1, **changes
    )
    if won != 1:
        raise stale()
    for name, value in changes.items():
        setattr(case, name, value)
    case.version += 1


def lock(*, case: Case, seen: int | None) -> None:
    """Lock a case whose clock is changed before the case is moved: case first, then clock, as every
    action locks them. Stale where somebody else was first.
    """
    versions = Case.objects.select_for_update().filter(pk=case.pk).values_list("version", flat=True)
    if versions.first() != case.version or (seen is not None and seen != case.version):
        raise stale()


def stale() -> Stale:
    return Stale(
        "Somebody else changed this while you had it open.",
        instead="What you typed is kept. Read what changed, then send it again if it still holds.",
    )


def write(
    *,
    case: Case,
    kind: str,
    by,
    text: str,
    at: datetime,
    copies: Iterable = (),
    clause: str = "",
    files: Sequence[Document] = (),
    contribution: Contribution | None = None,
) -> Message:
    """Keep what somebody wrote, with the salt of its commitment, its files, and who was openly copied in.

    `files` are what `by` holds; `contribution` is what it belongs to, where another service was asked.
    """
    proof = commit(text)
    copied = list(copies)
    title, service = capacity.written_as(by, case) if kind in Message.LETTERS else ("", "")
    message = Message.objects.create(
        case=case,
        kind=kind,
        author=by,
        acting_for=acting_for(case, by, kind),
        body=text,
        salt=proof.salt,
        at=at,
        officers_only=kind in Message.OFFICERS_ONLY,
        author_title=title,
        author_service=service,
        copied=bool(copied),
        attached=bool(files),
        contribution=contribution,
    )
    # For the event that follows; the digest itself is kept in the ledger alone.
    message.commitment = _proofs(message, proof)
    if files:
        message.commitment |= documents.attach(documents=files, about=case.key, by=by, now=at)
        Attachment.objects.bulk_create(
            [Attachment(message=message, document=file) for file in files]
        )
    if copied:
        Copy.objects.bulk_create(
            [Copy(message=message, person=person, clause=clause) for person in copied]
        )
    return message


def _proofs(message: Message, proof: Commitment) -> dict[str, str]:
    """Of its text; and of what may be a letter, of the capacity in which it was written too."""
    found = {message.key: proof.digest}
    if message.kind in Message.LETTERS:
        signed = capacity.committed(message)
        found[f"capacity:{message.pk}"] = beside(signed, proof.salt)
    return found


def acting_for(case: Case, by, what: str):
    """The member for whom a delegate acts, or for whom an officer writes down what is the member's to
    say; None for the member themselves, and for officers in their own work."""
    if by.pk == case.raised_by_id:
        return None
    if what in THE_MEMBERS or case.raised_by_id in standing.of(by).ids("acts_for"):
        return case.raised_by
    return None


def tell(case: Case, verb: str, *, by, at: datetime, besides: Iterable[int] = ()) -> list[Tell]:
    """Whom the vocabulary says to tell of a verb, as people: never the one who did it."""
    kinds = events.VERBS[verb].tells
    doer = by.pk if by else None
    people = list(besides)
    if "member" in kinds:
        people.append(case.raised_by_id)
    if "owner" in kinds or "handler" in kinds:
        people += _holders(case, at, doer)
    return [
        Tell(recipient=f"person:{person}", channel="email")
        for person in dict.fromkeys(people)
        if person and person != doer
    ]


def _holders(case: Case, at: datetime, doer: int | None) -> list[int]:
    """Whoever has it today, or hears of it in their place; what is brought to them they may open."""
    today = People.of([case], timezone.localdate(at))
    found = [one for one in holders(case, today) if one.person_id != doer]
    rows = brought(case, found, today, at)
    if rows:
        Escalation.objects.bulk_create(rows, ignore_conflicts=True)
    return [one.person_id for one in found]


def record(
    *,
    case: Case,
    verb: str,
    by,
    at: datetime,
    messages: Iterable[Message] = (),
    data: Mapping[str, Any] | None = None,
    commitments: Mapping[str, str] | None = None,
    besides: Iterable[int] = (),
    silent: bool = False,
    together: Together | None = None,
) -> list[str]:
    """One event in the case's stream, with the commitments of what was written and its notices. Returns
    their recipients.

    `silent`: nobody is told of it, because another event of the same moment tells them more.
    `together`: it is one of many that were passed on at once, and some are told of all of them in one mail.
    """
    proofs = dict(commitments or {})
    for message in messages:
        proofs |= message.commitment
    behalf = acting_for(case, by, verb) if by else None
    tells = () if silent else tell(case, verb, by=by, at=at, besides=besides)
    more: Mapping[str, Any] = {}
    if together is not None:
        tells, more = together.gathered(tells)
    event = ledger.record(
        verb=verb,
        subject=case.key,
        actor=by.pk if by else None,
        acting_for=behalf.pk if behalf else None,
        # The version lets a page show what happened after it was opened.
        data={"version": case.version, **(data or {}), **more},
        commitments=proofs,
        tell=tells,
        at=at,
    )
    if together is not None:
        together.told_by(event, tells)
    return [tell.recipient for tell in tells]
