"""What the demonstration's people write: composed from demo/matters/*.toml, the parts belonging together."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "matters"
NUMBERS = ("three", "four", "five")
ORDINALS = ("third", "fourth", "fifth")
FRIDAY = 4
WEEKS = ("two", "three", "four", "five", "six")


@dataclass(frozen=True)
class Matter:
    """One thing that goes wrong somewhere, from the first word to the answer. `months`: only in these."""

    topic: str
    subject: str
    tells: str
    asks: str
    found: str
    done: str
    outcome: str = "resolved"
    question: str = ""
    reply: str = ""
    factual: bool = False
    significant: bool = False
    months: tuple[int, ...] = ()


@cache
def load(files: tuple[str, ...]) -> dict[str, tuple[Matter, ...]]:
    """The matters of these files, by topic."""
    found: dict[str, list[Matter]] = {}
    for name in files:
        text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
        for row in tomllib.loads(text)["matter"]:
            matter = Matter(**{**row, "months": tuple(row.get("months", ()))})
            found.setdefault(matter.topic, []).append(matter)
    return {topic: tuple(matters) for topic, matters in found.items()}


@cache
def words() -> dict[str, list[str]]:
    """What people say whatever the matter is."""
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


def pick(matters: Sequence[Matter], on: date, rng: Random) -> Matter:
    """One that can happen in that month."""
    return rng.choice([m for m in matters if not m.months or on.month in m.months] or matters)


class Writer:
    """Writes one case: the same streets and numbers in all that is said of it."""

    def __init__(self, matter: Matter, streets: Sequence[str], rng: Random) -> None:
        self.matter, self._rng = matter, rng
        self._dates: dict[date, dict[str, str]] = {}
        street, street2 = rng.sample(list(streets), 2)
        place = rng.randrange(len(NUMBERS))
        self._slots = {
            "street": street,
            "street2": street2,
            "number": str(rng.randrange(2, 160)),
            "times": NUMBERS[place],
            "nth": ORDINALS[place],
            "weeks": rng.choice(WEEKS),
        }

    def subject(self, on: date) -> str:
        return self._say(self.matter.subject, on)

    def enquiry(self, on: date) -> str:
        """What the member writes."""
        said = [self._one("opens", on), self._say(self.matter.tells, on)]
        last = f"{self._say(self.matter.asks, on)}"
        close = self._one("closes", on)
        if self._rng.random() < 0.6:
            return f"{' '.join(said)}\n\n{last}\n\n{close}"
        return f"{said[1]}\n\n{last} {close}"

    def answer(self, on: date, *, late: bool) -> str:
        """What the officer answers."""
        thanks = self._one("thanks", on)
        opening = f"{thanks} {self._one('late', on)}" if late else thanks
        found, done = self._say(self.matter.found, on), self._say(self.matter.done, on)
        return f"{opening}\n\n{found}\n\n{done}\n\n{self._one('ends', on)}"

    def question(self, on: date) -> tuple[str, str]:
        """What the officer asks, and what the member replies."""
        if self.matter.question:
            return self._say(self.matter.question, on), self._say(self.matter.reply, on)
        place = self._rng.randrange(len(words()["questions"]))
        return (
            self._say(words()["questions"][place], on),
            self._say(words()["replies"][place], on),
        )

    def say(self, kind: str, on: date) -> str:
        """Something of a kind of demo/matters/words.toml."""
        return self._one(kind, on)

    def _one(self, kind: str, on: date) -> str:
        return self._say(self._rng.choice(words()[kind]), on)

    def _say(self, text: str, on: date) -> str:
        if "{" not in text:
            return text
        # A number can begin a sentence.
        said = text.format(**self._slots, **self._dated(on))
        return ". ".join(part[:1].upper() + part[1:] for part in said.split(". "))

    def _dated(self, on: date) -> dict[str, str]:
        """Days and months as somebody names them that day; the same ones all day."""
        if on not in self._dates:
            past = on - timedelta(days=self._rng.randrange(1, 6))
            soon = on + timedelta(days=self._rng.randrange(6, 20))
            while soon.weekday() > FRIDAY:
                soon += timedelta(days=1)
            self._dates[on] = {
                "day": f"{past:%A} {past.day} {past:%B}",
                "weekday": f"{past:%A}",
                "month": f"{on - timedelta(days=self._rng.randrange(40, 160)):%B}",
                "soon": f"{soon:%A} {soon.day} {soon:%B}",
                "later": f"{on + timedelta(days=self._rng.randrange(35, 80)):%B}",
            }
        return self._dates[on]
