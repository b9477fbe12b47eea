"""A profile's data taken apart and written again, so that a test can spoil one thing in it."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import Any

from protocol.profile import load

Path = tuple[str | int, ...]


def data_of(key: str) -> dict[str, Any]:
    """A profile of the library as plain dictionaries and lists, free to be changed."""
    return tomllib.loads(load(key).text)


def as_toml(data: dict[str, Any]) -> str:
    """Dictionaries and lists as TOML, one top-level key a line."""
    return "".join(f"{json.dumps(key)} = {_value(value)}\n" for key, value in data.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(key)} = {_value(one)}" for key, one in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value) if not isinstance(value, float) else repr(value)


def paths(value: Any, here: Path = ()) -> list[Path]:
    """The path of everything inside a profile's data: keys of tables and places in lists."""
    found: list[Path] = [here] if here else []
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for name, one in inside:
            found.extend(paths(one, (*here, name)))
    return found


def at(data: Any, path: Path) -> Any:
    """What stands at a path."""
    for name in path:
        data = data[name]
    return data
