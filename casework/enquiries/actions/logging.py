"""Receiving an enquiry: routed, with its clocks set, once however often the form is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from casework import clocks, moving, reference
from casework.enquiries import logging_rules, routing, rules
from casework.models import Case, Clock, DirectContact, EnquiryDetail
from casework.portfolios import actions as portfolios
from council.calendar import for_council
from council.models import Adoption, Council
from documents.models import Document
from ledger.commitments import commit
from officers import changing
from protocol import lifecycle
from protocol.refusals import Refused


def log(
    *,
    by,
    member,
    subject: str,
    body: str,
    channel: str,
    submission_key: UUID,
    service=None,
    ward=None,
    received_at: datetime | None = None,
    nature: str = "council",
    direct_contact: DirectContact | None = None,
    documents: Sequence[Document] = (),
    once_within: timedelta | None = None,
    now: datetime | None = None,
    **details,
) -> Case:
    """Log an enquiry for a member: by them, by their delegate, or by an officer.

    `member` and `by` are people; `service` and `ward` may be None for "not known"; `received_at` is when
    it reached the council (now); `direct_contact` is the agreement whose matter it is about, where whoever
    raised it said so; `documents` are files that `by` holds. `details` are fields of
    EnquiryDetail: significance, factual, the constituent's, mp_name, interest, confidential and its
    reason, external_reference. A second call with
    the same `submission_key` and the same words by the same person returns the first enquiry; so does one
    with everything the same within `once_within`: a browser that goes back fetches a form with a new key.

    Raises Diverted or Refused before anything is saved; SentBefore where the words are others.
    """
    now = now or timezone.now()
    received_at = received_at or now
    words = {"member": member, "subject": subject, "body": body}
    known = {"service": service, "ward": ward, "direct_contact": direct_contact, **details}
    before = made_before(
        by=by,
        channel=channel,
        submission_key=submission_key,
        documents=documents,
        once_within=once_within,
        now=now,
        **words,
        **known,
    )
    if before:
        return before
    today = timezone.localdate(now)
    adoption = _adoption(timezone.localdate(received_at))
    profile = adoption.profile
    logging_rules.may_be_logged(nature, profile)
    logging_rules.received_in_time(timezone.localdate(received_at), today)
    logging_rules.may_be_raised_for(member, by, today)
    case = Case(
        kind=rules.KIND,
        subject=subject,
        state=lifecycle.RECEIVED,
        raised_by=member,
        logged_by=by,
        service=service,
        ward=ward,
        received_at=received_at,
        received_on=clocks.received_on(received_at, profile),
        adoption=adoption,
        submission_key=submission_key,
    )
    logging_rules.may_go_direct(case, direct_contact)
    try:
        with transaction.atomic():
            found = {**details, "direct_contact": direct_contact}
            _keep(case, by=by, body=body, files=documents, channel=channel, now=now, details=found)
    except IntegrityError:
        # The same form sent twice at the same moment: the other one won.
        before = _first(submission_key, by, words, documents)
        if before is None and Case.objects.filter(submission_key=submission_key).exists():
            raise Refused(
                "This form has been sent before, by somebody else.",
                instead="Open the form again and send it from there.",
            ) from None
        if before is None:
            raise
        return before
    return case


def made_before(
    *,
    by,
    member,
    subject: str,
    body: str,
    channel: str,
    submission_key: UUID,
    documents: Sequence[Document] = (),
    once_within: timedelta | None = None,
    now: datetime | None = None,
    **known,
) -> Case | None:
    """The enquiry that the same form, or the same words a moment ago, made already; `known` as `log` has it.

    Raises SentBefore where the form is the same and the words are others.
    """
    words = {"member": member, "subject": subject, "body": body}
    if before := _first(submission_key, by, words, documents):
        return before
    # With a file it is not the same as before: no file is dropped.
    if not once_within or documents:
        return None
    return _just_sent(by, words | known, channel, (now or timezone.now()) - once_within)


def _first(submission_key: UUID, by, words: dict, files: Sequence[Document]) -> Case | None:
    """What this person's form made when it was sent before; None where it is sent for the first time."""
    found = Case.objects.filter(submission_key=submission_key, logged_by=by).first()
    if found:
        logging_rules.says_the_same(found, by=by, files=files, **words)
    return found


def _just_sent(by, said: dict, channel: str, since: datetime) -> Case | None:
    """What this person sent since then with everything the same, to the last field."""
    details = {
        f"enquiry__{name}": value
        for name, value in said.items()
        if name not in ("member", "subject", "body", "service", "ward")
    }
    return Case.objects.filter(
        logged_by=by,
        raised_by=said["member"],
        subject=said["subject"],
        service=said["service"],
        ward=said["ward"],
        enquiry__channel=channel,
        messages__kind="enquiry",
        messages__author=by,
        messages__body=said["body"],
        messages__at__gte=since,
        **details,
    ).first()


def _adoption(received_on) -> Adoption:
    adoption = Adoption.objects.in_force(received_on)
    if adoption is None:
        raise Refused(
            "The council had adopted no protocol by the date of receipt.",
            instead="Check the date, or ask democratic services to record the adoption.",
        )
    return adoption


def _keep(
    case: Case,
    *,
    by,
    body: str,
    files: Sequence[Document],
    channel: str,
    now: datetime,
    details: dict,
) -> None:
    """Save the enquiry, its words, its clocks, its route and both events.

    It goes to whoever carries on the work of its service by then: the form may have been open for an hour.
    """
    case.service = changing.taking(case.service, timezone.localdate(now))
    routed = routing.route(
        profile=case.profile,
        facts=routing.facts(
            significance=details.get("significance", ""),
            factual=details.get("factual"),
            direct=details["direct_contact"] is not None,
        ),
        member=case.raised_by,
        service=case.service,
        on=timezone.localdate(now),
    )
    proof = commit(case.subject)
    case.subject_salt = proof.salt
    case.reference = _fresh_reference()
    case.owner_id = routed.owner
    case.owner_since = now if routed.owner else None
    started = _start_clocks(case)
    case.save(force_insert=True)
    Clock.objects.bulk_create(started)
    EnquiryDetail.objects.create(
        case=case,
        channel=channel,
        route_because=routed.because,
        route_clause=routed.clause,
        **details,
    )
    message = moving.write(case=case, kind="enquiry", by=by, text=body, at=now, files=files)
    moving.record(
        case=case,
        verb="enquiry_logged",
        by=by,
        at=now,
        messages=[message],
        commitments={f"subject:{case.pk}": proof.digest},
        data={"date_received": case.received_on, "channel": channel, "adoption": case.adoption_id},
    )
    moving.record(
        case=case,
        verb="enquiry_routed",
        by=None,
        at=now,
        data={
            "person_owner": case.owner_id,
            "service": case.service_id,
            "clause": bool(routed.clause),
        },
    )
    portfolios.owed(case=case, now=now)


def _start_clocks(case: Case) -> list[Clock]:
    """A clock for each promise of the profile; the case is due when its answer is."""
    council = Council.objects.current()
    calendar = for_council(council)
    version = council.calendar_version if council else 1
    started = [
        clocks.start(
            case=case,
            promise=promise,
            profile=case.profile,
            calendar=calendar,
            calendar_version=version,
        )
        for promise in case.profile.promises(case.kind)
    ]
    case.next_due = next(clock.due for clock in started if clock.promise == "answer")
    return started


def _fresh_reference() -> str:
    while True:
        found = reference.new(rules.KIND)
        if not Case.objects.filter(reference=found).exists():
            return found
