"""The only writers of demands: one verb each, keyword-only, in one transaction.

None moves the case or a clock of it, or raises its version: whoever writes to it meanwhile notices
nothing, and nor does the member.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from casework.demands import chasing, deciding, rules
from casework.holding import People, Recipient
from casework.models import Case, Contribution, Demand, DemandTold
from casework.moving import stale
from council.calendar import current
from ledger import actions as ledger
from ledger.commitments import commit
from ledger.models import Tell
from protocol import lifecycle
from protocol.profile.parts import Ground


@transaction.atomic
def flag(
    *,
    case: Case,
    by,
    ground: Ground,
    text: str,
    handled: str = "",
    exception: str = "",
    contribution: Contribution | None = None,
    now: datetime | None = None,
) -> Demand:
    """Flag what a member asks of `by` as a demand of one of the profile's grounds, in their own words.

    It goes to whoever considers it today; to nobody where nobody may, until somebody can.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    rules.may_flag(case, by, today, contribution)
    rules.may_say(case.profile, ground, handled, exception)
    # Two sendings of one form have one order. The version stays as it is.
    Case.objects.select_for_update().filter(pk=case.pk).values_list("pk").first()
    rules.may_flag_another(case, by)
    proof = commit(text)
    demand = Demand.objects.create(
        case=case,
        contribution=contribution,
        kind=ground.kind,
        ground=ground.text,
        clause=ground.clause or "",
        handled=handled,
        exception=exception if handled == "exception" else "",
        text=text,
        salt=proof.salt,
        flagged_by=by,
        flagged_at=now,
        remind_at=chasing.moment(today, case.profile, current()),
    )
    found = deciding.considerer(case, by.pk, People.of([case], today))
    told = bring(demand, found, now)
    proofs, place = {demand.subject: proof.digest}, case.profile.demands.offered.index(ground)
    _record("demand_flagged", demand, by, now, told, proofs, ground=place)
    return demand


@transaction.atomic
def consider(
    *,
    demand: Demand,
    by,
    outcome: str,
    text: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Demand:
    """Say what comes of it, in words: the officer who flagged it is told, and whoever else was asked to
    consider it hears that it is closed. No sanction is one of them.
    """
    now = now or timezone.now()
    rules.may_consider(demand, by, timezone.localdate(now))
    rules.may_end_so(demand, outcome)
    proof = commit(text)
    _close(
        demand,
        "consider",
        seen,
        outcome=outcome,
        outcome_text=text,
        outcome_salt=proof.salt,
        closed_by_id=by.pk,
        closed_at=now,
    )
    proofs = {f"outcome:{demand.pk}": proof.digest}
    told = [Recipient(demand.flagged_by_id), *_asked(demand)]
    _record("demand_considered", demand, by, now, told, proofs, outcome=outcome)
    return demand


@transaction.atomic
def take_back(
    *, demand: Demand, by, reason: str = "", seen: int | None = None, now: datetime | None = None
) -> Demand:
    """The officer needs nothing more of it. What they flagged stays on record."""
    now = now or timezone.now()
    rules.may_take_back(demand, by)
    proof = commit(reason)
    _close(
        demand,
        "take_back",
        seen,
        outcome_text=reason,
        outcome_salt=proof.salt,
        closed_by_id=by.pk,
        closed_at=now,
    )
    proofs = {f"outcome:{demand.pk}": proof.digest}
    _record("demand_taken_back", demand, by, now, _asked(demand), proofs)
    return demand


def bring(demand: Demand, found: Recipient | None, now: datetime) -> list[Recipient]:
    """Whoever it is brought to may see it from now on."""
    if found is None:
        return []
    row = DemandTold(demand=demand, person_id=found.person_id, post_key=found.post, at=now)
    DemandTold.objects.bulk_create([row], ignore_conflicts=True)
    return [found]


def _asked(demand: Demand) -> list[Recipient]:
    """Everybody whom it was brought to, each once. What they may still learn is asked when the mail goes."""
    people = demand.told.order_by("at", "pk").values_list("person", flat=True)
    return [Recipient(person) for person in dict.fromkeys(people)]


def _close(demand: Demand, verb: str, seen: int | None, **changes: Any) -> None:
    """One conditional update; Stale where somebody else was first."""
    if seen is not None and seen != demand.version:
        raise stale()
    changes |= {"state": lifecycle.next_state(rules.KIND, demand.state, verb), "remind_at": None}
    won = Demand.objects.filter(pk=demand.pk, version=demand.version).update(
        version=F("version") + 1, **changes
    )
    if won != 1:
        raise stale()
    for name, value in changes.items():
        setattr(demand, name, value)
    demand.version += 1


def _record(
    verb: str,
    demand: Demand,
    by,
    at: datetime,
    told: Iterable[Recipient],
    proofs: dict[str, str],
    **data: str | int,
) -> None:
    others = [one for one in told if one.person_id != by.pk]
    ledger.record(
        verb=verb,
        subject=demand.subject,
        actor=by.pk,
        data={
            "case": demand.case_id,
            "kind": demand.kind,
            **data,
            **chasing.named(others),
        },
        commitments=proofs,
        tell=[Tell(recipient=one.key, channel="email") for one in dict.fromkeys(others)],
        at=at,
    )
