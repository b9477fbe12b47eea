"""Everything the case page shows, gathered in a bounded number of queries and in the page's order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import standing
from accounts.models import Person
from casework import (
    case_summary,
    clocks,
    links,
    phrases,
    reading_as,
    receiving,
    timeline,
)
from casework.case_messages import message_parts
from casework.contributions import on_case
from casework.demands import page as demands
from casework.demands import rules as demanding
from casework.enquiries import another_member, drafting, rules
from casework.enquiries.steps import GROUPS, PRIMARY, PRIMARY_OF_LEADS, STEPS
from casework.keeping import on_case as kept
from casework.models import Case, Clock, Message
from casework.portfolios import on_case as by_rule
from casework.scope import side
from frontend import parts
from frontend.parts import Action, Cite, Column, Link, Row
from frontend.words import day, weekday
from protocol import lifecycle
from protocol.calendar import Calendar, CountedDay
from protocol.refusals import Refused

# What is written without leaving the case page, where it is the first thing to do.
INLINE = frozenset({"answer", "reply"})


@dataclass(frozen=True)
class Reason:
    """A sentence, and on what it rests where a rule does."""

    words: str
    cite: Cite | None = None


@dataclass(frozen=True)
class Group:
    """What can be done besides, of one sort, as links."""

    title: str
    links: list[Link]


@dataclass(frozen=True)
class CasePage:
    """Parts for the template, top to bottom (ux: the case page)."""

    case: Case
    side: str
    state: parts.State
    due: parts.Due
    holder: str
    badges: list[str]
    # What is done first: written on this very page (a verb), or a button; "" and None for neither.
    inline: str
    # What is to be replied to, or is asked again, beside the box for it.
    question: str
    primary: Action | None
    more: list[Group]
    # Where neither is there: why, in a sentence, and where to look or go. After the answer: until when
    # the member may ask again, or why not.
    nothing: list[Reason]
    onward: list[Link]
    next_step: str
    # That another member may take it up, for the member's side.
    another: Reason | None
    # What the reader has begun to write, but for what stands on this very page.
    begun: list[Link]
    summary: list[Row]
    why: list[CountedDay]
    why_title: str
    why_intro: str
    why_cite: Cite
    # What other services were asked, for officers; and which of them a late answer waited for.
    contributions: list[list]
    late_services: list[str]
    contribution_columns: list[Column]
    # What officers flagged of it, of what the reader may know of.
    demands: list[list]
    demand_columns: list[Column]
    messages: list[parts.Message]
    timeline: list[parts.TimelineItem]
    linked: list[Row]


def gather(case: Case, person, now: datetime, calendar: Calendar) -> CasePage:
    """The page for one person, who may see the case."""
    today, where = timezone.localdate(now), side(case, person)
    receiving.look(case, person)
    verbs = rules.available(case, person, today, calendar)
    # Whose officer and service a letter may have to name (letters/capacity.py).
    joined = ("author__officer__service", "acting_for")
    written = list(Message.objects.visible_in(case, person).select_related(*joined))
    linked = links.looked(case, person)
    found = timeline.shown(links.readable(case, person), where)
    asked = on_case.asked(case, where)
    known = _known(
        case, written, *(person for one in asked for person in (one.owner, one.asked_by))
    )
    services = [case.service, *(one.service for one in asked)]
    names = timeline.Names.of(found, known=known, services=services)
    clock = phrases.clock_of(case)
    gone = receiving.stands(case) if case.state == lifecycle.HANDED_ON else None
    first = _first(case, person, verbs, today)
    inline = first if first in INLINE else ""
    primary = None if inline or not first else _action(case, first)
    return CasePage(
        case=case,
        side=where,
        state=phrases.state(case, where),
        due=phrases.due(case, today, calendar),
        holder=gone.name if gone else phrases.holder(case),
        badges=case_summary.badges(case, where),
        inline=inline,
        question=_question(case, written, inline),
        primary=primary,
        more=[
            *_more(case, verbs, first, by_rule.links(case, person, today)),
            *_demanding(case, person, today),
            *_keeping(case, person),
        ],
        nothing=[
            *map(Reason, reading_as.words(case, person, where)),
            *_nothing(case, where, first, today, calendar, on_case.are_asked(case, found)),
        ],
        onward=_onward(case, person, where, first, written),
        next_step=phrases.next_step(case, now, calendar, person),
        another=_another(case, where, verbs),
        begun=_written(case, person, inline),
        summary=[*case_summary.rows(case, where), *by_rule.rows(case, where, today, written)],
        why=calendar.explain(clock.started_on, clock.days)
        if _is_counted(case) and _still_counts(clock, calendar)
        else [],
        why_title="Why this date?" if case.is_open else "When was it due?",
        why_intro=_why(case, clock, calendar),
        why_cite=phrases.cite(case, clock.clause),
        contributions=on_case.rows(case, asked, verbs, today, calendar),
        contribution_columns=on_case.COLUMNS,
        late_services=on_case.late(case, asked, clock, today),
        demands=demands.rows(demands.of_case(case, person), named=False),
        demand_columns=demands.COLUMNS,
        messages=message_parts(case, written, where),
        timeline=timeline.items(case, found, names, side=where),
        linked=[_linked(one, where) for one in linked],
    )


def _another(case: Case, where: str, verbs: list[str]) -> Reason | None:
    words = another_member.afterwards(case, verbs) if where == "member" else ""
    clause = case.profile.family_or_friend.clause or ""
    return Reason(words, phrases.cite(case, clause)) if words else None


def _nothing(
    case: Case, where: str, first: str, today: date, calendar: Calendar, asked: bool
) -> list[Reason]:
    """What somebody reads who has nothing to do, and the member who has an answer: whether they may ask
    again, with on what that rests. `asked`: another service was asked for part of the answer."""
    if case.erased_at:
        return [Reason(kept.erased(case))]
    if first and first != "ask_again":
        return []
    found = [_handed_on(case, where)] if case.state == lifecycle.HANDED_ON else []
    if not found and (words := phrases.nothing_to_do(case, where, links.goes_on(case))):
        found = [Reason(words)]
    if case.is_open and where == "member" and asked:
        found.append(Reason(on_case.TO_MEMBER))
    if where == "officer" or case.state not in lifecycle.ASKED_ABOUT:
        return found
    again = case.profile.asking_again
    if first:
        words, clause = phrases.may_ask_again(case, calendar), again.clause_of("days")
    else:
        try:
            rules.may_ask_again(case, today, calendar)
        except Refused as refused:
            words, clause = f"{refused.reason} {refused.instead}", refused.clause
        else:
            return found
    return [*found, Reason(words, phrases.cite(case, clause or "") if again else None)]


def _handed_on(case: Case, where: str) -> Reason:
    """Where it is now, with the clause, for whoever may know; and else that it is not dealt with here."""
    handing = receiving.stands(case)
    if handing is None:
        return Reason(phrases.nothing_to_do(case, where))
    room = receiving.room(handing.room)
    return Reason(
        phrases.handed_on(handing, room.kind, where), phrases.cite(case, room.clause(case))
    )


def _onward(case: Case, person, where: str, first: str, written: list[Message]) -> list[Link]:
    """For the member: to the answer, which can stand far down; and to another enquiry about it, where
    they cannot ask again.
    """
    handing = receiving.stands(case) if case.state == lifecycle.HANDED_ON else None
    there = [Link(f"Go to {handing.name}", handing.address)] if handing and handing.address else []
    if where != "member" or case.is_open:
        return there
    if case.state == lifecycle.DUPLICATE:
        goes_on = links.repeated(case)
        return [Link("Read the other enquiry", one.other.get_absolute_url()) for one in goes_on]
    answers = [place for place, message in enumerate(written, 1) if message.kind == "answer"]
    found = [Link("Read the answer", f"#message-{answers[-1]}")] if answers else there
    if first == "ask_again" or not standing.of(person).may("enquiry.raise"):
        return found
    again = f"{reverse('enquiry-log')}?{urlencode({'about': case.reference})}"
    return [*found, Link("Raise another enquiry about this", again)]


def _known(case: Case, written: list[Message], *others: Person | None) -> list[Person]:
    people = [case.raised_by, case.logged_by, case.owner, *(m.author for m in written), *others]
    return [person for person in people if person is not None]


def _first(case: Case, person, verbs: list[str], today: date) -> str:
    """The one thing to do first; "" where nothing asks for it.

    Whoever answers for others' work is not asked to do it for them, but to see that somebody has it.
    """
    held = rules.relations(case, person, today)
    leads = bool(held & {"lead", "overseer", "told"})
    order = PRIMARY_OF_LEADS if leads else PRIMARY
    if case.is_open:
        order = tuple(verb for verb in order if verb != "explain_breach")
    if leads and case.owner_id is not None and not held & {"owner", "cover", "member"}:
        order = ("allocate",)
    return next((verb for verb in order if verb in verbs), "")


def _question(case: Case, written: list[Message], inline: str) -> str:
    """The officer's latest question, or what the member asks again, in their own words."""
    if inline == "reply":
        kinds, said = {"question"}, "asks"
    elif inline == "answer" and case.round > 1:
        kinds, said = {"again", "correction"}, "asks again"
    else:
        return ""
    asked = next((m for m in reversed(written) if m.kind in kinds), None)
    if asked is None or asked.kind == "correction":
        return ""
    who = asked.acting_for or asked.author
    return f"{who.name} {said}:\n\n{asked.body}"


