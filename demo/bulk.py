"""Very many cases for measuring: plain rows that say what the actions would have left, and one event each.

A breach that was explained has a second event. There is no other correspondence and no other history.
Clocks, figures and routes come from the shared functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from accounts.models import Person
from casework import clocks, reference
from casework.chasing import actions as chasing
from casework.clocks import LONDON
from casework.enquiries import routing, rules
from casework.models import Breach, Case, Clock, EnquiryDetail, Message
from council.models import Adoption, Council
from demo.matters import Writer, pick
from demo.simulation import Stage
from ledger.actions import Entry, record_many
from ledger.commitments import commit
from officers.models import Service
from protocol import lifecycle

BATCH = 2000
OPEN_SHARE = 0.03
# How what is over came out, and how what is open stands.
FIGURES = (("within", 88), ("explained", 4), ("breach", 8))
STANDINGS = (
    (lifecycle.WITH_OFFICER, 60), (lifecycle.RECEIVED, 25), (lifecycle.WITH_MEMBER, 15),
)  # fmt: skip
# After so many days an answered enquiry is closed, and a breach has been explained.
CLOSED_AFTER, EXPLAINED_AFTER = 8, 40


@dataclass
class _Draft:
    """The rows of one case, until they are saved."""

    case: Case
    clocks: list[Clock]
    detail: EnquiryDetail
    message: Message
    # The digests of subject and message, for the event.
    subject_digest: str
    message_digest: str
    explanation: Message | None = None
    explanation_digest: str = ""


def fill(stage: Stage, count: int, tick: Callable[[int], None] = lambda done: None) -> None:
    """Write so many cases, and then let the product take whatever steps are due."""
    filling = _Filling(stage)
    for first in range(0, count, BATCH):
        _save([filling.draft(place) for place in range(first, min(first + BATCH, count))])
        tick(min(first + BATCH, count))
    chasing.sweep(now=stage.now)


def _save(drafts: list[_Draft]) -> None:
    """A batch: as many statements for two thousand as for one, but for the sizes of statements."""
    Case.objects.bulk_create([draft.case for draft in drafts])
    every = [clock for draft in drafts for clock in draft.clocks]
    Clock.objects.bulk_create(every)
    EnquiryDetail.objects.bulk_create([draft.detail for draft in drafts])
    Message.objects.bulk_create([draft.message for draft in drafts])
    late = [draft for draft in drafts if draft.explanation]
    Message.objects.bulk_create([draft.explanation for draft in late])
    Breach.objects.bulk_create([_breach(d) for d in drafts if d.case.figure == "breach"])
    record_many([entry for draft in drafts for entry in _entries(draft)])


def _breach(draft: _Draft) -> Breach:
    clock = next(clock for clock in draft.clocks if clock.promise == "answer")
    said = draft.explanation
    return Breach(
        clock=clock,
        recorded_at=clock.stopped_at,
        due=clock.due,
        clause=clock.clause,
        explanation=said,
        explained_at=said.at if said else None,
    )


def _entries(draft: _Draft) -> Iterator[Entry]:
    case = draft.case
    yield Entry(
        "enquiry_logged",
        case.key,
        case.logged_by_id,
        {
            "version": case.version,
            "date_received": case.received_on,
            "channel": draft.detail.channel,
            "adoption": case.adoption_id,
        },
        {
            draft.message.key: draft.message_digest,
            f"subject:{case.pk}": draft.subject_digest,
        },
        at=draft.message.at,
    )
    if draft.explanation:
        said = draft.explanation
        yield Entry(
            "breach_explained",
            case.key,
            said.author_id,
            {"version": case.version},
            {said.key: draft.explanation_digest},
            at=said.at,
        )


class _Filling:
    """Makes the drafts. Whom a case goes to is worked out once for each service, as of today."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._adoption = Adoption.objects.in_force(stage.today)
        self._version = Council.objects.current().calendar_version
        self._taken = set(Case.objects.values_list("reference", flat=True))
        self._routes: dict[tuple[int, int], routing.Routed] = {}
        self._promises = stage.profile.promises(rules.KIND)

    def draft(self, place: int) -> _Draft:
        """One case with all its rows, not saved."""
        stage, rng = self._stage, Random(f"{self._stage.seed}:bulk:{place}")
        plan = stage.cast.service(rng)
        service = stage.cast.services[plan.name]
        is_open = rng.random() < OPEN_SHARE
        received = self._received(is_open, rng)
        matters = [m for t in plan.topics for m in stage.matters.get(t, ())]
        writer = Writer(pick(matters, received, rng), stage.streets, rng)
        member = stage.cast.member(rng)
        subject, body = writer.subject(received), writer.enquiry(received)
        about, said = commit(subject), commit(body)
        case = self._case(member, service, subject, received, rng)
        case.subject_salt, routed = about.salt, self._route(member, service)
        draft = _Draft(
            case=case,
            clocks=self._clocks(case),
            detail=EnquiryDetail(
                case=case,
                channel="online",
                significance="routine" if stage.profile.asks("significance") else "",
                route_because=routed.because,
                route_clause=routed.clause,
            ),
            message=Message(
                case=case,
                kind="enquiry",
                author=member,
                body=body,
                salt=said.salt,
                at=case.received_at,
            ),
            subject_digest=about.digest,
            message_digest=said.digest,
        )
        if is_open:
            self._stand(draft, service, rng)
        else:
            self._end(draft, service, writer, rng)
        return draft

    def _case(self, member: Person, service: Service, subject: str, on: date, rng: Random) -> Case:
        """As it stands when it has just been logged and routed; its subject's salt is still to come."""
        moment, routed = _at(on, rng), self._route(member, service)
        return Case(
            reference=self._reference(),
            kind=rules.KIND,
            subject=subject,
            state=lifecycle.RECEIVED,
            raised_by=member,
            logged_by=member,
            owner_id=routed.owner,
            owner_since=moment if routed.owner else None,
            service=service,
            ward=self._stage.cast.ward_of(member, rng),
            received_at=moment,
            received_on=clocks.received_on(moment, self._stage.profile),
            adoption=self._adoption,
            submission_key=UUID(int=rng.getrandbits(128)),
        )

    def _received(self, is_open: bool, rng: Random) -> date:
        """The open ones came lately: most are in time, some are late."""
        stage = self._stage
        if is_open:
            return min(stage.calendar.add(stage.today, -rng.randrange(stage.days + 6)), stage.today)
        latest = stage.calendar.add(stage.today, -(stage.days + 8))
        span = (latest - stage.start).days
        return stage.start + timedelta(days=rng.randrange(span + 1))

    def _reference(self) -> str:
        while (found := reference.new(rules.KIND)) in self._taken:
            pass
        self._taken.add(found)
        return found

    def _route(self, member: Person, service: Service) -> routing.Routed:
        # Who raised it counts only where they could be an officer who would get it.
        key = (member.pk if getattr(member, "officer", None) else 0, service.pk)
        if key not in self._routes:
            self._routes[key] = routing.route(
                profile=self._stage.profile,
                facts=frozenset({"routine"}),
                member=member,
                service=service,
                on=self._stage.today,
            )
        return self._routes[key]

    def _clocks(self, case: Case) -> list[Clock]:
        started = [
            clocks.start(
                case=case,
                promise=promise,
                profile=self._stage.profile,
                calendar=self._stage.calendar,
                calendar_version=self._version,
            )
            for promise in self._promises
        ]
        case.next_due = next(clock.due for clock in started if clock.promise == "answer")
        return started

    def _stand(self, draft: _Draft, service: Service, rng: Random) -> None:
        """How an open one stands; its clocks run on."""
        states, weights = zip(*STANDINGS, strict=True)
        case = draft.case
        case.state = rng.choices(states, weights)[0]
        if case.state != lifecycle.RECEIVED:
            self._take(draft, service, rng)

    def _take(self, draft: _Draft, service: Service, rng: Random) -> None:
        """With an officer of the service, and acknowledged within the day."""
        case = draft.case
        team = self._stage.cast.team(service, self._stage.today, besides=case.raised_by_id)
        case.owner_id = rng.choice(team).person_id
        case.owner_since = min(case.received_at + timedelta(hours=4), self._stage.now)
        for clock in draft.clocks:
            if clock.promise == "acknowledge":
                clock.stopped_at, clock.next_step_at = case.owner_since, None

    def _end(self, draft: _Draft, service: Service, writer: Writer, rng: Random) -> None:
        """Answered, by the figure that was drawn; closed, where that is a while ago."""
        stage, case = self._stage, draft.case
        self._take(draft, service, rng)
        clock = next(clock for clock in draft.clocks if clock.promise == "answer")
        names, weights = zip(*FIGURES, strict=True)
        wanted = rng.choices(names, weights)[0]
        after = rng.randrange(1, stage.days + 1)
        if wanted == "explained":
            clock.extensions, clock.promised_on = 1, stage.calendar.add(clock.due, -1)
            clocks.recount(clock, stage.calendar, stage.calendar.add(clock.due, 6))
            case.next_due = clock.due
        if wanted != "within":
            after = stage.days + rng.randrange(1, 7)
        answered = stage.calendar.add(case.received_on, after)
        case.answered_at = clock.stopped_at = _at(answered, rng)
        clock.next_step_at = None
        case.figure = clocks.figure(clock, answered)
        case.state = lifecycle.ANSWERED
        if (stage.today - answered).days > CLOSED_AFTER:
            case.state = lifecycle.CLOSED
            case.closed_at = case.answered_at + timedelta(days=CLOSED_AFTER)
            draft.detail.outcome = writer.matter.outcome
        if case.figure == "breach":
            self._explain(draft, writer, answered)

    def _explain(self, draft: _Draft, writer: Writer, answered: date) -> None:
        """Why it was late, unless that is still to come."""
        case = draft.case
        case.awaits_explanation = (self._stage.today - answered).days <= EXPLAINED_AFTER
        if case.awaits_explanation:
            return
        text = writer.say("explanations", answered)
        proof = commit(text)
        draft.explanation_digest = proof.digest
        draft.explanation = Message(
            case=case,
            kind="explanation",
            author_id=case.owner_id,
            body=text,
            salt=proof.salt,
            at=case.answered_at + timedelta(days=1),
            officers_only=True,
        )


def _at(day: date, rng: Random) -> datetime:
    """A moment in the working hours of a day."""
    clock = time(rng.randrange(9, 17), rng.randrange(60), rng.randrange(60))
    return datetime.combine(day, clock, tzinfo=LONDON)
