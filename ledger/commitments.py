"""Proof that a text is the one that was written, which tells nothing once the text is gone.

The event holds the digest. The row that holds the text holds the salt beside it; erasing the row
erases both, the chain still verifies, and the digest alone cannot be tried against guesses.
A text is never edited in place: a new text is a new row with a name of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class Commitment:
    """`salt` is kept beside the text, `digest` in the event; both are 64 hex digits."""

    salt: str
    digest: str


def commit(text: str) -> Commitment:
    """Commit to a text under a fresh random salt of 256 bits."""
    salt = secrets.token_hex(32)
    return Commitment(salt=salt, digest=_hmac(text, salt))


def beside(text: str, salt: str) -> str:
    """The digest of something else that a row says, under the salt of its text."""
    return _hmac(text, salt)


def check(text: str, salt: str, digest: str) -> bool:
    """Is this the text that was committed to? Never raises, whatever the text holds."""
    return hmac.compare_digest(_hmac(text, salt).encode(), digest.encode("utf-8", "replace"))


def _hmac(text: str, salt: str) -> str:
    """HMAC-SHA256 in hex; the key is the salt as written, the message is the text in UTF-8."""
    # A lone surrogate is not UTF-8, but a browser or a file can bring one.
    key, message = salt.encode("utf-8", "surrogatepass"), text.encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()
