"""The only writers of copies that a rule asks for, and of to whose portfolio a service belongs."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from casework import moving
from casework.enquiries import rules
from casework.models import Case, Copy, EnquiryDetail, Message, ServicePortfolio
from casework.portfolios import finding
from casework.portfolios.finding import Portfolios
from council.editing import as_seen
from council.rules import may
from ledger import actions as ledger
from members.models import Portfolio
from officers.models import Service
from protocol.refusals import Refused

BATCH = 200
# What a Member of Parliament raised, and what the council replied.
WHAT = {"enquiry": "concern", "answer": "reply"}


def owed(*, case: Case, now: datetime) -> None:
    """Part of the action that wrote a message: copy it, or leave on record that its copy waits.

    Two queries where the rule applies and something can be copied; none elsewhere.
    """
    if finding.applies(case):
        _copy(case, Portfolios.load(timezone.localdate(now)), now)


@transaction.atomic
def agreed(*, case: Case, by, seen: int | None = None, now: datetime | None = None) -> Case:
    """Whoever wrote was asked, and lets it be copied though it is marked private (Bl10.5)."""
    now = now or timezone.now()
    may_say_agreed(case, by, now)
    moving.lock(case=case, seen=seen)
    case.enquiry.mp_agreed = True
    case.enquiry.save(update_fields=["mp_agreed"])
    moving.record(case=case, verb="copy_agreed", by=by, at=now)
    owed(case=case, now=now)
    return case


def may_say_agreed(case: Case, by, now: datetime) -> None:
    if not (finding.applies(case) and finding.must_ask(case) and case.state in finding.COPIED):
        raise Refused("Nobody need be asked before this is copied.")
    if not rules.relations(case, by, timezone.localdate(now)) & rules.HANDLERS:
        raise Refused("Only whoever has this enquiry, or answers for it, can say that.")


def make_up(*, now: datetime | None = None) -> None:
    """Copy what waited for a service, a portfolio or its holder, in batches. One query where nothing can."""
    now = now or timezone.now()
    if not EnquiryDetail.objects.filter(mp_waits=True).exists():
        return
    portfolios = Portfolios.load(timezone.localdate(now))
    found = Case.objects.filter(
        enquiry__mp_waits=True, sensitivity="ordinary", state__in=finding.COPIED
    )
    found = found.filter(service__in=portfolios.with_holders)
    found = found.exclude(enquiry__confidential=True, enquiry__mp_agreed=False)
    for pk in list(found.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            cases = Case.objects.select_related("adoption", "enquiry", "raised_by")
            if connection.features.has_select_for_update:
                cases = cases.select_for_update(of=("self",))
            case = cases.filter(pk=pk, enquiry__mp_waits=True).first()
            if case is not None and finding.applies(case):
                _copy(case, portfolios, now)


def _copy(case: Case, portfolios: Portfolios, now: datetime) -> None:
    """Each message that has no such copy yet; whoever raised it has it already."""
    if finding.why_not(case, portfolios):
        _waits(case, True)
        return
    written = case.messages.filter(kind__in=WHAT).exclude(copies__by_rule=True).order_by("pk")
    people = portfolios.of(case.service_id)
    for message in written:
        to = [person for person in people if person.pk != case.raised_by_id]
        rows = [
            Copy(message=message, person=p, clause=case.profile.mp.citation, by_rule=True)
            for p in to
        ]
        had = set(message.copies.values_list("person", flat=True))
        Copy.objects.bulk_create([row for row in rows if row.person_id not in had])
        if to:
            Message.objects.filter(pk=message.pk).update(copied=True)
            _record(case, message, [person.pk for person in to], now)
    _waits(case, False)


def _record(case: Case, message: Message, people: list[int], now: datetime) -> None:
    moving.record(
        case=case,
        verb=f"mp_{WHAT[message.kind]}_copied",
        by=None,
        at=now,
        data={"people_told": people, "message": message.pk},
        besides=people,
    )


def _waits(case: Case, waits: bool) -> None:
    if case.enquiry.mp_waits != waits:
        case.enquiry.mp_waits = waits
        case.enquiry.save(update_fields=["mp_waits"])


# To whose portfolio a service belongs --------------------------------------------------------------


def shown(service: Service) -> dict[str, str]:
    row = ServicePortfolio.objects.filter(service=service).first()
    return {"name": row.name if row else ""}


@transaction.atomic
def belongs(*, service: Service, name: str, by, seen: str | None = None) -> bool:
    """Say to which portfolio a service belongs; "" for none. By those alone who see every enquiry already,
    since it opens what is copied. What waits is copied with the next sweep.
    """
    may(by, "enquiry.oversee")
    as_seen(service, seen, shown)
    if name and not Portfolio.objects.filter(name=name).exists():
        raise Refused("There is no portfolio of that name.")
    if shown(service)["name"] == name:
        return False
    ServicePortfolio.objects.update_or_create(service=service, defaults={"name": name})
    ledger.record(
        verb="entry_changed",
        subject=f"service:{service.pk}",
        actor=by.pk if by else None,
        data={"fields": ["portfolio"]},
    )
    return True
