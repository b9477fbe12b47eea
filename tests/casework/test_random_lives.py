"""Whatever is done to an enquiry, in whatever order and by whomever: it can be brought to an end, nothing
that was written is lost, and its dates are those that its own history gives when it is counted by hand.

Each life is a sequence of real actions on the real database, with time going by, officers leaving and
coming, and the council closing for a day. What is refused must leave no trace.
"""

from __future__ import annotations

import os
import uuid
from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from casework import links, receiving
from casework.attachments import removable
from casework.chasing import actions as chasing
from casework.contributions import rules as asking
from casework.contributions.steps import STEPS as ASKED_FOR
from casework.demands import actions as demands
from casework.enquiries import rules, service_requests
from casework.enquiries.steps import STEPS
from casework.models import (
    Breach,
    Case,
    CaseLink,
    Clock,
    Contribution,
    ContributionTold,
    Demand,
    DemandTold,
    FollowUp,
    Handing,
    Message,
)
from casework.passing import actions as passing
from casework.passing.theirs import Mark
from council import calendar
from council.actions import closures
from council.models import ClosureDay, Council
from ledger.models import Event
from ledger.verification import Tally, verify
from officers.actions.reorganising import merge
from officers.models import Absence, Officer, Service
from protocol import lifecycle
from protocol.bank_holidays import DIVISIONS, holidays
from protocol.refusals import Refused
from tests import cast
from tests.casework.making import (
    LONDON,
    NOW,
    World,
    enquiry,
    fresh,
    reloaded,
    working_days,
    world,
)
from tests.casework.rooms import invented
from tests.casework.told import told_once
from tests.documents.making import held
from tests.factories import AbsenceFactory, OfficerFactory, ServiceFactory

