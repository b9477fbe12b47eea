"""Where a new enquiry goes: the first of the profile's rules that applies, and to whom it leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from casework import apart
from casework.apart import MAY_NOT, Apart
from casework.models import Case
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


BACK = "It was asked about again, so it went back to the officer who answered."
BACK_TO_OWNER = "It was asked about again, so it went back to the officer who has it."
BACK_TO_COVER = (
    "It was asked about again. Whoever answered cannot take it today, so it is with whoever covers."
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


def facts(*, significance: str, factual: bool | None, direct: bool) -> frozenset[str]:
    """What the profile's routing rules may ask about an enquiry."""
    found = {significance} if significance else set()
    if factual:
        found.add("factual")
    if direct:
        found.add("agreed_direct")
    return frozenset(found)


def back(case: Case, on: date) -> Routed | None:
    """With whom an answered enquiry is open again, as the council set it: no protocol says.

    With the officer who answered last, else who has it, else who covers for them today. None where all
    have left, are away or may not act in it: then it goes where a new enquiry would (`afresh`).
    """
    aside, lines = apart.of(case.raised_by_id, on), Lines.load(on)
    answers = case.messages.filter(kind="answer").order_by("-at", "-pk")
    answered = answers.values_list("author", flat=True).first()
    for person, because in ((answered, BACK), (case.owner_id, BACK_TO_OWNER)):
        if person and person not in aside.everyone and _works(person, lines):
            return Routed(owner=person, because=because, clause="")
    for person in (answered, case.owner_id):
        cover = lines.cover(person) if person and person not in aside.everyone else None
        if cover and cover not in aside.everyone and _works(cover, lines):
            return Routed(owner=cover, because=BACK_TO_COVER, clause="")
    return None


def afresh(case: Case, on: date) -> Routed:
    """Where an enquiry would go that was raised today in the same words."""
    enquiry, agreed = case.enquiry, case.enquiry.direct_contact
    lasts = agreed is not None and (agreed.until is None or on <= agreed.until)
    known = facts(significance=enquiry.significance, factual=enquiry.factual, direct=lasts)
    return route(
        profile=case.profile, facts=known, member=case.raised_by, service=case.service, on=on
    )


def to_service(case: Case, service: Service, on: date) -> int | None:
    """Who begins with what a service is asked about an enquiry: whoever an enquiry to it would go to. None:
    its queue.

    A rule that leads to a post is about the council's own front door, so it leads here to the service.
    """
    enquiry = case.enquiry
    known = facts(significance=enquiry.significance, factual=enquiry.factual, direct=False)
    rule = case.profile.route("enquiry", known)
    if rule.to in ("service", "post"):
        return None
    aside = apart.of(case.raised_by_id, on)
    return _in_line(rule, case.profile, service, Lines.load(on), aside).owner


def _works(person: int, lines: Lines) -> bool:
    """An officer who is in post and there today."""
    return person in lines.places and lines.present(person)


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
