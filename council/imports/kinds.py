"""What a list of one kind holds, and what becomes of each of its lines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Person
from council.imports import cleaning
from council.imports.report import Report
from council.imports.table import Column, Line
from protocol.refusals import Refused


class Work(ABC):
    """The lines of one file being carried out, each by the room's own actions.

    `provided` are the columns that the file has: of what it has no column for, nothing changes.
    """

    def __init__(self, *, by: Person | None, on: date, provided: frozenset[str], report: Report):
        self.by, self.on, self.provided, self.report = by, on, provided, report

    def order(self, lines: Sequence[Line]) -> Iterable[Line]:
        """The lines in the order in which they can be carried out."""
        return lines

    @abstractmethod
    def identity(self, line: Line) -> str:
        """What two lines about the same thing have in common; "" where it says too little."""

    @abstractmethod
    def name(self, line: Line) -> str:
        """What a message calls the line."""

    @abstractmethod
    def take(self, line: Line) -> None:
        """Carry a line out and say so in the report. Raises Refused where it may not be."""

    def email(self, line: Line, column: str) -> str:
        """A cell's email address in lower case, "" for none."""
        address, wrong = cleaning.email(line.get(column))
        if wrong:
            raise Refused(f"the {column} {cleaning.shown(line.get(column))} {wrong}.")
        return address

    def day(self, line: Line, column: str) -> date | None:
        day, wrong = cleaning.day(line.get(column))
        if wrong:
            raise Refused(f"the {column} {cleaning.shown(line.get(column))} {wrong}.")
        return day


class WholeWork(Work):
    """Of a list that may be said to be everything, so that what is not in it is ended."""

    @abstractmethod
    def end_the_rest(self, named: frozenset[str]) -> None:
        """End what is on none of the lines, whose identities these are."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`key` stands in addresses and commands; `many` is its word; `to` is its list's page."""

    key: str
    many: str
    permission: str
    columns: tuple[Column, ...]
    sample: tuple[tuple[str, ...], ...]
    work: type[Work]
    to: str
    # The lists above its pages: their titles and addresses' names.
    above: tuple[tuple[str, str], ...]
    # What the page says of it, in bullets.
    about: tuple[str, ...] = ()
    # It decides who sees cases: whoever imports it confirms first that it is them.
    opens_cases: bool = False

    @property
    def whole(self) -> bool:
        """Whether a file may be said to have everything."""
        return issubclass(self.work, WholeWork)

    @property
    def needed(self) -> list[str]:
        return [column.name for column in self.columns if column.needed]

    @property
    def instead(self) -> str:
        names = self.needed
        listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        word = "columns" if len(names) > 1 else "column"
        return (
            f"Use a CSV file whose first line has the {word} {listed}. A sample can be downloaded."
        )


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add the lists of a room, from its AppConfig.ready."""
    _KINDS.update({kind.key: kind for kind in kinds})


def registered() -> dict[str, Kind]:
    return dict(_KINDS)
