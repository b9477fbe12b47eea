"""What the bench's databases hold, how they are filled, and the digest that says when to fill anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from select import select

import psycopg2
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import Error, connection
from psycopg2 import extensions

from bench import filling
from bench.council_at_scale import NOW, set_up
from bench.databases import Server
from bench.long_case import latest, lengthen
from council import calendar, terms
from protocol.calendar import Calendar

# What decides the rows besides the migrations, from the top of the repository.
SOURCES = (
    "bench/council_at_scale.py",
    "bench/filling.py",
    "bench/long_case.py",
    "casework/clocks.py",
    "protocol/calendar.py",
    "protocol/library/bristol.toml",
)


def digest(cases: int) -> str:
    """64 hex digits that change with the schema, the filling, the dates or the number of cases."""
    root = Path(settings.BASE_DIR)
    found = sha256(f"{cases} {Calendar.for_nation('england').fingerprint}".encode())
    for path in (*_migrations(), *(root / source for source in SOURCES)):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def _migrations() -> list[Path]:
    """Of the product and of what it is built on, in a fixed order."""
    return sorted(
        file
        for app in apps.get_app_configs()
        for file in Path(app.path).glob("migrations/[0-9]*.py")
    )


def kept(server: Server, name: str, cases: int) -> bool:
    """Have a database of so many cases; True where it had to be filled. It is not left open."""
    return server.keep(name, digest(cases), partial(_fill, name, cases))


def _fill(name: str, cases: int) -> None:
    with opened(name), interruptible(), time_machine.travel(NOW, tick=True):
        call_command("migrate", verbosity=0, interactive=False)
        made = set_up()
        filling.fill(made, cases)
        lengthen(latest("closed"), made)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE casework_message, ledger_event")


@contextmanager
def opened(name: str) -> Iterator[None]:
    """Inside, the product reads and writes this database, and remembers nothing of another."""
    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    _forget()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        _forget()


def _forget() -> None:
    calendar.forget()
    terms.forget()
    ContentType.objects.clear_cache()
    cache.clear()


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C ends a long statement at once. Not for what is measured: it waits in another way."""
    stopped = []

    def wait(asking: extensions.connection) -> None:
        try:
            while (state := asking.poll()) != extensions.POLL_OK:
                waiting = [asking.fileno()]
                reading = state == extensions.POLL_READ
                select(waiting if reading else [], [] if reading else waiting, [])
        except KeyboardInterrupt:
            stopped.append(asking)
            # Else the server would go on with it, and its database could not be dropped.
            asking.cancel()
            raise

    extensions.set_wait_callback(wait)
    try:
        yield
    except (Error, psycopg2.Error):
        # The connection that was broken off cannot end its transactions: that is not what happened.
        if stopped:
            raise KeyboardInterrupt from None
        raise
    finally:
        extensions.set_wait_callback(None)
