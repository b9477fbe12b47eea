"""One value of a file made clean: text, emails, dates; and what two spellings have in common."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

SHOWN = 60  # characters of a value that a message repeats
# What councils write where there is nothing to say.
NOTHING = frozenset(
    [
        *("none", "(none)", "n/a", "na", "not applicable", "not specified", "unspecified"),
        *("not known", "unknown", "null", "nil"),
    ]
)
_BREAK = re.compile(r"<\s*(?:br|/p|/li|/div)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<\s*/?[a-zA-Z][^<>]*>")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?)?")
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200


def line(value: str | None) -> str:
    """One line of storable text: composed, without control characters, single spaces."""
    composed = unicodedata.normalize("NFC", value or "")
    kept = (
        " " if char.isspace() or unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char
        for char in composed
        if char.isspace() or unicodedata.category(char) not in {"Cf", "Cs", "Cn", "Co"}
    )
    return " ".join("".join(kept).split())


def lines(value: str | None) -> str:
    """Several lines of storable text. Markup becomes line breaks or nothing."""
    plain = _TAG.sub(" ", _BREAK.sub("\n", value or ""))
    return "\n".join(filter(None, (line(part) for part in plain.splitlines())))


def email(value: str | None) -> tuple[str, str]:
    """`(address, "")` in lower case, or `("", what is wrong)`. Blank gives two blanks."""
    clean = line(value).removeprefix("mailto:").strip().lower()
    if not clean or key(clean) in NOTHING:
        return "", ""
    try:
        validate_email(clean)
    except ValidationError:
        return "", "is not an email address"
    if not clean.isascii() or len(clean) > 254:
        return "", "is not an email address that can be used to sign in"
    return clean, ""


def day(value: str | None) -> tuple[date | None, str]:
    """`(date, "")` from DD/MM/YYYY or YYYY-MM-DD, `(None, "")` for none, else what is wrong."""
    clean = line(value)
    if not clean or key(clean) in NOTHING or not any(map(str.isdigit, clean)):
        return None, "" if not clean or key(clean) in NOTHING else "is not a date"
    if found := _DAY.fullmatch(clean):
        numbers = found[3], found[2], found[1]
    elif found := _ISO_DAY.fullmatch(clean):
        numbers = found[1], found[2], found[3]
    else:
        return None, "is not a date written as DD/MM/YYYY"
    try:
        read = date(*map(int, numbers))
    except ValueError:
        return None, "is not in any calendar"
    if not EARLIEST_YEAR <= read.year <= LATEST_YEAR:
        return None, "is too far away to be meant"
    return read, ""


def key(text: str) -> str:
    """What two spellings of the same thing have in common: case and spacing do not matter."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def share_a_word(one: str, other: str) -> bool:
    """Whether two names could be one person's: they have a word of three letters in common.

    Guards the shared mailbox: `clerk@…` published for a councillor must not make the clerk of them.
    """
    words = [
        {word for word in re.split(r"[^\w]+", key(text)) if len(word) > 2} for text in (one, other)
    ]
    return bool(words[0] & words[1]) or key(one) == key(other)


def shown(value: str) -> str:
    """A value as a message repeats it: quoted, on one line, not too long."""
    text = line(value)
    return f"“{text if len(text) <= SHOWN else text[:SHOWN] + '…'}”"
