"""manage.py load_demo: a council that does not exist, with two years of its casework."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from demo import plans
from demo.actions import Wish, load
from protocol import lifecycle
from protocol.refusals import Refused

MOST = 1_000_000
MOST_LIVED = 20_000


class Command(BaseCommand):
    help = (
        "Loads an invented council: people, services, posts and two years of enquiries in every "
        "state, lived through by the product's own actions in simulated time, so that record, "
        "clocks, breaches and notices are real. The same seed and --now give the same council. "
        "With --bulk, for measuring speed with very many cases, each case is written as plain "
        "rows with its clocks, its first message and one event (a breach has a second), and "
        "without the correspondence and history that a case otherwise has."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--profile", default=settings.PROFILE or "bristol", metavar="KEY")
        parser.add_argument("--cases", default="400", metavar="N", help="how many; 400")
        parser.add_argument("--seed", default="1", metavar="S", help="a whole number; 1")
        parser.add_argument("--now", metavar="ISO", help="when the history ends; now")
        parser.add_argument("--add", action="store_true", help="add to the council that is there")
        parser.add_argument("--bulk", action="store_true", help="plain rows, for measuring")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demonstration. Set EVENHAND_DEMO=1 to make it one.")
        wish = _wish(options)
        started = time.monotonic()
        try:
            states = load(wish=wish, tick=self._ticker(wish.cases, options["verbosity"]))
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{_in_words(states)}. It took {time.monotonic() - started:.0f} s.")

    def _ticker(self, total: int, verbosity: int):
        """A line of progress for somebody who watches."""
        step = max(1, total // 100)

        def tick(told: int) -> None:
            if verbosity and sys.stdout.isatty() and told % step == 0:
                ending = "\r" if told == total else ""
                self.stdout.write(f"\r{100 * told // total} % ", ending=ending)
                self.stdout.flush()

        return tick


def _in_words(states: dict[str, int]) -> str:
    listed = [f"{lifecycle.WORDS[key].lower()} {count}" for key, count in states.items() if count]
    return f"{sum(states.values())} enquiries: {', '.join(listed)}"


def _wish(options: dict[str, Any]) -> Wish:
    if options["profile"] not in plans.known():
        known = ", ".join(plans.known())
        raise CommandError(f"There is no council for {options['profile']!r}. Use one of: {known}.")
    most = MOST if options["bulk"] else MOST_LIVED
    cases = _number(options["cases"], "--cases")
    if not 1 <= cases <= most:
        more = "" if options["bulk"] else f" With --bulk it may be as many as {MOST}."
        raise CommandError(f"--cases must be between 1 and {most}; it is {cases}.{more}")
    return Wish(
        profile=options["profile"],
        cases=cases,
        seed=_number(options["seed"], "--seed"),
        now=_moment(options["now"]) if options["now"] else timezone.now(),
        add=options["add"],
        bulk=options["bulk"],
    )


def _number(text: Any, name: str) -> int:
    try:
        return int(str(text))
    except ValueError:
        raise CommandError(f"{name} must be a whole number; it is {str(text)[:40]!r}.") from None


def _moment(text: str) -> datetime:
    """An aware datetime that is not to come; without an offset it is London's."""
    try:
        moment = parse_datetime(text) or parse_datetime(f"{text}T17:00")
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(
            f"--now: {text[:40]!r} is not a date and time. Write it as 2026-11-20T09:00."
        )
    try:
        moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    except (OverflowError, ValueError):
        raise CommandError(f"--now: {text[:40]!r} is outside the dates that can be used.") from None
    if moment > timezone.now():
        raise CommandError("--now is in the future: the product itself goes on from today.")
    return moment
