"""May this happen to an enquiry now? Each rule raises Refused with its reason and clause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from accounts import standing
from casework import breaches, clocks, links, scope
from casework.enquiries import handing_rules
from casework.models import Case, Clock
from council.calendar import current
from frontend.terms import say as words
from frontend.words import count
from officers.models import Officer
from protocol import authority, lifecycle
from protocol.calendar import Calendar, OutOfCalendar, say
from protocol.profile import Profile
from protocol.refusals import NotTheirs, Refused

KIND = "enquiry"
ASKING = frozenset({"ask_again", "record_asking"})

# Who may do what, by how they stand to the enquiry (`relations`). Read with lifecycle.TABLE, which
# says when.
HANDLERS = frozenset({"owner", "cover", "lead"})
WHO: dict[str, frozenset[str]] = {
    "accept": HANDLERS | {"team"},
    "return": HANDLERS | {"team"},
    "allocate": HANDLERS | {"overseer", "told"},
    "reassign": HANDLERS | {"overseer", "told"},
    "refer_upward": frozenset({"owner", "cover", "team", "told"}),
    "acknowledge": HANDLERS | {"team", "overseer"},
    "ask": HANDLERS,
    "reply": frozenset({"member", "for_answer"}),
    # What the member said by phone or in the corridor, written down for them.
    "record_reply": HANDLERS,
    # What the member adds by themselves, while no question waits for them; or an officer on their word.
    "add": frozenset({"member", "for_answer"}),
    "record_addition": HANDLERS | {"team", "overseer"},
    "pause": HANDLERS,
    "resume": HANDLERS,
    "hold": HANDLERS | {"told"},
    "extend": HANDLERS,
    "answer": HANDLERS,
    # Facts from another service: whoever has the enquiry needs them for the answer.
    "ask_service": HANDLERS,
    "close": HANDLERS | {"overseer"},
    "ask_again": frozenset({"member", "for_ask_again"}),
    # On the member's word, as a reply is recorded; the clerk hears it as often as the officer.
    "record_asking": HANDLERS | {"overseer"},
    # Their own answer was wrong. The first answer stays on record as it was.
    "put_right": HANDLERS,
    # The clerk withdraws for a member who asks by phone.
    "withdraw": frozenset({"member", "for_withdraw", "overseer"}),
    "note": HANDLERS | {"team", "overseer", "told"},
    # Of two that they may see (casework/links.py).
    "link": HANDLERS | {"team", "overseer"},
    "unlink": HANDLERS | {"team", "overseer"},
    "close_duplicate": HANDLERS | {"team", "overseer"},
    # As what it really is (casework/receiving.py); each room says to whom of these it is open.
    "hand_on": HANDLERS | {"team", "overseer"},
    "take_back": HANDLERS | {"team", "overseer"},
    "explain_breach": HANDLERS | {"overseer", "told"},
    # The member's side takes off what it sent; whoever has the case, anything.
    "remove_file": HANDLERS | {"overseer", "member", "for_answer"},
}


def relations(case: Case, by, on: date) -> frozenset[str]:
    """How a person stands to an enquiry they may see: member, owner, team, lead, overseer, cover, told.

    Somebody on the member's side of a case is never on the officers' side of it (Bracknell, where one
    person can be both), whatever they act as now: as an officer they then have no part in it. A delegate
    is `for_answer` and the like, each for what the grant lets them do. A restricted enquiry is its owner's
    and the member's alone: no delegate, team or overseer has a part in it, unless it was brought to them.
    An officer to whom an escalation brought it ("told") can see to it that somebody has it, and answers
    nothing in its owner's place.
    """
    reach = scope.of(by, on)
    restricted = case.sensitivity != "ordinary"
    where = standing.of(by, on)
    if case.raised_by_id == by.pk:
        return frozenset({"member"} if reach.is_member else ())
    if case.raised_by_id in reach.sides_with:
        return frozenset() if restricted else _lent(case.raised_by_id, where)
    if not where.may("enquiry.work"):
        return frozenset()
    found = set()
    if case.owner_id == by.pk:
        found.add("owner")
    elif reach.is_officer and _is_told(case, reach):
        found.add("told")
    if restricted:
        return frozenset(found)
    if case.service_id and case.service_id in where.ids("heads"):
        found.add("lead")
    if case.owner_id is None and case.service_id in where.ids("service"):
        found.add("team")
    if where.may("enquiry.oversee"):
        found.add("overseer")
    if case.owner_id in reach.covers:
        found.add("cover")
    return frozenset(found)


def _lent(member: int, where: standing.Standing) -> frozenset[str]:
    """What a member lets this delegate of theirs do, as relations; nothing while they act as something else."""
    return frozenset(
        f"for_{limit}" for limit in authority.DELEGATED if f"{limit}_for:{member}" in where.facts
    )


def _is_told(case: Case, reach: scope.Scope) -> bool:
    """Whether an escalation that is still open brought the case to this person.

    It is open while the case is, and then until the breach has its explanation.
    """
    if not (case.is_open or case.awaits_explanation):
        return False
    if getattr(case, "reader", None) == reach.own:
        return case.brought_to_reader
    return case.escalations.brought_to(reach).exists()


def may(verb: str, *, case: Case, by, on: date) -> None:
    """Refuses whoever's task this is not, and whatever has no place in the state."""
    lifecycle.next_state(KIND, case.state, verb)
    may_go_on(case, verb)
    if relations(case, by, on) & WHO[verb]:
        return
    if "member" in WHO[verb] and acts_for_them(case, by, on):
        raise Refused(
            words("The {member} for whom you act has not let you do that."),
            instead=words(
                "Ask the {member}, or ask democratic services to change what you may do."
            ),
        )
    if "member" in WHO[verb]:
        raise NotTheirs(
            words("Only the {member} whose enquiry it is can do that, or the clerk on their word."),
            instead=words("Ask the {member}, or democratic services."),
        )
    raise NotTheirs(
        "Only whoever has this enquiry, or answers for it, can do that.",
        instead="Ask them, or ask for it to be passed to you.",
    )


