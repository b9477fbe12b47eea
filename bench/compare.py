"""What became slower since another run, and whether anything can be said at all."""

from __future__ import annotations

from dataclasses import dataclass

from bench.figures import Result
from bench.report import Report

# Less than this many milliseconds is the clock's own trembling, whatever the ratio.
LEAST_MS = 0.5
# What a machine is known by; versions may change, and that is worth measuring.
SAME_MACHINE = ("processor", "cores", "memory_gb", "shared_buffers", "synchronous_commit")


@dataclass(frozen=True)
class Change:
    """One scenario in both runs; `ratio` above 1 is slower."""

    before: Result
    after: Result

    @property
    def ratio(self) -> float:
        """Of the medians; 1 where they are closer than LEAST_MS."""
        if abs(self.after.median_ms - self.before.median_ms) < LEAST_MS:
            return 1.0
        return self.after.median_ms / max(self.before.median_ms, 0.001)

    @property
    def queries(self) -> int:
        return self.after.queries - self.before.queries

    def __str__(self) -> str:
        return (
            f"{self.after.called}: {self.before.median_ms:.2f} ms before,"
            f" {self.after.median_ms:.2f} ms now ({self.ratio:.2f} times)"
        )


@dataclass(frozen=True)
class Comparison:
    """Two runs held against each other. `tolerance` is the ratio that still counts as the same."""

    before: Report
    after: Report
    changes: list[Change]
    gone: list[Result]
    new: list[Result]
    tolerance: float

    @classmethod
    def of(cls, before: Report, after: Report, tolerance: float) -> Comparison:
        """Only sizes that both have are compared."""
        sizes = {r.cases for r in before.results} & {r.cases for r in after.results}
        was = {r.key: r for r in before.results if r.cases in sizes}
        now = {r.key: r for r in after.results if r.cases in sizes}
        return cls(
            before=before,
            after=after,
            changes=[Change(was[key], result) for key, result in now.items() if key in was],
            gone=[result for key, result in was.items() if key not in now],
            new=[result for key, result in now.items() if key not in was],
            tolerance=tolerance,
        )

    @property
    def product(self) -> list[Change]:
        return [change for change in self.changes if not change.after.is_machine]

    @property
    def is_busy(self) -> bool:
        return self.before.is_busy or self.after.is_busy

    @property
    def other_machine(self) -> list[str]:
        """What is not the same of the two machines, in words."""
        return [
            f"{key}: {self.before.machine.get(key)} before, {self.after.machine.get(key)} now"
            for key in SAME_MACHINE
            if self.before.machine.get(key) != self.after.machine.get(key)
        ]

    @property
    def other_pace(self) -> list[Change]:
        """The machine's own floors that moved by more than the tolerance, either way."""
        return [
            change
            for change in self.changes
            if change.after.is_machine and not 1 / self.tolerance <= change.ratio <= self.tolerance
        ]

    @property
    def slower(self) -> list[Change]:
        found = [change for change in self.product if change.ratio > self.tolerance]
        return sorted(found, key=lambda change: -change.ratio)

    @property
    def quicker(self) -> list[Change]:
        found = [change for change in self.product if change.ratio < 1 / self.tolerance]
        return sorted(found, key=lambda change: change.ratio)

    @property
    def asking_more(self) -> list[Change]:
        return [change for change in self.product if change.queries > 0]

    @property
    def can_judge(self) -> bool:
        """Whether the times of the two runs say something about the product."""
        same = not self.is_busy and not self.other_machine and not self.other_pace
        return bool(self.product) and same

    def slower_than(self, ratio: float) -> list[Change]:
        return [change for change in self.slower if change.ratio > ratio]


def shown(found: Comparison) -> str:
    """In words: first whether anything can be concluded, then what changed."""
    machine = found.before.machine
    lines = [f"Compared with {machine.get('measured_at')}, commit {machine.get('commit')}", ""]
    if not found.product:
        lines.append("The two runs have no size and scenario in common: nothing was compared.")
        return "\n".join(lines) + "\n"
    lines += _doubts(found)
    for title, entries in {
        "Slower": found.slower,
        "Quicker": found.quicker,
        "More queries": [
            f"{one.after.called}: {one.before.queries} before, {one.after.queries} now"
            for one in found.asking_more
        ],
        "Not measured before": [one.called for one in found.new],
        "Not measured any more": [one.called for one in found.gone],
    }.items():
        if entries:
            lines += [title, *(f"  {entry}" for entry in entries), ""]
    if not found.slower:
        lines.append(f"Nothing took more than {found.tolerance:g} times as long.")
    return "\n".join(lines).rstrip() + "\n"


def _doubts(found: Comparison) -> list[str]:
    """Why the times prove nothing, where they do not."""
    lines = []
    if found.is_busy:
        lines.append("The machine was busy in one of the two runs.")
    if found.other_machine:
        lines += ["The machine is another:", *(f"  {one}" for one in found.other_machine)]
    if found.other_pace:
        lines += [
            "The machine itself was quicker or slower:",
            *(f"  {c}" for c in found.other_pace),
        ]
    if not lines:
        return []
    return ["NO CONCLUSION ABOUT TIMES. Measure both again, one after the other.", *lines, ""]
