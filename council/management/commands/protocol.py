"""manage.py protocol: show a profile with its sources, compare several, or check a file.

It opens no database: a clerk can write a profile before the product is set up.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from council import comparison
from frontend import terms
from protocol import profile
from protocol.profile.faults import Fault, ProfileError
from protocol.profile.listing import abreast, shown

KEY_OR_FILE = "a profile of the library by its key, or a TOML file"


class Command(BaseCommand):
    help = "Shows, compares and checks protocol profiles. See docs/writing-a-profile.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        tasks = parser.add_subparsers(dest="task", metavar="show|compare|check", required=True)
        show = tasks.add_parser("show", help="every value of one profile, with its source")
        show.add_argument("profile", metavar="KEY|FILE", help=KEY_OR_FILE)
        compare = tasks.add_parser("compare", help="several profiles side by side")
        compare.add_argument("profiles", metavar="KEY|FILE", nargs="*", help=KEY_OR_FILE)
        compare.add_argument("--prose", action="store_true", help="compare the sentences as well")
        compare.add_argument(
            "--keys", action="store_true", help="the keys of the file in place of their names"
        )
        check = tasks.add_parser("check", help="what is wrong with a profile, if anything")
        check.add_argument("file", metavar="FILE", help="a TOML file")
        for task in (show, compare):
            task.add_argument("--width", type=int, help="columns; the terminal's if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = self._lines(options)
        except ProfileError as error:
            self._refuse(error.faults)
        try:
            for line in lines:
                self.stdout.write(line)
            self.stdout.flush()
        except BrokenPipeError:  # The reader, such as head, has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _lines(self, options: dict[str, Any]) -> Iterable[str]:
        if options["task"] == "check":
            _no_file_of_the_library(options["file"])
            found = profile.load_file(options["file"])
            return [f"{options['file']}: no faults. This is a sound profile of {found.council}."]
        width = options["width"] or get_terminal_size((100, 24)).columns
        if options["task"] == "show":
            return shown(_named(options["profile"]), width)
        names = options["profiles"] or profile.LIBRARY
        found = [_named(name) for name in names]
        # The words of the page, but none of a council's: that would open a database.
        with terms.plain():
            topics = comparison.compared(found, prose=options["prose"])
        heads = [one.key for one in found]
        return abreast(heads, _tables(topics, keys=options["keys"]), width)

    def _refuse(self, faults: Iterable[Fault]) -> NoReturn:
        for fault in faults:
            self.stderr.write(str(fault))
        sys.exit(1)


def _no_file_of_the_library(name: str) -> None:
    """Who gives `check` a key is told that it takes a file."""
    if name in profile.LIBRARY and not Path(name).exists():
        reason = (
            f"is a profile of the library and no file. See it: manage.py protocol show {name}. To "
            "check a profile of your own, name its file."
        )
        raise ProfileError([Fault(name, "", reason)])


def _named(name: str) -> profile.Profile:
    """A profile of the library by its key, or of a file: a name with a dot or a slash in it."""
    if "." in name or "/" in name:
        return profile.load_file(name)
    return profile.load(name)


def _tables(
    topics: Iterable[comparison.Topic], *, keys: bool
) -> list[tuple[str, list[tuple[str, ...]]]]:
    """First the values that differ, then those that do not, by topic."""
    tables = []
    for heading, differs in (("Where they differ", True), ("The same in all", False)):
        for topic in topics:
            lines = [line for line in topic.lines if line.differs is differs]
            rows = [
                (line.key if keys else line.name, *(cell.line for cell in line.cells))
                for line in lines
            ]
            if rows:
                tables.append((f"{heading}: {topic.title} ({len(rows)})", rows))
    return tables
