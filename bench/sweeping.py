"""The sweeps that are measured: one with nothing to do, and one with a night's steps to take."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bench.council_at_scale import NOW
from bench.scene import Scene, Work
from casework.chasing import actions as chasing
from council.calendar import current


def idle_sweep(scene: Scene, who: str) -> Work:
    now = timezone.now()
    return lambda: len(chasing.sweep(now=now).lines)


def night_sweep(scene: Scene, who: str) -> Work:
    """What falls due by the evening of the next working day. Undone, so each run has as much to do."""
    evening = tomorrow()

    def work() -> int:
        with transaction.atomic():
            report = chasing.sweep(now=evening)
            transaction.set_rollback(True)
        return len(report.lines)

    return work


def tomorrow() -> datetime:
    """The evening of the next working day."""
    day = current().next_working_day(timezone.localdate(NOW))
    return NOW.replace(year=day.year, month=day.month, day=day.day, hour=18)
