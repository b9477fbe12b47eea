"""The only writers of copies that a rule asks for, and of to whose portfolio a service belongs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person
from casework import moving
from casework.enquiries import rules
from casework.models import Case, Copy, CopyAgreed, EnquiryDetail, Message, ServicePortfolio
from casework.portfolios import finding
from casework.portfolios.finding import Portfolios
from council.editing import as_seen
from council.rules import may
from ledger import actions as ledger
from members.models import Portfolio
from officers.models import Service
from protocol import lifecycle
from protocol.refusals import Refused, Stale

BATCH = 200
# Who can correct which Member of Parliament raised it.
NAMING = rules.HANDLERS | {"team", "overseer"}
# What a Member of Parliament raised, what the council replied; and with which words it ended here, where no
# reply follows, or was taken back. By the kind of the message: the event of its copy.
CONCERN, REPLY = "enquiry", "answer"
VERBS = {
    CONCERN: "mp_concern_copied",
    REPLY: "mp_reply_copied",
    "handing": "mp_ending_copied",
    "duplicate": "mp_ending_copied",
    "correction": "mp_reopening_copied",
}


def owed(*, case: Case, now: datetime) -> None:
    """Part of the action that gave an enquiry to an officer or answered it: copy it to whoever holds the
    portfolio and has it not yet, or leave on record that its copy waits.

    Three queries where the rule applies and something can be copied; none elsewhere.
    """
    if case.profile.mp.copy_to != "executive_member":
        return
    # The case is locked by now. To say which MP raised it raises no version, so it may be another since.
    case.enquiry.refresh_from_db(fields=["mp_name", "mp_waits"])
    if not finding.applies(case):
        return
    if case.state == lifecycle.RECEIVED:
        _waits(case, True)
        return
    _copy(case, Portfolios.load(timezone.localdate(now)), now)


def ended(*, case: Case, message: Message, now: datetime) -> None:
    """Part of the action that handed it on or closed it as a duplicate, or took it back: those who have the
    concern and hold the portfolio still read the same words as whoever raised it.

    Whoever was told that it ended here, reads that it is open again.
    """
    if not finding.applies(case) or case.sensitivity != "ordinary":
        return
    had = Copy.objects.filter(message__case=case, by_rule=True)
    had = had.filter(message__kind="handing" if message.kind == "correction" else CONCERN)
    people = finding.may_have(case, Portfolios.load(timezone.localdate(now)).of(case.service_id))
    told = set(had.values_list("person", flat=True))
    _send(case, message, [person for person in people if person.pk in told], now)


def closed_as_duplicate(*, case: Case, other: Case, message: Message, by, now: datetime) -> None:
    """Part of the action that closed it: what the Member of Parliament raised is answered in the other one.

    So that one bears their name from now on, where it bore none, and its answers are copied.
    """
    if not finding.applies(case):
        return
    ended(case=case, message=message, now=now)
    other = Case.objects.select_related("adoption", "enquiry", "raised_by").get(pk=other.pk)
    if not other.enquiry.mp_name and _is_as_open(case, other):
        _name(other, case.enquiry.mp_name, by=by, now=now)
    _copy(case, Portfolios.load(timezone.localdate(now)), now)


def _is_as_open(case: Case, other: Case) -> bool:
    """A name out of what is restricted, or marked private, goes into nothing that more may read."""
    restricted = case.sensitivity != "ordinary" and other.sensitivity == "ordinary"
    private = case.enquiry.confidential and not other.enquiry.confidential
    return not (restricted or private)


@transaction.atomic
def agreed(
    *,
    case: Case,
    by,
    people: Sequence[int],
    seen: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Whoever wrote was asked, and lets it be copied to these people though it is marked private (Bl10.5).

    `people` are the ids of those whom the page named. Stale where others hold the portfolio by now: it was
    agreed for nobody else.
    """
    now = now or timezone.now()
    # Locked first: two can say it at once.
    moving.lock(case=case, seen=seen)
    asked = may_say_agreed(case, by, now)
    if {person.pk for person in asked} != set(people):
        raise Stale(
            "Somebody else holds the portfolio now than when you opened this.",
            instead="Ask whoever wrote it about them, then say that they agreed.",
        )
    CopyAgreed.objects.bulk_create([CopyAgreed(case=case, person=person) for person in asked])
    data = {"people_told": [person.pk for person in asked]}
    moving.record(case=case, verb="copy_agreed", by=by, at=now, data=data)
    owed(case=case, now=now)
    return case


def may_say_agreed(case: Case, by, now: datetime) -> list[Person]:
    """About whom whoever wrote is asked. Refuses where there is nobody, and whoever it is not for."""
    asked = []
    if finding.applies(case):
        asked = finding.to_ask(case, Portfolios.load(timezone.localdate(now)))
    if not asked:
        raise Refused("Nobody need be asked before this is copied.")
    if not rules.relations(case, by, timezone.localdate(now)) & rules.HANDLERS:
        raise Refused("Only whoever has this enquiry, or answers for it, can say that.")
    return asked


