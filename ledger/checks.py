"""A database check: the triggers that keep the ledger from being changed are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from ledger import triggers
from ledger.models import Event


@checks.register(checks.Tags.database)
def triggers_are_there(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """ledger.W001 for each database that has the ledger's tables and not its triggers.

    A warning, since an error would stop the very migration that installs them again;
    `check --database default --fail-level WARNING` and verify_ledger fail on it.
    """
    faults: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        # Before the first migration there is nothing to protect.
        if Event._meta.db_table not in connection.introspection.table_names():
            continue
        if gone := triggers.missing(connection):
            faults.append(
                checks.Warning(
                    f"The ledger can be changed unseen: no trigger {', '.join(gone)}.",
                    hint="Find out why, then run: manage.py verify_ledger --install-triggers",
                    id="ledger.W001",
                )
            )
    return faults
