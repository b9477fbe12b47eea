"""What tests of demands share: flagging one, and who was told."""

from __future__ import annotations

from casework.demands import actions
from casework.models import Case, Demand
from ledger.models import Notice
from tests.casework.making import NOW, fresh, reloaded

ASKED = "She rings each hour, and wants it done by noon."


def ground(case: Case, kind: str = "unreasonable"):
    return next(one for one in case.profile.demands.offered if one.kind == kind)


def flag(case: Case, by, kind: str = "unreasonable", **changes) -> Demand:
    asked = {"text": ASKED, "now": NOW, "ground": ground(case, kind)}
    return actions.flag(case=reloaded(case), by=fresh(by), **(asked | changes))


def with_whom(demand: Demand) -> str:
    return demand.told.latest("pk").person.name


def told_of(verb: str) -> set[str]:
    return {n.recipient for n in Notice.objects.filter(event__verb=verb).order_by("pk")}
