"""What a sweep did, for the person or the log that asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from casework.chasing.rules import Decision
from casework.models import Case, Clock

WORDS = {
    "remind": "reminded",
    "due": "told that it is due today",
    "breach": "recorded a breach",
    "escalate": "escalated",
    "passed": "passed over",
    "recounted": "counted again",
}


@dataclass
class Report:
    """`counts` by kind of step, and a line each in plain words that quotes no case content."""

    counts: Counter = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def __iadd__(self, other: Report) -> Report:
        self.counts += other.counts
        self.lines += other.lines
        return self

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> Report:
        report = cls()
        for decision in decisions:
            reference, due = decision.clock.case.reference, decision.clock.due
            for step in decision.missed:
                kind = "breach" if step.kind == "breach" and not decision.explained else "passed"
                report._add(kind, f"{reference}: {WORDS[kind]} ({step.key}, due {due})")
            silent = not decision.sent and (decision.step.kind != "breach" or decision.explained)
            kind = "passed" if silent else decision.step.kind
            told = len(decision.told)
            report._add(
                kind, f"{reference}: {WORDS[kind]} ({decision.step.key}, due {due}, {told} told)"
            )
        return report

    @classmethod
    def moved(cls, moved: Iterable[tuple[Clock, date]]) -> Report:
        report = cls()
        for clock, before in moved:
            report._add(
                "recounted",
                f"{clock.case.reference}: {clock.promise} counted again, {before} became {clock.due}",
            )
        return report

    @classmethod
    def asked(cls, cases: Iterable[Case]) -> Report:
        report = cls()
        for case in cases:
            report._add("asked", f"{case.reference}: the member was reminded of a question")
        return report

    def _add(self, kind: str, line: str) -> None:
        self.counts[kind] += 1
        self.lines.append(line)

    def summary(self) -> str:
        """One line with every count, nought included: `reminded 3, …`."""
        names = ("remind", "due", "breach", "escalate", "passed", "recounted", "asked")
        labels = (
            "reminded",
            "due today",
            "breaches",
            "escalated",
            "passed over",
            "counted again",
            "members reminded",
        )
        pairs = zip(names, labels, strict=True)
        return ", ".join(f"{label} {self.counts[name]}" for name, label in pairs)
