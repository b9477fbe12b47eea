"""The demonstration's members: groups, wards, committees, portfolios. Every entry by its action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from demo.names import Register
from demo.plans import CommitteePlan, CouncilPlan
from members import actions
from members.models import Member, PartyGroup, Ward
from officers.models import Officer


@dataclass
class Chamber:
    """The members as they were made. `titled` by civic or executive title."""

    everybody: list[Member] = field(default_factory=list)
    leaders: list[Member] = field(default_factory=list)
    backbench: list[Member] = field(default_factory=list)
    titled: dict[str, Member] = field(default_factory=dict)
    executive: list[Member] = field(default_factory=list)
    # Will leave during the history.
    leaver: Member | None = None


def fill_chamber(
    plan: CouncilPlan, rng: Random, people: Register, since: date, both: Officer | None
) -> Chamber:
    """Every member of the plan, in office from `since`. `both` is an officer who is a member too."""
    return _Filling(plan, rng, people, since, both).chamber


class _Filling:
    def __init__(
        self,
        plan: CouncilPlan,
        rng: Random,
        people: Register,
        since: date,
        both: Officer | None,
    ) -> None:
        self._plan, self._rng, self._people, self._since = plan, rng, people, since
        self.chamber = Chamber()
        self._wards = [actions.add_ward(by=None, name=name) for name in plan.wards]
        self._seated = 0
        pools = [self._group(name, size) for name, size in plan.groups]
        ungrouped = [self._member(None) for _ in range(plan.no_group - bool(both))]
        if both is not None:
            ungrouped.append(self._member(None, person=both))
        self._take_office(pools)
        self.chamber.backbench = [m for pool in pools for m in pool] + ungrouped
        self.chamber.leaver = pools[-1][-1]
        self.chamber.backbench.remove(self.chamber.leaver)
        for committee in plan.committees:
            self._committee(committee)

    def _group(self, name: str, size: int) -> list[Member]:
        group = actions.add_group(by=None, name=name)
        return [self._member(group) for _ in range(size)]

    def _member(self, group: PartyGroup | None, person: Officer | None = None) -> Member:
        name = person.person.name if person else self._people.name()
        member = actions.add_member(
            by=None,
            name=name,
            email=person.person.email if person else self._people.email(name),
            group=group,
            wards=[self._next_ward()],
            since=self._since,
            phone=f"01632 960{self._rng.randrange(1000):03d}",
        )
        ends = self._since.replace(year=self._since.year + 4, day=min(self._since.day, 28))
        actions.add_term(by=None, member=member, starts_on=self._since, ends_on=ends)
        self.chamber.everybody.append(member)
        return member

    def _next_ward(self) -> Ward:
        ward = self._wards[self._seated % len(self._wards)]
        self._seated += 1
        return ward

    def _take_office(self, pools: list[list[Member]]) -> None:
        """Civic titles, the executive and its portfolios, then who leads each group."""
        for civic in self._plan.civic:
            self._entitle(pools[civic.group].pop(0), civic.title)
            if not civic.ward:
                seat = self.chamber.titled[civic.title].seats.get()
                actions.end_appointment(by=None, appointment=seat, until=self._since)
        plan = self._plan.executive
        for place, portfolio in enumerate(plan.portfolios):
            member = pools[plan.group].pop(0)
            self._entitle(member, plan.titles[min(place, len(plan.titles) - 1)])
            actions.add_portfolio(by=None, member=member, name=portfolio, since=self._since)
            self.chamber.executive.append(member)
        for place, pool in enumerate(pools):
            leads = self.chamber.executive[0] if place == plan.group else pool.pop(0)
            self._lead(leads, "leader")
            self._lead(pool[0], "deputy")
            self.chamber.leaders.append(leads)

    def _entitle(self, member: Member, title: str) -> None:
        actions.change_member(by=None, member=member, key_posts=title)
        member.key_posts = title
        self.chamber.titled.setdefault(title, member)

    def _lead(self, member: Member, role: str) -> None:
        actions.add_leadership(
            by=None, member=member, group=member.group, since=self._since, role=role
        )

    def _committee(self, plan: CommitteePlan) -> None:
        committee = actions.add_committee(by=None, name=plan.name, kind=plan.kind)
        seated = self._seated_on(plan)
        roles = ["chair", "vice_chair" if len(seated) > 2 else "member"]
        for place, member in enumerate(seated):
            role = roles[place] if place < len(roles) else "member"
            actions.add_committee_seat(
                by=None, member=member, committee=committee, since=self._since, role=role
            )
        for _ in range(plan.co_opted):
            name = self._people.name()
            person = actions.add_member(
                by=None, name=name, email=self._people.email(name), co_opted=True, since=self._since
            )
            actions.add_committee_seat(
                by=None, member=person, committee=committee, since=self._since
            )

    def _seated_on(self, plan: CommitteePlan) -> Sequence[Member]:
        chair = [self.chamber.titled[plan.chair]] if plan.chair else []
        if plan.kind == "executive":
            return [*chair, *(m for m in self.chamber.executive if m not in chair)]
        return [*chair, *self._rng.sample(self.chamber.backbench, plan.seats)]
