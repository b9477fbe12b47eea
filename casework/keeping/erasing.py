"""Erasing what was written in an enquiry: texts with their salts, files, names; its dates stay for the figures.

The event names each text that went, so that verifying the ledger can tell an erasure from a loss.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F, Q

from accounts.models import Draft
from casework.models import Case, CaseLink, Contribution, Demand, EnquiryDetail, Handing, Message
from documents import actions as documents
from ledger import actions as ledger
from ledger.actions import Entry
from ledger.hooks import Committing
from protocol import lifecycle
from protocol.refusals import Refused
from records.rooms import Erasing

SUBJECT = "Erased"
WHOLE = "texts_erased"
RESIDENT = dict.fromkeys(("constituent_name", "constituent_contact", "constituent_basis"), "")
DETAILS = RESIDENT | {
    "mp_name": "",
    "mp_waits": False,
    "interest": "",
    "confidential_why": "",
    "external_reference": "",
}


def erase(asked: Erasing) -> None:
    """In the caller's transaction, which has asked whether it may be."""
    case = Case.objects.select_for_update().get(pk=_id(asked.about))
    if asked.extent == "details":
        EnquiryDetail.objects.filter(case=case).update(**RESIDENT)
        _raise(case)
        ledger.record_many([_entry("details_erased", case.key, asked, case)], at=asked.at)
        return
    if case.is_open and asked.by is not None:
        raise Refused(f"{case.reference} is still open.", instead="Close it first.")
    _erase_whole(case, asked)


def _erase_whole(case: Case, asked: Erasing) -> None:
    links = list(CaseLink.objects.filter(Q(case=case) | Q(other=case)))
    demands = list(Demand.objects.filter(case=case))
    if any(demand.state == lifecycle.FLAGGED for demand in demands):
        raise Refused(
            f"A demand that was flagged in {case.reference} still waits.",
            instead="Consider it first: its words would be erased too.",
        )
    mine = [f"link:{one.pk}" for one in links if one.case_id == case.pk]
    names = [f"subject:{case.pk}", *_forget_texts(case), *mine]
    names += documents.erase(about=case.key, now=asked.at)
    _forget_drafts(case, demands)
    CaseLink.objects.filter(pk__in=[one.pk for one in links]).update(reason="", salt="")
    Demand.objects.filter(case=case).update(text="", salt="", outcome_text="", outcome_salt="")
    EnquiryDetail.objects.filter(case=case).update(**DETAILS)
    _raise(case, subject=SUBJECT, subject_salt="", erased_at=asked.at, remind_at=None)
    entries = [_entry(WHOLE, case.key, asked, case, erased=names)]
    entries += [
        _entry(WHOLE, one.subject, asked, erased=[one.subject, f"outcome:{one.pk}"])
        for one in demands
    ]
    # Its commitment stands in the chain of the other one, where it was written.
    entries += [
        _entry("link_reason_erased", f"case:{one.case_id}", asked, erased=[f"link:{one.pk}"])
        for one in links
        if one.case_id != case.pk
    ]
    ledger.record_many(entries, at=asked.at)


def _forget_texts(case: Case) -> list[str]:
    """The texts of the messages and where it was handed on to; their names in the commitments."""
    messages = Message.objects.filter(case=case)
    handings = Handing.objects.filter(case=case)
    names = [f"message:{pk}" for pk in messages.values_list("pk", flat=True)]
    names += [f"handing:{pk}" for pk in handings.values_list("pk", flat=True)]
    messages.update(body="", salt="")
    # Where it went is a service or a system, and no person.
    handings.update(record="", reference="", address="", salt="")
    return names


def _forget_drafts(case: Case, demands: list[Demand]) -> None:
    """Of everybody, of all that can be written about it."""
    asked = Contribution.objects.filter(case=case).values_list("pk", flat=True)
    about = [case.key, *(f"contribution:{pk}" for pk in asked), *(d.subject for d in demands)]
    Draft.objects.filter(about__in=about).delete()


def _raise(case: Case, **changes) -> None:
    """Whoever has it open is told that it is another."""
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, **changes)
    case.version += 1


def _entry(
    verb: str, subject: str, asked: Erasing, case: Case | None = None, **data: list[str]
) -> Entry:
    version = {"version": case.version} if case else {}
    by = asked.by.pk if asked.by else None
    return Entry(verb, subject, by, {**version, "because": asked.because, **data})


# What verifying the ledger asks -----------------------------------------------------------------------


def went_by(name: str, event: Committing, data: Mapping) -> bool:
    """Whether an event of the same subject says that this text is gone: erased, or taken off as a file."""
    kind, _, number = name.partition(":")
    # A letter's capacity lies under the salt of its message.
    named = f"message:{number}" if kind == "capacity" else name
    if named in data.get("erased", ()):
        return True
    if kind == "document":
        return str(data.get("document")) == number
    # A link that was taken away: its event has the other enquiry, as that of the linking had.
    return kind == "link" and data.get("case_other") == event.data.get("case_other")


GONE = {
    **dict.fromkeys(("message", "capacity", "subject", "handing", "demand", "outcome"), (WHOLE,)),
    "link": (WHOLE, "link_reason_erased", "enquiries_unlinked"),
    "document": (WHOLE, "file_removed", "officers_file_removed", "document_quarantined"),
}


def _id(about: str) -> int:
    return int(about.partition(":")[2])
