"""How one enquiry goes, from receipt to its end. Each `yield` waits for a moment; then an action is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from casework.contributions import actions as contributions
from casework.contributions import rules as contribution_rules
from casework.enquiries import actions, rules, service_requests, third_party
from demo.raising import Raising
from protocol import lifecycle

# What may happen between taking it on and answering, with how likely it is.
ALONG_THE_WAY = (
    ("note", 0.18),
    ("ask", 0.16),
    ("hold", 0.12),
    ("reassign", 0.06),
    ("upward", 0.03),
)

# How many working days ago another service was asked, by the mood of an open enquiry.
ELSEWHERE = {"asks_others": 1, "owed": 9, "contributed": 4}


class Story(Raising):
    """One enquiry, and what becomes of it."""

    # The course of it -----------------------------------------------------------------------------

    def tell(self) -> Iterator[datetime]:
        """The moments at which something happens, in order; what happens is done in between."""
        logged = self._choose()
        if logged > self.plan.received:
            self._on(logged)
        # Every enquiry has come by now, if only just.
        self.at = min(self.at, self.stage.now - timedelta(minutes=self.rng.randrange(2, 90)))
        yield self.at
        self._log()
        if self.plan.mood == "repeats":
            self._link()
        if self.plan.mood in {"fresh", "repeats"}:
            return
        if self.plan.kind == "returned":
            yield self._working(self.rng.randrange(1, 3))
            self._do("return", actions.return_to_member, reason=self._say("returns"))
            return
        if self.plan.kind == "handed_on":
            yield self._working(1)
            self._hand_on()
            return
        yield from self._take()
        for verb, after in self._middle():
            yield self._working(after)
            yield from getattr(self, f"_{verb}")()
        yield self._working(self.plan.after)
        if self.plan.kind == "withdrawn":
            text = self._say("withdrawals")
            actions.withdraw(case=self.case, by=self.case.raised_by, reason=text, now=self.at)
            return
        self._answer()
        if self.plan.mood in {"asked", "again"} and self.stage.profile.asking_again:
            yield from self._asks_again()
        if self.plan.mood != "asked":
            yield from self._finish()

    def _take(self) -> Iterator[datetime]:
        """Somebody takes it on or is given it, and says so."""
        yield self._working(self.rng.choice([0, 0, 1, 1, 1, 2]))
        self._allocate()
        if self.rng.random() < 0.08:
            yield self._working(self.rng.randrange(3, 5))
        else:
            yield self._soon()
        self._do("acknowledge", actions.acknowledge, text=self._say("acknowledges"))

    def _middle(self) -> list[tuple[str, int]]:
        """What else happens, and after how many working days, in order."""
        days = self.stage.days
        last = min(self.plan.after, days)
        if self.plan.mood in {"waiting", "paused"}:
            passed = self.stage.calendar.between(self.plan.received, self.stage.today)
            return [("wait", max(2, min(passed - 1, days - 2)))]
        if self.plan.mood in ELSEWHERE:
            passed = self.stage.calendar.between(self.plan.received, self.stage.today)
            return [("elsewhere", max(2, passed - ELSEWHERE[self.plan.mood]))]
        found = []
        if last > 3:
            for verb, chance in ALONG_THE_WAY:
                if self.rng.random() < chance * (2 if self.plan.kind == "breach" else 1):
                    # Early enough for a reply to come before the answer.
                    found.append((verb, self.rng.randrange(2, max(3, last - 3))))
        if self.plan.kind == "explained" or self.plan.mood == "extended":
            found.append(("extend", days - self.rng.randrange(2)))
        elif self.stage.profile.pausing.allowed and self.rng.random() < 0.08 and last > 4:
            found.append(("interrupt", self.rng.randrange(3, last - 1)))
        return sorted(found, key=lambda step: step[1])

    def _asks_again(self) -> Iterator[datetime]:
        """The answer left something open: the member asks, and, unless that is still to come, is answered."""
        yield self._after(self.rng.choice([1, 1, 2]))
        text = self._say("asks_again")
        actions.ask_again(case=self.case, by=self.case.raised_by, text=text, now=self.at)
        if self.case.state == lifecycle.RECEIVED:
            # Whoever answered has left, or is away.
            yield self._soon()
            self._allocate()
        if self.plan.mood == "again":
            yield self._after(self.rng.randrange(1, self.stage.days))
            self._do("answer", actions.answer, text=self._say("answers_again"), **self._checks())

    def _finish(self) -> Iterator[datetime]:
        """Why it was late, where it was; and then it is closed."""
        case, rng = self.case, self.rng
        case.refresh_from_db(fields=["awaits_explanation"])
        recent = (self.stage.today - self.at.date()).days < 30
        told = self.plan.mood == "told" or (self.plan.kind == "breach" and not recent)
        if case.awaits_explanation and told:
            yield self._after(rng.randrange(4))
            learned = self._say("learned") if rng.random() < 0.6 else ""
            text = self._say("explanations")
            self._do("explain_breach", actions.explain_breach, explanation=text, learned=learned)
        if rng.random() < 0.97:
            yield self._after(rng.randrange(5, 9))
            text = self._say("closings")
            learned = ""
            if rules.owes_learning(case, self.at.date()):
                learned = self._say("learned" if case.figure == "breach" else "learned_in_time")
            self._do(
                "close",
                actions.close,
                outcome=self.matter.outcome,
                remark=text,
                learned=learned,
            )

    # Steps ------------------------------------------------------------------------------------------

    def _link(self) -> None:
        """Whoever reads it when it comes has seen the other."""
        if self.before is None or self.before.case is None:
            return
        self.case.refresh_from_db()
        by, reason = self.stage.cast.clerk(self.at.date()), self._say("repeats")
        other = self.before.case
        actions.link(
            case=self.case, by=by, other=other, kind="duplicate", reason=reason, now=self.at
        )

    def _allocate(self) -> None:
        """Taken on by somebody of the team, or given to one of them."""
        stage, rng, today = self.stage, self.rng, self.at.date()
        service = stage.cast.services[self.service.name]
        team = stage.cast.takers(service, today, besides=self.member.pk)
        officer = stage.cast.busiest() if self.plan.busy else rng.choice(team)
        if officer not in team:
            officer = rng.choice(team)
        case = self.case
        leaders = {o.person_id for o in (service.head, service.chief_officer) if o}
        theirs = case.service_id == service.pk == officer.service_id
        if case.owner_id is None and theirs and rng.random() < 0.55:
            actions.accept(case=case, by=officer.person, now=self.at)
            return
        if case.owner_id == officer.person_id or (case.owner_id in leaders and rng.random() < 0.25):
            self._do("accept", actions.accept)
            return
        self._do("allocate", actions.allocate, officer=officer)

    def _hand_on(self) -> None:
        """A report of a fault: for the council's own online system."""
        reference = f"R-{self.rng.randrange(100000, 999999)}"
        self._do(
            "hand_on",
            actions.hand_on,
            room=service_requests.ROOM,
            reason=self._say("handed_on"),
            said={"reference": reference, "entered_on": self.at.date()},
        )

    def _note(self) -> Iterator[datetime]:
        self._do("note", actions.note, text=self._say("notes"))
        yield from ()

    def _hold(self) -> Iterator[datetime]:
        self._do("hold", actions.hold, text=self._say("holds"))
        yield from ()

    def _ask(self) -> Iterator[datetime]:
        question, reply = self.writer.question(self.at.date())
        self._do("ask", actions.ask, text=question)
        yield self._after(self.rng.choice([1, 1, 2, 3]))
        actions.reply(case=self.case, by=self.case.raised_by, text=reply, now=self.at)

    def _wait(self) -> Iterator[datetime]:
        """Asked, and not answered yet; the clock paused besides, where the council lets it be."""
        question, _ = self.writer.question(self.at.date())
        self._do("ask", actions.ask, text=question)
        if self.plan.mood == "paused" and self.stage.profile.pausing.allowed:
            yield self._soon()
            self._do("pause", actions.pause, reason=self._say("pauses"))

    def _interrupt(self) -> Iterator[datetime]:
        """Paused for a few days, and started again by the member's reply."""
        question, reply = self.writer.question(self.at.date())
        self._do("ask", actions.ask, text=question)
        self._do("pause", actions.pause, reason=self._say("pauses"))
        yield self._after(self.rng.randrange(1, 4))
        actions.reply(case=self.case, by=self.case.raised_by, text=reply, now=self.at)

    def _elsewhere(self) -> Iterator[datetime]:
        """Another service is asked for what is needed; it has a day or two, and gives it or does not."""
        case, today, stage = self.case, self.at.date(), self.stage
        others = [one for one in stage.cast.services.values() if one.pk != case.service_id]
        if stage.profile.contributions is None or not others or today > case.next_due:
            return
        self._do(
            "ask_service",
            contributions.ask,
            service=self.rng.choice(others),
            text=self._say("contributions"),
            due=contribution_rules.first_offered(case, today, stage.calendar),
        )
        if self.plan.mood == "contributed":
            yield self._after(1)
            one = case.contributions.open().select_related("service", "owner").get()
            team = stage.cast.takers(one.service, self.at.date(), besides=self.member.pk)
            there = [officer.person for officer in team if officer.service_id == one.service_id]
            by = self.rng.choice([one.owner] if one.owner else there)
            contributions.contribute(
                contribution=one, by=by, text=self._say("contributes"), now=self.at
            )

    def _reassign(self) -> Iterator[datetime]:
        today = self.at.date()
        service = self.stage.cast.services[self.service.name]
        team = self.stage.cast.takers(service, today, besides=self.member.pk)
        others = [officer for officer in team if officer.person_id != self.case.owner_id]
        if others:
            to, text = self.rng.choice(others), self._say("handovers")
            self._do("reassign", actions.reassign, officer=to, reason=text)
        yield from ()

    def _upward(self) -> Iterator[datetime]:
        """To the next above, where there is one and the protocol has it."""
        case, today = self.case, self.at.date()
        lines = self.stage.cast.lines(today)
        allowed = self.stage.profile.levels.refer_upward.allowed
        if allowed and case.owner_id and lines.present(case.owner_id) and lines.up(case.owner_id):
            by = self.stage.cast.people[case.owner_id]
            actions.refer_upward(case=case, by=by, reason=self._say("upward"), now=self.at)
        yield from ()

    def _extend(self) -> Iterator[datetime]:
        if self.at.date() > self.case.next_due:
            return
        # Kept by the answer, which comes at most five days after the standard.
        new = self.stage.calendar.add(self.case.next_due, self.rng.randrange(5, 8))
        self._do("extend", actions.extend, reason=self._say("extends"), new_date=new)
        yield from ()

    def _answer(self) -> None:
        case, today = self.case, self.at.date()
        late = today > case.next_due and case.state != lifecycle.PAUSED
        text = self.writer.answer(today, late=late)
        given = {**self._copies(), **self._checks()}
        self._do("answer", actions.answer, text=text, **given)

    def _checks(self) -> dict:
        """What is said of information for somebody else, where a resident stands on the enquiry."""
        required = third_party.asked(self.case)
        gives = bool(required) and self.rng.random() < 0.5
        return {"gives": gives, "checked": required if gives else ()} if required else {}

    def _copies(self) -> dict:
        """Whom the answer is openly copied to, where the protocol has officers copy anything."""
        profile, case = self.stage.profile, self.case
        if profile.copying.rule.may_copy == "not_by_officers":
            return {}
        if case.enquiry.mp_name and profile.mp.copy_to == "executive_member":
            # The rule does that, and chooses whom (Bl10.3).
            return {}
        others = self.stage.cast.neighbours(case)[:1] if self.rng.random() < 0.05 else []
        if not others:
            return {}
        return {"copy_to": others, "writer_agreed": True, "copy_reason": self._say("copying")}

    # Doing ------------------------------------------------------------------------------------------

    def _do(self, verb: str, act, **given) -> None:
        """Whoever's task it is that day does it."""
        case, today = self.case, self.at.date()
        lines = self.stage.cast.lines(today)
        if case.owner_id and lines.departed(case.owner_id) and verb != "close":
            self._pass_on(today)
        by = self.stage.cast.hand(verb, case, today, self.rng)
        act(case=case, by=by, now=self.at, **given)

    def _pass_on(self, today: date) -> None:
        """Whoever had it has left: it is given to a colleague first."""
        service = self.stage.cast.services[self.service.name]
        if self.case.state in lifecycle.WORKING:
            by = self.stage.cast.hand("reassign", self.case, today, self.rng)
            team = self.stage.cast.takers(service, today, besides=self.member.pk)
            officer = self.rng.choice(team)
            text = "Whoever had this has left the council."
            actions.reassign(case=self.case, by=by, officer=officer, reason=text, now=self.at)

    def _say(self, kind: str) -> str:
        return self.writer.say(kind, self.at.date())
