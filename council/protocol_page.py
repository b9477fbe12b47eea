"""A profile as people read it: grouped, each value with its source; and what another would change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from council import citations
from council import protocol_words as words
from council.comparison import inside
from frontend.parts import Cite
from protocol.profile import SET_BY_COUNCIL, Profile, Step


@dataclass(frozen=True)
class Line:
    """One value of a table: its dotted key (the anchor), its name and what it is, in words."""

    key: str
    name: str
    value: Any


@dataclass(frozen=True)
class Entry:
    """Values that stand together and come from one place."""

    label: str
    lines: tuple[Line, ...]
    cites: tuple[Cite, ...]
    by_council: bool


@dataclass(frozen=True)
class Group:
    key: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class ClauseLine:
    """A clause of the document, what it is about, and the values that rest on it."""

    anchor: str
    citation: str
    about: str
    rests: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    label: str
    before: Any
    after: Any


def groups(profile: Profile, adoption_id: int | None = None) -> list[Group]:
    """Every value, grouped by its part of the profile and then by the table that it stands in."""
    found: dict[str, dict[tuple[str, str], list[Line]]] = {}
    for key, value, citation in profile.walk():
        table, _, name = key.rpartition(".")
        if table.startswith("ladder.steps["):
            continue
        group = re.split(r"[.\[]", table)[0]
        lines = found.setdefault(group, {}).setdefault((table, citation), [])
        if name == "calendar":
            # "7 working days" says both.
            continue
        lines.append(Line(key, words.name(key), words.value(key, value, profile)))
    made = [
        Group(
            group or "document",
            words.group(f"{group}." if group else ""),
            tuple(
                Entry(
                    words.table(table, profile),
                    tuple(lines),
                    *_source(citation, profile, adoption_id),
                )
                for (table, citation), lines in entries.items()
            ),
        )
        for group, entries in found.items()
    ]
    document, *rest = made
    return [*rest, _steps(profile, adoption_id), document]


def _source(
    citation: str, profile: Profile, adoption_id: int | None
) -> tuple[tuple[Cite, ...], bool]:
    if citation in ("", SET_BY_COUNCIL):
        return (), citation == SET_BY_COUNCIL
    parts = citation.split(", ")
    return tuple(citations.cite(one, profile, adoption_id) for one in parts), False


def _steps(profile: Profile, adoption_id: int | None) -> Group:
    """The ladder as sentences, for each promise in its order."""
    promises = dict.fromkeys(step.promise for step in profile.ladder.steps)
    source = _source(profile.ladder.citation, profile, adoption_id)
    entries = [
        Entry(
            words.PROMISES[promise],
            tuple(
                Line(f"ladder.steps[{step.key}]", words.when(step.offset), _what(step, profile))
                for step in profile.ladder_for(promise)
            ),
            *source,
        )
        for promise in promises
    ]
    return Group("steps", "Steps of chasing and escalation", tuple(entries))


def _what(step: Step, profile: Profile) -> str:
    to = words.value(f"ladder.steps[{step.key}].to", step.to, profile)
    said = {"remind": "Remind", "due": "Tell", "breach": "Record that it is late, and tell"}
    return f"{said.get(step.kind, 'Bring it to')} {to}"


def clauses(profile: Profile) -> list[ClauseLine]:
    rests: dict[str, list[str]] = {}
    for key, _, citation in profile.walk():
        for one in citation.split(", "):
            rests.setdefault(one, []).append(words.group(key))
    return [
        ClauseLine(
            citations.anchor(citation, profile.cite_prefix),
            citation,
            about,
            tuple(dict.fromkeys(rests.get(citation, ()))),
        )
        for citation, about in profile.abouts.items()
    ]


def differences(before: Profile, after: Profile) -> list[Difference]:
    """What another profile would change, value by value; None where one has no such value."""
    old = {key: (value, source) for key, value, source in before.walk()}
    new = {key: (value, source) for key, value, source in after.walk()}
    return [
        Difference(
            _label(key, after if key in new else before),
            _sourced(key, old.get(key), before),
            _sourced(key, new.get(key), after),
        )
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    ]


def _sourced(key: str, cell: tuple[Any, str] | None, profile: Profile) -> str | None:
    if cell is None:
        return None
    found, source = cell
    said = words.value(key, found, profile)
    return f"{said} ({source})" if source else said


def _label(key: str, profile: Profile) -> str:
    """What a value is called where it stands alone."""
    return f"{words.group(key)}: {inside(key, profile)}"
