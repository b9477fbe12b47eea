"""manage.py erasures: the list of what was erased, and erasing it again after a backup was restored."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protocol.refusals import Refused
from records import actions


class Command(BaseCommand):
    help = (
        "With --export, writes the list of all erasures, to be kept with the backups. With --replay, "
        "erases again what such a list says: run it after restoring a backup, before anybody signs in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--export", metavar="FILE")
        which.add_argument("--replay", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["export"]:
                count = actions.export(path=Path(options["export"]))
                self.stdout.write(f"{count} erasures are in {options['export']}.")
                return
            lines = Path(options["replay"]).read_text(encoding="utf-8").splitlines()
            done, passed = actions.replay(lines=lines)
        except (OSError, ValueError) as error:
            raise CommandError(f"The list could not be read or written: {error}") from error
        except Refused as refused:
            raise CommandError(f"Nothing was erased: {refused}") from refused
        actions.clear()
        self.stdout.write(
            f"{done} erased again; {passed} were erased already or are not in this database."
        )
