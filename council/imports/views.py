"""The pages of an import: choose a file, see what it would do, confirm; and a sample to start from.

`addresses(kind)` makes the four, each with the kind's permission; a room puts them among its own.
"""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse

from accounts.permissions import permission
from accounts.signing_in.confirming import asked, recently
from council.actions import importing
from council.formpage import REFUSED
from council.imports.forms import ImportForm, ImportSeenForm
from council.imports.kinds import Kind
from council.imports.report import Report
from council.models import Upload
from frontend.parts import Link, Row
from protocol.refusals import Refused


def addresses(kind: Kind, under: str) -> list:
    """`officer-import` and its kin for the kind of key `officer`, below `under`."""
    return [
        path(under, _choose(kind), name=f"{kind.key}-import"),
        path(f"{under}sample.csv", _sample(kind), name=f"{kind.key}-import-sample"),
        path(f"{under}<int:pk>/", _confirm(kind), name=f"{kind.key}-import-confirm"),
        path(f"{under}<int:pk>/discard/", _discard(kind), name=f"{kind.key}-import-discard"),
    ]


def _trail(kind: Kind) -> list[Link]:
    return [Link(title, reverse(name)) for title, name in kind.above]


def _choose(kind: Kind):
    @permission(kind.permission)
    def directory_import(request: HttpRequest) -> HttpResponse:
        sent = [request.POST, request.FILES] if request.method == "POST" else []
        form = ImportForm(*sent, kind=kind, cancel_href=reverse(kind.to))
        if form.is_valid():
            content, whole = form.cleaned_data["file"].read(), form.cleaned_data.get("whole", False)
            try:
                importing.check(kind=kind, content=content)
            except Refused as refused:
                form.add_error("file", str(refused))
            else:
                upload = importing.keep_upload(
                    kind=kind.key,
                    permission=kind.permission,
                    by=request.user,
                    name=form.cleaned_data["file"].name,
                    content=content,
                    whole=whole,
                )
                return redirect(f"{kind.key}-import-confirm", pk=upload.pk)
        return _choosing(request, kind, form)

    return directory_import


def _choosing(request: HttpRequest, kind: Kind, form: ImportForm) -> HttpResponse:
    context = {
        "form": form,
        "heading": f"Import {kind.many}",
        "about": kind.about,
        "columns": [Row(one.name, one.about) for one in kind.columns if one.about],
        "sample": reverse(f"{kind.key}-import-sample"),
        "trail": _trail(kind),
    }
    return render(request, "council/import.html", context, status=REFUSED if form.errors else 200)


def _sample(kind: Kind):
    @permission(kind.permission)
    def directory_import_sample(request: HttpRequest) -> HttpResponse:
        written = io.StringIO()
        writer = csv.writer(written)
        writer.writerow(column.name for column in kind.columns)
        writer.writerows(kind.sample)
        # With a mark, spreadsheet programs read it as UTF-8.
        answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{kind.key}-sample.csv"'
        return answer

    return directory_import_sample


def _confirm(kind: Kind):
    @permission(kind.permission)
    def directory_import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
        mine = Upload.objects.visible_to(request.user)
        upload = get_object_or_404(mine, kind=kind.key, pk=pk)
        if kind.opens_cases and not recently(request):
            return asked(request.get_full_path())
        refused = None
        if request.method == "POST":
            try:
                return _imported(request, kind, upload)
            except Refused as no:
                refused = no
        try:
            report = importing.preview(
                kind=kind,
                content=bytes(upload.content),
                by=request.user,
                whole=upload.options["whole"],
            )
        except Refused as unusable:
            return _unusable(request, kind, unusable)
        # A fresh form: it confirms what is shown now, not what was shown before.
        form = ImportSeenForm(initial={"seen": report.fingerprint}, many_ends=report.ends_too_many)
        return _preview(request, kind, upload, report, form, refused)

    return directory_import_confirm


def _imported(request: HttpRequest, kind: Kind, upload: Upload) -> HttpResponse:
    """Carry out what was seen. Refused where it is no longer that, or ends too many unasked."""
    form = ImportSeenForm(request.POST, many_ends=False)
    form.is_valid()
    done = importing.import_file(
        kind=kind,
        content=bytes(upload.content),
        by=request.user,
        whole=upload.options["whole"],
        allow_many_ends="ends" in request.POST,
        seen=form.cleaned_data.get("seen", ""),
    )
    importing.discard_upload(by=request.user, upload=upload)
    messages.success(request, f"Imported: {done.last_line}.")
    return redirect(kind.to)


def _unusable(request: HttpRequest, kind: Kind, refused: Refused) -> HttpResponse:
    """Nothing of it can be imported: choose another file."""
    form = ImportForm({}, {}, kind=kind, cancel_href=reverse(kind.to))
    form.errors.clear()
    form.add_error("file", str(refused))
    return _choosing(request, kind, form)


def _preview(
    request, kind: Kind, upload: Upload, report: Report, form, refused: Refused | None
) -> HttpResponse:
    context = {
        "upload": upload,
        "many": kind.many,
        "plan": report,
        "with_it": "as the whole list" if upload.options["whole"] else "",
        "many_ends": report.too_many_ends if report.ends_too_many else "",
        "sections": report.sections,
        "form": form,
        "refused": refused,
        "discard": reverse(f"{kind.key}-import-discard", args=[upload.pk]),
        "trail": [*_trail(kind), Link(f"Import {kind.many}", reverse(f"{kind.key}-import"))],
    }
    status = REFUSED if refused or form.errors else 200
    return render(request, "council/import_confirm.html", context, status=status)


def _discard(kind: Kind):
    @permission(kind.permission)
    def directory_import_discard(request: HttpRequest, pk: int) -> HttpResponse:
        """Throw the file away; followed as a link, it only leads back to the preview."""
        mine = Upload.objects.visible_to(request.user)
        upload = get_object_or_404(mine, kind=kind.key, pk=pk)
        if request.method != "POST":
            return redirect(f"{kind.key}-import-confirm", pk=pk)
        importing.discard_upload(by=request.user, upload=upload)
        messages.success(request, "The file was thrown away. Nothing has changed.")
        return redirect(kind.to)

    return directory_import_discard
