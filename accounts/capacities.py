"""The capacities in which a person can act, declared by the rooms above that add them.

A room that gives people a capacity (members, officers) registers the name of its one-to-one link to
Person, so that signing in loads every capacity in the one query that loads the person, and this
room need not know what lies above it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from frontend.words import day

_links: list[str] = []
_words: dict[str, Callable[[object], str]] = {}


def register(link: str, words: Callable[[object], str] | None = None) -> None:
    """Declare the reverse one-to-one from Person, with any path to follow: `"officer__service"`.

    `words` says the capacity in a phrase: "Officer, Highways". It must not ask the database for
    more than the path has brought.
    """
    if link not in _links:
        _links.append(link)
    if words:
        _words[link.split("__")[0]] = words


def links() -> tuple[str, ...]:
    return tuple(_links)


def names() -> tuple[str, ...]:
    return tuple(dict.fromkeys(link.split("__")[0] for link in _links))


def of(person) -> dict[str, object]:
    """The capacities this person holds: `{"member": <Member>, "officer": <Officer>}`."""
    return {name: held for name in names() if (held := getattr(person, name, None)) is not None}


def words_of(person, name: str) -> str:
    """One capacity in a phrase, as `in_words` says it; "" where they hold no such."""
    held = of(person).get(name)
    return "" if held is None else _phrase(name, held)


def _phrase(name: str, held) -> str:
    return _words[name](held) if name in _words else held._meta.verbose_name.capitalize()


def in_words(person, on: date) -> list[str]:
    """What this person acts as: "Member, Green group", "Officer until Friday 1 May 2026"."""
    phrases = []
    for name, held in of(person).items():
        phrase = _phrase(name, held)
        ended = getattr(held, "ended_on", None)
        phrases.append(f"{phrase}, until {day(ended)}" if ended and ended < on else phrase)
    return phrases
