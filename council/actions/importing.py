"""Importing a directory from a file, line by line, each line by the action that its page has.

A preview is the same in a transaction that is taken back: it says what every rule says of every line,
and nothing of it stays, no event and no notice (docs/adr/0008).
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from council import rules
from council.editing import one_at_a_time
from council.imports import cleaning, table, text
from council.imports.kinds import Kind, WholeWork, Work
from council.imports.report import Remark, Report
from council.imports.table import Line
from council.models import Upload
from ledger import actions as ledger
from protocol.refusals import Refused, Stale

KEPT_FOR = timedelta(days=1)
MOST_LINES = 5000
# A page must answer: 1,000 new officers took 12 to 16 s (docs/measurements.md).
MOST_ON_A_PAGE = 1000
TOO_MANY_INSTEAD = (
    "If it is right, say so: tick the box on the page, or give --allow-many-ends to the command."
)


@transaction.atomic
def keep_upload(
    *, kind: str, permission: str, by: Person, name: str, content: bytes, **options
) -> Upload:
    """Keep a file until its preview is answered; this person's earlier one and old ones go."""
    rules.may(by, permission)
    Upload.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    Upload.objects.filter(person=by, kind=kind).delete()
    return Upload.objects.create(
        kind=kind,
        person=by,
        name=cleaning.line(name)[:200] or "file",
        content=content,
        options=options,
        at=timezone.now(),
    )


@transaction.atomic
def discard_upload(*, by: Person, upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk, person=by).delete()


def check(*, kind: Kind, content: bytes) -> None:
    """Refused where a file cannot be read to its end, or is too long for a page. Reads no directory."""
    _, lines = _read(kind, content)
    if len(lines) > MOST_ON_A_PAGE:
        raise Refused(
            f"The file has {len(lines):,} lines, and {MOST_ON_A_PAGE:,} can be imported on this page.",
            instead="Import it in parts, or ask your IT team to use manage.py import_directory.",
        )


def preview(*, kind: Kind, content: bytes, by: Person | None, whole: bool = False) -> Report:
    """What an import of this file would do now. Refused for a file that cannot be read."""
    with transaction.atomic():
        report = _carried_out(kind, content, by, whole)
        transaction.set_rollback(True)
    return report


@transaction.atomic
def import_file(
    *,
    kind: Kind,
    content: bytes,
    by: Person | None,
    whole: bool = False,
    allow_many_ends: bool = False,
    seen: str | None = None,
) -> Report:
    """Import a file and return what was done. A file that changes nothing writes nothing.

    `whole` says that the file has everything: what is not in it is ended. `seen` is the fingerprint of
    the preview that was confirmed: Stale where something else would be done by now. Refused for a file
    that cannot be read, and for one that would end more than half unless `allow_many_ends`.
    """
    report = _carried_out(kind, content, by, whole)
    if seen is not None and seen != report.fingerprint:
        raise Stale(
            "The directory has changed since you saw what this file would do.",
            instead="Look at it again, then import.",
        )
    if report.ends_too_many and not allow_many_ends:
        raise Refused(report.too_many_ends, instead=TOO_MANY_INSTEAD)
    if report.changes_anything:
        ledger.record(
            verb="directory_imported",
            subject=f"council:import:{kind.key}",
            actor=by.pk if by else None,
            data={**report.totals, "kind": kind.key, "file": hashlib.sha256(content).hexdigest()},
        )
    return report


def _carried_out(kind: Kind, content: bytes, by: Person | None, whole: bool) -> Report:
    rules.may(by, kind.permission)
    provided, lines = _read(kind, content)
    # Every line looks at what the others left; whoever else imports waits.
    one_at_a_time()
    report = Report(kind.many)
    work = kind.work(by=by, on=timezone.localdate(), provided=provided, report=report)
    named = _take_all(work, lines, report)
    if whole and isinstance(work, WholeWork):
        work.end_the_rest(frozenset(named))
    if not (report.changes_anything or report.unchanged):
        why = f" The first problem: {report.rejected[0]}" if report.rejected else ""
        raise Refused(
            f"The file has no line that can be imported, so nothing was changed.{why}",
            instead=kind.instead,
        )
    return report


def _read(kind: Kind, content: bytes) -> tuple[frozenset[str], list[Line]]:
    """The columns that a file has, and its lines."""
    found = table.read(
        text.of(content, kinds="CSV", instead=kind.instead),
        kind.columns,
        unlike=f"The file is not a list of {kind.many} as CSV.",
        instead=kind.instead,
    )
    return found.provided, _bounded(found.lines, kind)


def _bounded(lines, kind: Kind) -> list[Line]:
    kept = []
    for line in lines:
        if len(kept) == MOST_LINES:
            raise Refused(
                f"The file has more than {MOST_LINES:,} lines.",
                instead=f"Check that it is a list of {kind.many}, or import it in parts.",
            )
        kept.append(line)
    return kept


def _take_all(work: Work, lines: list[Line], report: Report) -> dict[str, Line]:
    """Carry out each line by itself; what is refused changes nothing. Returns the identities."""
    named: dict[str, Line] = {}
    for line in work.order(lines):
        identity = work.identity(line)
        before = named.setdefault(identity, line) if identity else line
        try:
            if line.fault:
                raise Refused(line.fault)
            if before is not line:
                raise Refused(f"the file has this already on {before.place}. Keep one of them.")
            with transaction.atomic():
                work.take(line)
        except Refused as no:
            name = cleaning.line(work.name(line))[: cleaning.SHOWN]
            report.rejected.append(Remark(line.place, name, str(no)))
    report.rejected.sort(key=lambda remark: int(remark.place.removeprefix("line ")))
    return named
