"""Handed on, taken back, late, closed for a day, swept or not, in any order: nothing is told twice."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from casework.chasing import actions as chasing
from casework.contributions import actions as contributions
from casework.enquiries import actions
from casework.models import Breach, Case, Clock
from council import calendar
from council.actions import closures
from council.models import ClosureDay
from ledger import actions as ledger
from ledger.models import Event
from protocol import lifecycle
from protocol.refusals import Refused
from tests import cast
from tests.casework.handing import council_with_system, hand_on, take_back
from tests.casework.making import NOW, World, fresh, reloaded, with_bob
from tests.casework.test_breaches import ACKNOWLEDGEMENT_BREAKS
from tests.casework.told import told_once

pytestmark = pytest.mark.django_db
CLOSED = (date(2026, 6, 5), date(2026, 6, 9), date(2026, 6, 12))
# What there is to do; handing on and back is what this is about.
OF_THE_DAY = ("close", "close", "open", "chase", "chase", "recount", "deliver", "explain")
WHILE_OPEN = ("hand_on",) * 5 + ("ask_service", "extend", "acknowledge", "answer")
WHILE_AWAY = ("take_back",) * 6 + ("ask_again",)
# So many hours go by, and then this is done.
MOVES = st.tuples(st.sampled_from([1, 1, 3, 24, 24, 72, 120]), st.integers(0, 999))
LIVES = max(25, settings.default.max_examples // 4)


class Life:
    def __init__(self, made: World, gita, travel) -> None:
        self.made, self.gita, self.travel = made, gita, travel
        self.now = NOW
        self.travel.move_to(NOW, tick=False)
        self.case: Case = with_bob(made)
        self.done: Counter[str] = Counter()

    def live(self, moves: list[tuple[int, int]], days: int) -> None:
        """`days` go by before anything happens, so that much of it is late."""
        self.now += timedelta(days=days)
        for hours, pick in moves:
            self.now += timedelta(hours=hours)
            self.travel.move_to(self.now, tick=False)
            step = self.choose(pick)
            note(f"{self.now:%a %d %b %H:%M} {step}")
            with suppress(Refused), transaction.atomic():
                self.take(step, pick)
                self.done[step] += 1
            self.holds()
        # What is left to tell is told, and no more.
        for _ in range(2):
            chasing.chase(now=self.now)
            self.holds()
        told_once(self.case)
        assert not Clock.objects.step_due(self.now).exists()

    def choose(self, pick: int) -> str:
        state = reloaded(self.case).state
        menu = WHILE_AWAY if state == lifecycle.HANDED_ON else WHILE_OPEN
        if state in lifecycle.ANSWERED_ONCE:
            menu = ("ask_again",)
        menu = OF_THE_DAY if pick % 2 else menu
        return menu[(pick // 2) % len(menu)]

    def take(self, step: str, pick: int) -> None:
        now, bob, day = self.now, fresh(self.made.bob), CLOSED[pick % len(CLOSED)]
        if step == "close":
            if not ClosureDay.objects.filter(day=day).exists():
                closures.add(first=day, name="Storm", by=None)
        elif step == "open":
            if closed := ClosureDay.objects.first():
                closures.remove(closure=closed, by=None)
        elif step in ("chase", "recount"):
            getattr(chasing, step)(now=now)
        elif step == "deliver":
            ledger.deliver(now=now)
        elif step == "hand_on":
            said = {"reference": f"RI-{pick}", "entered_on": None}
            hand_on(self.made, self.case, by=fresh(self.made.dev), said=said, now=now)
        elif step == "take_back":
            take_back(self.made, self.case, by=fresh(self.made.dev), now=now)
        else:
            getattr(self, step)(reloaded(self.case), bob, now, pick)

    # What people do, by the name of the step --------------------------------------------------------

    def answer(self, case, bob, now, pick) -> None:
        actions.answer(case=case, by=bob, text="Done.", now=now)

    def ask_again(self, case, bob, now, pick) -> None:
        actions.ask_again(case=case, by=fresh(self.made.alice), text="And?", now=now)

    def acknowledge(self, case, bob, now, pick) -> None:
        actions.acknowledge(case=case, by=bob, text="Here.", now=now)

    def explain(self, case, bob, now, pick) -> None:
        actions.explain_breach(case=case, by=bob, explanation="Snow.", now=now)

    def extend(self, case, bob, now, pick) -> None:
        later = calendar.current().add(case.next_due, pick % 8)
        actions.extend(case=case, by=bob, reason="A survey.", new_date=later, now=now)

    def ask_service(self, case, bob, now, pick) -> None:
        due = calendar.current().add(now.date(), pick % 3)
        asked = {"service": self.gita.officer.service, "due": due, "shares": False}
        contributions.ask(case=case, by=bob, text="Whose?", now=now, **asked)

    # What must hold ---------------------------------------------------------------------------------

    def holds(self) -> None:
        case, today = reloaded(self.case), self.now.date()
        # No breach goes untold, and no case that ended late is without one.
        told = Event.objects.about(case.key).of("breach_recorded")
        assert Breach.objects.count() <= told.count()
        for clock in Clock.objects.filter(case=case, promise="answer").exclude(stopped_at=None):
            late = clock.stopped_at.date() > clock.due
            assert not late or Breach.objects.filter(clock=clock).exists()
        waiting = Breach.objects.filter(explained_at=None).select_related("clock")
        if case.state == lifecycle.HANDED_ON:
            assert case.awaits_explanation == any(b.stands(today) for b in waiting)


def test_nothing_is_told_twice_whatever_happens_in_whatever_order(time_machine):
    """Br10f; Bl10.1. Seen red with: no step taken by `record_late`; the steps left behind by `run_on`."""
    time_machine.move_to(NOW, tick=False)
    made = council_with_system("bristol", changed=ACKNOWLEDGEMENT_BREAKS)
    gita, lived = cast.gita(), Counter()

    @settings(max_examples=LIVES, suppress_health_check=[HealthCheck.too_slow])
    @given(moves=st.lists(MOVES, min_size=8, max_size=20), days=st.integers(0, 12))
    def live(moves, days) -> None:
        calendar.forget()
        with transaction.atomic():
            life = Life(made, gita, time_machine)
            life.live(moves, days)
            lived.update(life.done)
            lived["breaches"] += Breach.objects.count()
            transaction.set_rollback(True)
        calendar.forget()

    live()
    print(f"N = {dict(lived)}, {os.environ.get('HYPOTHESIS_PROFILE', 'default')}")
    assert lived.keys() >= {"hand_on", "take_back", "chase", "breaches"}, dict(lived)
