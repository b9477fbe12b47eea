"""The demonstration's directory: officers, services, members, posts, absences. Every entry by its action."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from accounts.models import Person
from casework.portfolios import actions as portfolios
from council.actions import closures, delegations, details, mailing, posts, relationships
from council.actions.setting_up import Wish, set_up
from council.models import Council, Post
from council.people import person_for
from demo.chamber import Chamber, fill_chamber
from demo.names import Register
from demo.plans import CouncilPlan, PostPlan, ServicePlan, busiest, with_choices
from members.models import CommitteeSeat
from officers.actions import absences
from officers.actions import officers as officer_actions
from officers.models import Officer, Service
from protocol import authority
from protocol import profile as profiles

# At the head of letters; of no place that there is.
ADDRESS = "The Council House\n1 Demonstration Street\nZZ99 9ZZ"
DELEGATES = ("Political assistant", "Political assistant", "Member support assistant")


class Directory:
    """Builds the directory of one plan. `start` is when its history begins, `today` when it ends."""

    def __init__(self, plan: CouncilPlan, rng: Random, start: date, today: date) -> None:
        self._plan, self._rng = plan, rng
        self._start, self._today = start, today
        # Everybody was there a while before the first enquiry.
        self._since = start - timedelta(days=180)
        self._people = Register(rng, plan.domain)
        self._officers: dict[str, Officer] = {}
        self._services: dict[str, Service] = {}

    def build(self) -> Chamber:
        """Everything, in the order in which one part needs another."""
        self._council()
        self._fill_services()
        both = self._officers.get(self._plan.both)
        chamber = fill_chamber(self._plan, self._rng, self._people, self._since, both)
        self._give_portfolios()
        self._hold_posts(chamber)
        self._delegate(chamber)
        self._relate(chamber)
        self._take_leave()
        self._leave()
        return chamber

    def _council(self) -> None:
        plan, profile = self._plan, profiles.load(self._plan.profile)
        wish = Wish(
            name=plan.name,
            text=with_choices(profile.text, plan.sets),
            source=plan.profile,
            colour=plan.colour,
            adopted_by=plan.adopted_by,
            in_force_from=plan.in_force_from,
        )
        set_up(wish=wish, by=None)
        council = Council.objects.get()
        unchanged = {
            "name": council.name,
            "nation": council.nation,
            "colour": council.brand_colour,
        }
        details.change(
            council=council,
            **unchanged,
            postal_address=ADDRESS,
            online_name="Report it",
            online_address=f"https://report.{plan.domain}/",
            by=None,
        )
        mailing.change(
            council=council,
            quiet_from=None,
            quiet_until=None,
            quiet_days=False,
            daily_at=plan.daily_at,
            by=None,
        )
        for year in range(self._start.year - 1, self._today.year + 2):
            days = {"first": date(year, 12, 27), "last": date(year, 12, 31)}
            closures.add(name="Christmas closure", by=None, **days)

    # Officers and services ----------------------------------------------------------------------

    def _fill_services(self) -> None:
        for plan in self._plan.services:
            self._services[plan.name] = officer_actions.add_service(name=plan.name, by=None)
        for plan in self._plan.officers:
            manager, service = self._officers.get(plan.manager), self._services.get(plan.service)
            self._officers[plan.title] = self._officer(plan.title, plan.level, service, manager)
        for plan in self._plan.services:
            self._fill_service(plan)

    def _fill_service(self, plan: ServicePlan) -> None:
        service, chief = self._services[plan.name], self._officers[plan.chief]
        head = self._officers.get(plan.head)
        if plan.head and head is None:
            head = self._officers[plan.head] = self._officer(plan.head, "senior", service, chief)
        officer_actions.change_service(
            service=service, name=service.name, head=head, chief_officer=chief, by=None
        )
        leader = head or chief
        for place in range(plan.count):
            title = plan.staff[place % len(plan.staff)]
            officer = self._officer(title, "officer", service, leader)
            self._officers.setdefault(title, officer)
            # In a larger team the first of them leads the others.
            if place == 0 and plan.count > 3:
                leader = officer

    def _officer(
        self, title: str, level: str, service: Service | None, manager: Officer | None
    ) -> Officer:
        name = self._people.name()
        return officer_actions.add(
            name=name,
            email=self._people.email(name),
            job_title=title,
            level=level,
            service=service,
            manager=manager,
            by=None,
        )

    def _newcomer(self, title: str = "") -> Person:
        """Somebody who is neither a member nor an officer."""
        name = self._people.name()
        return person_for(name=name, email=self._people.email(name), by=None)[0]

    def _give_portfolios(self) -> None:
        for plan in self._plan.services:
            if plan.portfolio:
                service = self._services[plan.name]
                portfolios.belongs(service=service, name=plan.portfolio, by=None)

    # Posts and ties -----------------------------------------------------------------------------

    def _hold_posts(self, chamber: Chamber) -> None:
        for post in Post.objects.filter(key__in=self._plan.posts):
            plan = self._plan.posts[post.key]
            posts.hold(post=post, since=self._since, by=None, **self._holder(plan, chamber))
            for order, title in enumerate(plan.deputies, start=1):
                deputy = self._officers[title].person
                posts.hold(post=post, since=self._since, by=None, person=deputy, deputy_order=order)

    def _holder(self, plan: PostPlan, chamber: Chamber) -> dict:
        if plan.officer:
            return {"person": self._officers[plan.officer].person}
        if plan.civic:
            return {"person": chamber.titled[plan.civic].person}
        if plan.chair:
            chairs = CommitteeSeat.objects.filter(committee__name=plan.chair, role="chair")
            return {"person": chairs.select_related("member__person").get().member.person}
        if plan.person:
            return {"person": self._newcomer()}
        if plan.body:
            return {"body": plan.body}
        return {"contact_name": plan.contact, "contact_email": plan.email}

    def _delegate(self, chamber: Chamber) -> None:
        """Assistants for the first group leaders, and one for two of the other members."""
        principals = [*([leader] for leader in chamber.leaders[:2]), chamber.backbench[:2]]
        for members in principals:
            assistant = self._newcomer()
            for member in members:
                delegations.make(
                    principal=member.person,
                    delegate=assistant,
                    since=self._since,
                    may=authority.DELEGATED if len(members) == 1 else ("answer", "raise"),
                    by=None,
                )

    def _relate(self, chamber: Chamber) -> None:
        """Three ties that people declared."""
        staff = [o for o in self._officers.values() if o.level == "officer"]
        members = self._rng.sample(chamber.backbench, 4)
        ties = [
            (members[0].person, self._rng.choice(staff).person, "family"),
            (members[1].person, members[2].person, "partner"),
            (self._rng.choice(staff).person, members[3].person, "friend"),
        ]
        for person, other, kind in ties:
            if person.pk == other.pk:
                continue
            declared = self._since + timedelta(days=self._rng.randrange(20, 300))
            relationships.declare(
                person=person, other=other, kind=kind, declared_on=declared, by=None
            )

    # Away and gone ------------------------------------------------------------------------------

    def _take_leave(self) -> None:
        """Two absences a year for everybody, and a few people who are away today."""
        everybody = list(Officer.objects.with_line().order_by("pk"))
        posted = {o.pk for o in self._officers.values() if self._holds_post(o)}
        free = [o for o in everybody if o.pk not in posted and o.level in {"officer", "senior"}]
        # Whoever has the busy morning is there for it.
        free = [o for o in free if o.pk != self._busiest()]
        away = set(self._rng.sample([o.pk for o in free], max(1, len(free) // 20)))
        for officer in everybody:
            for since, until in self._leave_of(officer.pk in away):
                cover = self._cover(officer, everybody)
                absences.record(officer=officer, since=since, until=until, cover=cover, by=None)

    def _holds_post(self, officer: Officer) -> bool:
        return any(
            officer.job_title in (plan.officer, *plan.deputies)
            for plan in self._plan.posts.values()
        )

    def _busiest(self) -> int:
        name = busiest(self._plan.services).name
        return min(
            Officer.objects.filter(service__name=name, level="officer").values_list("pk", flat=True)
        )

    def _leave_of(self, away_now: bool) -> list[tuple[date, date]]:
        found, day = [], self._start + timedelta(days=self._rng.randrange(10, 200))
        while day < self._today - timedelta(days=45):
            found.append((day, day + timedelta(days=self._rng.choice([4, 4, 6, 11]))))
            day += timedelta(days=self._rng.randrange(120, 260))
        if away_now:
            first = self._today - timedelta(days=self._rng.randrange(2, 7))
            found.append((first, self._today + timedelta(days=self._rng.randrange(2, 9))))
        return found

    def _cover(self, officer: Officer, everybody: list[Officer]) -> Officer | None:
        """A colleague of the same service, else the manager; now and then nobody."""
        near = [o for o in everybody if o.service_id == officer.service_id and o != officer]
        if self._rng.random() < 0.1:
            return None
        same = [o for o in near if o.level == officer.level]
        return self._rng.choice(same or near) if near else officer.manager

    def _leave(self) -> None:
        """One officer of the largest team left some months ago, and has been replaced."""
        largest = max(self._plan.services, key=lambda plan: plan.count if plan.topics else 0)
        service, manager = self._services[largest.name], self._officers.get(largest.head)
        gone = self._officer(largest.staff[-1], "officer", service, manager)
        last_day = self._today - timedelta(days=(self._today - self._start).days // 4)
        officer_actions.end(officer=gone, last_day=last_day, by=None)
