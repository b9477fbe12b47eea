"""The council's protocol beside others of the library, topic by topic."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.permissions import permission
from council import citations, comparison
from council.compare_form import CompareForm
from council.models import Adoption
from frontend.parts import Cite, Column, State
from protocol.profile import Profile


@permission("protocol.read")
def profile_compare(request: HttpRequest) -> HttpResponse:
    adoption = Adoption.objects.in_force(timezone.localdate())
    own = adoption.profile if adoption else None
    form = CompareForm(request.GET, own=own)
    profiles = form.chosen
    topics = comparison.compared(profiles) if profiles else []
    context = {
        "form": form,
        "own": own,
        "columns": _columns(profiles, own),
        "topics": _tables(topics, profiles, own, everything=form.everything),
        "values": sum(len(topic.lines) for topic in topics),
        "differing": sum(len(topic.differing) for topic in topics),
        "everything": form.everything,
    }
    return render(request, "council/compare.html", context)


def _columns(profiles: list[Profile], own: Profile | None) -> list[Column]:
    names = [f"{one.title} (yours)" if one is own else one.title for one in profiles]
    return [Column("What", primary=True), *map(Column, names)]


def _tables(
    topics: list[comparison.Topic],
    profiles: list[Profile],
    own: Profile | None,
    *,
    everything: bool,
) -> list[dict]:
    """What the template draws of each topic that has something to show."""
    found = []
    for topic in topics:
        lines = topic.lines if everything else topic.differing
        rows = [_row(line, profiles, own) for line in lines]
        if rows:
            found.append({"key": topic.key, "title": topic.title, "rows": rows})
    return found


def _row(line: comparison.Line, profiles: list[Profile], own: Profile | None) -> list[list]:
    cells = zip(line.cells, profiles, strict=True)
    said = comparison.DIFFERENCES[line.difference]
    mark = State(said, "yellow") if line.difference == "value" else said
    return [[line.name, mark], *(_cell(cell, one if one is own else None) for cell, one in cells)]


def _cell(cell: comparison.Cell, own: Profile | None) -> list:
    """What it says and where that stands: only the council's own clauses have a page to lead to."""
    if cell.silent or not cell.citation:
        return [cell.words]
    if cell.by_council:
        return [cell.words, Cite()]
    clauses = cell.citation.split(", ")
    cites = [citations.cite(one, own) if own else Cite(one) for one in clauses]
    return [cell.words, *cites]
