"""`manage.py chase`: by hand, the sweep that the worker does by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from casework.chasing import actions
from council.models import Council


class Command(BaseCommand):
    help = "Count stale clocks again, then take every step of chasing and escalation that is due."

    def add_arguments(self, parser):
        parser.add_argument(
            "--now", help="the moment to sweep for, such as 2026-11-23T09:00 (Europe/London); now"
        )

    def handle(self, *args, now=None, **options):
        moment = _moment(now) if now is not None else timezone.now()
        if moment > timezone.now() + timedelta(minutes=1):
            self.stderr.write(
                f"Note: {moment:%Y-%m-%d %H:%M} is still to come. What this sweep records stands: "
                "a breach that it finds is on record from now on."
            )
        report = actions.chase(now=moment)
        if Council.objects.current() is None:
            self.stderr.write(
                "Note: no council has been set up in this database, so there was nobody to chase. "
                "Is it the right one (PROFILE, DATABASE_URL)?"
            )
        for line in report.lines:
            self.stdout.write(line)
        self.stdout.write(report.summary())


def _moment(text: str) -> datetime:
    """An aware datetime from ISO 8601; without an offset it is London's."""
    try:
        moment = parse_datetime(text) or parse_datetime(text + "T00:00")
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(
            f"{text!r} is not a date and time. Write it as 2026-11-23T09:00 or 2026-11-23."
        )
    try:
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    except (OverflowError, ValueError):
        raise CommandError(f"{text!r} is outside the dates that can be used.") from None