def make_up(*, now: datetime | None = None) -> None:
    """Copy what waited for a portfolio or its holder, in batches. One query where nothing waits."""
    now = now or timezone.now()
    if not EnquiryDetail.objects.filter(mp_waits=True).exists():
        return
    portfolios = Portfolios.load(timezone.localdate(now))
    for pk in _ready(portfolios)[:BATCH]:
        with transaction.atomic():
            cases = Case.objects.select_related("adoption", "enquiry", "raised_by")
            if connection.features.has_select_for_update:
                cases = cases.select_for_update(of=("self",))
            case = cases.filter(pk=pk, enquiry__mp_waits=True).first()
            if case is not None and finding.applies(case):
                _copy(case, portfolios, now)


def _ready(portfolios: Portfolios) -> list[int]:
    """Those of which a copy can be made by now: what cannot be must not keep the others from it."""
    repeats = Q(state=lifecycle.DUPLICATE)
    cases = Case.objects.filter(
        enquiry__mp_waits=True, sensitivity="ordinary", state__in=finding.COPIED
    )
    cases = cases.filter(Q(service__in=portfolios.with_holders) | repeats)
    cases = cases.select_related("enquiry").prefetch_related("copies_agreed", "links__other")
    return [case.pk for case in cases.order_by("pk") if not finding.why_not(case, portfolios)]


def _copy(case: Case, portfolios: Portfolios, now: datetime) -> None:
    """What each holder has not yet; whoever raised it has it already."""
    if finding.why_not(case, portfolios):
        _waits(case, True)
        return
    since = portfolios.since(finding.serving(case))
    people = [one for one in finding.may_have(case, since) if one.pk != case.raised_by_id]
    written = case.messages.filter(kind__in=(CONCERN, REPLY)).order_by("pk")
    for message in written.prefetch_related("copies"):
        _send(case, message, [one for one in people if _is_owed(message, one, since[one])], now)
    _waits(case, False)


def _is_owed(message: Message, person: Person, since: date) -> bool:
    """The concern to everybody who has it not: no reply says anything without it. A reply to whoever held the
    portfolio when it was written; where nobody could have it then, to whoever comes first.
    """
    had = {copy.person_id for copy in message.copies.all() if copy.by_rule}
    if person.pk in had:
        return False
    return message.kind == CONCERN or not had or since <= timezone.localdate(message.at)


def _send(case: Case, message: Message, people: Sequence[Person], now: datetime) -> None:
    """To each of them, once; on record. What an officer copied by hand is the copy: they were told of it."""
    if not people:
        return
    clause = case.profile.mp.citation
    by_hand = message.copies.filter(person__in=people)
    had = set(by_hand.values_list("person", flat=True))
    if had:
        by_hand.update(by_rule=True, clause=clause)
    new = [person for person in people if person.pk not in had]
    Copy.objects.bulk_create(
        [Copy(message=message, person=p, clause=clause, by_rule=True) for p in new]
    )
    Message.objects.filter(pk=message.pk).update(copied=True)
    moving.record(
        case=case,
        verb=VERBS[message.kind],
        by=None,
        at=now,
        data={"people_told": [person.pk for person in people], "message": message.pk},
        besides=[person.pk for person in new],
    )


def _waits(case: Case, waits: bool) -> None:
    if case.enquiry.mp_waits != waits:
        case.enquiry.mp_waits = waits
        case.enquiry.save(update_fields=["mp_waits"])


# Which Member of Parliament raised it --------------------------------------------------------------


def named(detail: EnquiryDetail) -> dict[str, str]:
    return {"name": detail.mp_name}


def may_name(case: Case, by, on: date) -> None:
    if not case.profile.asks("member_of_parliament"):
        raise Refused("Here nobody is asked whether a Member of Parliament raised it.")
    if not rules.relations(case, by, on) & NAMING:
        raise Refused("Only whoever has this enquiry, or answers for it, can correct that.")


@transaction.atomic
def name_mp(
    *, case: Case, name: str, by, seen: str | None = None, now: datetime | None = None
) -> bool:
    """Correct which Member of Parliament raised it; "" for none. Returns whether that changed anything.

    What was copied under the wrong name stays with who has it. What is owed by the right one is copied.
    """
    now = now or timezone.now()
    may_name(case, by, timezone.localdate(now))
    moving.lock(case=case, seen=None)
    as_seen(case.enquiry, seen, named)
    name = name.strip()
    if case.enquiry.mp_name == name:
        return False
    _name(case, name, by=by, now=now)
    if not name:
        _waits(case, False)
    return True


def _name(case: Case, name: str, *, by, now: datetime) -> None:
    case.enquiry.mp_name = name
    case.enquiry.save(update_fields=["mp_name"])
    moving.record(case=case, verb="mp_named", by=by, at=now)
    if case.state in (lifecycle.RECEIVED, *finding.COPIED):
        owed(case=case, now=now)


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