def acts_for_them(case: Case, by, on: date) -> bool:
    """Whether somebody acts for the member, in the capacity in which they are here."""
    return case.raised_by_id in scope.of(by, on).acts_for


def may_go_on(case: Case, verb: str) -> None:
    """Of what was erased nothing is left to go on with, but why it was late."""
    if case.erased_at and verb != "explain_breach":
        raise Refused(
            "What was written here was erased.", instead="Raise another enquiry for what is new."
        )


def has_it_not(case: Case, officer: Officer) -> None:
    """Nothing is passed to whoever has it."""
    if officer.person_id == case.owner_id:
        raise Refused(f"{officer.person.name} has this enquiry already.")


def available(case: Case, by, on: date, calendar: Calendar | None = None) -> list[str]:
    """What a person may do with an enquiry now, in the order of WHO; profile and lifecycle permitting."""
    held = relations(case, by, on)
    if held & WHO["link"]:
        links.looked(case, by)
    open_verbs = lifecycle.verbs(KIND, case.state)
    theirs = [verb for verb, who in WHO.items() if verb in open_verbs and held & who]
    # One answer, and one query, for both.
    asking = [verb for verb in theirs if verb in ASKING]
    refused = asking and not _is_ready(asking[0], case, on, calendar)
    return [
        verb
        for verb in theirs
        if (not refused if verb in ASKING else _is_ready(verb, case, on, calendar))
    ]


def ready(verb: str, *, case: Case, on: date, calendar: Calendar | None = None) -> None:
    """Refuses what this case is not ready for, whoever asks: nobody is asked to write what must be
    refused. `calendar` is the council's, where the caller has it.
    """
    may_go_on(case, verb)
    if verb in ASKING:
        may_ask_again(case, on, calendar or current())
    if verb == "return":
        may_return(case)
    if verb == "explain_breach" and not case.awaits_explanation:
        raise Refused("No breach here is waiting for an explanation.")
    if verb == "acknowledge":
        may_acknowledge(case)
    if verb == "refer_upward":
        may_refer_upward(case.profile)
    if verb == "ask_service":
        may_ask_others(case)
    if verb == "remove_file" and not _has_files(case):
        raise Refused("There is no file here.")
    if verb == "unlink" and not links.ends(case):
        raise Refused("There is no link here to take away.")
    if verb == "hand_on":
        handing_rules.may_hand_on(case)
    if verb == "take_back":
        handing_rules.may_take_back(handing_rules.where_it_is(case))
    if verb == "close_duplicate":
        links.may_be_closed(case)
    if verb in ("pause", "extend"):
        clock = clocks.in_force(case.clocks.all(), case)
        {"pause": may_pause, "extend": may_have_new_date}[verb](case.profile, clock, on)


def _has_files(case: Case) -> bool:
    """As its page asked already, or asked now."""
    known = getattr(case, "has_files", None)
    return case.messages.filter(attached=True).exists() if known is None else known


def _is_ready(verb: str, case: Case, on: date, calendar: Calendar | None) -> bool:
    try:
        ready(verb, case=case, on=on, calendar=calendar)
    except Refused:
        return False
    return True


def may_refer_upward(profile: Profile) -> None:
    """To a more senior colleague (Bl10.4; Mo108; elsewhere set by the council)."""
    rule = profile.levels.refer_upward
    if not rule.allowed:
        raise Refused(
            "The council does not let officers refer enquiries upward.", clause=rule.clause
        )


def may_ask_others(case: Case) -> None:
    """Whether anything may be asked of another service about this enquiry at all (set by the council)."""
    rule = case.profile.contributions
    if rule is None or not rule.allowed:
        raise Refused(
            "The council has not set that other services can be asked for a contribution.",
            clause=rule and rule.clause,
            instead="Ask them yourself, and add what they say as a note.",
        )
    if case.sensitivity != "ordinary":
        raise Refused(
            "This enquiry is restricted, so that nobody else may know of it.",
            instead="Ask what you need without naming the enquiry, and add what you learn as a note.",
        )


# After the answer -----------------------------------------------------------------------------------


