"""What is known of a case, as rows of keys and values: nouns for keys, whole words for values."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from casework import phrases
from casework.models import Case, Clock
from frontend.parts import Link, Row
from frontend.terms import say
from frontend.words import day
from protocol import lifecycle

# Of the rounds after the first. The profile lets members ask a few times; officers can add to that.
ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def rows(case: Case, side: str) -> list[Row]:
    """The rows that a person on a side of the case reads; what was not given is left out."""
    found = [
        Row("Raised by", _raised(case)),
        Row("Received", f"{day(case.received_on)}, {_channel(case)}"),
        Row("Service", _service(case)),
        Row("Ward", case.ward.name if case.ward else "Not known"),
        *(_promise(case, c) for c in case.clocks.all() if c.promise != "contribute"),
        *_given(case),
        *_routes(case),
        *_handed_on(case),
    ]
    if side == "officer":
        found.append(Row(say("{Protocol}"), _adoption(case)))
    return found


def _service(case: Case) -> str:
    """As it was called when the case was there, and who carries on its work where it has ended since."""
    if case.service is None:
        return "Not known yet"
    now = case.service.carried_on_by
    return f"{case.service.name}, now {now.name}" if now else case.service.name


def _raised(case: Case) -> str:
    if case.logged_by_id == case.raised_by_id:
        return case.raised_by.name
    return f"{case.raised_by.name} (logged by {case.logged_by.name})"


def _channel(case: Case) -> str:
    return {
        "online": "online",
        "email": "by email",
        "phone": "by phone",
        "letter": "by letter",
        "surgery": "at a ward surgery",
        "in_person": "in person",
    }[case.enquiry.channel]


def _promise(case: Case, clock: Clock) -> Row:
    """ "Within 10 working days, by Friday 4 December 2026", or when it was kept."""
    standard = phrases.standard(clock)
    if clock.paused_on:
        since = day(clock.paused_on)
        value = f"{standard[0].upper()}{standard[1:]}. Paused on {since}: the date is set when it runs again"
    elif clock.stopped_at is None and clock.promised_due:
        value = f"New date given: {day(clock.due)}. First due {day(clock.original_due)}"
    elif clock.stopped_at is None:
        value = f"{standard[0].upper()}{standard[1:]}, by {day(clock.due)}"
    elif clock.promise == "acknowledge" and clock.stopped_at == case.answered_at:
        value = "Not needed: the answer came first"
    elif _handed_on_late(case, clock):
        when = day(timezone.localdate(clock.stopped_at))
        value = f"Handed on {when}, late: it was due by {day(clock.due)}"
    elif _handed_on_first(case, clock):
        value = "Not needed: handed on"
    elif _ended_without(case, clock):
        value = f"Not needed: {case.words.lower()}"
    else:
        value = _kept(clock, standard)
    noun = phrases.NOUNS[clock.promise]
    key = noun if clock.round == 1 else f"{_ordinal(clock.round).capitalize()} {noun.lower()}"
    return Row(key, value, cite=phrases.cite(case, clock.clause))


def _ordinal(place: int) -> str:
    return ORDINALS.get(place, "later")


def _ended_without(case: Case, clock: Clock) -> bool:
    """Its case was withdrawn, returned or handed on while it ran."""
    answered = case.state in lifecycle.ANSWERED_ONCE
    return not answered and clock.round == case.round and clock.stopped_at == case.closed_at


def _handed_on_first(case: Case, clock: Clock) -> bool:
    """It stopped when the case was handed on, which came back by being asked about again."""
    if not (case.round > clock.round == 1 and case.answered_at is None):
        return False
    return clock.promise == "answer" or clock.stopped_at in {one.at for one in _handed(case)}


def _handed_on_late(case: Case, clock: Clock) -> bool:
    """It was broken when the case was handed on, and stays so."""
    if case.state == lifecycle.HANDED_ON:
        gone = clock.round == case.round and clock.stopped_at == case.closed_at
    else:
        gone = _handed_on_first(case, clock)
    return gone and timezone.localdate(clock.stopped_at) > clock.due


def _handed(case: Case) -> list:
    """Where it went, as its page asked already."""
    return getattr(case, "handed", [])


def _kept(clock: Clock, standard: str) -> str:
    sent = timezone.localdate(clock.stopped_at)
    if sent <= clock.standard_due:
        return f"Sent {day(sent)}, {standard}"
    if clock.promised_due and sent <= clock.due:
        return f"Sent {day(sent)}, by the new date given, {day(clock.due)}"
    return f"Sent {day(sent)}, late: it was due by {day(clock.due)}"


def _given(case: Case) -> list[Row]:
    enquiry = case.enquiry
    given = {
        "Question of fact": {None: "", True: "Yes", False: "No"}[enquiry.factual],
        "Direct contact": enquiry.direct_contact.matter if enquiry.direct_contact_id else "",
        "Resident": enquiry.constituent_name,
        "How to reach them": enquiry.constituent_contact,
        "Why we hold their details": enquiry.get_constituent_basis_display(),
        "Member of Parliament": enquiry.mp_name,
        "Interest declared": enquiry.get_interest_display(),
        "What is confidential": enquiry.confidential_why,
        "Other reference": enquiry.external_reference,
        "Outcome": enquiry.get_outcome_display(),
    }
    return [Row(key, value) for key, value in given.items() if value]


def _routes(case: Case) -> list[Row]:
    """Why it went where it went; of what was opened again, each time. One query for those alone."""
    told = [case.enquiry, *(case.follow_ups.all() if case.round > 1 else ())]
    return [
        Row(
            "Why it went there" if place == 1 else f"Why it went there ({_ordinal(place)} time)",
            one.route_because,
            cite=phrases.cite(case, one.route_clause),
        )
        for place, one in enumerate(told, 1)
    ]


def _handed_on(case: Case) -> list[Row]:
    """Where it went, each time, for whoever may know (casework/receiving.py)."""
    return [
        Row(
            "Handed on to" if one.taken_back_at is None else "Handed on by mistake to",
            f"{one.name}, with the reference {one.reference}" if one.reference else one.name,
        )
        for one in getattr(case, "handed", ())
    ]


def _adoption(case: Case) -> Link:
    title = f"{case.profile.title}, in force from {day(case.adoption.in_force_from)}"
    return Link(title, reverse("adoption-show", args=[case.adoption_id]))


def badges(case: Case, where: str) -> list[str]:
    found = ["Erased"] if case.erased_at else []
    if case.sensitivity == "restricted":
        found.append("Restricted")
    if case.enquiry.confidential:
        found.append(case.profile.confidential.marking.capitalize())
    if case.enquiry.significance == "significant":
        found.append("Significant")
    if case.is_open and case.round > 1:
        found.append("Opened again")
    if case.awaits_explanation and where == "officer":
        found.append("Not yet explained")
    if where == "officer" and getattr(case, "held", False):
        found.append("Legal hold")
    return found
