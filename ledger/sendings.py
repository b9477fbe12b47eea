"""A form that is sent twice is done once: its key is taken in the transaction of what it does. ADR 27.

A double tap, a slow line, a page that was loaded again: each time the browser sends the very same form. The
page carried a random number; with who sent it, where to and every word, it makes the key. `record` takes it, as
every action records what it did: so the key stands or falls with what was done.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta

# No page lives longer than a session; a day more than that is enough.
KEPT = timedelta(days=2)


class AlreadySent(Exception):
    """Somebody's other request with this very form did it, or is about to. Nothing was written by this one."""


@dataclass
class Request:
    """One request: the key of the form that it sends ("" for none), and a number of its own."""

    key: str = ""
    number: uuid.UUID = field(default_factory=uuid.uuid4)
    taken: bool = False


_current: ContextVar[Request | None] = ContextVar("sending", default=None)


@contextmanager
def request() -> Iterator[Request]:
    """Within, `record` takes the key that this request has."""
    token = _current.set(one := Request())
    try:
        yield one
    finally:
        _current.reset(token)


def current() -> Request | None:
    """The request that goes on here, where it sends a form with a key."""
    one = _current.get()
    return one if one and one.key else None
