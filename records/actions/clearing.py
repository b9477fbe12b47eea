"""After an erasure: the database's own files, the list that goes with the backups, and a restored backup."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from records import rooms
from records.actions.erasing import forget, forget_again
from records.models import Erasure
from records.processing_record import declared
from records.rooms import Item

# What the record of processing says of the tables that erasing writes to.
TEXTS = {"text", "resident", "file"}


def clear(*, now: datetime | None = None) -> int:
    """Clear the files of the database of what was erased, and write the list anew; how many were cleared.

    An erased row lies in the file until its place is used again, and its words in the index of words until
    that is made anew. On SQLite the file is written anew; PostgreSQL gives the places free, and its log and
    its backups go as the council keeps them. Outside any transaction. Safe at any time.
    """
    waiting = list(Erasure.objects.filter(cleared_at=None).values_list("pk", flat=True))
    if not waiting:
        return 0
    for room in rooms.all_of_them():
        room.clear()
    _vacuum()
    now = now or timezone.now()
    if settings.LEDGER_HEADS:
        # A new file each time: what lies there is never written over.
        export(path=Path(settings.LEDGER_HEADS, f"erasures-{now:%Y%m%dT%H%M%SZ}.jsonl"))
    return Erasure.objects.filter(pk__in=waiting).update(cleared_at=now)


def _vacuum() -> None:
    """On PostgreSQL the tables alone that hold texts: the others may be large."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        names = [one.name for one in declared() if TEXTS & one.holds.keys()]
        tables = [apps.get_model(name)._meta.db_table for name in names]
        cursor.execute(f"VACUUM {', '.join(map(connection.ops.quote_name, tables))}")


def export(*, path: Path) -> int:
    """Every erasure, a JSON object a line: keys and dates, nobody's name. Whole or not at all."""
    names = ("about", "reference", "extent", "because", "at", "besides")
    lines = [
        json.dumps({name: getattr(one, name) for name in names}, default=str)
        for one in Erasure.objects.all()
    ]
    beside = path.with_name(f".{path.name}.new")
    beside.write_text("".join(f"{line}\n" for line in lines))
    beside.replace(path)
    return len(lines)


@transaction.atomic
def replay(*, lines: Iterable[str], now: datetime | None = None) -> tuple[int, int]:
    """After a backup was restored: erase again what the list says. (erased again, not there or done already).

    Refused where something of it is held. ValueError for a line that is none.
    """
    now, done, passed = now or timezone.now(), 0, 0
    known = set(Erasure.objects.values_list("about", "extent"))
    for line in lines:
        told = _read(line)
        about, extent = told["about"], told["extent"]
        forget_again(told["besides"])
        there = rooms.of(about).references([about])
        if (about, extent) in known or there.get(about) != told["reference"]:
            passed += 1
            continue
        # It had ended when it was erased, whatever the backup says of it.
        item = Item(about, told["reference"], "", "", "", timezone.localdate(now))
        made = forget([item], extent=extent, because=told["because"], by=None, now=now)
        Erasure.objects.filter(pk=made[0].pk).update(besides=told["besides"])
        done += 1
    return done, passed


def _read(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
        found = {name: str(told[name]) for name in ("about", "reference", "extent", "because")}
        rooms.of(found["about"])
        found["besides"] = [str(name) for name in told["besides"]]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError("the list has a line that is no erasure") from error
    if found["extent"] not in dict(Erasure.EXTENTS):
        raise ValueError("the list has a line of an unknown extent")
    return found
