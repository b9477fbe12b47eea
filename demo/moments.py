"""When things happen in a story: in working hours, in order, and never two at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from casework.clocks import LONDON
from demo.outlines import Outline

if TYPE_CHECKING:
    from demo.simulation import Stage


class Moments:
    """`at` is the moment of what came last in a story."""

    def __init__(self, stage: Stage, plan: Outline, rng: Random) -> None:
        self.stage, self.plan, self.rng = stage, plan, rng
        self.received = self.at = self._received_at()

    def _received_at(self) -> datetime:
        """At any hour of a waking day."""
        hour = self.rng.choice([7, 8, 9, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21])
        clock = time(hour, self.rng.randrange(60), self.rng.randrange(60))
        return datetime.combine(self.plan.received, clock, tzinfo=LONDON)

    def _on(self, day: date) -> datetime:
        """A moment in the working hours of a day, after whatever came before."""
        clock = time(self.rng.randrange(9, 17), self.rng.randrange(60), self.rng.randrange(60))
        moment = datetime.combine(day, clock, tzinfo=LONDON)
        self.at = moment if moment > self.at else self._soon()
        return self.at

    def _soon(self) -> datetime:
        """Some minutes later."""
        self.at += timedelta(minutes=self.rng.randrange(4, 50), seconds=self.rng.randrange(60))
        return self.at

    def _working(self, days: int) -> datetime:
        """So many working days after receipt, or as soon after that as may be."""
        calendar = self.stage.calendar
        day = calendar.add(self.plan.received, days)
        if not calendar.is_working_day(day):
            day = calendar.next_working_day(day)
        return self._on(max(day, self._today()))

    def _after(self, days: int) -> datetime:
        """So many working days after what came last."""
        return self._on(self.stage.calendar.add(self._today(), days) if days else self._today())

    def _today(self) -> date:
        """The day of what came last, or the next on which anybody is at work."""
        day = self.at.date()
        calendar = self.stage.calendar
        return day if calendar.is_working_day(day) else calendar.next_working_day(day)
