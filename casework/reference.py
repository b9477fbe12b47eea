"""References that people can read out over a phone and that tell nobody how many cases there are."""

from __future__ import annotations

import secrets

# No I, L, O, U, 0 or 1: nothing that is misheard or misread.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIXES = {"enquiry": "E"}


def new(kind: str) -> str:
    """A random reference such as `E-7K3P9QX`: 30⁷, about 22 thousand million of them."""
    return f"{PREFIXES[kind]}-" + "".join(secrets.choice(ALPHABET) for _ in range(7))
