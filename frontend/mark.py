"""A mark that every form of a page carries beside its token, so that no form can be drawn without it.

Who is at the page says what the mark is (`drawing`); this room knows nothing of it. `{% csrf_token %}` of
`frontend/templatetags/marked.py` draws both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

FIELD = "acting_as"
_source: ContextVar[Callable[[], str] | None] = ContextVar("mark", default=None)


@contextmanager
def drawing(source: Callable[[], str]) -> Iterator[None]:
    """Within, forms carry what `source` says; it is asked only where a form is drawn."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def current() -> str:
    """The mark of the page that is being drawn; "" where it needs none."""
    source = _source.get()
    return source() if source else ""
