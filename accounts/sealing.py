"""Words locked for one person: the key is made of this product's secret and of who they are.

Whoever else comes upon them, in a page, in the database or in a backup, cannot read them without the
secret. docs/adr/0005-account-safety.md, docs/adr/0013-drafts.md.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from django.http import QueryDict
from django.utils.crypto import salted_hmac

# More than any form of ours holds that a person typed; a protocol's text is pasted from a file.
LONGEST = 200_000


def seal(text: str, person: int, use: str) -> str:
    """The text, for this person and for one use of it."""
    return _lock(person, use).encrypt(zlib.compress(text.encode())).decode()


def unseal(blob: str, person: int, use: str, within: timedelta | None) -> str | None:
    """None where it was sealed for somebody else or for another use, is too old, or is not ours.

    `within` None: however old it is.
    """
    ttl = None if within is None else int(within.total_seconds())
    try:
        opened = _lock(person, use).decrypt(blob, ttl=ttl)
        return zlib.decompress(opened).decode()
    except (InvalidToken, ValueError):
        return None


def typed(posted: QueryDict, *, never: frozenset[str]) -> QueryDict:
    """What of a form may be kept: no password, whatever it is called, and none of `never`."""
    fields = posted.copy()
    for name in list(fields):
        if name in never or "password" in name:
            del fields[name]
    return fields


def _lock(person: int, use: str) -> Fernet:
    digest = salted_hmac(use, str(person), algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(digest))
