"""A fault in a profile, and pydantic's errors said in plain English."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from protocol.profile import base, parts, whole

LONGEST_KEY = 120
MOST = 100


class Fault(NamedTuple):
    """One thing wrong with a profile: the file's name, the dotted key ("" for the whole file) and
    the reason, a clause that reads on from the key."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.reason) if part)


class ProfileError(ValueError):
    """A profile that cannot be used. `faults` says everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


WANTED = {
    "string_type": 'must be text in quotation marks, such as "answer"',
    "int_type": "must be a whole number, without quotation marks",
    "bool_type": "must be true or false, without quotation marks",
    "date_type": "must be a date, such as 2027-06-01, without quotation marks",
    "tuple_type": "must be a list in square brackets",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "dict_type": "must be a table",
    "mapping_type": "must be a table",
    "is_instance_of": "must be a table",
}


def said_plainly(error: ValidationError) -> list[tuple[str, str]]:
    """Each of pydantic's errors as (dotted key, reason): the first hundred, and how many more."""
    details = error.errors(include_url=False)
    found = [(dotted(detail["loc"]), _reason(detail)) for detail in details[:MOST]]
    if len(details) > MOST:
        found.append(("", f"has {len(details) - MOST} more faults: mend these first."))
    return found


def dotted(loc: Iterable[int | str]) -> str:
    """("ladder", "steps", 2, "offset") → "ladder.steps[3].offset": places count from 1."""
    key = ""
    for part in loc:
        if isinstance(part, int):
            key += f"[{part + 1}]"
        elif part != "[key]":
            key = whole.join(key, part)
    return printable(key, LONGEST_KEY)


def printable(text: str, longest: int) -> str:
    """Text that is safe to print: control characters escaped, and no longer than it needs to be."""
    safe = "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
    return safe if len(safe) <= longest else f"{safe[: longest - 3]}..."


def _reason(detail: ErrorDetails) -> str:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "missing":
        return "is missing: add it."
    if kind == "extra_forbidden":
        return f"is not a key that a profile has here.{_did_you_mean(detail['loc'])}"
    if kind == "literal_error":
        if detail["loc"] and detail["loc"][-1] == "[key]":
            return f"is not a name that a profile has here: use {context['expected']}."
        return f"must be {context['expected']}{_it_is(given)}."
    if kind in WANTED:
        return f"{WANTED[kind]}{_it_is(given)}."
    if kind == "greater_than_equal":
        return f"must be {context['ge']} or more{_it_is(given)}."
    if kind == "less_than_equal":
        return f"must be {context['le']} or less{_it_is(given)}."
    if kind == "too_short":
        return "must not be empty."
    return detail["msg"]


def _did_you_mean(loc: tuple[int | str, ...]) -> str:
    near = get_close_matches(str(loc[-1])[:100], sorted(_all_keys()), n=1, cutoff=0.75)
    return f' Did you mean "{near[0]}"?' if near else " Remove it, or look for a slip in its name."


@lru_cache(maxsize=1)
def _all_keys() -> set[str]:
    tables = [whole.Profile, *(one for one in vars(parts).values() if _is_table(one))]
    return {field.alias or name for one in tables for name, field in one.model_fields.items()}


def _is_table(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, base.Table)


def _it_is(given: Any) -> str:
    if isinstance(given, bool):
        return f" (it is {str(given).lower()})"
    if isinstance(given, str):
        return f' (it is the text "{printable(given, 60)}")'
    if isinstance(given, int | float):
        return f" (it is {printable(_number(given), 30)})"
    if isinstance(given, date):
        return f" (it is the date {given})"
    if isinstance(given, dict):
        return " (it is a table)"
    if isinstance(given, tuple):
        return " (it is a list)"
    return ""


def _number(given: int | float) -> str:
    try:
        return str(given)
    except ValueError:  # Python will not print a number of more than 4,300 digits.
        return "a very long number"
