"""From a file or its text to a checked profile."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from protocol.profile.checks import problems
from protocol.profile.faults import Fault, ProfileError, printable, said_plainly
from protocol.profile.whole import Profile

LARGEST = 1024 * 1024  # bytes
TOO_LARGE = "is larger than 1 MiB: this is no profile."
FOLDER = Path(__file__).resolve().parent.parent / "library"
# What older profiles say and newer ones need not: a council's adopted text stays readable for ever.
RETIRED = {"extension": frozenset({"new_date_required", "explained_counts_apart"})}
LIBRARY: tuple[str, ...] = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


class _UnfitError(Exception):
    """Faults as (key, reason), before the name of the file is known."""

    def __init__(self, found: list[tuple[str, str]]):
        super().__init__()
        self.found = found


@lru_cache(maxsize=64)
def load(key: str) -> Profile:
    """A profile of the library by its key. Raises ProfileError for a key not in LIBRARY."""
    if key not in LIBRARY:
        known = ", ".join(LIBRARY)
        reason = f"is not a profile of the library. The library has: {known}."
        raise ProfileError([Fault(printable(key, 60), "", reason)])
    return load_file(FOLDER / f"{key}.toml")


def load_file(path: str | Path) -> Profile:
    """A profile from a TOML file. Raises ProfileError for anything wrong with file or content."""
    return load_text(read_file(path), name=str(path))


def load_text(text: str, name: str = "profile") -> Profile:
    """A profile from its TOML, cached by the text. Raises ProfileError, which gives `name`."""
    try:
        return _profile(text)
    except _UnfitError as unfit:
        raise ProfileError(Fault(name, *one) for one in unfit.found) from None


def faults(text: str, name: str = "profile") -> list[Fault]:
    """Everything that is wrong with a profile's TOML; an empty list means that it is sound."""
    try:
        _profile(text)
    except _UnfitError as unfit:
        return [Fault(name, *one) for one in unfit.found]
    return []


def read_file(path: str | Path) -> str:
    """The text of a profile's file: UTF-8, at most 1 MiB. Raises ProfileError."""
    name = printable(str(path), 200)
    try:
        if not str(path).strip():
            raise ProfileError([Fault("", "", "No file is named: give the name of one.")])
        if Path(path).exists() and not Path(path).is_file():
            raise ProfileError([Fault(name, "", "is a folder or a device: name a file.")])
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, ProfileError):
            raise
        raise ProfileError([Fault(name, "", _unreadable(error))]) from None
    if len(content) > LARGEST:
        raise ProfileError([Fault(name, "", TOO_LARGE)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = "is not UTF-8 text. Save it as UTF-8, and check that it is a profile."
        raise ProfileError([Fault(name, f"line {line}", reason)]) from None


def _unreadable(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file."
    if isinstance(error, PermissionError):
        return "may not be read: ask for permission to read it."
    return f"could not be read ({getattr(error, 'strerror', None) or error})."


@lru_cache(maxsize=64)
def _profile(text: str) -> Profile:
    try:
        profile = Profile.model_validate(_lists_as_tuples(_without_retired(_parse(text))))
    except ValidationError as error:
        raise _UnfitError(said_plainly(error)) from None
    found = problems(profile)
    if found:
        raise _UnfitError(found)
    return profile.keep(text)


def _parse(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise _UnfitError([("", TOO_LARGE)])
    try:
        text.encode()
        return tomllib.loads(text)
    except UnicodeEncodeError:
        raise _UnfitError([("", "holds characters that are not text.")]) from None
    except RecursionError:
        raise _UnfitError([("", "is nested too deeply to be a profile.")]) from None
    except tomllib.TOMLDecodeError as error:
        raise _UnfitError([_not_toml(str(error))]) from None
    except ValueError:
        reason = "holds a number or a date that is out of all bounds."
        raise _UnfitError([("", reason)]) from None


def _without_retired(data: dict[str, Any]) -> dict[str, Any]:
    """The data less RETIRED, and less what `council_adds` says of them."""
    for name, keys in RETIRED.items():
        table = data.get(name)
        if not isinstance(table, dict):
            continue
        data[name] = {key: value for key, value in table.items() if key not in keys}
        adds = table.get("council_adds")
        if isinstance(adds, list) and keys & {one for one in adds if isinstance(one, str)}:
            data[name]["council_adds"] = [one for one in adds if one not in keys]
    return data


def _not_toml(message: str) -> tuple[str, str]:
    """tomllib's "Cannot overwrite a value (at line 27, column 9)" as a place and a reason."""
    found = re.fullmatch(
        r"(.*) \(at (line \d+|end of document)(?:, column \d+)?\)", message, re.DOTALL
    )
    where, what = (found[2], found[1]) if found else ("", message)
    if what == "Cannot overwrite a value":
        return where, "gives a key a second time: keep one of the two."
    what = printable(what, 200).removesuffix(".")
    hint = "Look for a missing quotation mark, bracket or equals sign."
    return where, f"is not written as TOML should be ({what}). {hint}"


def _lists_as_tuples(value: Any) -> Any:
    """TOML gives lists; the tables are frozen, so they hold tuples."""
    if isinstance(value, dict):
        return {key: _lists_as_tuples(one) for key, one in value.items()}
    if isinstance(value, list):
        return tuple(_lists_as_tuples(one) for one in value)
    return value
