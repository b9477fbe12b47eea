"""Where a new enquiry goes: the first of the profile's rules that applies, and to whom it leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from casework import apart
from casework.apart import MAY_NOT, Apart
from council.posts import SET_ASIDE, Resolved, resolve
from officers.lines import Lines
from officers.models import Officer, Service
from protocol.profile import Profile

CLERK = "democratic_services"
SERVICE_NOT_KNOWN = "Which service deals with this is not known yet, so it goes to the clerk first."
HEAD_INSTEAD = "No chief officer can take it today, so it starts with the head of the service."
CHIEF_ASIDE = f"The chief officer {MAY_NOT}, so it starts with the head of the service."
HEAD_ASIDE = f"The head of the service {MAY_NOT}."
IN_THE_QUEUE = "Nobody whom it should go to can take it today, so it waits with the service."
ALL_ASIDE = f"Whoever it should go to {MAY_NOT}, so it waits with the service."
CLERK_ASIDE = (
    "Which service deals with this is not known yet. "
    f"Whoever it should go to first {MAY_NOT}, so it waits to be given out."
)


@dataclass(frozen=True)
class Routed:
    """`owner` is the id of a person, or None for the service's queue."""

    owner: int | None
    because: str
    clause: str


def route(
    *, profile: Profile, facts: frozenset[str], member, service: Service | None, on: date
) -> Routed:
    """Route an enquiry by the level rules of its protocol (Bl10.1; Mo48; We3.7; Bk Some general
    principles; elsewhere set by the council).

    Whoever is away stands aside for their cover, and nobody gets what they may not act in
    (casework/apart.py). A rule that leads to nobody leaves the enquiry in the service's queue, or with
    the clerk where the service is not known: it is never with no one.
    """
    rule = profile.route("enquiry", facts)
    by_rule = Routed(owner=None, because=rule.because, clause=rule.clause or "")
    # The officers' lines and the posts are read only where the rule asks for them.
    if rule.to == "service" and service is not None:
        return by_rule
    aside = apart.of(member.pk, on)
    nobody = IN_THE_QUEUE
    if rule.to == "post":
        found = resolve(rule.post, on=on, avoiding=aside.everyone, profile=profile)
        if found.person_id:
            because = _with_stand_in(rule.because, found)
            return replace(by_rule, owner=found.person_id, because=because)
        nobody = ALL_ASIDE if _is_aside(found) else IN_THE_QUEUE
    elif service is not None:
        return _in_line(rule, profile, service, Lines.load(on), aside)
    if service is not None:
        return Routed(owner=None, because=nobody, clause="")
    return _with_the_clerk(profile, aside, on)


def _with_the_clerk(profile: Profile, aside: Apart, on: date) -> Routed:
    found = resolve(CLERK, on=on, avoiding=aside.everyone, profile=profile)
    if not found.person_id and _is_aside(found):
        return Routed(owner=None, because=CLERK_ASIDE, clause="")
    because = _with_stand_in(SERVICE_NOT_KNOWN, found) if found else SERVICE_NOT_KNOWN
    return Routed(owner=found.person_id, because=because, clause="")


def _is_aside(found: Resolved) -> bool:
    return any(one.why == SET_ASIDE for one in found.passed_over)


def _with_stand_in(because: str, found: Resolved) -> str:
    """Why it goes to a post; and, where its holder cannot take it today, that another stands in."""
    aside = [one.name for one in found.passed_over if one.why == SET_ASIDE]
    away = [one.name for one in found.passed_over if one.why != SET_ASIDE]
    passed = [
        f"{' and '.join(names)} {why}"
        for names, why in ((aside, MAY_NOT), (away, "cannot take it today"))
        if names
    ]
    if not passed:
        return because
    return f"{because} {' and '.join(passed)}, so {found.holding.holder_name} stands in."


def _in_line(rule, profile: Profile, service: Service, lines: Lines, aside: Apart) -> Routed:
    """The chief officer of a service, else its head; or, for "senior_officer", its head where they are
    senior as the profile means it, else the chief officer where they are. Else the service's queue.
    """
    chief, head = lines.chief_officer(service.pk), lines.service_head(service.pk)
    leads = [head, chief] if rule.to == "senior_officer" else [chief, head]
    people = [one for one in leads if one is not None and one not in aside.everyone]
    if rule.to == "senior_officer":
        senior = set(profile.levels.who_is_senior.levels)
        levels = dict(Officer.objects.filter(person__in=people).values_list("person_id", "level"))
        people = [person for person in people if levels.get(person) in senior]
    owner = next(iter(people), None)
    # The council's own way out, so no clause stands behind it.
    if owner is None:
        passed = any(one in aside.everyone for one in leads)
        return Routed(owner=None, because=ALL_ASIDE if passed else IN_THE_QUEUE, clause="")
    if rule.to != "senior_officer" and owner != chief:
        because = CHIEF_ASIDE if chief in aside.everyone else HEAD_INSTEAD
        return Routed(owner=owner, because=because, clause="")
    passed = owner != head and rule.to == "senior_officer" and head in aside.everyone
    because = f"{rule.because} {HEAD_ASIDE}" if passed else rule.because
    return Routed(owner=owner, because=because, clause=rule.clause or "")
