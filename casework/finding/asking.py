"""What somebody typed into a search box, as terms that neither engine can take for anything else.

Words stand in a case in any order, and each must be there. What is between quotes stands as it is written.
Nothing is an operator. The last word may be the beginning of one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from casework import reference

LONGEST = 200
# More terms than these narrow nothing further, and each costs.
MOST_TERMS = 8
# A shorter beginning begins too many words.
SHORTEST_BEGINNING = 3

# Both engines keep words without their accents, in the alphabets that councils write in.
_APART = {chr(code): unicodedata.normalize("NFKD", chr(code)) for code in range(0xC0, 0x180)}
FOLDED = {
    letter: base
    for letter, (base, *marks) in _APART.items()
    if base.isascii() and base.isalpha() and all(map(unicodedata.combining, marks))
}
# English words so common that PostgreSQL's dictionary leaves them out. SQLite keeps them, so they are
# left out of the question, or one engine would find what the other does not.
STOP_WORDS = frozenset(
    [
        "i",
        "me",
        "my",
        "myself",
        "we",
        "our",
        "ours",
        "ourselves",
        "you",
        "your",
        "yours",
        "yourself",
        "yourselves",
        "he",
        "him",
        "his",
        "himself",
        "she",
        "her",
        "hers",
        "herself",
        "it",
        "its",
        "itself",
        "they",
        "them",
        "their",
        "theirs",
        "themselves",
        "what",
        "which",
        "who",
        "whom",
        "this",
        "that",
        "these",
        "those",
        "am",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "have",
        "has",
        "had",
        "having",
        "do",
        "does",
        "did",
        "doing",
        "a",
        "an",
        "the",
        "and",
        "but",
        "if",
        "or",
        "because",
        "as",
        "until",
        "while",
        "of",
        "at",
        "by",
        "for",
        "with",
        "about",
        "against",
        "between",
        "into",
        "through",
        "during",
        "before",
        "after",
        "above",
        "below",
        "to",
        "from",
        "up",
        "down",
        "in",
        "out",
        "on",
        "off",
        "over",
        "under",
        "again",
        "further",
        "then",
        "once",
        "here",
        "there",
        "when",
        "where",
        "why",
        "how",
        "all",
        "any",
        "both",
        "each",
        "few",
        "more",
        "most",
        "other",
        "some",
        "such",
        "no",
        "nor",
        "not",
        "only",
        "own",
        "same",
        "so",
        "than",
        "too",
        "very",
        "s",
        "t",
        "can",
        "will",
        "just",
        "don",
        "should",
        "now",
    ]
)

_CHUNK = re.compile(r'"([^"]*)"|([^\s"]+)')
_WORD = re.compile(r"[^\W_]+")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"') | FOLDED)
_STARTS = "".join(reference.PREFIXES.values())
_WHOLE = re.compile(rf"([{_STARTS}]?)([{reference.ALPHABET}]{{7}})")
_PART = re.compile(rf"([{_STARTS}])-([{reference.ALPHABET}]{{2,7}})", re.ASCII)


@dataclass(frozen=True)
class Term:
    """Words that stand one after the other, folded. `begins`: the last of them may go on.

    `references` are those of cases that it may be, whole; `reference_begins` how one begins, or "".
    """

    words: tuple[str, ...]
    begins: bool = False
    references: tuple[str, ...] = ()
    reference_begins: str = ""


def terms(text: str) -> list[Term]:
    """The terms of a question; none where nothing in it can be searched for. Never raises."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_QUOTES)
    whole = _reference("".join(_WORD.findall(text)))
    if whole.references and _is_one(_WORD.findall(text)):
        return [whole]
    found = [
        term
        for chunk in _CHUNK.finditer(text)
        for term in _terms(chunk[1] if chunk[2] is None else chunk[2], quoted=chunk[2] is None)
    ]
    found = list(dict.fromkeys(found))[:MOST_TERMS]
    if found and not text.rstrip().endswith('"'):
        found[-1] = _may_go_on(found[-1])
    return found


def _is_one(words: list[str]) -> bool:
    """Whether words that would make a reference if they were joined are one: "East Park" is none."""
    if len(words) == 1 or any(map(str.isdigit, "".join(words))):
        return True
    return [len(word) for word in words] == [1, 7]


def _terms(chunk: str, *, quoted: bool) -> list[Term]:
    """One term of a chunk: the reference that it may be, the phrase, or the words round its hyphens."""
    term = _reference(chunk)
    if term.references or term.reference_begins:
        return [term]
    words = term.words if quoted else _without_stop_words(term.words)
    return [] if STOP_WORDS.issuperset(words) else [Term(words)]


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def _without_stop_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without those at the ends: "council’s" is council."""
    kept = [place for place, word in enumerate(words) if word not in STOP_WORDS]
    return words[kept[0] : kept[-1] + 1] if kept else ()


def _reference(chunk: str) -> Term:
    """The references that a chunk may be, in any case, with its hyphen, without, or without its letter."""
    if part := _PART.fullmatch(chunk.upper()):
        if len(part[2]) < 7:
            return Term(_words(chunk), reference_begins=part[0])
        return Term(_words(part[0]), references=(part[0],))
    found = _WHOLE.fullmatch("".join(_WORD.findall(chunk)).upper())
    if found is None:
        return Term(_words(chunk))
    if found[1]:
        whole = f"{found[1]}-{found[2]}"
        return Term(_words(whole), references=(whole,))
    return Term(_words(chunk), references=tuple(f"{start}-{found[2]}" for start in _STARTS))


def _may_go_on(term: Term) -> Term:
    """The same where its last word may be the beginning of one; a whole reference is none."""
    if term.references or len(term.words[-1]) < SHORTEST_BEGINNING:
        return term
    return Term(term.words, begins=True, reference_begins=term.reference_begins)
