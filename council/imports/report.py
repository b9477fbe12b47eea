"""What an import did, or would do: the same words for the page and for the command."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

# Fewer than this may be ended without a second look, whatever share of the list they are.
FEW = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """Something left out: a whole row (rejected) or one value (noted)."""

    place: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name or 'No name'} ({self.place}): {self.reason}"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines."""

    title: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """`leading` are the counts that open the last line; `current` how many there were before."""

    many: str
    leading: dict[str, int] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    ended: list[str] = field(default_factory=list)
    rejected: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    current: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """In the order of the last line."""
        taken = len(self.created) + len(self.updated) + self.unchanged
        return {
            **self.leading,
            self.many: taken,
            "created": len(self.created),
            "updated": len(self.updated),
            "unchanged": self.unchanged,
            "ended": len(self.ended),
            "rejected": len(self.rejected),
        }

    @property
    def totals(self) -> dict[str, int]:
        """The counts by keys, as the ledger holds them."""
        return {name.replace(" ", "_"): count for name, count in self.counts.items()}

    @property
    def last_line(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in self.counts.items())

    @property
    def sections(self) -> list[Section]:
        found = [
            Section("To add", tuple(self.created)),
            Section("To change", tuple(self.updated)),
            Section("To end", tuple(self.ended)),
            Section("Lines rejected", tuple(map(str, self.rejected))),
            Section("Left out or to check", tuple(map(str, self.notes))),
        ]
        return [section for section in found if section.lines]

    @property
    def changes_anything(self) -> bool:
        return bool(self.created or self.updated or self.ended)

    @property
    def ends_too_many(self) -> bool:
        """Whether more than half would go: a wrong file, or a part of one, likely."""
        return len(self.ended) > FEW and 2 * len(self.ended) > self.current

    @property
    def too_many_ends(self) -> str:
        return (
            f"The file would end {len(self.ended)} of the {self.current} {self.many} there are, which "
            "is more than half. It may be the wrong file, or only a part of one."
        )

    @property
    def fingerprint(self) -> str:
        """Changes when what would be done changes: what was confirmed is what was seen."""
        seen = [[section.title, *section.lines] for section in self.sections]
        return hashlib.sha256(json.dumps([seen, self.counts]).encode()).hexdigest()
