"""What the rooms above lend whoever reads the ledger: names, sentences, and what is kept from whom.

A room registers in its AppConfig.ready(); registering twice is harmless. Nothing that it lends may hold
what somebody wrote: a reference and the names of those who act are as far as it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.models import Event

# Keys ("case:12") → what they are called ("the enquiry E-7K3P9QX"); a key that is left out has no name.
Namer = Callable[[Sequence[str]], dict[str, str]]
# Events about subjects of one kind → their sentences by the event's id.
Teller = Callable[[Sequence["Event"]], dict[int, str]]
# What somebody typed → the key that it stands for, or None.
Finder = Callable[[str], str | None]
# A person → the keys of the subjects of which they are to learn nothing.
Hider = Callable[[Any], Collection[str]]

_namers: dict[str, Namer] = {}
_tellers: dict[str, Teller] = {}
_finders: dict[str, Finder] = {}
_hiders: dict[str, Hider] = {}


def register_namer(prefix: str, namer: Namer) -> None:
    """Subjects of this kind ("case" in "case:12") are called so."""
    _namers[prefix] = namer


def register_teller(prefix: str, teller: Teller) -> None:
    """Events about subjects of this kind are told so, in place of the plain sentence of their verb."""
    _tellers[prefix] = teller


def register_finder(room: str, finder: Finder) -> None:
    """What a person types to find a subject (a reference) is understood so."""
    _finders[room] = finder


def register_hider(room: str, hider: Hider) -> None:
    """Subjects of which a person is to learn nothing, such as a complaint about them."""
    _hiders[room] = hider


def kind(key: str) -> str:
    return key.partition(":")[0]


def names(keys: Iterable[str]) -> dict[str, str]:
    """What these are called, as far as anybody says; one question a kind."""
    asked: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        asked.setdefault(kind(key), []).append(key)
    found: dict[str, str] = {}
    for prefix, some in asked.items():
        if prefix in _namers:
            found |= _namers[prefix](some)
    return found


def told(events: Iterable[Event]) -> dict[int, str]:
    """The sentences of those events that a room tells itself."""
    asked: dict[str, list[Event]] = {}
    for event in events:
        asked.setdefault(kind(event.subject), []).append(event)
    found: dict[int, str] = {}
    for prefix, some in asked.items():
        if prefix in _tellers:
            found |= _tellers[prefix](some)
    return found


def found(text: str) -> str | None:
    """The key of what somebody typed; None where it stands for nothing."""
    return next(filter(None, (finder(text) for finder in _finders.values())), None)


def hidden_from(person: Any) -> frozenset[str]:
    """The keys of all subjects of which this person is to learn nothing."""
    return frozenset(key for hider in _hiders.values() for key in hider(person))


def ids(keys: Iterable[str]) -> dict[int, str]:
    """{12: "case:12"} of keys that end in a number; others are left out."""
    parts = ((key, key.partition(":")[2]) for key in keys)
    return {int(number): key for key, number in parts if number.isdecimal() and len(number) < 19}
