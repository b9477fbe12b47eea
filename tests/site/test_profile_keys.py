"""No key of a profile is held that nothing reads: docs/protocol-map.md, "Every key of a profile"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_origin

import pytest

from protocol.profile import Profile, faults, load
from protocol.profile.base import SOURCE_KEYS, Table
from protocol.profile.parts import Clause
from tests.protocol.profiles import as_toml, data_of
from tests.site.test_protocol_map import PAGE, ROOT, WORK, symbol

# A note explains a value and is shown beside it; the rest says where a value comes from.
APART = SOURCE_KEYS | {"note"}
# The one value that the schema allows, and another that it must refuse.
FIXED = {
    "receipt.day_one": ("receipt", "day_one", "same_day"),
    "standards.*.*.calendar": ("standards", "enquiry", "answer", "calendar", "calendar_days"),
    "copying.blind.blind_copies": ("copying", "blind", "blind_copies", True),
}


def keys(table: type[Table], path: str = "") -> Iterator[str]:
    """Every dotted key that the schema allows, values in the library or not."""
    for name, field in table.model_fields.items():
        if name in APART or name == "clauses":
            continue
        found = dict(_tables(field.annotation))
        here = f"{path}.{name}" if path else name
        if not found:
            yield here
        for inner, suffix in found.items():
            yield from keys(inner, here + suffix)


def _tables(annotation: Any, suffix: str = "") -> Iterator[tuple[type[Table], str]]:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        if annotation is not Clause:
            yield annotation, suffix
        return
    origin = get_origin(annotation)
    if origin is Mapping or getattr(origin, "__name__", "") == "Mapping":
        suffix += ".*"
    elif origin is tuple:
        suffix += "[]"
    for one in get_args(annotation):
        yield from _tables(one, suffix)


@cache
def listed() -> dict[str, tuple[str, str]]:
    """Each key of the page with what reads it ("" for nothing) and its state."""
    text = PAGE.read_text().split("## Every key of a profile")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    found = {key: ("" if by == "–" else by, state) for key, by, state in cells}
    assert len(found) == len(cells), "a key stands there twice"
    return found


def test_every_key_of_the_schema_is_on_the_page_and_no_other():
    """Seen red with: a new key in Extension; and with a line too many on the page."""
    wanted = list(keys(Profile))
    assert len(wanted) > 80
    assert set(wanted) == set(listed())


@pytest.mark.parametrize("key", [key for key, (_, state) in listed().items() if state == "read"])
def test_what_is_read_is_read_there(key):
    """Outside protocol/, by its name, in the function or the template that the page names.

    Seen red with: `rule.consult_writer` taken out of `may_copy`; `asks("agreed_direct")` out of the form.
    """
    place = listed()[key][0]
    assert not place.startswith("protocol/")
    *_, table, name = ["", *key.split(".")]
    if place.startswith("templates/"):
        assert f".{name}" in (ROOT / place).read_text()
        return
    node = symbol(place)
    assert node is not None, f"there is no {place}"
    if key.startswith("questions."):
        assert table in {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
    else:
        assert name in {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}


@pytest.mark.parametrize("key", [key for key, (_, state) in listed().items() if state != "read"])
def test_what_nothing_reads_is_fixed_or_waits_for_a_piece_of_work(key):
    """Seen red with: a state that is none of the three."""
    place, state = listed()[key]
    assert place == ""
    kind, _, work = state.partition(": ")
    assert kind in {"fixed", "data only"}
    assert (work in WORK) is (kind == "data only")


def test_what_is_said_to_wait_is_read_by_nothing():
    """Whoever begins to read a key says so on the page. Seen red with: `profile.mp.copy_to` read in routing.py;
    the page as it was when the checks before an answer and the reminders of members were new.
    """
    tables = {key.partition(".")[0] for key in listed() if "." in key}
    tables -= {key.partition(".")[0] for key, (_, state) in listed().items() if state == "read"}
    assert {"deciders", "review"} <= tables
    # To cite a clause, or to make up a demonstration, is not to go by the value.
    read = re.compile(rf"\bprofile\.({'|'.join(sorted(tables))})\b(?!\.clause\b)")
    rooms = ("accounts", "casework", "council", "documents", "members", "officers", "records")
    rooms += ("templates",)
    files = [
        one
        for room in rooms
        for one in (ROOT / room).rglob("*.*")
        if one.suffix in {".py", ".html"}
    ]
    assert len(files) > 200
    assert {f"{one}: {hit}" for one in files for hit in read.findall(one.read_text())} == set()


@pytest.mark.parametrize("key", FIXED)
def test_what_is_fixed_takes_no_other_value(key):
    """Seen red with: BlindCopies without its validator."""
    assert listed()[key][1] == "fixed"
    *path, name, other = FIXED[key]
    data = data_of("bristol")
    table = data
    for part in path:
        table = table[part]
    assert faults(as_toml(data)) == []
    table[name] = other
    assert faults(as_toml(data)) != []


def test_whatever_is_called_fixed_is_tried():
    assert {key for key, (_, state) in listed().items() if state == "fixed"} == set(FIXED)


def test_the_keys_of_the_library_are_keys_of_the_schema():
    """`walk` and the schema spell a key the same way."""
    plain = {key for key, _, _ in load("weston").walk() if not {"[", "*"} & set(key)}
    generic = {key for key in keys(Profile) if not {"[", "*"} & set(key)}
    held = ("standards.", "posts.", "deciders.")
    known = {key for key in plain if not key.startswith(held) and not key.endswith(".note")}
    assert known <= generic