pytestmark = pytest.mark.django_db
ADDRESS = "https://report.example.gov.uk/"
# Of what it makes nobody here may know, and it gives nothing back.
SECRET = invented("secret", known_to=lambda person: Q(pk__in=[]))
ROOMS = (service_requests.ROOM, service_requests.ROOM, service_requests.ROOM, SECRET)
PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}
HOLIDAYS = holidays(DIVISIONS["england"])[0]
ENDING = (
    "enquiry_answered",
    "enquiry_withdrawn",
    "enquiry_returned",
    "enquiry_closed_as_duplicate",
    "enquiry_handed_on",
)
OF_THE_DAY = (
    "closed",
    "opened",
    "away",
    "back",
    "swept",
    "merged",
    "passed",
    "demanded",
    "demanded",
)
# Nothing goes on from these.
DEAD = (lifecycle.RETURNED, lifecycle.WITHDRAWN, lifecycle.DUPLICATE)
# What so many lives are sure to have.
COMMON = {
    "accept",
    "answer",
    "ask",
    "close",
    "note",
    "again",
    "ask_service",
    "contribute",
    "hand_on",
    "take_back",
}
# A life costs a second or two, so fewer are lived than Hypothesis would: 20 by hand, 40 on a landing.
LIVES = max(10, settings.default.max_examples // 5)


@dataclass(frozen=True)
class Move:
    """`hours` go by; then somebody does something. `wild`: anybody tries anything at all."""

    hours: int
    pick: int
    wild: bool
    day: str


MOVES = st.builds(
    Move,
    hours=st.integers(0, 96),
    pick=st.integers(0, 2**16),
    wild=st.sampled_from([False, False, False, True]),
    day=st.sampled_from(["", "", "", *OF_THE_DAY]),
)


@dataclass
class Life:
    """One enquiry, the people around it, and every text that was accepted from anybody."""

    made: World
    people: dict
    travel: object
    now: datetime = NOW
    case: Case | None = None
    # What it may be linked with; nobody does anything to it.
    twin: Case | None = None
    written: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    merged: int = 0
    # Who might do what after the last step; time may have made it untrue.
    may: list[tuple[str, str]] = field(default_factory=list)

    def live(self, moves: list[Move]) -> None:
        self.travel.move_to(self.now, tick=False)
        self.twin = enquiry(self.made, subject="Another of hers", now=self.now)
        self.case = enquiry(self.made, body=self.word(keep=True), now=self.now)
        self.may = self.who_may()
        for move in moves:
            self.now += timedelta(hours=move.hours)
            self.travel.move_to(self.now, tick=False)
            self.pass_the_day(move)
            self.attempt(*self.choose(move), move.pick)
            self.check()
            if not self.can_be_left():
                break
        if moves[0].pick % 3 == 0:
            self.attempt("alice", "withdraw", 2)
        self.end_it()
        self.check()
        told_once(self.case)
        assert [str(fault) for fault in verify(tally=Tally())] == []

    # What happens ---------------------------------------------------------------------------------

    def word(self, *, keep: bool = False) -> str:
        made = f"Words {len(self.written)} of {len(self.done)}."
        if keep:
            self.written.append(made)
        return made

    def pass_the_day(self, move: Move) -> None:
        today = self.now.astimezone(LONDON).date()
        if move.day == "closed":
            day = today + timedelta(days=move.pick % 12)
            if calendar.current().is_working_day(day):
                closures.add(first=day, name="Storm", by=None)
                chasing.recount(now=self.now)
        if move.day == "opened" and (closed := ClosureDay.objects.filter(day__gt=today).first()):
            closures.remove(closure=closed, by=None)
            chasing.recount(now=self.now)
        if move.day == "away":
            officer = self.people["bob"].officer
            if not Absence.objects.filter(officer=officer).exists():
                cover = self.people["pat"].officer if move.pick % 2 else None
                until = today + timedelta(days=20)
                AbsenceFactory(officer=officer, since=today, until=until, cover=cover)
        if move.day == "back":
            Absence.objects.all().delete()
        if move.day == "swept":
            chasing.chase(now=self.now)
        if move.day == "merged" and self.merged < 2:
            self.merge(move.pick)
        if move.day == "demanded":
            self.demand(move.pick)
        if move.day == "passed":
            self.pass_on(move.pick)

    def merge(self, pick: int) -> None:
        """The service that has it becomes part of another, under Sam; or what was asked of Gita's does."""
        self.merged += 1
        service = self.people["gita"].officer.service if pick % 3 == 0 else self.case.service
        new = ServiceFactory(name=f"Place {self.merged}", head=self.people["sam"].officer)
        kept = list(Clock.objects.order_by("pk").values())
        with suppress(Refused):
            merge(service=service, into=new, reason="So.", by=None)
        assert list(Clock.objects.order_by("pk").values()) == kept

    def demand(self, pick: int) -> None:
        """Somebody flags a demand, considers one or takes it back: nothing of the enquiry tells of it."""
        them = fresh(list(self.people.values())[pick % len(self.people)])
        open_now = list(Demand.objects.open().filter(case=self.case).with_names())
        before, everything = _rows(APART_FROM_DEMANDS), _rows()
        say = {"by": them, "now": self.now}
        ground = self.case.profile.demands.offered[0]
        try:
            with transaction.atomic():
                if not open_now or pick % 5 == 0:
                    demands.flag(case=reloaded(self.case), ground=ground, text="Too much.", **say)
                elif pick % 7 == 0:
                    demands.take_back(demand=open_now[0], **say)
                else:
                    said = {"outcome": "talked", "text": "We talked."}
                    demands.consider(demand=open_now[0], **said, **say)
        except Refused:
            assert _rows() == everything, "a demand was refused and left a trace"
        stream = Event.objects.filter(stream__key=self.case.key).order_by("pk")
        assert _rows(APART_FROM_DEMANDS) == before
        assert not [e for e in stream if e.verb.startswith("demand_")]
        assert not Demand.objects.visible_to(fresh(self.people["alice"])).exists()

    def pass_on(self, pick: int) -> None:
        """All that whoever has it has goes to another at once; where it is refused, it stays as it was."""
        case, texts, before = reloaded(self.case), list(self.written), _rows()
        of = Officer.objects.with_names().filter(person=case.owner_id).first()
        if of is None:
            return
        [outcome] = passing.pass_on(
            marks=[Mark(case.reference, case.version)],
            of=of,
            officer=self.people["pat" if pick % 3 else "bob"].officer,
            by=fresh(self.people["dev"]),
            reason=self.word(keep=True),
            once=uuid.uuid4(),
            now=self.now,
        )
        if outcome.refused is None:
            self.done.append("passed_on_at_once")
        else:
            self.written = texts
            assert _rows() == before
        self.may = self.who_may()

    def choose(self, move: Move) -> tuple[str, str]:
        """Who tries what: one of those who may, or, wildly, anybody anything."""
        every = [(name, verb) for name in self.people for verb in (*rules.WHO, *asking.WHO)]
        if move.wild:
            return every[move.pick % len(every)]
        may: dict[str, list[str]] = defaultdict(list)
        for name, verb in self.may:
            may[verb].append(name)
        # A life that ends at once shows little.
        rare = {"return", "withdraw", "close_duplicate"} if move.pick % 9 else set()
        chosen = sorted(may.keys() - rare)
        # Another service is asked in every other life or so, and then something comes of it.
        chosen += [verb for verb in chosen if verb in asking.WHO or verb == "ask_service"] * 3
        # What was handed on mostly comes back, one way or the other.
        chosen += [verb for verb in chosen if verb in ("take_back", "ask_again")] * 3
        if "hand_on" in chosen and move.pick % 5 == 1:
            chosen = ["hand_on"]
        if not chosen:
            return every[move.pick % len(every)]
        verb = chosen[(move.pick >> 4) % len(chosen)]
        return may[verb][move.pick % len(may[verb])], verb

    def who_may(self) -> list[tuple[str, str]]:
        case, today = reloaded(self.case), timezone.localdate(self.now)
        found = []
        for name, person in self.people.items():
            them = fresh(person)
            if Case.objects.visible_to(them).filter(pk=case.pk).exists():
                found += [(name, verb) for verb in rules.available(case, them, today)]
            for one in Contribution.objects.readable_by(them).filter(case=case):
                found += [(name, verb) for verb in asking.available(one, them, today)]
        return found

    def attempt(self, name: str, verb: str, pick: int) -> bool:
        texts = list(self.written)
        given = self.given(verb, pick, name)
        if given.get("document", "none to remove") is None:
            self.written = texts
            return False
        before, does = _rows(), STEPS.get(verb) or ASKED_FOR[verb]
        about = {"case": reloaded(self.case)} if verb in STEPS else self.asked_for(pick)
        if not about:
            self.written = texts
            return False
        note(f"{self.now:%d %b %H:%M} {name} {verb} {given}")
        try:
            with transaction.atomic():
                does.action(**about, by=fresh(self.people[name]), now=self.now, **given)
        except Refused:
            self.written = texts
            assert _rows() == before, f"{verb} was refused and left a trace"
            return False
        self.done.append(verb)
        return True

    def asked_for(self, pick: int) -> dict:
        """One of the contributions of this enquiry, an open one rather than another; {} where there is none."""
        found = Contribution.objects.filter(case=self.case).order_by("-state", "pk")
        found = [one for one in found if one.is_open] or list(found)
        return {"contribution": found[pick % len(found)]} if found else {}

    def given(self, verb: str, pick: int, name: str) -> dict:
        """What the verb's form would send; each text a different one, and now and then a file with it."""
        asked = set((STEPS.get(verb) or ASKED_FOR[verb]).form.base_fields) - {"version"}
        found: dict = {}
        for one in ("text", "reason", "explanation", "learned", "remark"):
            optional = one in ("learned", "remark") or (verb, one) in OPTIONAL
            if one in asked and not (optional and (pick >> 3) % 2):
                found[one] = self.word(keep=True)
        if "files" in asked and (pick >> 5) % 4 == 1:
            found["documents"] = [held(self.people[name], added_at=self.now, since=self.now)]
        if "document" in asked:
            found["document"] = removable(self.case, fresh(self.people[name])).first()
        if "service" in asked:
            asked -= {"officer"}
            found["service"] = self.people[("gita", "gita", "dev", "bob")[pick % 4]].officer.service
            today = timezone.localdate(self.now)
            found["due"] = working_days(today, (pick >> 2) % 5)
            found["shares"] = bool(pick % 2)
        if "officer" in asked and verb == "pass_on":
            found["officer"] = self.people[("gita", "gus", "dev", "bob")[pick % 4]].officer
        elif "officer" in asked:
            names = ("bob", "pat", "sam", "carol")
            found["officer"] = self.people[names[pick % len(names)]].officer
        if "new_date" in asked:
            found["new_date"] = working_days(self.current().due, pick % 9)
        if "outcome" in asked:
            found["outcome"] = "resolved"
        linked = links.look(self.case, fresh(self.people[name]))
        if verb == "link":
            found |= {"other": self.twin, "kind": ("related", "duplicate")[pick % 2]}
            # Not a message of the case: it is read by those who may see both.
            self.written.remove(found["reason"])
        if verb == "hand_on":
            wanted = ROOMS[pick % len(ROOMS)]
            found |= {"room": wanted, "said": {"reference": f"R {pick}"}}
            if wanted.known_to is None:
                # Where it is now is written below it, for the member.
                self.written[-1] += f"\n\nIt is now in Report it, with the reference R {pick}."
                self.written[-1] += f"\n\n{ADDRESS}"
        if verb == "unlink":
            found["link"] = linked[0].link if linked else CaseLink()
        if verb == "close_duplicate":
            found["other"] = self.twin
        return found

    # What must hold -------------------------------------------------------------------------------

    def current(self) -> Clock:
        return Clock.objects.get(case=self.case, promise="answer", round=reloaded(self.case).round)

    def can_be_left(self) -> bool:
        """What is open, or only answered, is somebody's to go on with; the rest has ended."""
        state, self.may = reloaded(self.case).state, self.who_may()
        onward = {
            verb
            for _, verb in self.may
            if verb in STEPS and lifecycle.next_state("enquiry", state, verb) != state
        }
        if state in (*lifecycle.OPEN, lifecycle.ANSWERED) or self.can_come_back(state):
            assert onward, f"nobody can go on from {state} after {self.done}"
        self.none_waits_for_ever(state)
        return state not in DEAD

    def can_come_back(self, state: str) -> bool:
        """What was handed on to a room that gives it back."""
        if state != lifecycle.HANDED_ON:
            return False
        return self.case.handings.get(taken_back_at=None).room == service_requests.KEY

    def none_waits_for_ever(self, state: str) -> None:
        """What a service was asked is somebody's to give, or to call back; and nothing once it is over."""
        owed = Contribution.objects.open().filter(case=self.case).exists()
        assert not owed or state in lifecycle.OPEN, f"still asked for in {state}"
        ends = {"contribute", "decline", "call_back"}
        assert not owed or {verb for _, verb in self.may} & ends, f"nobody can end it: {self.done}"

    def end_it(self) -> None:
        """From wherever it is, the clerk and a head of service bring it to its end."""
        Absence.objects.all().delete()
        for _ in range(5):
            state = reloaded(self.case).state
            if state == lifecycle.CLOSED or state in DEAD:
                return
            if state == lifecycle.HANDED_ON:
                if self.case.handings.get(taken_back_at=None).room != service_requests.KEY:
                    return
                assert self.attempt("dev", "take_back", 2)
                continue
            if state == lifecycle.RECEIVED:
                ways = [("dev", "allocate")]
            elif state == lifecycle.ANSWERED:
                ways = [("dev", "close")]
            else:
                ways = [("sam", "answer"), ("dev", "reassign")]
            # Pick 2 is Sam, and writes every text that may be written.
            assert any(self.attempt(name, verb, 2) for name, verb in ways), f"stuck in {state}"
        raise AssertionError(f"five steps did not end it: {self.done}")

    def check(self) -> None:
        bodies = sorted(Message.objects.filter(case=self.case).values_list("body", flat=True))
        assert bodies == sorted(self.written), f"a text was lost or made twice after {self.done}"
        History(self.case).agrees()
        ended = Service.objects.filter(ended_on__isnull=False)
        assert not Case.objects.open().filter(service__in=ended).exists()
        assert not Contribution.objects.open().filter(service__in=ended).exists()


def _rows(models: tuple | None = None) -> list:
    return [list(model.objects.order_by("pk").values()) for model in models or KEPT]


APART_FROM_DEMANDS = (Case, CaseLink, Clock, Message, FollowUp, Breach, Contribution, Handing)
KEPT = (*APART_FROM_DEMANDS, Event, ContributionTold, Demand, DemandTold)
OPTIONAL = {("withdraw", "reason"), ("call_back", "reason")}


# The dates, counted by hand from what is in the ledger ----------------------------------------------


@dataclass
class Promise:
    """One clock as the events tell it. Days are counted one at a time."""

    since: date
    days: int
    closed: set[date]
    pauses: list[tuple[date, date]] = field(default_factory=list)
    paused: date | None = None
    promised: date | None = None
    promised_on: date | None = None
    stopped: datetime | None = None
    first_due: date | None = None

    def __post_init__(self) -> None:
        self.first_due = self.standard

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and day not in HOLIDAYS and day not in self.closed

    def after(self, day: date, count: int) -> date:
        while count:
            day += timedelta(days=1)
            count -= self.works(day)
        return day

    def lost(self, since: date | None = None) -> int:
        return sum(
            self.works(a + timedelta(days=n + 1))
            for a, b in self.pauses
            if since is None or a >= since
            for n in range((b - a).days)
        )

    def go_on(self, day: date) -> None:
        if self.paused is not None:
            self.pauses.append((self.paused, day))
            self.paused = None

    @property
    def standard(self) -> date:
        return self.after(self.after(self.since, self.days), self.lost())

    @property
    def due(self) -> date:
        if self.promised is None:
            return self.standard
        opened = self.promised if self.works(self.promised) else self.after(self.promised, 1)
        return max(self.after(opened, self.lost(self.promised_on)), self.standard)

    @property
    def figure(self) -> str:
        on = self.stopped.astimezone(LONDON).date()
        if on <= self.standard:
            return "within"
        return "explained" if self.promised and on <= self.due else "breach"


ENDINGS = {
    "contribution_given": "given",
    "contribution_declined": "declined",
    "contribution_called_back": "called_back",
}


class History:
    """An enquiry as its events alone have it. A clock that has stopped learns of no closure day."""

    def __init__(self, case: Case) -> None:
        self.case = reloaded(case)
        self.closed: set[date] = set()
        self.answers: dict[int, Promise] = {}
        self.answered: dict[int, datetime] = {}
        self.acknowledged: Promise | None = None
        # When it ended last, which is when it was handed on where it is taken back.
        self.handed_on: datetime | None = None
        self.asked: dict[int, Promise] = {}
        self.ended: dict[int, str] = {}
        # Of each contribution, the version to which every event brought it.
        self.versions: dict[int, list[int]] = {}
        ours = {"closure_day_added", "closure_day_removed"}
        for event in Event.objects.order_by("id"):
            if event.subject == case.key or event.verb in ours:
                self.read(event)

    @property
    def running(self) -> Promise:
        return self.answers[max(self.answers)]

    def read(self, event: Event) -> None:
        on, data = event.at.astimezone(LONDON).date(), event.data
        if "contribution_version" in data:
            self.versions.setdefault(data["contribution"], []).append(data["contribution_version"])
        if event.verb in ("closure_day_added", "closure_day_removed"):
            self.closed ^= {date.fromisoformat(data["date_day"])}
            for one in (*self.answers.values(), self.acknowledged, *self.asked.values()):
                if one is not None and one.stopped is None:
                    one.closed = set(self.closed)
        elif event.verb == "enquiry_logged":
            received = date.fromisoformat(data["date_received"])
            self.answers[1] = Promise(received, 7, set(self.closed))
            self.acknowledged = Promise(received, 2, set(self.closed))
        elif event.verb in ("enquiry_asked_again", "enquiry_put_right"):
            self.answers[data["round"]] = Promise(on, 7, set(self.closed))
        elif event.verb == "clock_paused":
            for one in (self.running, *self.owed()):
                one.paused = on
        elif event.verb == "clock_resumed":
            for one in (self.running, *self.owed()):
                one.go_on(on)
        elif event.verb == "contribution_asked":
            due = date.fromisoformat(data["date_due"])
            self.asked[data["contribution"]] = self.promised_by(on, due)
        elif event.verb in ENDINGS:
            asked = self.asked[data["contribution"]]
            asked.go_on(on)
            asked.stopped = event.at
            self.ended[data["contribution"]] = ENDINGS[event.verb]
        elif event.verb == "clock_extended":
            self.running.promised = date.fromisoformat(data["date_promised"])
            self.running.promised_on = on
        elif event.verb == "enquiry_acknowledged":
            self.acknowledged.stopped = event.at
        elif event.verb == "enquiry_taken_back":
            # As if neither had ever stopped; what was acknowledged before stays so.
            for one in (self.running, self.acknowledged):
                if one.stopped == self.handed_on:
                    one.stopped, one.closed = None, set(self.closed)
        elif event.verb in ENDING:
            self.handed_on = event.at
            self.running.stopped = event.at
            self.acknowledged.stopped = self.acknowledged.stopped or event.at
            if event.verb == "enquiry_answered":
                self.answered[max(self.answers)] = event.at

    def owed(self) -> list[Promise]:
        return [one for one in self.asked.values() if one.stopped is None]

    def promised_by(self, on: date, due: date) -> Promise:
        """The promise of a contribution: so many working days as there were to its date."""
        found = Promise(on, 0, set(self.closed))
        while found.first_due < due:
            found = Promise(on, found.days + 1, set(self.closed))
        return found

    def contributions_agree(self) -> None:
        rows = {
            c.pk: c for c in Contribution.objects.filter(case=self.case).select_related("clock")
        }
        assert rows.keys() == self.asked.keys()
        for pk, told in self.asked.items():
            row, kept = rows[pk], rows[pk].clock
            assert (kept.started_on, kept.days) == (told.since, told.days), pk
            assert (kept.original_due, kept.due, row.due) == (told.first_due, told.due, told.due), (
                pk
            )
            assert (kept.stopped_at, kept.paused_on) == (told.stopped, told.paused), pk
            assert (row.state, row.ended_at) == (self.ended.get(pk, "asked"), told.stopped), pk
            assert self.versions[pk] == list(range(1, row.version + 1)), pk
            assert kept.next_step_at is None or (not told.stopped and not told.paused), pk

    def agrees(self) -> None:
        """Every clock, figure and date that is stored is the one that the events give."""
        self.contributions_agree()
        clocks = Clock.objects.filter(case=self.case).exclude(promise="contribute")
        stored = {(c.promise, c.round): c for c in clocks}
        told = {("answer", n): one for n, one in self.answers.items()}
        told["acknowledge", 1] = self.acknowledged
        assert stored.keys() == told.keys()
        for key, one in told.items():
            kept = stored[key]
            assert (kept.started_on, kept.days, kept.original_due) == (
                one.since,
                one.days,
                one.first_due,
            ), key
            assert (kept.standard_due, kept.due) == (one.standard, one.due), key
            assert (kept.stopped_at, kept.paused_on) == (one.stopped, one.paused), key
            assert kept.next_step_at is None or (one.stopped is None and one.paused is None), key
            if (
                key[0] == "answer"
                and one.stopped
                and one.stopped.astimezone(LONDON).date() > one.due
            ):
                assert Breach.objects.filter(clock=kept).exists(), key
        self._figures()

    def figure_of(self, round: int) -> str:
        """What was late when it was handed on, and had no answer, is late."""
        before = self.answers[1]
        if round == 2 and 1 not in self.answered and before.figure == "breach":
            return "breach"
        return self.answers[round].figure

    def _figures(self) -> None:
        case = self.case
        assert case.round == max(self.answers)
        assert case.next_due == self.running.due
        assert case.answered_at == self.answered.get(1)
        assert case.figure == (self.answers[1].figure if 1 in self.answered else "")
        again = {n: at for n, at in self.answered.items() if n > 1}
        assert case.answered_again_at == (max(again.values()) if again else None)
        rows = {f.round: (f.answered_at, f.figure) for f in FollowUp.objects.filter(case=case)}
        expected = {
            n: (again.get(n), self.figure_of(n) if n in again else "")
            for n in self.answers
            if n > 1
        }
        assert rows == expected
        assert case.is_open == (self.running.stopped is None)
        owed = Breach.objects.filter(clock__case=case, explained_at=None).select_related("clock")
        stand = any(b.stands(timezone.localdate()) for b in owed)
        assert case.awaits_explanation == stand


# ----------------------------------------------------------------------------------------------------


@contextmanager
def undone():
    """Each life is lived inside a savepoint, which is rolled back."""
    calendar.forget()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    calendar.forget()


def test_no_life_gets_stuck_loses_a_text_or_has_a_date_that_its_history_does_not_give(
    time_machine, request
):
    """Seen red with: no answer from "with_member", and none from "paused"; closing for the owner alone; the
    text of a question or a withdrawal dropped; a hand-over refused after its text was written; a pause
    counted from the day after; a second answer that wrote the first one's figure over; the second clock
    counted from receipt; the case left due by the first; a clock counted again after it had stopped; a
    withdrawal that stopped none.
    """
    time_machine.move_to(NOW, tick=False)
    made = world("bristol", changed=PAUSING)
    Council.objects.update(online_name="Report it", online_address=ADDRESS)
    receiving.register(SECRET)
    request.addfinalizer(lambda: receiving._rooms.pop(SECRET.key))
    people = {name: getattr(made, name) for name in ("alice", "bob", "sam", "carol", "dev")}
    people["pat"] = OfficerFactory(
        person__name="Pat Parry", service=made.highways, manager=made.sam.officer
    ).person
    people |= {"erin": cast.erin(), "gita": cast.gita()}
    housing = people["gita"].officer.service
    people["gus"] = OfficerFactory(person__name="Gus Green", service=housing).person
    lived: dict[str, int] = defaultdict(int)

    @settings(
        max_examples=LIVES,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(moves=st.lists(MOVES, min_size=12, max_size=30))
    def live(moves: list[Move]) -> None:
        with undone():
            life = Life(made, people, time_machine)
            life.live(moves)
            for verb in life.done:
                lived[verb] += 1
            lived["lives"] += 1
            if reloaded(life.case).round > 1:
                lived["again"] += 1

    live()
    print(f"N = {dict(lived)}, {os.environ.get('HYPOTHESIS_PROFILE', 'default')}")
    assert lived.keys() >= COMMON, f"too little was lived: {dict(lived)}"
