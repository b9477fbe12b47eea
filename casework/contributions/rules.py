"""May this happen to a contribution now? Each rule raises Refused with its reason and clause."""

from __future__ import annotations

from datetime import date

from casework import apart, scope
from casework.enquiries import rules as enquiries
from casework.models import Case, Contribution
from frontend.words import count
from officers.models import Officer, Service
from officers.rules import is_present
from protocol import lifecycle
from protocol.calendar import Calendar, say
from protocol.refusals import NotTheirs, Refused

KIND = "contribution"
MOST_OPEN = 10

# Who may do what, by how they stand to it (`relations`). Read with lifecycle.TABLE, which says when.
THEIRS = frozenset({"contributor", "cover", "lead", "team"})
WHO: dict[str, frozenset[str]] = {
    "contribute": THEIRS,
    "take_on": THEIRS,
    "pass_on": THEIRS | {"told"},
    "decline": THEIRS,
    "call_back": frozenset({"asker"}),
}


def relations(contribution: Contribution, by, on: date) -> frozenset[str]:
    """How a person stands to it: contributor, cover, lead, team, told; asker for whoever has the enquiry.

    Nobody on the member's side of the enquiry has a part in it.
    """
    asks = enquiries.relations(contribution.case, by, on) & enquiries.HANDLERS
    asker = frozenset({"asker"}) if asks and scope.of(by, on).is_officer else frozenset()
    return as_asked(contribution, by, on) | asker


def as_asked(contribution: Contribution, by, on: date) -> frozenset[str]:
    """Of these, how a person stands to it as whoever is asked: no query where a list asked already."""
    reach = scope.of(by, on)
    if contribution.case.raised_by_id in reach.sides_with or not reach.is_officer:
        return frozenset()
    found = set()
    if contribution.owner_id == by.pk:
        found.add("contributor")
    if contribution.owner_id in reach.covers:
        found.add("cover")
    if contribution.service_id in reach.heads:
        found.add("lead")
    if contribution.owner_id is None and contribution.service_id in reach.services:
        found.add("team")
    if _is_told(contribution, by):
        found.add("told")
    return frozenset(found)


def _is_told(contribution: Contribution, by) -> bool:
    """As the list that it stands in asked already, or asked now."""
    if getattr(contribution, "reader", None) == by.pk:
        return contribution.brought_to_reader
    return contribution.told.brought_to(scope.of(by)).exists()


def may(verb: str, *, contribution: Contribution, by, on: date) -> None:
    """Refuses whoever's task this is not, and whatever has no place in the state."""
    lifecycle.next_state(KIND, contribution.state, verb)
    who = WHO[verb]
    held = relations if "asker" in who else as_asked
    if held(contribution, by, on) & who:
        return
    if verb == "call_back":
        raise NotTheirs(
            "Only whoever has the enquiry, or answers for it, can do that.", instead="Ask them."
        )
    raise NotTheirs(
        "Only whoever is asked for this, or answers for their service, can do that.",
        instead="Ask them, or ask for it to be passed to you.",
    )


def available(
    contribution: Contribution, by, on: date, held: frozenset[str] | None = None
) -> list[str]:
    """What a person may do with it now, in the order of WHO; `held` is `relations`, where it is known."""
    held = relations(contribution, by, on) if held is None else held
    now = lifecycle.verbs(KIND, contribution.state)
    found = [verb for verb, who in WHO.items() if verb in now and held & who]
    return [verb for verb in found if verb != "take_on" or contribution.owner_id != by.pk]


def may_do(verb: str, *, contribution: Contribution, by, on: date) -> None:
    """Nobody who may not act in the matter does so in another's place."""
    may(verb, contribution=contribution, by=by, on=on)
    if contribution.owner_id != by.pk:
        apart.may_take(by, apart.of(contribution.raised_by_id, on))


# Asking ------------------------------------------------------------------------------------------------


def may_be_asked(case: Case, service: Service, officer: Officer | None, on: date) -> None:
    """Another service than the one that has the enquiry, once at a time, and nobody who may not act in it."""
    if service.pk == case.service_id:
        raise Refused(
            f"{service.name} has this enquiry.",
            instead="Ask your colleague yourself, or pass the enquiry to them.",
        )
    asked = case.contributions.open()
    if asked.filter(service=service).exists():
        raise Refused(
            f"{service.name} has been asked already, and has not given it yet.",
            instead="Call that back first, or wait for it.",
        )
    if asked.count() >= MOST_OPEN:
        raise Refused(f"{count(MOST_OPEN, 'service')} have been asked and have not replied yet.")
    if officer is not None:
        if officer.person_id == case.owner_id:
            raise Refused(f"{officer.person.name} has this enquiry.")
        is_present(officer, on)
        apart.may_be_given_to(officer.person, apart.of(case.raised_by_id, on))


def may_share(case: Case, *, shares: bool) -> None:
    """What is marked private and confidential is not passed round with the question."""
    if shares and case.enquiry.confidential:
        raise Refused(
            f"This enquiry is marked {case.profile.confidential.marking}, so its correspondence is "
            "not shown to another service.",
            instead="Write what they need to know.",
        )


def may_be_due(case: Case, due: date, *, on: date, calendar: Calendar) -> None:
    """A working day from today to the day on which the enquiry is due; of one that is late, any soon."""
    if due < on:
        raise Refused(f"{say(due)} has passed.", instead="Give today or a later date.")
    if due > last_date(case, on, calendar):
        raise Refused(
            f"{say(due)} is later than {say(last_date(case, on, calendar))}, when "
            + ("the enquiry is due." if case.next_due >= on else "a late enquiry can wait until."),
            instead="Give an earlier date.",
        )
    if not calendar.is_working_day(due):
        raise Refused(
            f"{say(due)} is not a working day ({calendar.why_closed(due)}).",
            instead="Give a working day.",
        )


def first_offered(case: Case, on: date, calendar: Calendar) -> date:
    """So many working days on, as the council set it; the day before the enquiry is due at the latest."""
    wanted = calendar.add(on, case.profile.contributions.days)
    if case.next_due < on:
        return wanted
    before = calendar.add(case.next_due, -1)
    return max(min(wanted, before), _working_day(on, calendar))


def last_date(case: Case, on: date, calendar: Calendar) -> date:
    if case.next_due >= on:
        return case.next_due
    return calendar.add(on, case.profile.contributions.days)


def _working_day(on: date, calendar: Calendar) -> date:
    return on if calendar.is_working_day(on) else calendar.next_working_day(on)


def may_be_passed_to(contribution: Contribution, officer: Officer, on: date) -> None:
    is_for(contribution, officer)
    is_present(officer, on)
    apart.may_be_given_to(officer.person, apart.of(contribution.raised_by_id, on))


def is_for(contribution: Contribution, officer: Officer) -> None:
    """Within the service that was asked: what belongs to another, whoever has the enquiry asks for anew."""
    service = contribution.service
    leads = officer.pk in (service.head_id, service.chief_officer_id)
    if officer.service_id != service.pk and not leads:
        raise Refused(
            f"{officer.person.name} does not work in {service.name}.",
            instead="Say that your service cannot, and who could.",
        )
    if officer.person_id == contribution.owner_id:
        raise Refused(f"{officer.person.name} has it already.")
