"""manage.py working_days: the due date of a promise, or the count behind it.

Pure arithmetic: it opens no database, so the council's own closure days are not in it.
"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from protocol.calendar import NATIONS, Calendar, OutOfCalendar, say

MOST_DAYS = 1000
SHOWN = 40  # characters of what was typed that a message repeats


class Command(BaseCommand):
    help = (
        "Prints the due date of a promise of DAYS working days, received on DATE. Day one is the "
        "first working day after DATE. The council's own closure days are not counted out here."
    )
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's parser, except that a wrong command line is one line and exit 1."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if getattr(self, "_called_from_command_line", False):
            parser.error = self._refuse  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", metavar="DATE", nargs="?", help="for example 2022-05-25")
        parser.add_argument("days", metavar="DAYS", nargs="?", help=f"1 to {MOST_DAYS}")
        parser.add_argument("--nation", default="england", help=f"one of {', '.join(NATIONS)}")
        parser.add_argument("--explain", action="store_true", help="print the count day by day")

    def handle(self, *args: Any, **options: Any) -> None:
        received = _read_date(options["date"])
        days = _read_days(options["days"])
        if options["nation"] not in NATIONS:
            raise CommandError(
                f"{_shown(options['nation'])} is not a nation. Use --nation with one of: "
                f"{', '.join(NATIONS)}."
            )
        calendar = Calendar.for_nation(options["nation"])
        try:
            due = calendar.due_date(received, days)
        except OutOfCalendar as error:
            raise CommandError(f"{error} Use a date inside it, or fewer days.") from error
        if not options["explain"]:
            self.stdout.write(due.isoformat())
            return
        for counted in calendar.explain(received, days):
            self.stdout.write(str(counted))
        notice = " (provisional: not every bank holiday before it is published yet)"
        self.stdout.write(f"Due {say(due)}{notice if calendar.is_provisional(due) else ''}")

    def _refuse(self, message: str) -> NoReturn:
        message = " ".join(message.split())
        self.stderr.write(
            f"CommandError: {message}. Write it as: working_days 2022-05-25 10 [--nation england]"
        )
        sys.exit(1)


def _shown(typed: object) -> str:
    """What a person typed, on one line and not too long."""
    text = str(typed)
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def _read_date(typed: object) -> date:
    text = str(typed or "")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise CommandError(
                f"{_shown(text)} is not in any calendar. Check the month and the day: they are "
                "written year-month-day, for example 2022-05-25."
            ) from None
    if not text:
        raise CommandError("Give the date of receipt first, for example 2022-05-25.")
    raise CommandError(
        f"{_shown(text)} is not a date. Write it as year-month-day, for example 2022-05-25."
    )


def _read_days(typed: object) -> int:
    text = str(typed or "")
    if not text:
        raise CommandError("Give the number of working days after the date, for example 10.")
    if re.fullmatch(r"[0-9]{1,9}", text) and 1 <= int(text) <= MOST_DAYS:
        return int(text)
    raise CommandError(
        f"{_shown(text)} is not a number of working days. Use a whole number from 1 to {MOST_DAYS}."
    )