def _written(case: Case, person, inline: str) -> list[Link]:
    if not getattr(case, "has_drafts", True):
        return []
    here = address(case, inline) if inline else ""
    return [link for link in drafting.begun(person).to(case) if link.href != here]


def _action(case: Case, verb: str) -> Action:
    return Action(text=STEPS[verb].link, href=address(case, verb), primary=True)


def _more(case: Case, verbs: list[str], first: str, besides: list[Link]) -> list[Group]:
    """What can be done besides, by its sort, in the order of STEPS.

    What is written on this very page is not offered again, but for an answer that can be copied. `besides`
    is recorded by no verb of the case.
    """
    texts = {verb: STEPS[verb].link for verb in STEPS if verb in verbs and verb != first}
    if first == "answer" and case.profile.copying.rule.may_copy != "not_by_officers":
        texts = {"answer": "Answer and send copies", **texts}
    found = []
    for group, title in GROUPS.items():
        links = [Link(t, address(case, v)) for v, t in texts.items() if STEPS[v].group == group]
        links += besides if group == "recording" else []
        if links:
            found.append(Group(title, links))
    return found


def _keeping(case: Case, person) -> list[Group]:
    found = kept.links(case, person)
    return [Group("Keep or erase", found)] if found else []


def _demanding(case: Case, person, today: date) -> list[Group]:
    """Flagging a demand is no verb of the case: it moves nothing of it."""
    if not demanding.is_offered(case, person, today, rules.relations(case, person, today)):
        return []
    return [Group("What is asked of you", [Link("Flag a demand", demands.address(case))])]


