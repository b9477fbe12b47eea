"""Who holds the portfolio of a service on a day; and why there is no copy, where there is none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from accounts.models import Person
from casework.models import Case, ServicePortfolio
from frontend.terms import say
from members.models import Portfolio
from protocol import lifecycle

NOT_KNOWN = "The service is not known yet."
NO_PORTFOLIO = "Nobody has said to whose portfolio the service belongs."
NO_HOLDER = "Nobody holds the portfolio “{name}” today."
ASK = "It is marked {marking}: whoever wrote it is asked before it is copied."
RESTRICTED = "It is restricted, so it is copied to nobody."
ENDED = "It ended without an answer, so it is copied to nobody."
# What was withdrawn, returned or handed on is no concern that the council answers.
COPIED = (lifecycle.RECEIVED, *lifecycle.WORKING, *lifecycle.ANSWERED_ONCE)


@dataclass(frozen=True)
class Portfolios:
    """Every service's portfolio and its holders on a day, each read once."""

    names: dict[int, str]
    held: dict[str, list[Person]]

    @classmethod
    def load(cls, on: date) -> Portfolios:
        """Two queries, however many there are. Whoever left, or may not sign in, holds none."""
        rows = Portfolio.objects.on(on).filter(member__person__is_active=True)
        rows = rows.exclude(member__ended_on__lt=on).select_related("member__person")
        held: dict[str, list[Person]] = defaultdict(list)
        for row in rows.order_by("since", "pk"):
            held[_key(row.name)].append(row.member.person)
        said = ServicePortfolio.objects.exclude(name="")
        said = list(said.values_list("service", "service__carries_on", "name"))
        # What a service took over goes by its portfolio, where nothing was said of it before it ended.
        names = {before: name for _, before, name in said if before}
        names |= {service: name for service, _, name in said}
        return cls(names=names, held=dict(held))

    def of(self, service: int | None) -> list[Person]:
        return self.held.get(_key(self.names.get(service, "")), [])

    def why_nobody(self, service: int | None) -> str:
        if service is None:
            return NOT_KNOWN
        name = self.names.get(service)
        return NO_HOLDER.format(name=name) if name else NO_PORTFOLIO

    @property
    def with_holders(self) -> list[int]:
        return [service for service in self.names if self.of(service)]


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def same(one: str, other: str) -> bool:
    """Whether two names mean one portfolio."""
    return _key(one) == _key(other)


def applies(case: Case) -> bool:
    """Whether what was raised and its reply go to the executive member (Bl10.3)."""
    return bool(case.enquiry.mp_name) and case.profile.mp.copy_to == "executive_member"


def must_ask(case: Case) -> bool:
    """Bl10.5: what is marked private is copied only once whoever wrote was asked."""
    return case.enquiry.confidential and not case.enquiry.mp_agreed


def why_not(case: Case, portfolios: Portfolios) -> str:
    """Why there is no copy yet; "" where nothing hinders one."""
    if case.sensitivity != "ordinary":
        return RESTRICTED
    if case.state not in COPIED:
        return ENDED
    if must_ask(case):
        return say(ASK, marking=case.profile.confidential.marking)
    return "" if portfolios.of(case.service_id) else portfolios.why_nobody(case.service_id)
