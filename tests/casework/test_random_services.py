"""However a council reorganises, and whatever is done to its enquiries meanwhile: nothing open is left with a
service that has ended, nobody works in one, no date moves, and each history says where its enquiry went.

Each life is a sequence of real actions on the real database. What is refused must leave no trace.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from casework.contributions import actions as contributions
from casework.enquiries import actions
from casework.models import Case, Clock, Contribution
from ledger.models import Event, Notice
from ledger.verification import Tally, verify
from officers.actions import officers, reorganising
from officers.models import Officer, Service, ServiceChange
from protocol import lifecycle
from protocol.refusals import Refused
from tests.casework.making import NOW, World, fresh, reloaded, working_days, world
from tests.casework.test_random_lives import undone
from tests.factories import OfficerFactory, ServiceFactory

pytestmark = pytest.mark.django_db
LIVES = max(10, settings.default.max_examples // 5)
VERBS = (
    "log",
    "log",
    "merge",
    "merge",
    "end",
    "reassign",
    "answer",
    "again",
    "ask",
    "join",
    "rename",
)


@dataclass(frozen=True)
class Move:
    verb: str
    one: int
    other: int


MOVES = st.builds(
    Move, verb=st.sampled_from(VERBS), one=st.integers(0, 255), other=st.integers(0, 255)
)


@dataclass
class Council:
    made: World
    services: list[Service]
    now: object = NOW
    done: Counter = field(default_factory=Counter)

    def live(self, moves: list[Move], travel) -> None:
        for move in moves:
            self.now += timedelta(minutes=17)
            travel.move_to(self.now, tick=False)
            before = self.state()
            try:
                with transaction.atomic():
                    getattr(self, move.verb)(move.one, move.other)
            except Refused as no:
                note(f"{move}: {no}")
                assert self.state() == before, f"{move} was refused and left a trace"
            else:
                self.done[move.verb] += 1
                if move.verb in ("merge", "end"):
                    self.moved_and_nothing_else(before)
            self.holds()
        assert [str(fault) for fault in verify(tally=Tally())] == []

    # What is done -----------------------------------------------------------------------------------

    def service(self, number: int) -> Service:
        """As a page that was opened long ago would have it: it may have ended meanwhile."""
        return self.services[number % len(self.services)]

    def case(self, number: int, *states: str) -> Case:
        """One in any of these states, or any."""
        return self.pick(Case.objects.filter(state__in=states or list(lifecycle.WORDS)), number)

    def pick(self, rows, number: int) -> Case:
        found = list(rows.order_by("pk").values_list("pk", flat=True))
        if not found:
            raise Refused("There is none.")
        return reloaded(Case(pk=found[number % len(found)]))

    def officer(self, number: int) -> Officer:
        rows = Officer.objects.select_related("person", "service").filter(level="officer")
        return rows.order_by("pk")[number % rows.count()]

    def log(self, one: int, other: int) -> None:
        case = actions.log(
            by=self.made.alice,
            member=self.made.alice,
            subject=f"Matter {one}",
            body="Words.",
            channel="online",
            submission_key=uuid.uuid4(),
            service=self.service(one),
        )
        if other % 3 == 0:
            Case.objects.filter(pk=case.pk).update(sensitivity="restricted")

    def merge(self, one: int, other: int) -> None:
        self.change(reorganising.merge, one, other)

    def end(self, one: int, other: int) -> None:
        self.change(reorganising.end, one, other)

    def change(self, act, one: int, other: int) -> None:
        act(service=self.service(one), into=self.service(other), reason="So.", by=self.made.dev)

    def reassign(self, one: int, other: int) -> None:
        case, officer = self.case(one), self.officer(other)
        act = actions.allocate if case.state == "received" else actions.reassign
        self.give(act, case, officer, reason="Yours.")

    def give(self, act, case: Case, officer: Officer, **more) -> Case:
        """It goes to the service of whoever has it now, and stays where it is with one of no service."""
        expected = officer.service_id or case.service_id
        case = act(case=case, by=fresh(self.made.dev), officer=officer, **more)
        assert reloaded(case).service_id == expected
        return case

    def taken(self, one: int, other: int) -> Case:
        """One that an officer has, given to one where it waited; nobody gives out what is restricted."""
        waits = Q(state="received", sensitivity="ordinary")
        case = self.pick(Case.objects.filter(waits | Q(state="with_officer")), one)
        if case.state == "received":
            case = self.give(actions.allocate, case, self.officer(other))
        return case

    def answer(self, one: int, other: int) -> None:
        case = self.taken(one, other)
        actions.answer(case=case, by=fresh(case.owner or self.made.dev), text="Done.")

    def again(self, one: int, other: int) -> None:
        actions.ask_again(
            case=self.case(one, "answered"), by=fresh(self.made.alice), text="Not so."
        )

    def ask(self, one: int, other: int) -> None:
        case = self.taken(one, other)
        contributions.ask(
            case=case,
            by=fresh(case.owner or self.made.dev),
            text="Do you know?",
            due=working_days(timezone.localdate(self.now), 2),
            service=self.service(other),
        )

    def join(self, one: int, other: int) -> None:
        """Whoever was without a service, or in another, is put into one by the clerk."""
        officer = self.officer(one)
        shown = officers.shown(officer) | {"service": self.service(other)}
        officers.change(officer=officer, by=fresh(self.made.dev), **shown)

    def rename(self, one: int, other: int) -> None:
        service = Service.objects.with_leaders().get(pk=self.service(one).pk)
        officers.change_service(
            service=service,
            name=f"Called {other}",
            head=service.head,
            chief_officer=service.chief_officer,
            by=fresh(self.made.dev),
        )

    # What must hold -----------------------------------------------------------------------------------

    def state(self) -> dict:
        kept = (Case, Clock, Contribution, Event, Notice, Officer, Service, ServiceChange)
        return {model: list(model.objects.order_by("pk").values()) for model in kept}

    def moved_and_nothing_else(self, before: dict) -> None:
        """One event for each open case and contribution of the service, and no date, owner or state changed."""
        change = ServiceChange.objects.latest("pk")
        after, where = self.state(), change.service_id
        assert after[Clock] == before[Clock]
        mine = [c for c in before[Case] if c["service_id"] == where and Case(**c).is_open]
        asked = [
            c for c in before[Contribution] if c["service_id"] == where and c["state"] == "asked"
        ]
        moved = {c["id"]: {"service_id": change.into_id, "version": c["version"] + 1} for c in mine}
        assert after[Case] == [c | moved.get(c["id"], {}) for c in before[Case]]
        new = after[Event][len(before[Event]) :]
        counted = Counter(event["subject"] for event in new if event["subject"].startswith("case:"))
        expected = Counter(f"case:{c['id']}" for c in mine)
        assert counted == expected + Counter(f"case:{c['case_id']}" for c in asked)
        told = [notice["recipient"] for notice in after[Notice][len(before[Notice]) :]]
        assert len(told) == len(set(told))

    def holds(self) -> None:
        ended = Service.objects.filter(ended_on__isnull=False)
        assert not Case.objects.open().filter(service__in=ended).exists()
        assert not Contribution.objects.open().filter(service__in=ended).exists()
        assert not Officer.objects.filter(service__in=ended).exists()
        assert not ended.filter(carried_on_by=None).exists()
        assert not ended.filter(carried_on_by__ended_on__isnull=False).exists()
        self.histories()

    def histories(self) -> None:
        """Where each enquiry is now is where its history says that it went. (That no event is missing is for
        `verify`.)
        """
        moves: dict[str, int] = {}
        for event in Event.objects.filter(subject__startswith="case:").order_by("id"):
            if event.verb == "enquiry_routed":
                moves[event.subject] = event.data["service"]
            if event.verb.startswith("enquiry_moved_by"):
                before = event.data["service_before"]
                assert moves.get(event.subject, before) == before
                moves[event.subject] = event.data["service_now"]
            if event.verb in ("enquiry_allocated", "enquiry_reassigned"):
                # It went with the officer, to a service that the event does not name (`give` looks).
                moves.pop(event.subject, None)
        for case in Case.objects.all():
            assert moves.get(case.key, case.service_id) == case.service_id, case


def test_no_sequence_leaves_anything_open_or_anybody_in_a_service_that_ended(time_machine):
    """Seen red with: `taking` left out of logging; `follow` left out of asking again; contributions left
    behind; `carried_on_by` of what was taken over before left as it was.
    """
    time_machine.move_to(NOW, tick=False)
    made = world("bristol")
    services = [made.highways]
    for name in ("Parks", "Street cleansing", "Environment", "Print room"):
        service = ServiceFactory(name=name)
        service.head = OfficerFactory(service=service, level="senior")
        service.save(update_fields=["head"])
        OfficerFactory(service=service)
        services.append(service)
    lived: Counter = Counter()

    @settings(
        max_examples=LIVES,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(moves=st.lists(MOVES, min_size=14, max_size=30))
    def live(moves: list[Move]) -> None:
        with undone():
            council = Council(made, services)
            council.live(moves, time_machine)
            lived.update(council.done)

    live()
    print(f"N = {dict(lived)}")
    assert lived.keys() >= set(VERBS), f"too little was lived: {dict(lived)}"
