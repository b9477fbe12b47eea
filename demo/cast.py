"""Who is there on a day of the demonstration's history, and who would do a thing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from accounts.models import Person
from casework.enquiries import rules
from casework.models import Case
from council.models import Delegation, Holding, Relationship
from demo.plans import CouncilPlan, ServicePlan, busiest
from members.models import Member, Portfolio, Seat, Ward
from officers.lines import Lines
from officers.models import Officer, Service

CLERKS = "democratic_services"


class Cast:
    """Everybody, loaded once. The same Person objects are used throughout, so that they remember
    where they stood on each day."""

    def __init__(self, plan: CouncilPlan, rng: Random) -> None:
        self.people = {p.pk: p for p in Person.objects.with_capacities()}
        services = Service.objects.with_leaders()
        self.services = {service.name: service for service in services}
        self._by_id = {service.pk: service for service in self.services.values()}
        self.wards = list(Ward.objects.still_open())
        self.plans = [one for one in plan.services if one.topics and one.name in self.services]
        self._teams = self._load_teams()
        self._close = self._load_ties()
        self._lines: dict[date, Lines] = {}
        posts = Holding.objects.filter(post__key=CLERKS, person__isnull=False)
        self._clerks = list(posts.order_by("deputy_order").values_list("person_id", flat=True))
        self._wards_of = self._load_wards()
        self.members = self._load_members()
        self.assistants = dict(Delegation.objects.values_list("principal_id", "delegate_id"))
        holders = Portfolio.objects.filter(until__isnull=True).order_by("pk")
        self.executive = list(holders.values_list("member__person_id", flat=True))
        self._weights = [min(12.0, rng.paretovariate(1.3)) for _ in self.members]
        self._favour()

    def _load_teams(self) -> dict[int, list[Officer]]:
        teams: dict[int, list[Officer]] = {pk: [] for pk in self._by_id}
        for person in self.people.values():
            officer = getattr(person, "officer", None)
            if officer is not None and officer.service_id:
                officer.person = person
                teams.setdefault(officer.service_id, []).append(officer)
        return {pk: sorted(team, key=lambda o: o.pk) for pk, team in teams.items()}

    def _load_ties(self) -> set[tuple[int, int]]:
        """Who declared a relationship with whom, either way round; on whatever day."""
        ties = set(Relationship.objects.values_list("person_id", "other_id"))
        return ties | {(other, one) for one, other in ties}

    def _load_wards(self) -> dict[int, list[Ward]]:
        found: dict[int, list[Ward]] = {}
        for seat in Seat.objects.filter(until__isnull=True).select_related("member", "ward"):
            found.setdefault(seat.member.person_id, []).append(seat.ward)
        return found

    def _load_members(self) -> list[int]:
        """The elected ones who are in office; co-opted members do no casework."""
        found = Member.objects.still_open().filter(co_opted=False).order_by("pk")
        return list(found.values_list("person_id", flat=True))

    def _favour(self) -> None:
        """Those whom somebody would sign in as have casework to show."""
        for place, pk in enumerate(self.members):
            if pk in self.assistants or pk in self.executive[:1]:
                self._weights[place] += 6
            if self.people[pk].member.group_id is None:
                self._weights[place] += 3

    # Who there is ---------------------------------------------------------------------------------

    def member(self, rng: Random) -> Person:
        """A member who raises something: some do far more of it than others."""
        return self.people[rng.choices(self.members, self._weights)[0]]

    def ward_of(self, member: Person, rng: Random) -> Ward | None:
        """Mostly a ward of their own; now and then not known, or another."""
        if rng.random() < 0.08:
            return None
        own = self._wards_of.get(member.pk)
        return rng.choice(own if own and rng.random() < 0.9 else self.wards)

    def neighbours(self, case: Case) -> list[Person]:
        """Other members of the ward."""
        return [
            self.people[pk]
            for pk, wards in self._wards_of.items()
            if case.ward in wards and pk != case.raised_by_id
        ]

    def service(self, rng: Random) -> ServicePlan:
        return rng.choices(self.plans, [plan.count + 1 for plan in self.plans])[0]

    def team(self, service: Service, on: date, *, besides: int | None = None) -> list[Officer]:
        """Who works in a service and is there that day; everybody in post where nobody is.

        `besides` is whoever raised the case, who can be an officer too; nor is anybody close to them.
        """
        lines = self.lines(on)
        team = [
            officer
            for officer in self._teams[service.pk]
            if not lines.departed(officer.person_id)
            and officer.person_id != besides
            and (officer.person_id, besides) not in self._close
        ]
        there = [o for o in team if lines.present(o.person_id)]
        hands = [o for o in there if o.level == "officer"]
        return hands or there or team

    def takers(self, service: Service, on: date, *, besides: int) -> list[Officer]:
        """Who can be given a case of a service that day: its own, and where they are all away, others."""
        lines = self.lines(on)
        own = [o for o in self.team(service, on, besides=besides) if lines.present(o.person_id)]
        return own or [
            officer
            for team in self._teams.values()
            for officer in team
            if lines.present(officer.person_id)
            and officer.person_id != besides
            and (officer.person_id, besides) not in self._close
        ]

    def busiest(self) -> Officer:
        """The officer with the busy morning."""
        service = self.services[busiest(self.plans).name]
        return next(o for o in self._teams[service.pk] if o.level == "officer")

    def clerk(self, on: date) -> Person:
        there = [pk for pk in self._clerks if self.lines(on).present(pk)]
        return self.people[(there or self._clerks)[0]]

    def lines(self, on: date) -> Lines:
        if on not in self._lines:
            self._lines[on] = Lines.load(on)
        return self._lines[on]

    def officer(self, person_id: int) -> Officer | None:
        return getattr(self.people[person_id], "officer", None)

    # Who would do it ------------------------------------------------------------------------------

    def hand(self, verb: str, case: Case, on: date, rng: Random) -> Person:
        """Somebody whose task it is that day: whoever is there, else whoever looks in while away.

        LookupError where it is nobody's.
        """
        lines = self.lines(on)
        asked = [
            pk for pk in dict.fromkeys(self._candidates(case, on, rng)) if not lines.departed(pk)
        ]
        # Stable: those who are there keep their order, and come first.
        for pk in sorted(asked, key=lambda pk: not lines.present(pk)):
            person = self.people[pk]
            if rules.relations(case, person, on) & rules.WHO[verb]:
                return person
        raise LookupError(f"nobody could {verb} case {case.pk} on {on}")

    def _candidates(self, case: Case, on: date, rng: Random) -> Iterator[int]:
        if case.owner_id:
            yield case.owner_id
            cover = self.lines(on).cover(case.owner_id)
            if cover:
                yield cover
        service = self._by_id.get(case.service_id)
        if service is not None:
            if not case.owner_id:
                team = self.team(service, on, besides=case.raised_by_id)
                team = [officer.person_id for officer in team]
                yield from rng.sample(team, len(team))
            yield from (o.person_id for o in (service.head, service.chief_officer) if o)
        yield from self._clerks
