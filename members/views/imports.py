"""Importing on pages: choose a file, see what it would do, confirm."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import permission
from council.actions.importing import discard_upload
from council.formpage import REFUSED
from council.models import Upload
from frontend.parts import Row
from frontend.terms import current, say
from members import actions
from members.actions import importing
from members.forms import ConfirmForm, UploadForm
from members.imports.parse_csv import COLUMNS
from members.imports.preview import sections
from members.views.trail import trail
from protocol.refusals import Refused

# Names of members that a message repeats.
SHOWN = 10


@permission("directory.keep")
def member_import(request: HttpRequest) -> HttpResponse:
    form = UploadForm(*([request.POST, request.FILES] if request.method == "POST" else []))
    if form.is_valid():
        try:
            return redirect("member-import-confirm", pk=_kept(request, form.cleaned_data).pk)
        except Refused as refused:
            form.add_error("file", str(refused))
    context = {
        "form": form,
        "heading": say("Import {members}"),
        "columns": [Row(one.name, one.about) for one in COLUMNS if one.about],
        "trail": trail(),
    }
    status = REFUSED if form.errors else 200
    return render(request, "members/import.html", context, status=status)


def _kept(request: HttpRequest, clean: dict) -> Upload:
    return actions.keep_upload(
        by=request.user,
        name=clean["file"].name,
        content=clean["file"].read(),
        home_addresses=clean["home_addresses"],
    )


@permission("directory.keep")
def member_import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(Upload.objects.visible_to(request.user), kind=importing.KIND, pk=pk)
    content, home = bytes(upload.content), upload.options["home_addresses"]
    plan = importing.preview(content=content, home_addresses=home)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": plan.fingerprint},
        many_ends=plan.ends_too_many,
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _imported(request, upload, form.cleaned_data)
        except Refused as refused:
            # A fresh form: it confirms what is shown now, not what was shown before.
            form = ConfirmForm(initial={"seen": plan.fingerprint}, many_ends=plan.ends_too_many)
            return _preview(request, upload, plan, form, refused)
    return _preview(request, upload, plan, form)


def _imported(request: HttpRequest, upload: Upload, clean: dict) -> HttpResponse:
    done = actions.import_members(
        by=request.user,
        content=bytes(upload.content),
        home_addresses=upload.options["home_addresses"],
        allow_many_ends=clean.get("ends", False),
        seen=clean["seen"],
    )
    discard_upload(by=request.user, upload=upload)
    messages.success(request, f"Imported: {done.last_line}.")
    if done.addresses:
        names = ", ".join(remark.name for remark in done.addresses[:SHOWN])
        more = f" and {len(done.addresses) - SHOWN} more" if len(done.addresses) > SHOWN else ""
        messages.warning(
            request,
            f"The file has another address than these {current().members} sign in with, and theirs stays: "
            f"{names}{more}. If a new one is right, change it on their page.",
        )
    return redirect("member-list")


def _preview(request, upload, plan, form, refused: Refused | None = None) -> HttpResponse:
    context = {
        "upload": upload,
        "many": current().members,
        "with_it": "with home addresses" if upload.options["home_addresses"] else "",
        "discard": reverse("member-import-discard", args=[upload.pk]),
        "plan": plan,
        "many_ends": importing.too_many_ends(plan) if plan.ends_too_many else "",
        "sections": sections(plan),
        "form": form,
        "refused": refused,
        "trail": trail(),
    }
    status = REFUSED if refused or form.errors else 200
    return render(request, "council/import_confirm.html", context, status=status)


@permission("directory.keep")
def member_import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the file away; followed as a link, it only leads back to the preview."""
    upload = get_object_or_404(Upload.objects.visible_to(request.user), kind=importing.KIND, pk=pk)
    if request.method != "POST":
        return redirect("member-import-confirm", pk=pk)
    discard_upload(by=request.user, upload=upload)
    messages.success(request, "The file was thrown away. Nothing has changed.")
    return redirect("member-list")
