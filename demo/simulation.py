"""Two years of casework, lived through by the product's own actions in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import Person
from casework.chasing import actions as chasing
from casework.clocks import LONDON
from demo import matters as written
from demo.cast import Cast
from demo.names import Register, streets
from demo.outlines import Outline, outline
from demo.plans import CouncilPlan
from demo.stories import Story
from members.models import Member
from protocol.calendar import Calendar
from protocol.profile import Profile

STREETS = 140
PHOTOGRAPHS = 4
SOME_DAYS = timedelta(days=4)


class Stage:
    """What every story shares: the people, the calendar, the protocol, and the time it is."""

    def __init__(
        self,
        *,
        plan: CouncilPlan,
        profile: Profile,
        calendar: Calendar,
        seed: int,
        start: date,
        now: datetime,
        leaver: Member | None = None,
    ) -> None:
        self.profile, self.calendar = profile, calendar
        self.start, self.now = start, now
        self.today = now.astimezone(LONDON).date()
        self.days = profile.standard("enquiry", "answer").days
        rng = Random(f"{seed}:stage")
        self.cast = Cast(plan, rng)
        self.matters = written.load(plan.matters)
        self.streets = streets(rng, STREETS)
        self.constituents = Register(rng, "post.example")
        self.seed = seed
        self._leaver = leaver.person_id if leaver else None
        self._swept = start
        # How many enquiries still come with one.
        self.photographs = PHOTOGRAPHS
        # In the order in which they come.
        self.stories: list[Story] = []

    @property
    def leaves_on(self) -> date:
        """The last day of the member who leaves during the history."""
        return self.today - timedelta(days=(self.today - self.start).days // 3)

    def raiser(self, plan: Outline, rng: Random) -> Person:
        """Who raises an enquiry. Whoever leaves raises something only well before."""
        early = plan.kind == "within" and (self.leaves_on - plan.received).days > 40
        if self._leaver and early and rng.random() < 0.04:
            return self.cast.people[self._leaver]
        while (member := self.cast.member(rng)).pk == self._leaver:
            pass
        return member

    def to_repeat(self, on: date) -> Story | None:
        """An open enquiry that came some days before, so that its member may raise it again."""
        before = on - SOME_DAYS
        working = [
            one for one in self.stories if one.plan.mood == "working" and one.plan.received < before
        ]
        return working[-1] if working else None

    def play(self, count: int, tick: Callable[[int], None] = lambda told: None) -> None:
        """Tell so many stories side by side, each moment in its turn, the ladder running between.

        A story whose next moment is yet to come stops there, as an open enquiry.
        """
        rng = Random(f"{self.seed}:outlines")
        plans = outline(
            count=count,
            start=self.start,
            today=self.today,
            days=self.days,
            calendar=self.calendar,
            rng=rng,
        )
        self.stories = [
            Story(self, plan, Random(f"{self.seed}:{place}")) for place, plan in enumerate(plans)
        ]
        told = [story.tell() for story in self.stories]
        waiting: list[tuple[datetime, int]] = []
        for place, story in enumerate(told):
            self._wait(waiting, place, story)
        ended = 0
        while waiting:
            moment, place = heapq.heappop(waiting)
            self._sweep_until(moment)
            if not self._wait(waiting, place, told[place]):
                ended += 1
                tick(ended)
        self._sweep_until(self.now)
        chasing.sweep(now=self.now)

    def _wait(self, waiting: list[tuple[datetime, int]], place: int, story) -> bool:
        """Go on with a story to its next moment; False where it has none before now."""
        moment = next(story, None)
        if moment is None or moment > self.now:
            return False
        heapq.heappush(waiting, (moment, place))
        return True

    def _sweep_until(self, moment: datetime) -> None:
        """Chasing and escalation, on the morning of each working day up to a moment."""
        while True:
            day = self.calendar.next_working_day(self._swept)
            morning = datetime.combine(day, time(self.profile.ladder.hour, 1), tzinfo=LONDON)
            if morning > moment:
                return
            chasing.sweep(now=morning)
            self._swept = day