def address(case: Case, verb: str) -> str:
    """Where a verb is done to a case."""
    return reverse(f"enquiry-{verb.replace('_', '-')}", args=[case.reference])


def _is_counted(case: Case) -> bool:
    """What was returned or withdrawn is due no more."""
    return case.is_open or case.state in lifecycle.ANSWERED_ONCE


def _still_counts(clock: Clock, calendar: Calendar) -> bool:
    """Whether counting again today ends where it did: closure days added after the answer move nothing."""
    counted = calendar.due_date(clock.started_on, clock.days)
    again = calendar.add(counted, clocks.paused_days(clock, calendar))
    return clock.stopped_at is None or again == clock.standard_due


def _why(case: Case, clock: Clock, calendar: Calendar) -> str:
    words = (
        f"{phrases.working_days(clock.days)}, counted from the first working day after it was "
        f"{_begun(case)} on {weekday(clock.started_on)}."
    )
    words = words[0].upper() + words[1:]
    if clock.pauses:
        words += " Working days while the clock was paused were added."
    if clock.promised_due:
        words += f" On {day(clock.promised_on)} a new date was given: {day(clock.promised_due)}."
    if not _still_counts(clock, calendar):
        words += (
            " Closure days that were added or taken away after the answer did not move the date."
        )
    return words


def _begun(case: Case) -> str:
    return "received" if case.round == 1 else "opened again"


def _linked(one: links.Linked, where: str) -> Row:
    """The other case; for officers, besides, whose it is and why they were linked."""
    other = one.other
    said = [Link(f"{other.reference}: {other.subject}", other.get_absolute_url())]
    if where == "officer":
        said.append(f"Raised by {other.raised_by.name}. {phrases.state(other, where).words}")
        said.append(f"{one.link.by.name}: {one.link.reason}")
    else:
        said.append(phrases.state(other, where).words)
    return Row(one.words, said)
