"""What guessers try first: passwords that were found out, runs and repeats, and the words of this place.

No rule asks for kinds of characters, or forbids any. The list lies in the product, and nobody is asked over
the network: 43,940 passwords of twelve characters or more, among the million commonest of ten million that
were published (Mark Burnett’s list, which he gave to the public; script/compile-passwords).
"""

from __future__ import annotations

import gzip
import re
import string
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("passwords.txt.gz")
AROUND = string.digits + string.punctuation + string.whitespace
# What people write in place of letters.
LEET = str.maketrans("@013457$!", "aoleastsl")
LEET_I = LEET | str.maketrans("1!", "ii")
# For words of here, where "i", "l", "1" and "!" are all the same.
FOLDED = LEET | str.maketrans("i", "l")
MOST_AROUND = 8
# Alphabet, figures and the keyboard's rows: a piece of one, there or back, is a run.
ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
RUNS = tuple(2 * row for row in ROWS) + tuple(2 * row[::-1] for row in ROWS)
SHORTEST_RUN = 4
# Words of the product and of every council; rooms add the council's own.
OURS = (
    "evenhand",
    "council",
    "councillor",
    "member",
    "officer",
    "clerk",
    "mayor",
    "ward",
    "casework",
)
# What has to be left of a password besides such words; and how long a word counts as one.
LEFT, WORD, LONG = 6, 4, 12

_providers: list[Callable[[], Iterable[str]]] = []


def register(provider: Callable[[], Iterable[str]]) -> None:
    """Add words of this place (names of the council, of its wards), from an AppConfig.ready."""
    if provider not in _providers:
        _providers.append(provider)


def words_of_here() -> set[str]:
    """The words that no password may be made of, in small letters."""
    said = " ".join([*OURS, *(text for provider in _providers for text in provider())])
    return words_in(said)


def words_in(text: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) >= WORD}


@cache
def found_out() -> frozenset[str]:
    """The list: some 4 MB in memory, read when somebody first chooses a password."""
    return frozenset(gzip.decompress(LIST.read_bytes()).decode().split("\n")) - {""}


def forms_of(password: str) -> set[str]:
    """What a guesser would have to try for it: bare, without what stands around it, once, and spelt out."""
    plain = password.lower().strip()
    twice = re.fullmatch(r"(.+?)\1+", plain)
    stems = _without_ends(plain) | (_without_ends(twice[1]) if twice else set())
    spelt = {stem.translate(table) for stem in stems for table in (LEET, LEET_I)}
    joined = {re.sub(r"[\W_]+", "", one) for one in stems | spelt}
    return {plain} | {one for one in stems | joined if _may_be_known(one)}


def _may_be_known(form: str) -> bool:
    """What is left of figures and signs alone is no word, whatever a list has of it."""
    letters = any(map(str.isalpha, form))
    return len(form) >= (WORD if letters else LONG)


def _without_ends(plain: str) -> set[str]:
    """It, and with up to MOST_AROUND figures and signs less at either end; and with all of them less."""
    heads, tails = (_ends(text) for text in (plain, plain[::-1]))
    found = {plain[head : len(plain) - tail] for head in heads for tail in tails}
    return {plain.strip(AROUND), *found} - {""}


def _ends(text: str) -> list[int]:
    around = len(text) - len(text.lstrip(AROUND))
    return list(range(min(around, MOST_AROUND) + 1))


def is_pattern(password: str) -> bool:
    """A piece of up to four characters again and again, or nothing but runs and such repeats."""
    plain = re.sub(r"\s", "", password.lower())
    if re.fullmatch(r"(.{1,4}?)\1{2,}.{0,3}", plain):
        return True
    left = re.sub(r"(.)\1{2,}", "", plain)
    at = 0
    kept = ""
    while at < len(left):
        longest = _run_at(left, at)
        if longest < SHORTEST_RUN:
            kept, longest = kept + left[at], 1
        at += longest
    return len(kept) < LEFT


def _run_at(text: str, at: int) -> int:
    """How many characters from there on are one run."""
    length = 0
    while at + length < len(text) and any(text[at : at + length + 1] in row for row in RUNS):
        length += 1
    return length


def is_made_of(password: str, words: set[str], known: Callable[[str], bool]) -> bool:
    """Whether hardly any letter is left of it without these words, or only what is `known` to guessers."""
    plain = password.lower()
    folded = plain.translate(FOLDED)
    taken: set[int] = set()
    for word in words:
        for hit in re.finditer(re.escape(word.translate(FOLDED)), folded):
            taken.update(range(*hit.span()))
    left = "".join(one for at, one in enumerate(plain) if at not in taken and one.isalpha())
    return bool(taken) and (len(left) < LEFT or known(left))
