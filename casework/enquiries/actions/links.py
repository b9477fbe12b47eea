"""Two enquiries that belong together: linked, taken apart, and one closed as a duplicate of the other."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from casework import breaches, links, moving
from casework.contributions import actions as contributions
from casework.contributions import lateness
from casework.enquiries import rules
from casework.enquiries.actions import clockwork
from casework.models import Case, CaseLink
from casework.portfolios import actions as portfolios
from ledger import actions as ledger
from ledger.actions import Entry
from ledger.commitments import commit
from protocol import lifecycle
from protocol.refusals import Refused
from records import rules as keeping


@transaction.atomic
def link(
    *,
    case: Case,
    by,
    other: Case,
    kind: str,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Link a case with another that the officer may see too, with the reason.

    Nothing of either changes, its version neither (`seen` is not asked): somebody who writes in one of
    them is not told, by being refused, that there is another.
    """
    now = now or timezone.now()
    rules.may("link", case=case, by=by, on=timezone.localdate(now))
    # Each can be about to be linked with the other: whoever comes second sees what the first did.
    state = _locked(case, other)[case.pk].state
    links.may_link(case, other, by)
    links.may_repeat(state, kind)
    proof = commit(reason)
    try:
        with transaction.atomic():
            made = CaseLink.objects.create(
                case=case, other=other, kind=kind, reason=reason, salt=proof.salt, by=by, at=now
            )
    except IntegrityError:
        raise Refused("These two are linked already.") from None
    proofs = {f"link:{made.pk}": proof.digest}
    _record("enquiries_linked", made, by=by, now=now, case=case, commitments=proofs)
    return case


@transaction.atomic
def unlink(
    *, case: Case, by, link: CaseLink, seen: int | None = None, now: datetime | None = None
) -> Case:
    """Take a link away. Its reason goes with it; that it was there stays in the history of both."""
    now = now or timezone.now()
    rules.may("unlink", case=case, by=by, on=timezone.localdate(now))
    found = next((one for one in links.look(case, by) if one.link.pk == link.pk), None)
    if found is None:
        raise Refused("There is no link here to take away.")
    # In one order, and read again: it may be closed as a duplicate by this very link meanwhile.
    _locked(case, found.other)
    found = next((one for one in links.look(case, by) if one.link.pk == link.pk), None)
    if found is None:
        raise Refused("There is no link here to take away.")
    if not found.may_end:
        raise Refused("It was closed as a duplicate of that enquiry, so they stay linked.")
    keeping.may_forget([case.key, found.other.key])
    _record("enquiries_unlinked", found.link, by=by, now=now, case=case)
    CaseLink.objects.filter(pk=found.link.pk).delete()
    return case


@transaction.atomic
def close_duplicate(
    *,
    case: Case,
    by,
    other: Case,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Close a case as a duplicate of another of the same member's, which has the answer, or is owed it.

    The member reads why. A promise that was broken by then stays on record.
    """
    now = now or timezone.now()
    rules.may("close_duplicate", case=case, by=by, on=timezone.localdate(now))
    other = _locked(case, other)[other.pk]
    links.may_close_as_duplicate(case, other, by)
    if not CaseLink.objects.filter(case=case, other=other, kind="duplicate").exists():
        raise Refused(
            "It is not linked as a duplicate of that enquiry.",
            instead="Link it with the other one first, as a duplicate of it.",
        )
    was_paused = case.state == lifecycle.PAUSED
    moving.move(case=case, verb="close_duplicate", seen=seen, closed_at=now)
    _leads_on_to(case, other)
    if was_paused:
        clock = clockwork.resume(case, now)
        resumed = {"date_due": clock.due}
        moving.record(case=case, verb="clock_resumed", by=by, at=now, data=resumed, silent=True)
    late = clockwork.stop(case, now)
    message = moving.write(case=case, kind="duplicate", by=by, text=reason, at=now)
    moving.record(
        case=case,
        verb="enquiry_closed_as_duplicate",
        by=by,
        at=now,
        messages=[message],
        data={"case_other": other.pk},
    )
    portfolios.closed_as_duplicate(case=case, other=other, message=message, by=by, now=now)
    contributions.call_back_all(case=case, by=by, now=now, why="duplicate")
    breaches.record_late(case=case, clocks=late, now=now)
    lateness.record(case=case, clocks=late, now=now)
    return case


def _locked(case: Case, other: Case) -> dict[int, Case]:
    """Both as they are now, until this is done: the other must not end, nor move its date, meanwhile.

    In one order: each may be about to be closed as a duplicate of the other.
    """
    both = Case.objects.select_for_update().filter(pk__in=[case.pk, other.pk]).order_by("pk")
    return {one.pk: one for one in both}


def _leads_on_to(case: Case, other: Case) -> None:
    """It is answered in one place: whatever else it was a duplicate of, it is related to from now on."""
    besides = CaseLink.objects.filter(case=case, kind="duplicate").exclude(other=other)
    besides.update(kind="related")


def _record(
    verb: str, made: CaseLink, *, by, now: datetime, case: Case, commitments: dict | None = None
) -> None:
    """In the history of both; the reason is proved once, in that of the case where it was written."""
    ledger.record_many(
        [
            Entry(
                verb=verb,
                subject=one.key,
                actor=by.pk,
                data={"version": one.version, "case_other": another.pk, "kind": made.kind},
                commitments=commitments if one.pk == case.pk else None,
            )
            for one, another in ((made.case, made.other), (made.other, made.case))
        ],
        at=now,
    )
