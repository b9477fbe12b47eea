"""The record of processing: read, printed, or taken as a file."""

from __future__ import annotations

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.permissions import permission
from frontend.parts import Column, Row
from protocol.processing import LEVELS
from records import processing_record
from records.views.trail import section

COLUMNS = [
    Column("What it is", primary=True),
    Column("Of whom"),
    Column("Level"),
    Column("Where it stands"),
]


@permission("records.read")
def processing_show(request: HttpRequest) -> HttpResponse:
    levels = [Row(f"{number}. {name}", how) for number, (name, how) in LEVELS.items()]
    page = {
        "levels": levels,
        "activities": processing_record.shown(),
        "columns": COLUMNS,
        "section": section(request),
    }
    return render(request, "records/processing.html", page)


@permission("records.read")
def processing_csv(request: HttpRequest) -> HttpResponse:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(processing_record.HEADER)
    writer.writerows(processing_record.lines())
    # With a mark, spreadsheet programs read it as UTF-8.
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="record-of-processing.csv"'
    return answer
