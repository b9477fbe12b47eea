"""Tell a worker, after commit, that something waits. What is lost here, the sweep finds."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)
_put_off: ContextVar[bool] = ContextVar("put_off", default=False)


@contextmanager
def woken_once() -> Iterator[None]:
    """Within, nobody is woken, and one worker at the end: for many transactions of one request."""
    token = _put_off.set(True)
    try:
        yield
    finally:
        _put_off.reset(token)
        wake_after_commit()


def wake_after_commit() -> None:
    """Wake delivery once when this transaction commits, however often it is asked for."""
    if _put_off.get():
        return
    if not any(entry[1] is wake for entry in connection.run_on_commit):
        transaction.on_commit(wake)


def wake() -> None:
    """Wake delivery now; a dead broker is logged and does no harm."""
    # The task imports the actions, and they import this.
    from ledger.tasks import deliver

    try:
        # No retries: the person who waits for this page must not wait for a dead broker.
        deliver.apply_async(retry=False, expires=60)
    except (KombuError, OSError) as fault:
        logger.warning("delivery was not woken, the sweep will do it: %s", type(fault).__name__)
