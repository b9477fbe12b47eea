"""Names for people and streets who do not exist, drawn in an order that a seed fixes."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from random import Random

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
FIRST, LAST, STREET, KIND = (_WORDS[key].split() for key in ("first", "last", "street", "kind"))


class Register:
    """People's names and addresses of mail, each given once."""

    def __init__(self, rng: Random, domain: str) -> None:
        self._rng, self._domain = rng, domain
        self._taken: set[str] = set()

    def name(self) -> str:
        """A first and a last name that nobody here has yet."""
        while True:
            first, last = self._rng.choice(FIRST), self._rng.choice(LAST)
            # Two of a name are a real trouble in a council, and of no use in a demonstration.
            if not self._taken & {f"{first} {last}", last} or len(self._taken) > len(LAST):
                if f"{first} {last}" in self._taken:
                    continue
                self._taken |= {f"{first} {last}", last}
                return f"{first} {last}"

    def email(self, name: str) -> str:
        """An address under a domain that can never exist."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        return f"{re.sub(r'[^a-z]+', '.', plain)}@{self._domain}"


def streets(rng: Random, count: int) -> list[str]:
    """So many different streets."""
    every = [f"{name} {kind}" for name in STREET for kind in KIND]
    return rng.sample(every, count)
