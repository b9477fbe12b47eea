"""How the product is running, and what the ledger holds: counts, classes and times; nothing of any case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import dateformat, timezone
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import KombuError

from accounts.permissions import permission
from council.calendar import current
from documents import scanning
from frontend.parts import Row
from ledger.keeping import last_kept
from ledger.models import Notice, Run, Seal, Stream
from protocol.calendar import LATEST, say

CHASE, DELIVER = "casework.tasks.chase", "ledger.tasks.deliver"
TASKS = {
    CHASE: "Chasing and escalating",
    DELIVER: "Sending notices",
    "ledger.tasks.seal": "Sealing the ledger",
    "ledger.tasks.clear_sendings": "Forgetting which forms were sent",
    "ledger.tasks.keep_head": "Keeping the ledger’s head",
    "documents.tasks.look_after": "Looking after documents",
    "accounts.tasks.settle_addresses": "New sign-in addresses",
    "accounts.tasks.clear_drafts": "Deleting old drafts",
    "accounts.tasks.clear_sessions": "Forgetting old sessions",
    "records.tasks.bring_up": "Bringing up what is due for review",
    "records.tasks.clear": "Clearing files of what was erased",
}
HELD = {"daily": "For the daily mail", "quiet": "By the quiet hours"}
# Both run every minute or more often.
QUIET = timedelta(minutes=10)
DROPPED_FOR = timedelta(days=30)
CALENDAR_WARNING = timedelta(days=365)
# How long the page waits for a broker that does not answer.
BROKER_SECONDS = 2


@permission("operations.read")
@require_safe
def operations_show(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    runs = {run.name: run for run in Run.objects.all()}
    broker, trouble = _broker(), scanning.trouble()
    parts = [
        ("Notices", _notices(now)),
        ("What runs by itself", [_run(name, words, runs) for name, words in TASKS.items()]),
        ("What it runs on", [*_engines(broker, trouble), *_calendar()]),
    ]
    faults = [
        *_faults(now, runs, broker),
        *_scanner_faults(trouble),
        *_calendar_faults(timezone.localdate(now)),
    ]
    return render(request, "operations/running.html", {"faults": faults, "parts": parts})


@permission("ledger.read")
@require_safe
def ledger_show(request: HttpRequest) -> HttpResponse:
    chains, events = Stream.objects.sizes_for(request.user)
    seal = Seal.objects.order_by("-id").first()
    checked = Run.objects.filter(name="verify_ledger").first()
    rows = [
        Row("Chains", f"{chains:,}"),
        Row("Events in them", f"{events:,}"),
        Row("Seals", f"{Seal.objects.count():,}"),
        Row("Last seal", [_at(seal.at), seal.digest] if seal else "None yet"),
        Row("Head kept", _kept()),
        Row("Last verified", _verified(checked)),
    ]
    return render(request, "operations/ledger.html", {"rows": rows})


def _kept() -> str:
    if not settings.LEDGER_HEADS:
        return "Nowhere: no folder is set for it (LEDGER_HEADS)"
    last = last_kept()
    return f"Each day, in the council’s folder. The last is {last.name}" if last else "Not yet"


def _verified(checked: Run | None) -> str:
    if checked is None:
        return "Not yet"
    if checked.error:
        return f"Not whole ({checked.error}), {_at(checked.failed_at)}"
    return f"Whole, {_at(checked.ended_at)}"


def _at(moment: datetime) -> str:
    return dateformat.format(timezone.localtime(moment), "j F Y, H:i")


def _notices(now: datetime) -> list[Row]:
    waiting, oldest = Notice.objects.queue(now)
    reasons = dict(Notice.Dropped.choices)
    dropped = Notice.objects.dropped_since(now - DROPPED_FOR)
    return [
        Row("Waiting", f"{waiting:,}"),
        Row("Held back", _held(Notice.objects.held_until(now))),
        Row("Oldest waiting since, not held", _at(oldest) if oldest else "None is waiting"),
        Row("Failed, and tried again", _counted(Notice.objects.failing())),
        Row(
            "Given up in the last 30 days",
            _counted({reasons.get(key, key): count for key, count in dropped.items()}),
        ),
    ]


def _held(found: Mapping[str, tuple[int, datetime, datetime]]) -> list[str] | str:
    """How many are held for what, and until when."""
    said = []
    for why, (count, first, last) in found.items():
        until = f"between {_at(first)} and {_at(last)}" if first != last else f"on {_at(first)}"
        said.append(f"{HELD[why]}: {count:,}, to go {until}")
    return said or "None"


def _counted(found: Mapping[str, int]) -> list[str] | str:
    return [f"{what}: {count:,}" for what, count in found.items()] or "None"


def _run(name: str, words: str, runs: Mapping[str, Run]) -> Row:
    run = runs.get(name)
    if run is None:
        return Row(words, "Has not run yet")
    said = [f"Last ran {_at(run.ended_at)}"] if run.ended_at else []
    if run.error and run.failed_at:
        said.append(f"Failed {_at(run.failed_at)}: {run.error}")
    return Row(words, said)


def _engines(broker: str, trouble: str) -> list[Row]:
    engine = {"postgresql": "PostgreSQL", "sqlite": "SQLite, embedded"}
    return [
        Row("Database", engine.get(connection.vendor, connection.vendor)),
        Row(
            "Broker",
            f"Does not answer: {broker}" if broker else f"Answers ({_kind_of_broker()})",
        ),
        Row("Mail", "A mail server" if ".smtp." in settings.EMAIL_BACKEND else "A folder"),
        Row("Virus scanner", _scanner(trouble)),
    ]


def _scanner(trouble: str) -> str:
    if not scanning.is_set_up():
        return "None is set up: files are not checked for viruses (CLAMD_URL)"
    return f"Does not answer: {trouble}" if trouble else "Answers"


def _kind_of_broker() -> str:
    return "Redis" if settings.REDIS_URL else "a folder"


def _broker() -> str:
    """Nothing where the broker answers, else the class of the error: its words hold the address."""
    options = {
        **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        "socket_connect_timeout": BROKER_SECONDS,
        "socket_timeout": BROKER_SECONDS,
    }
    try:
        with Connection(settings.CELERY_BROKER_URL, transport_options=options) as broker:
            try:
                broker.connect()
            except broker.connection_errors as error:
                return type(error).__name__
    except (KombuError, OSError) as error:
        return type(error).__name__
    return ""


def _calendar() -> list[Row]:
    return [
        Row("Dates can be counted to", say(LATEST)),
        Row("Bank holidays are published to", say(current().proclaimed_to)),
    ]


def _faults(now: datetime, runs: Mapping[str, Run], broker: str) -> list[str]:
    found = []
    if Notice.objects.is_stuck(now):
        found.append("Notices have waited for more than an hour.")
    if broker:
        found.append("The broker does not answer, so nothing wakes the worker.")
    for name, words in TASKS.items():
        run = runs.get(name)
        if name in (CHASE, DELIVER) and (
            run is None or not run.ended_at or run.ended_at < now - QUIET
        ):
            found.append(f"{words}: it has not run in the last ten minutes.")
        elif run and run.error:
            found.append(f"{words}: it failed the last time that it ran.")
    return found


def _scanner_faults(trouble: str) -> list[str]:
    if not trouble:
        return []
    return ["The virus scanner does not answer: files that arrive cannot be opened until it does."]


def _calendar_faults(today: date) -> list[str]:
    if LATEST - today > CALENDAR_WARNING:
        return []
    return ["The calendar ends within a year: take a newer release."]
