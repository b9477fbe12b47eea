"""script/bench: see --help. Everything that can go wrong ends in words and a status, not a traceback."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from urllib.parse import urlsplit

from bench import arguments
from bench.faults import CannotRun

ON_THIS_COMPUTER = "postgres://postgres@127.0.0.1:5432"
# What would make it another product than the one that is measured, or reach the council's own.
NOT_OURS = (
    *("DATABASE_URL", "EMAIL_URL", "EVENHAND_DEBUG", "EVENHAND_DEMO", "EVENHAND_ENV"),
    *("EVENHAND_VAR", "PROFILE", "PROTOCOL_FILE", "REDIS_URL", "ALLOWED_HOSTS", "BASE_URL"),
    *("BEHIND_PROXY", "CSRF_TRUSTED_ORIGINS", "SESSION_MINUTES", "SESSION_IDLE_MINUTES"),
)
SLOWER, CANNOT_RUN, NOT_JUDGED, INTERRUPTED = 1, 2, 3, 130


def main() -> int:
    asked = arguments.read()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="evenhand-bench-") as var:
            return _bench(asked, var)
    except CannotRun as fault:
        _say()
        sys.stderr.write(f"{fault}\n")
        return CANNOT_RUN
    except KeyboardInterrupt:
        _say()
        sys.stderr.write("Stopped. Nothing of this run was kept; what was filled before it was.\n")
        return INTERRUPTED


def _bench(asked: argparse.Namespace, var: str) -> int:
    import psycopg2

    from bench import databases

    prefix = databases.prefix(asked.name)
    server = databases.Server(_server(asked.server))
    try:
        server.insist_on_rights()
        server.lock(prefix)
        if asked.drop:
            return _drop(server, prefix)
        _set_up(server, prefix, var)
        return _measure(server, prefix, asked)
    except psycopg2.Error as error:
        raise CannotRun(databases.said_of(error)) from None
    finally:
        server.close()


def _server(asked: str | None) -> str:
    """The address of the server; CannotRun where it is no PostgreSQL's."""
    given = asked or os.environ.get("DATABASE_URL", "")
    if not asked and urlsplit(given).scheme not in {"postgres", "postgresql"}:
        return ON_THIS_COMPUTER
    try:
        parts = urlsplit(given)
        good = parts.scheme in {"postgres", "postgresql"} and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise CannotRun("--server is not the address of one: write postgres://user@host:5432")
    return given


def _set_up(server, prefix: str, var: str) -> None:
    """Django, in a process of its own, with settings that are the same whoever runs it."""
    for name in NOT_OURS:
        os.environ.pop(name, None)
    os.environ["EVENHAND_VAR"] = var
    os.environ["DATABASE_URL"] = server.address(prefix)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()


def _measure(server, prefix: str, asked: argparse.Namespace) -> int:
    from bench import compare, machine, report, run

    # Read first: minutes of measuring are lost where it is no such file.
    before = report.Report.read(asked.compare) if asked.compare else None
    run.insist_on(asked.only)
    load_before, results = machine.load(), []
    for cases in asked.cases:
        results += run.measure(
            server, prefix=prefix, cases=cases, runs=asked.runs, only=asked.only, say=_say
        )
    _say()
    load_after = machine.load()
    found = report.Report(
        machine=machine.describe(server.about()),
        load_before=load_before,
        load_after=load_after,
        is_busy=machine.is_busy(load_before, load_after, machine.cores()),
        results=results,
    )
    sys.stdout.write(report.shown(found))
    if asked.json:
        found.write(asked.json)
    if before is None:
        return 0
    comparison = compare.Comparison.of(before, found, asked.tolerance)
    sys.stdout.write("\n" + compare.shown(comparison))
    return _verdict(comparison, asked.fail_over)


def _verdict(comparison, fail_over: float | None) -> int:
    if fail_over is None:
        return 0
    if not comparison.can_judge:
        return NOT_JUDGED
    return SLOWER if comparison.slower_than(fail_over) else 0


def _drop(server, prefix: str) -> int:
    names = server.ours(prefix)
    for name in names:
        server.drop(name)
    said = f"Dropped {', '.join(names)}." if names else "There was no database of the bench's own."
    sys.stdout.write(said + "\n")
    return 0


def _say(text: str = "") -> None:
    """What it is doing, on one line that is written over; only where somebody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
