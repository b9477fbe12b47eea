"""The timeline of a case, written by the vocabulary of events: newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import Person
from casework import phrases, sources
from casework.chasing.moved import because
from casework.enquiries import third_party
from casework.models import Case
from frontend import terms
from frontend.parts import TimelineItem
from frontend.words import day
from ledger.models import Event
from officers.models import Service
from protocol import events

WHY = {
    "missed": "its day had passed already",
    "already_told": "everybody it goes to had been told",
    "nobody": "there was nobody to tell",
}


NOUNS = {"answer": "answer", "acknowledge": "acknowledgement"}


@dataclass(frozen=True)
class Names:
    """The people and services that a case's events name: two queries at most, whatever their number."""

    people: Mapping[int, str]
    services: Mapping[int, str]

    @classmethod
    def of(
        cls, found: Iterable[Event], known: Iterable[Person] = (), service: Service | None = None
    ) -> Names:
        """`known` people and the case's own service need not be asked for."""
        found = list(found)
        people = {person.pk: person.name for person in known}
        wanted = {pk for event in found for pk in _people_in(event)} - people.keys()
        if wanted:
            people |= dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name"))
        services = {service.pk: service.name} if service else {}
        asked = {pk for e in found for pk in _ids(e.data, "service")} - services.keys()
        if asked:
            services |= dict(Service.objects.filter(pk__in=asked).values_list("pk", "name"))
        return cls(people=people, services=services)

    def person(self, pk: int | None) -> str:
        return self.people.get(pk, "Somebody") if pk else ""


def about(case: Case) -> list[Event]:
    """The events of a case, newest first; one query."""
    return list(Event.objects.filter(stream__key=case.key).order_by("-seq"))


def items(case: Case, found: Iterable[Event], names: Names, *, side: str) -> list[TimelineItem]:
    """What a person on a side of the case reads; the member's side never reads the officers' steps."""
    shown = [e for e in found if side == "officer" or events.VERBS[e.verb].member_sees]
    return [
        TimelineItem(title=sentence(case, e, names), at=e.at, cite=sources.of(case, e))
        for e in shown
    ]


def since(
    found: Iterable[Event], version: int, case: Case, names: Names, *, side: str
) -> list[str]:
    """What happened after a person opened the page that held `version`: sentences, oldest first."""
    later = [e for e in found if e.data.get("version", 0) > version]
    return [item.title for item in reversed(items(case, later, names, side=side))]


def sentence(case: Case, event: Event, names: Names) -> str:
    """The event in words: "Bob Baker gave a new date, Friday 4 December 2026: …"."""
    values = {key: _shown(key, value, names) for key, value in event.data.items()}
    actor = names.person(event.actor) or "Evenhand"
    values["actor"] = (
        f"{actor} (for {names.person(event.acting_for)})" if event.acting_for else actor
    )
    told = event.data.get("people_told", [])
    posts = case.profile.posts
    titles = [posts[key].title for key in event.data.get("posts_told", []) if key in posts]
    people = [names.person(pk) for pk in told]
    values["recipients"] = _joined(people) or _joined(titles) or "Nobody"
    values["handler"] = _handler(event, names)
    values["from_another"] = _from_another(event, names)
    values["again"] = " again" if event.data.get("round", 1) > 1 else ""
    values["why"] = WHY.get(event.data.get("why", ""), "")
    if event.verb == "third_party_checked":
        values["checks"] = third_party.in_words(event.data.get("checks", ()))
    if event.verb == "clock_recomputed":
        values["why"] = because(event.data)
    values["promise"] = NOUNS.get(event.data.get("promise", ""), "answer")
    values["step"] = _step(case, str(event.data.get("step", "")))
    words = terms.current().words()
    return events.VERBS[event.verb].sentence.format_map(_Gaps(words | values))


STEPS = {
    "remind": "The reminder",
    "due": "The reminder on the due date",
    "breach": "Telling of the breach",
    "escalate": "The escalation",
}


def _step(case: Case, key: str) -> str:
    """A step of the ladder by its kind; an escalation by whom it goes to, besides."""
    step = next((one for one in case.profile.ladder.steps if one.key == key), None)
    if step is None:
        return "A step"
    words = STEPS[step.kind]
    to = phrases.named(case, step.to, None)
    return f"{words} to {to}" if step.kind == "escalate" else words


def _from_another(event: Event, names: Names) -> str:
    """From whom something was passed on, where that is not whoever passed it on."""
    before = event.data.get("person_before")
    return f" from {names.person(before)}" if before and before != event.actor else ""


def _handler(event: Event, names: Names) -> str:
    owner, service = event.data.get("person_owner"), event.data.get("service")
    if owner:
        return names.person(owner)
    return names.services.get(service, "the service") if service else "the clerk"


def _shown(key: str, value, names: Names) -> str:
    if key.startswith("person_"):
        return names.person(value) or "nobody"
    if key.startswith("service_"):
        return names.services.get(value, "a service")
    if key.startswith("date_") and value:
        return day(date.fromisoformat(value))
    return str(value)


def _people_in(event: Event) -> set[int]:
    found = {pk for key in event.data if key.startswith("person_") for pk in _ids(event.data, key)}
    listed = set(event.data.get("people_told", []))
    return found | listed | {pk for pk in (event.actor, event.acting_for) if pk}


def _ids(data: Mapping, start: str) -> set[int]:
    return {v for k, v in data.items() if k.startswith(start) and isinstance(v, int)}


def _joined(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


class _Gaps(dict):
    """A sentence never fails for want of a word."""

    def __missing__(self, key: str) -> str:
        return "…"
