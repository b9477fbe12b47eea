"""manage.py import_directory: officers, services, absences, post holders or closure days from CSV."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from council.actions import importing
from council.imports import kinds, text
from council.imports.report import Report
from protocol.refusals import Refused


class Command(BaseCommand):
    help = (
        "Imports a directory from FILE, a CSV. Prints what changes, then the counts on the last line. "
        "Importing a file again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(kinds.registered()))
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="print it and write nothing")
        parser.add_argument(
            "--whole",
            action="store_true",
            help="the file has all our officers: whoever is not in it is ended",
        )
        parser.add_argument(
            "--allow-many-ends",
            action="store_true",
            help="import even a file that ends more than half",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind = kinds.registered()[options["kind"]]
        if options["whole"] and not kind.whole:
            raise CommandError(f"A file of {kind.many} ends nobody: leave --whole out.")
        wanted = {"kind": kind, "by": None, "whole": options["whole"]}
        try:
            wanted["content"] = text.file(options["file"])
            if options["dry_run"]:
                report = importing.preview(**wanted)
            else:
                report = importing.import_file(**wanted, allow_many_ends=options["allow_many_ends"])
        except Refused as refused:
            # The page has a link beside these words.
            sample = f"{settings.BASE_URL}{reverse(f'{kind.key}-import-sample')}"
            where = f" It is at {sample}" if kind.instead in str(refused) else ""
            raise CommandError(f"{refused}{where}") from refused
        self._print(report, options)

    def _print(self, report: Report, options: dict[str, Any]) -> None:
        for section in report.sections:
            self._line(f"{section.title} ({len(section.lines)})")
            for line in section.lines:
                self._line(f"  {line}")
        if options["dry_run"]:
            if report.ends_too_many and not options["allow_many_ends"]:
                self._line(f"{report.too_many_ends} {importing.TOO_MANY_INSTEAD}")
            self._line("Dry run: nothing was written.")
        self._line(report.last_line)

    def _line(self, line: str) -> None:
        self.stdout.write(text.for_terminal(line, getattr(self.stdout, "encoding", None)))
