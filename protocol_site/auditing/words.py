"""An event in words: what happened, who did it and what it was about; never what anybody wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from frontend import terms
from frontend.words import day
from ledger import reading
from ledger.models import Event
from protocol import events as vocabulary

NOBODY = "Evenhand"
# The start of a key in an event's data → the kind of the subject that it names.
NAMED = {"person_": "person", "service_": "service", "post_": "post", "ward_": "ward"}
WHY = {
    "not_there": "there is no such thing, or not for them",
    "not_allowed": "they may not",
    "not_theirs": "it is not theirs to do",
    "too_many": "they did it too often",
    "token": "the form could not be shown to come from them",
    "second_step": "they had not yet set up a second step of signing in",
    "confirm": "somebody guessed at the password of whoever is signed in",
    "code": "somebody guessed at a code",
    "sign_in": "somebody guessed at a password",
    "link": "somebody asked for one link after the other",
}


@dataclass(frozen=True)
class Explained:
    """An event with the words for it. `who` did it, `about` is what it was about."""

    event: Event
    sentence: str
    who: str
    about: str


def explain(events: Iterable[Event]) -> list[Explained]:
    """A bounded number of queries, whatever the number of events."""
    found = list(events)
    names = reading.names(key for event in found for key in _keys(event))
    told = reading.told(found)
    return [
        Explained(
            event,
            told.get(event.pk) or _sentence(event, names),
            _who(event, names),
            named(event.subject, names),
        )
        for event in found
    ]


def named(key: str, names: Mapping[str, str]) -> str:
    """ "the enquiry E-7K3P9QX"; where nobody has a name for it, as the ledger calls it."""
    return names.get(key) or key


def _keys(event: Event) -> Iterable[str]:
    yield event.subject
    yield from (f"person:{pk}" for pk in (event.actor, event.acting_for) if pk)
    for key, value in event.data.items():
        start = next((start for start in NAMED if key.startswith(start)), None)
        if start and isinstance(value, int):
            yield f"{NAMED[start]}:{value}"


def _who(event: Event, names: Mapping[str, str]) -> str:
    if event.actor is None:
        return NOBODY
    who = names.get(f"person:{event.actor}", f"person {event.actor}")
    if event.acting_for is None:
        return who
    return f"{who} (for {names.get(f'person:{event.acting_for}', f'person {event.acting_for}')})"


def _sentence(event: Event, names: Mapping[str, str]) -> str:
    values = {key: _shown(key, value, names) for key, value in event.data.items()}
    values["why"] = WHY.get(str(event.data.get("why", "")), "…")
    values["actor"] = _who(event, names)
    words = terms.current().words()
    verb = vocabulary.VERBS.get(event.verb)
    # A verb of a release that is gone: the ledger outlives its vocabulary.
    return verb.sentence.format_map(_Gaps(words | values)) if verb else event.verb


def _shown(key: str, value: object, names: Mapping[str, str]) -> str:
    start = next((start for start in NAMED if key.startswith(start)), None)
    if start:
        return names.get(f"{NAMED[start]}:{value}", "somebody" if start == "person_" else "…")
    if key.startswith("date_") and isinstance(value, str) and value:
        return day(date.fromisoformat(value))
    return str(value)


class _Gaps(dict):
    """A sentence never fails for want of a word."""

    def __missing__(self, key: str) -> str:
        return "…"
