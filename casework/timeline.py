"""The timeline of a case, written by the vocabulary of events: newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

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
    "explained": "it was late before, and why is on record",
}


NOUNS = {"answer": "answer", "acknowledge": "acknowledgement", "contribute": "contribution"}
CALLED_BACK = {
    "answered": "was called back: the enquiry was answered",
    "returned": "was called back: the enquiry was returned",
    "withdrawn": "was called back: the enquiry was withdrawn",
    "duplicate": "was called back: the enquiry was closed as a duplicate",
    "handed_on": "was called back: the enquiry was handed on",
    "came_over": "was called back: the enquiry went to them",
}


@dataclass(frozen=True)
class Names:
    """The people and services that a case's events name: two queries at most, whatever their number."""

    people: Mapping[int, str]
    services: Mapping[int, str]

    @classmethod
    def of(
        cls,
        found: Iterable[Event],
        known: Iterable[Person] = (),
        services: Iterable[Service | None] = (),
    ) -> Names:
        """`known` people and services need not be asked for."""
        found = list(found)
        people = {person.pk: person.name for person in known}
        wanted = {pk for event in found for pk in _people_in(event)} - people.keys()
        if wanted:
            people |= dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name"))
        named = {service.pk: service.name for service in services if service}
        asked = {pk for e in found for pk in _ids(e.data, "service")}
        asked |= {pk for e in found for pk in e.data.get("services_late", ())}
        if asked - named.keys():
            asked -= named.keys()
            named |= dict(Service.objects.filter(pk__in=asked).values_list("pk", "name"))
        return cls(people=people, services=named)

    def person(self, pk: int | None) -> str:
        return self.people.get(pk, "Somebody") if pk else ""


def shown(found: Iterable[Event], side: str) -> list[Event]:
    """What a person on a side of the case reads of; the member's side never of the officers' steps."""
    return [e for e in found if side == "officer" or events.VERBS[e.verb].member_sees]


def items(case: Case, found: Iterable[Event], names: Names, *, side: str) -> list[TimelineItem]:
    return [
        TimelineItem(title=sentence(case, e, names, side=side), at=e.at, cite=sources.of(case, e))
        for e in shown(found, side)
    ]


def since(
    found: Iterable[Event], version: int, case: Case, names: Names, *, side: str
) -> list[str]:
    """What happened after a person opened the page that held `version`: sentences, oldest first."""
    later = [e for e in found if e.data.get("version", 0) > version]
    return [item.title for item in reversed(items(case, later, names, side=side))]


def sentence(case: Case, event: Event, names: Names, *, side: str = "officer") -> str:
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
    values["to_whom"] = f" to {_joined(people)}" if people else ""
    values["handler"] = _handler(event, names)
    values["from_another"] = _from_another(event, names)
    # What was handed on and came back had no answer before.
    answered = event.data.get("round", 1) > 1 and case.answered_at is not None
    values["again"] = " again" if answered else ""
    values["where"] = _where(case, event)
    values["is_due"] = _is_due(event)
    values["why"] = WHY.get(event.data.get("why", ""), "")
    if event.verb == "third_party_checked":
        values["checks"] = third_party.in_words(event.data.get("checks", ()))
    if event.verb in ("clock_recomputed", "contribution_recomputed"):
        values["why"] = because(event.data)
    if event.verb.startswith("contribution_"):
        values |= _of_contribution(event, values)
    late = event.data.get("services_late", ())
    values["services"] = _joined([names.services.get(pk, "a service") for pk in late])
    values["promise"] = NOUNS.get(event.data.get("promise", ""), "answer")
    values["step"] = _step(case, str(event.data.get("step", "")))
    words, verb = terms.current().words(), events.VERBS[event.verb]
    told_to_member = side == "member" and verb.member_sentence
    return (told_to_member or verb.sentence).format_map(_Gaps(words | values))


def _of_contribution(event: Event, values: Mapping) -> dict[str, str]:
    """Who was asked, whether it came late, and why it was called back."""
    service, person = values.get("service_asked", "a service"), values.get("person_contributor")
    why = CALLED_BACK.get(event.data.get("why", ""))
    by_hand = f"{values['actor']} called back the contribution of {service}"
    return {
        "asked": f"{person}, {service}," if event.data.get("person_contributor") else service,
        "late": f", late: it was due on {values['date_due']}" if event.data.get("was_late") else "",
        "called_back": f"The contribution of {service} {why}" if why else by_hand,
    }


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


def _where(case: Case, event: Event) -> str:
    """ " to Report it", where the reader may know: of what `receiving.look` found for them."""
    here = (one for one in getattr(case, "handed", ()) if one.pk == event.data.get("handing"))
    return next((f" to {one.name}" for one in here), "")


def _is_due(event: Event) -> str:
    """ "is due on …"; "was due on …", where that day had passed when it happened."""
    due = event.data.get("date_due")
    if not due:
        return ""
    past = date.fromisoformat(due) < timezone.localdate(event.at)
    return f"{'was' if past else 'is'} due on {day(date.fromisoformat(due))}"


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
