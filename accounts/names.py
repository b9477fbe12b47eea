"""In which order people stand in a list: by surname, as councils list their members."""

from __future__ import annotations

import re
import unicodedata

# What follows a surname in what councils publish.
HONOURS = frozenset(
    [
        *(
            "bem",
            "bsc",
            "cb",
            "cbe",
            "cmg",
            "cvo",
            "dbe",
            "dl",
            "esq",
            "frsa",
            "gbe",
            "jnr",
            "jp",
            "jr",
        ),
        *("kbe", "kc", "llb", "mbe", "mp", "msp", "obe", "phd", "pc", "qc", "snr"),
    ]
)
_ASIDE = re.compile(r"\([^)]*\)?")


def sort_key(name: str) -> str:
    """ "Mrs Ann O’Neil MBE" stands under "o'neil mrs ann": its last word that is no honour, then the rest.

    "O’Neil, Ann" has its surname first already.
    """
    words = _ASIDE.sub(" ", name).split()
    if words and words[0].endswith(",") and len(words) > 1:
        return _plain([words[0].rstrip(","), *words[1:]])
    while len(words) > 1 and _is_honour(words[-1]):
        words.pop()
    return _plain([*words[-1:], *words[:-1]])


def _is_honour(word: str) -> bool:
    return word.strip(",").replace(".", "").casefold() in HONOURS


def _plain(words: list[str]) -> str:
    """Without accents and capitals, so that every database puts them in the same order."""
    text = " ".join(word.strip(",") for word in words).replace("’", "'").casefold()
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))[:200]
