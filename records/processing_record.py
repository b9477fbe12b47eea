"""The record of processing, gathered from what every room declares of its own tables.

A room has a module `processing.py` with `TABLES`, and `BESIDE` where it has something in no table. It is
found by its name, as Django finds models: the rooms below this one cannot register with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from frontend.parts import Row
from frontend.terms import say
from protocol.processing import ACTIVITIES, CONTENTS, LEVELS, Beside, Table


def declared() -> list[Table]:
    """Every table that a room speaks for, in the order of the rooms."""
    return [table for module in _modules() for table in module.TABLES]


def beside() -> list[Beside]:
    return [one for module in _modules() for one in getattr(module, "BESIDE", ())]


def _modules() -> Iterator:
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.processing"):
            yield import_module(f"{app.name}.processing")


# The page -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """One activity as its part of the page: rows, and for each sort of content what it is and where."""

    key: str
    title: str
    rows: list[Row]
    lines: list[list[str | list[str]]]


def shown() -> list[Shown]:
    found, places = [], _places()
    for key, activity in ACTIVITIES.items():
        contents = places[key]
        whom = dict.fromkeys(one for content in contents for one in CONTENTS[content].whom)
        rows = [
            Row("What for", say(activity.purpose)),
            Row("Lawful basis", say(activity.basis)),
            Row("Whose data", [say(one)[:1].upper() + say(one)[1:] for one in whom]),
            Row("Who receives it", say(activity.recipients)),
            Row("How long", say(activity.kept)),
        ]
        lines = [
            [
                say(CONTENTS[content].words),
                ", ".join(map(say, CONTENTS[content].whom)) or "Nobody’s",
                LEVELS[CONTENTS[content].level][0],
                where,
            ]
            for content, where in contents.items()
        ]
        found.append(Shown(key, activity.title, rows, lines))
    return found


def _places() -> dict[str, dict[str, list[str]]]:
    """By activity and content, where it stands; the most sensitive first."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for table in declared():
        for content, names in table.holds.items():
            if content != "nothing":
                found[table.activity][content].append(f"{table.name}: {', '.join(names.split())}")
    for one in beside():
        if one.content != "nothing":
            found[one.activity][one.content].append(one.words)
    ordered = {}
    for activity in ACTIVITIES:
        mine = found[activity]
        ordered[activity] = dict(sorted(mine.items(), key=lambda item: -CONTENTS[item[0]].level))
    return ordered


HEADER = (
    *("table", "field", "holds", "of whom", "level", "how guarded", "activity", "lawful basis"),
    *("recipients", "how long"),
)


def lines() -> Iterator[tuple[str, ...]]:
    """The whole of it for a spreadsheet: a line a field, under HEADER."""
    for table in declared():
        for name, key in table.fields:
            yield _line(table.name, name, key, table.activity, ACTIVITIES[table.activity].kept)
    for one in beside():
        yield _line(one.words, "", one.content, one.activity, one.kept)


def _line(table: str, name: str, key: str, of: str, kept: str) -> tuple[str, ...]:
    content, activity = CONTENTS[key], ACTIVITIES[of]
    level, guarded = LEVELS[content.level]
    said = (content.words, ", ".join(content.whom), f"{content.level} {level}", guarded)
    about = (activity.title, activity.basis, activity.recipients, kept)
    return (table, name, *map(say, said), *map(say, about))