def may_ask_again(case: Case, on: date, calendar: Calendar) -> None:
    """Within so many days of the latest answer, or of its handing on, so often, as the council set it: no
    protocol states a window.

    Each refusal leads to a new enquiry, which is never refused. One query, and only after the first time.
    """
    again = case.profile.asking_again
    instead = "Raise another enquiry, and say that it is about this one."
    if again is None or not again.allowed:
        raise Refused(
            "Here nothing is asked about again.",
            clause=again and again.clause_of("allowed"),
            instead=instead,
        )
    last = clocks.may_ask_until(case.last_word_at, case.profile, calendar)
    if on > last:
        raise Refused(
            f"The council lets it be asked about again until {say(last)}, which has passed.",
            clause=again.clause_of("days"),
            instead=instead,
        )
    if case.round > again.most and case.follow_ups.asked().count() >= again.most:
        raise Refused(
            f"It has been asked about again {count(again.most, 'time')}, as often as the council lets it be.",
            clause=again.clause_of("most"),
            instead=instead,
        )


def is_in_office(case: Case, on: date) -> None:
    """Nobody asks again for somebody who is no member any more."""
    if "member" not in standing.of(case.raised_by, on).facts:
        raise Refused(words("{name} is not a {member} in office.", name=case.raised_by.name))


def may_return(case: Case) -> None:
    """What has been answered once is answered again, not sent back."""
    if case.round > 1:
        raise Refused(
            words("It was answered before, so it cannot be returned to the {member}."),
            instead="Take it on and answer it, or give it to an officer.",
        )


def owes_learning(case: Case, on: date) -> bool:
    """Whether it cannot be closed before somebody says what was learned (set by the council)."""
    rule = case.profile.closing
    if rule is None:
        return False
    return rule.learning == "always" or bool(breaches.unlearned(case, on))


def may_close(case: Case, *, learned: str, on: date) -> None:
    if not learned.strip() and owes_learning(case, on):
        rule = case.profile.closing
        late = rule.learning != "always"
        raise Refused(
            "It was late, so say what was learned." if late else "Say what was learned.",
            clause=rule.clause,
        )


def is_acknowledged(clocks: Iterable[Clock]) -> bool:
    """Whether a promise to acknowledge was made, and kept or no longer needed."""
    return any(c.promise == "acknowledge" and c.stopped_at is not None for c in clocks)


def may_acknowledge(case: Case) -> None:
    if is_acknowledged(case.clocks.all()):
        raise Refused(
            words("The {member} knows already that it has arrived."),
            instead="Send a holding reply to say how things stand.",
        )


# Time --------------------------------------------------------------------------------------------


def may_pause(profile: Profile, clock: Clock, on: date) -> None:
    """Pausing is off unless the council set it: no protocol grants it."""
    if not profile.pausing.allowed:
        raise Refused(
            "The clock cannot be paused here: the council has not allowed it.",
            clause=profile.pausing.clause,
            instead="Send a holding reply, or give a new date with the reason.",
        )
    if on > clock.due:
        raise Refused(
            f"It was due on {say(clock.due)}, so its clock can no longer be paused.",
            instead="Answer it, or send a holding reply that says when you will.",
        )


def may_have_new_date(profile: Profile, clock: Clock, on: date) -> None:
    """Whether any later date could be given now (Bl10.2; elsewhere set by the council)."""
    rule = profile.extension
    if not rule.allowed:
        raise Refused("The council allows no later date.", clause=rule.clause)
    if rule.by_due_date and on > clock.due:
        raise Refused(
            f"It was due on {say(clock.due)}. A new date can only be given while that date stands.",
            clause=rule.clause_of("by_due_date"),
            instead="Send a holding reply that says when you will answer.",
        )
    if rule.most is not None and clock.extensions >= rule.most:
        raise Refused(
            "This enquiry has had all the new dates that the council allows.",
            clause=rule.clause_of("most"),
            instead="Answer it, or send a holding reply.",
        )


def may_extend(
    profile: Profile,
    clock: Clock,
    *,
    reason: str,
    new_date: date | None,
    on: date,
    calendar: Calendar,
) -> None:
    """A later date needs its reason and a date, in time (Bl10.2; elsewhere set by the council)."""
    may_have_new_date(profile, clock, on)
    rule, clause = profile.extension, profile.extension.clause
    if rule.reason_required and not reason.strip():
        raise Refused("Say briefly why the answer needs longer.", clause=clause)
    if new_date is None:
        raise Refused("Give the date by which you will answer.", clause=clause)
    if new_date <= clock.due:
        raise Refused(f"The new date must be after {say(clock.due)}, the date in force now.")
    furthest = max((step.offset for step in profile.ladder_for(clock.promise)), default=0)
    try:
        calendar.add(new_date, max(furthest, 1))
    except OutOfCalendar:
        raise Refused(
            f"{say(new_date)} is further ahead than working days can be counted.",
            instead=f"Give a date well before {say(calendar.latest)}.",
        ) from None
    if not calendar.is_working_day(new_date):
        raise Refused(
            f"{say(new_date)} is not a working day ({calendar.why_closed(new_date)}).",
            instead=f"The next working day is {say(calendar.next_working_day(new_date))}.",
        )
