"""manage.py import_members: councillors from modern.gov's GetCouncillorsByWard XML, or from CSV."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from council.imports import text
from members.actions import importing
from members.imports.preview import sections
from protocol.refusals import Refused


class Command(BaseCommand):
    help = (
        "Imports members from FILE: the XML of modern.gov’s GetCouncillorsByWard, or CSV. Prints "
        "what changes, then the counts on the last line. Importing a file again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="print it and write nothing")
        parser.add_argument(
            "--home-addresses",
            action="store_true",
            help="store home addresses, phones and emails too; else they are never kept",
        )
        parser.add_argument(
            "--allow-many-ends",
            action="store_true",
            help="import even a file that ends more than half of the members",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        home = options["home_addresses"]
        try:
            content = text.file(options["file"])
            if options["dry_run"]:
                plan = importing.preview(content=content, home_addresses=home)
            else:
                plan = importing.import_members(
                    by=None,
                    content=content,
                    home_addresses=home,
                    allow_many_ends=options["allow_many_ends"],
                )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self._print(plan, options)

    def _print(self, plan, options: dict[str, Any]) -> None:
        for section in sections(plan):
            self._line(f"{section.title} ({len(section.lines)})")
            for line in section.lines:
                self._line(f"  {line}")
        if options["dry_run"]:
            if plan.ends_too_many and not options["allow_many_ends"]:
                self._line(f"{importing.too_many_ends(plan)} {importing.TOO_MANY_INSTEAD}")
            self._line("Dry run: nothing was written.")
        self._line(plan.last_line)

    def _line(self, line: str) -> None:
        self.stdout.write(text.for_terminal(line, getattr(self.stdout, "encoding", None)))
