"""Tell a worker, after commit, that something waits. What is lost here, the sweep finds."""

from __future__ import annotations

import logging

from django.db import connection, transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)


def wake_after_commit() -> None:
    """Wake delivery once when this transaction commits, however often it is asked for."""
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
