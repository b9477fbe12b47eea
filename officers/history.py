"""What became of services, in words: their former names, what they took over, and who did it why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.urls import reverse

from frontend.parts import Link, TimelineItem
from frontend.words import day as written
from officers.models import Service, ServiceChange

# More than these stand behind one name in a list to choose from by how many they are.
MOST_NAMED = 2


def former_names(service: Service, changes: Sequence[ServiceChange]) -> list[str]:
    """ "until 3 May 2026: Highways", the latest first."""
    found, before = [], None
    for one in changes:
        if one.service_id == service.pk and one.kind == "renamed":
            # Twice on one day: the name between the two was never that of a day before.
            said = "on" if one.on == before else "until"
            last = one.on if one.on == before else one.on - timedelta(days=1)
            found.append(f"{said} {written(last)}: {one.former_name}")
            before = one.on
    return found[::-1]


def taken_over(service: Service, changes: Iterable[ServiceChange]) -> list[Link]:
    """What it took over and since when, the latest first."""
    found = [
        Link(f"{one.service}, since {written(one.on)}", address(one.service))
        for one in changes
        if one.into_id == service.pk
    ]
    return found[::-1]


def ending(service: Service, changes: Iterable[ServiceChange]) -> ServiceChange | None:
    """How it was merged or ended; None where it goes on, or nobody said."""
    ended = (one for one in changes if one.service_id == service.pk and one.kind != "renamed")
    return next(ended, None)


def items(service: Service, changes: Sequence[ServiceChange]) -> list[TimelineItem]:
    """All of it, newest first."""
    name, found = service.name, []
    for one in reversed(changes):
        title = _title(one, service, name)
        if one.kind == "renamed":
            name = one.former_name
        by = one.by.name if one.by else "Evenhand"
        found.append(TimelineItem(title=title, at=one.at, by=by, text=one.reason))
    return found


def _title(change: ServiceChange, service: Service, name: str) -> str:
    if change.kind == "renamed":
        return f"Renamed from {change.former_name} to {name}"
    if change.service_id == service.pk:
        if change.kind == "merged":
            return f"Merged into {change.into}"
        return f"Ended. {change.into} carries on its work"
    if change.kind == "merged":
        return f"Took over {change.service}, which was merged into it"
    return f"Took over the work of {change.service}, which ended"


def address(service: Service) -> str:
    return reverse("service-show", args=[service.pk])


def labels(
    rows: Iterable[tuple[int, str, date | None, int | None]], on: date
) -> dict[int, tuple[str, list[int]]]:
    """Of services as (id, name, last day, who carries on its work): how each stands in a list to choose from,
    and the ids of all that it stands for.

    "Environment (including Parks, until 31 March 2026)"; what ended, by itself, with its last day.
    """
    rows = sorted(rows, key=lambda row: row[1].casefold())
    older: dict[int, list[tuple[int, str]]] = {}
    for pk, name, ended, now in rows:
        if now:
            older.setdefault(now, []).append((pk, f"{name}, until {written(ended)}"))
    return {
        pk: (name + _bracket(ended, [words for _, words in older.get(pk, [])], on),
             [pk, *(one for one, _ in older.get(pk, []))])
        for pk, name, ended, _ in rows
    }  # fmt: skip


def _bracket(ended: date | None, older: list[str], on: date) -> str:
    if ended is not None and ended < on:
        return f" (until {written(ended)})"
    if len(older) > MOST_NAMED:
        older = [*older[: MOST_NAMED - 1], f"{len(older) - MOST_NAMED + 1} others"]
    return f" (including {', and '.join(older)})" if older else ""
