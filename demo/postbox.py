"""The mail that the demonstration has sent: it lands in a folder, and is read from there."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_binary_file, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

LONGEST_SHOWN = 100_000
# As mailbox.Maildir names them; one that came with others in a second is not sorted as text.
_CAME = re.compile(r"(\d+)\.M(\d+)P\d+Q(\d+)\.", re.ASCII)


@dataclass(frozen=True)
class Mail:
    """One message. `key` is how the mailbox names it; `text` is empty in a list."""

    key: str
    to: str
    sender: str
    subject: str
    at: datetime | None
    text: str = ""


def keys() -> list[str]:
    """Every message's key, newest first. A mailbox that is not there has none."""
    box = _box()
    return sorted(box.keys(), key=_arrived, reverse=True) if box is not None else []


def listed(keys: Sequence[str]) -> list[Mail]:
    """What a list shows of these; one that has gone meanwhile is left out."""
    return [mail for key in keys if (mail := _read(key, whole=False)) is not None]


def message(key: str) -> Mail | None:
    """One message with its text; None unless the mailbox itself lists that key."""
    return _read(key, whole=True)


def is_kept() -> bool:
    """Does mail stay here at all, or go to a mail server?"""
    return settings.EMAIL_BACKEND == "ledger.maildir.EmailBackend"


def _box() -> mailbox.Maildir | None:
    folder = Path(settings.EMAIL_FILE_PATH)
    if not all((folder / part).is_dir() for part in ("new", "cur", "tmp")):
        return None
    return mailbox.Maildir(folder, create=False)


def _arrived(key: str) -> tuple[int, ...]:
    """A key begins with when it came, to the microsecond, and which it was of its process; what has none is
    oldest.
    """
    found = _CAME.match(key)
    return tuple(int(one) for one in found.groups()) if found else (0, 0, 0)


def _read(key: str, *, whole: bool) -> Mail | None:
    box = _box()
    # Only what the mailbox lists: a key is looked up there and never made into a path.
    if box is None or key not in box:
        return None
    try:
        with box.get_file(key) as file:
            found = message_from_binary_file(file, policy=policy.default)
    except (KeyError, OSError):
        return None
    assert isinstance(found, EmailMessage)
    return Mail(
        key=key,
        to=_header(found, "To"),
        sender=_header(found, "From"),
        subject=_header(found, "Subject"),
        at=_sent(found),
        text=_text(found) if whole else "",
    )


def _header(found: EmailMessage, name: str) -> str:
    return str(found.get(name, ""))[:500]


def _sent(found: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_header(found, "Date"))
    except (ValueError, TypeError):
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _text(found: EmailMessage) -> str:
    body = found.get_body(preferencelist=("plain",))
    if body is None:
        return ""
    try:
        return str(body.get_content())[:LONGEST_SHOWN]
    except (LookupError, UnicodeError, ValueError):
        return ""
