"""The values that the `ui` template tags draw. Built by views; frozen, so that a missing one fails early.

Text fields hold plain text and are escaped when drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Tone = Literal["calm", "soon", "late", "paused", "done"]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere. `about` is read out after them, where they do not stand alone."""

    text: str
    href: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """The state of something, in words and a colour (a GOV.UK tag colour: green, blue, red, …)."""

    words: str
    colour: str = "blue"


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, worked out already: "Due Friday 4 December (day 6 of 10)"."""

    text: str
    tone: Tone = "calm"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into one box, in a list: it may hold a word as long as they like."""

    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some words of a longer text. Of each piece: its words, and whether they are what was looked for."""

    label: str
    pieces: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a rule comes from. An empty label means that the council set it."""

    label: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a summary list. `value` is text, a part, or a list of either."""

    key: str
    value: Any
    action: Link | None = None
    cite: Cite | None = None


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened. `text` keeps its line breaks."""

    title: str
    at: date | datetime
    by: str = ""
    text: str = ""
    cite: Cite | None = None
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a message. Without `href` it cannot be opened, and `note` says why."""

    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One letter, email or note. `ours` is true when the reader's side sent it; `private` says for
    whom alone it is."""

    sender: str
    at: date | datetime
    text: str
    ours: bool = False
    capacity: str = ""
    seen_by: Sequence[str] = ()
    links: Sequence[Link] = ()
    files: Sequence[File] = ()
    key: str = ""
    private: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a work list. `primary` is the one that names the row (one a list)."""

    label: str
    primary: bool = False
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that leads to exactly the things it counts."""

    count: int
    words: str
    href: str
    tone: Tone = "calm"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the reader may do now. A `post` action is a form with one button."""

    text: str
    href: str
    primary: bool = False
    post: bool = False
    warning: bool = False
    hidden: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that must be done first, ticked by the product and not by hand."""

    title: str
    done: bool
    words: str = ""
    href: str = ""
    hint: str = ""
    cite: Cite | None = None


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of the service navigation or of a sub-navigation; `count` is what waits there."""

    text: str
    href: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to sign in as in a demonstration. `value` is what the button sends, besides `hidden`."""

    name: str
    role: str
    value: str
    about: str = ""
    hidden: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonaGroup:
    """The personas of one role."""

    title: str
    personas: Sequence[Persona]
