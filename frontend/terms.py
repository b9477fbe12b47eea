"""The council's own words for its members and its protocol: the one place through which pages, forms
and notices say them. `said("Ask the {member}")` is "Ask the councillor" where the council says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.utils.functional import lazy


@dataclass(frozen=True, slots=True)
class Terms:
    """The words, in small letters. A member is one of these, whatever the council calls them."""

    member: str = "member"
    members: str = "members"
    protocol: str = "protocol"

    def words(self) -> dict[str, str]:
        """What stands between braces in a text: {member}, and {Member} where it begins a sentence."""
        small = {"member": self.member, "members": self.members, "protocol": self.protocol}
        return small | {
            key.capitalize(): word[:1].upper() + word[1:] for key, word in small.items()
        }


_source: Callable[[], Terms] = Terms
_plain: ContextVar[bool] = ContextVar("plain", default=False)


def register(source: Callable[[], Terms]) -> None:
    """Let the room that knows the council say which words it uses. Registering again replaces."""
    global _source
    _source = source


def current() -> Terms:
    """The words in use today; "member" and "protocol" where no council says otherwise."""
    return Terms() if _plain.get() else _source()


@contextmanager
def plain() -> Iterator[None]:
    """Within, the words are "member" and "protocol", and nobody is asked: for a command that must work
    before there is a council."""
    token = _plain.set(True)
    try:
        yield
    finally:
        _plain.reset(token)


def say(text: str, /, **values: Any) -> str:
    """A text with the council's words, and `values`, put in. It must be ours: braces are read.

    Raises KeyError for a word between braces that nobody gave.
    """
    words = current().words()
    for key, word in words.items():
        if word[:1].lower() in "aeiou":
            text = text.replace(f"a {{{key}}}", f"an {{{key}}}")
            text = text.replace(f"A {{{key}}}", f"An {{{key}}}")
    return text.format_map(words | values)


# The same, worked out when it is shown: for what is written once, when the program is read.
said = lazy(say, str)
