"""One value of a list of members made clean: names, wards, party titles, key posts."""

from __future__ import annotations

import re

from council.imports.cleaning import (
    NOTHING,
    day,
    email,
    key,
    line,
    lines,
    share_a_word,
)

__all__ = ["day", "email", "key", "line", "lines", "share_a_word"]

# How a published name begins, in English or Welsh. Other titles and honours stay as published.
_OFFICE = re.compile(
    r"^(?:(?:the\s+)?(?:councillor|cllr|coun)\b\.?|(?:y\s+)?(?:cynghorydd|cyng)\b\.?)[\s:,]*",
    re.IGNORECASE,
)
_VACANT = re.compile(
    r"(?:vacan(?:t|cy)|seat vacant|sedd wag)(?:\s+(?:seat|position|office|ward))?"
    r"(?:\s*[-–—:(,\d].*)?",
    re.IGNORECASE,
)
# Words for "in no group". "Independent" is not among them: councils publish it as a group's name.
_NO_GROUP = NOTHING | frozenset(
    [
        *("no party", "no group", "no political party", "no political group", "no affiliation"),
        *("no party affiliation", "unaligned", "non-aligned", "non aligned", "unaffiliated"),
        *("non-affiliated", "not affiliated", "ungrouped", "vacant", "vacancy"),
    ]
)


def posts(value: str | None) -> str:
    """Key posts on one line, those on lines of their own joined by "; "."""
    return "; ".join(part.rstrip(";") for part in lines(value).split("\n")) if value else ""


def name(value: str | None) -> str:
    """The name to show: as published, without "Councillor" or "Cllr" in front."""
    clean = line(value)
    while (shorter := _OFFICE.sub("", clean)) != clean:
        clean = shorter
    return clean


def is_vacant(shown: str) -> bool:
    """Whether a name stands for an empty seat."""
    return _VACANT.fullmatch(shown) is not None


def ward(value: str | None) -> str:
    """A ward's title, or "" where the file names none."""
    clean = line(value)
    return "" if key(clean) in NOTHING else clean


def group(value: str | None) -> str:
    """A party group's name, or "" where the title says that there is none."""
    clean = line(value)
    return "" if key(clean) in _NO_GROUP or not any(map(str.isalnum, clean)) else clean
