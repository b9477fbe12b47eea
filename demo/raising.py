"""How one enquiry comes: who raises it, about what, by which way, and what they say besides."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.models import Person
from casework.enquiries import actions
from casework.models import Case, DirectContact
from demo import papers
from demo.matters import Matter, Writer, pick, words
from demo.moments import Moments
from demo.outlines import Outline
from demo.plans import busiest
from documents import actions as documents
from documents.models import Document

if TYPE_CHECKING:
    from demo.simulation import Stage

CHANNELS = (
    ("online", 55), ("email", 20), ("phone", 10), ("surgery", 6), ("letter", 5), ("in_person", 4),
)  # fmt: skip
# Days before today within which an enquiry can come with a photograph.
LATELY = 21
BASES = (("consent", 70), ("casework", 25), ("on_behalf", 5))


class Raising(Moments):
    """One enquiry up to its being logged: `case` is None until then."""

    def __init__(self, stage: Stage, plan: Outline, rng: Random) -> None:
        super().__init__(stage, plan, rng)
        self.case: Case | None = None
        # What the same member raised before, where this says it again.
        self.before: Raising | None = None

    def _choose(self) -> date:
        """Who raises it, about what, and how; the day on which it is logged."""
        rng, stage = self.rng, self.stage
        if self.plan.mood == "repeats" and (before := stage.to_repeat(self.plan.received)):
            self.before, self.channel = before, "online"
            self.service, self.matter = before.service, before.matter
            self.member, self.writer = before.member, before.writer
            return self.plan.received
        self.service = busiest(stage.cast.plans) if self.plan.busy else stage.cast.service(rng)
        matters = [m for t in self.service.topics for m in stage.matters.get(t, ())]
        self.matter: Matter = pick(matters, self.plan.received, rng)
        self.writer = Writer(self.matter, stage.streets, rng)
        self.member = stage.raiser(self.plan, rng)
        names, weights = zip(*CHANNELS, strict=True)
        self.channel = rng.choices(names, weights)[0]
        if self.channel == "online":
            return self.plan.received
        # Somebody at work logs what comes by other ways; a letter may lie a day or two.
        late = rng.choice([0, 0, 1, 2]) if self.channel in {"letter", "surgery"} else 0
        works = stage.calendar.is_working_day(self.plan.received)
        return stage.calendar.add(self.plan.received, late if works else max(late, 1))

    def _log(self) -> None:
        stage, rng, today = self.stage, self.rng, self.at.date()
        by = self.member
        if self.channel != "online":
            by = stage.cast.clerk(today)
        elif self.member.pk in stage.cast.assistants and rng.random() < 0.5:
            by = stage.cast.people[stage.cast.assistants[self.member.pk]]
        written = {
            "subject": self.writer.subject(self.plan.received),
            "body": self.writer.enquiry(self.plan.received),
            "submission_key": UUID(int=rng.getrandbits(128)),
        }
        unsure = rng.random() < 0.05 and not self.plan.busy
        service = None if unsure else stage.cast.services[self.service.name]
        received_at = min(self.received, self.at)
        self.case = actions.log(
            by=by,
            member=self.member,
            **written,
            channel=self.channel,
            service=service,
            ward=stage.cast.ward_of(self.member, rng),
            received_at=received_at,
            direct_contact=self._agreed(service, received_at.date()),
            documents=self._photograph(by),
            now=self.at,
            **self._details(),
        )
        # The very people that the cast holds, who remember where they stood.
        if self.case.owner_id:
            self.case.owner = stage.cast.people[self.case.owner_id]

    def _photograph(self, by: Person) -> list[Document]:
        """With the first few of those that came lately and online."""
        lately = (self.stage.today - self.plan.received).days < LATELY
        if not (lately and self.channel == "online" and self.stage.photographs):
            return []
        self.stage.photographs -= 1
        file = papers.photograph(Random(f"{self.stage.seed}:{self.case}:{self.stage.photographs}"))
        return [documents.hold(by=by, file=file, now=self.at)]

    def _agreed(self, service, on: date) -> DirectContact | None:
        """What the member may take straight to the service, where anything was agreed."""
        agreements = DirectContact.objects.for_member(self.member.pk, on)
        return agreements.filter(service=service).first() if service else None

    def _details(self) -> dict:
        """What the profile asks about a new enquiry, and the constituent where there is one."""
        rng, asks = self.rng, self.stage.profile.asks
        found: dict = {}
        if asks("significance"):
            weighty = self.matter.significant and rng.random() < 0.6
            # What is handed on to the online system is a routine report (Bl10.1).
            weighty = weighty and self.plan.kind != "handed_on"
            found["significance"] = "significant" if weighty else "routine"
        if asks("factual"):
            found["factual"] = self.matter.factual
        if rng.random() < 0.3:
            names, weights = zip(*BASES, strict=True)
            found["constituent_name"] = self.stage.constituents.name()
            found["constituent_contact"] = f"01632 960{rng.randrange(1000):03d}"
            found["constituent_basis"] = rng.choices(names, weights)[0]
        if asks("member_of_parliament") and rng.random() < 0.04:
            found["mp_name"] = rng.choice(words()["members_of_parliament"])
        if asks("family_or_friend") and rng.random() < 0.02:
            found["interest"] = rng.choice(["family", "friend"])
        if asks("private_and_confidential") and rng.random() < 0.04:
            found |= {"confidential": True, "confidential_why": self._say("confidential")}
        if rng.random() < 0.06:
            found["external_reference"] = f"CRM-{rng.randrange(100000, 999999)}"
        return found
