"""manage.py verify_ledger: is the record what was recorded?"""

from __future__ import annotations

import contextlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from ledger import actions, export, heads, triggers
from ledger.models import Event
from ledger.verification import Tally, verify
from protocol.refusals import Refused


class Command(BaseCommand):
    help = (
        "Verifies every chain of events, every seal, the triggers, and the texts still held. "
        "With --head, against a head that was exported earlier. Exit code 1 on any fault."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", metavar="FILE", help="verify against this exported head")
        parser.add_argument("--export-head", metavar="FILE", help="verify, then write the head")
        parser.add_argument(
            "--export-events",
            metavar="FILE",
            help="verify, then write every event, a JSON object a line",
        )
        parser.add_argument(
            "--install-triggers", action="store_true", help="first put the triggers back"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        head = self._head(options["head"])
        if Event._meta.db_table not in connection.introspection.table_names():
            raise CommandError(
                "There is no ledger in this database yet, so nothing was verified. Is it the right "
                "one (PROFILE, DATABASE_URL)?"
            )
        try:
            if options["install_triggers"]:
                triggers.install(connection)
            self._verify(head)
        except DatabaseError as error:
            # Its first line: the rest quotes rows.
            reason = str(error).partition("\n")[0]
            raise CommandError(f"The ledger could not be read: {reason}") from error
        try:
            if options["export_head"]:
                heads.write(Path(options["export_head"]), actions.export_head(now=timezone.now()))
                self.stdout.write(f"The head is in {options['export_head']}.")
            if options["export_events"]:
                count = export.write_events(Path(options["export_events"]))
                self.stdout.write(f"{count} events are in {options['export_events']}.")
        except Refused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"{error.filename or 'The file'} could not be written: {error.strerror}. Name a file "
                "in a folder where you may write."
            ) from error

    def _note(self, error: str) -> None:
        """For the auditor's page. A copy that may only be read is verified all the same."""
        with contextlib.suppress(DatabaseError), transaction.atomic():
            actions.note_run(name="verify_ledger", now=timezone.now(), error=error)

    def _head(self, name: str | None) -> heads.Head | None:
        if name is None:
            return None
        if not name.strip():
            raise CommandError("--head is empty: name a file. Nothing was verified.")
        try:
            return heads.read(Path(name))
        except heads.BadHead as error:
            raise CommandError(f"{name}: {error}. Nothing was verified.") from error

    def _verify(self, head: heads.Head | None) -> None:
        tally = Tally()
        faults = 0
        for fault in verify(tally=tally, head=head):
            faults += 1
            self.stdout.write(f"FAULT {fault}")
        self.stdout.write(
            f"streams {tally.streams}, events {tally.events}, seals {tally.seals}, "
            f"texts matching {tally.texts_matching}, erased {tally.texts_erased}, "
            f"not checked {tally.texts_unknown}, faults {faults}"
        )
        if head:
            self.stdout.write(
                f"The head exported at {head.exported_at} covers {head.events} events: any change "
                f"to them is found. {tally.events - tally.covered} events were recorded after it: "
                "the head does not cover those, and a rewriting of them cannot be seen from it."
            )
        else:
            self.stdout.write(
                "No head was given: whoever owns the database could have rewritten a chain whole. "
                "Verify with --head and a head kept elsewhere to find that."
            )
        self._note(f"faults: {faults}" if faults else "")
        if faults:
            count = "1 fault" if faults == 1 else f"{faults} faults"
            raise CommandError(f"The ledger is not whole: {count}.")
        if tally.events or tally.seals:
            self.stdout.write("The ledger is whole.")
        else:
            self.stdout.write(
                "The ledger is empty: there was nothing to verify. Is it the right database "
                "(PROFILE, DATABASE_URL)?"
            )
