"""Who holds the portfolio of a service on a day, and may have a copy; and why there is none, where there is
none."""

from __future__ import annotations

from collections.abc import Iterable
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
NOT_TAKEN_ON = "No officer has taken it on yet, and until then it can go to another service."
ASK = "It is marked {marking}: whoever wrote it is asked before it is copied to {names}."
RESTRICTED = "It is restricted, so it is copied to nobody."
ENDED = "It ended without an answer, so it is copied to nobody."
# The service of a new enquiry is what somebody guessed. What was withdrawn, returned or handed on is no
# concern that the council answers; what was closed as a duplicate is answered in the other one.
COPIED = (*lifecycle.WORKING, *lifecycle.ANSWERED_ONCE, lifecycle.DUPLICATE)


@dataclass(frozen=True)
class Portfolios:
    """Every service's portfolio and its holders on a day, each read once."""

    names: dict[int, str]
    # By portfolio: who holds it, and since when.
    held: dict[str, dict[Person, date]]

    @classmethod
    def load(cls, on: date) -> Portfolios:
        """Two queries, however many there are. Whoever left, or may not sign in, holds none."""
        rows = Portfolio.objects.on(on).filter(member__person__is_active=True)
        rows = rows.exclude(member__ended_on__lt=on).select_related("member__person")
        held: dict[str, dict[Person, date]] = {}
        for row in rows.order_by("since", "pk"):
            held.setdefault(_key(row.name), {}).setdefault(row.member.person, row.since)
        said = ServicePortfolio.objects.exclude(name="")
        said = list(said.values_list("service", "service__carries_on", "name"))
        # What a service took over goes by its portfolio, where nothing was said of it before it ended.
        names = {before: name for _, before, name in said if before}
        names |= {service: name for service, _, name in said}
        return cls(names=names, held=held)

    def since(self, service: int | None) -> dict[Person, date]:
        """Who holds the portfolio of a service, and since when, longest first."""
        return self.held.get(_key(self.names.get(service, "")), {})

    def of(self, service: int | None) -> list[Person]:
        return list(self.since(service))

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
    return case.profile.mp.copy_to == "executive_member" and bool(case.enquiry.mp_name)


def answering(case: Case) -> Case:
    """Where it is answered: what was closed as a duplicate, in the other one."""
    if case.state != lifecycle.DUPLICATE:
        return case
    return next((link.other for link in case.links.all() if link.kind == "duplicate"), case)


def serving(case: Case) -> int | None:
    """The service that answers it."""
    return answering(case).service_id


def may_have(case: Case, people: Iterable[Person]) -> list[Person]:
    """Bl10.5: what is marked private is copied only to those for whom whoever wrote was asked. One query
    for what is, where it was not read along, and none elsewhere.
    """
    if not case.enquiry.confidential:
        return list(people)
    agreed = {row.person_id for row in case.copies_agreed.all()}
    return [person for person in people if person.pk in agreed]


def to_ask(case: Case, portfolios: Portfolios) -> list[Person]:
    """Those who hold its portfolio and have no copy until whoever wrote it was asked."""
    if case.sensitivity != "ordinary" or case.state not in COPIED:
        return []
    people = portfolios.of(serving(case))
    may = may_have(case, people)
    return [one for one in people if one not in may and one.pk != case.raised_by_id]


def why_not(case: Case, portfolios: Portfolios) -> str:
    """Why there is no copy yet; "" where nothing hinders one."""
    if case.sensitivity != "ordinary":
        return RESTRICTED
    where = answering(case)
    if where.state == lifecycle.RECEIVED:
        return NOT_TAKEN_ON
    if where.state not in COPIED:
        return ENDED
    service = where.service_id
    people = portfolios.of(service)
    if not people:
        return portfolios.why_nobody(service)
    asked = to_ask(case, portfolios)
    if not asked or may_have(case, people):
        return ""
    return say(ASK, marking=case.profile.confidential.marking, names=named(asked))


def named(people: Iterable[Person]) -> str:
    return " and ".join(person.name for person in people)
