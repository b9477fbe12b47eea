"""How the rooms above lend the ledger what it must not know. Registering twice is harmless.

A room registers in its AppConfig.ready(). A prefix is the kind in a key: "case" in "case:12".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ledger.models import Notice


@dataclass(frozen=True)
class Line:
    """What a message comes to in the daily mail: a sentence, under the heading of what it is about.

    `due_is` says what the date is, where the heading stands for several things.
    """

    heading: str
    words: str
    link: str
    at: datetime
    due: date | None = None
    due_is: str = "due on"


@dataclass(frozen=True)
class Rendered:
    """One message in plain text. It quotes nothing of a case but its reference and a link.

    Without a line it always goes by itself.
    """

    subject: str
    body: str
    line: Line | None = None


@dataclass(frozen=True)
class Address:
    name: str
    email: str


@dataclass(frozen=True)
class Committing:
    """The event that committed to a text; `names` are those of all its texts."""

    verb: str
    subject: str
    actor: int | None
    acting_for: int | None
    at: datetime
    data: Mapping[str, Any]
    names: tuple[str, ...]


def _nothing(event: Committing) -> list[str]:
    return []


@dataclass(frozen=True)
class Text:
    """A text that was committed to, with its salt. `differs` says what else its row has otherwise
    than the event that committed to it: "its author"."""

    text: str
    salt: str
    differs: Callable[[Committing], list[str]] = _nothing


@dataclass(frozen=True)
class Slot:
    """When a notice goes, and whether with the daily mail of its recipient."""

    at: datetime
    daily: bool = False


# Notices (their event loaded) → message by notice id, or why it is dropped; None: the recipient may
# no longer see it. An id left out is a fault, and tried again later.
Renderer = Callable[[Sequence[Notice]], dict[int, "Rendered | Notice.Dropped | None"]]
# Notices (their event loaded) and now → when each goes; an id left out goes at once.
Planner = Callable[[Sequence[Notice], datetime], dict[int, Slot]]
# Lines for one reader → their daily mail.
Binder = Callable[[Sequence[Line]], Rendered]
# Recipient keys → addresses; a key that is left out has none.
AddressBook = Callable[[Sequence[str]], dict[str, Address]]
# The name of a commitment whose text is gone, its event, and the data of an event of the same subject: does
# that say that the text went?
Gone = Callable[[str, "Committing", Mapping[str, Any]], bool]
# Names of commitments → texts; a name that is left out has been erased.
Texts = Callable[[Sequence[str]], dict[str, Text]]

_renderers: dict[str, Renderer] = {}
_address_books: list[AddressBook] = []
_texts: dict[str, Texts] = {}
_gone: dict[str, tuple[tuple[str, ...], Gone]] = {}
_planners: list[Planner] = []
_binders: list[Binder] = []


def register_renderer(prefix: str, renderer: Renderer) -> None:
    """Messages about subjects of this kind are rendered so, many at once."""
    _renderers[prefix] = renderer


def register_address_book(book: AddressBook) -> None:
    """Ask this book for the addresses of recipients; books are asked in turn."""
    if book not in _address_books:
        _address_books.append(book)


def register_texts(prefix: str, texts: Texts) -> None:
    """Texts with commitments of this kind ("message" in "message:12") are found so."""
    _texts[prefix] = texts


def register_gone(prefix: str, verbs: Sequence[str], says: Gone) -> None:
    """A text with a commitment of this kind is erased only where an event of one of these verbs says so. Of a
    kind that nobody registers, every text that is gone counts as erased.
    """
    _gone[prefix] = (tuple(verbs), says)


def gone(name: str) -> tuple[tuple[str, ...], Gone] | None:
    return _gone.get(kind(name))


def register_mail_hours(planner: Planner, binder: Binder) -> None:
    """When mail may go is decided so, and the daily mail is written so. The last to register counts."""
    _planners[:], _binders[:] = [planner], [binder]


def slots(notices: Sequence[Notice], now: datetime) -> dict[int, Slot]:
    """When each of these goes, where any room says so."""
    return _planners[0](notices, now) if _planners else {}


def bound(lines: Sequence[Line]) -> Rendered:
    """The daily mail of these lines. LookupError when nobody writes one."""
    if not _binders:
        raise LookupError("nobody writes the daily mail")
    return _binders[0](lines)


def renderer_for(subject: str) -> Renderer | None:
    return _renderers.get(kind(subject))


def texts_for(name: str) -> Texts | None:
    return _texts.get(kind(name))


def addresses(recipients: Sequence[str]) -> dict[str, Address]:
    """The addresses that any book knows. LookupError when no book is registered."""
    if not _address_books:
        raise LookupError("no address book is registered")
    found: dict[str, Address] = {}
    for book in _address_books:
        missing = [key for key in recipients if key not in found]
        if missing:
            found.update(book(missing))
    return found


def kind(key: str) -> str:
    return key.partition(":")[0]
