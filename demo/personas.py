"""Whom a visitor may sign in as: picked by what is true of people now, one for each part that is played.

Nothing is stored, and there is no password: a persona is whoever fits best today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import kept
from accounts.models import Person
from casework.models import Case
from council.models import Adoption, Delegation, Holding
from frontend.parts import Persona, PersonaGroup
from frontend.words import count
from members.models import CommitteeSeat, Leadership, Member, Portfolio
from officers.models import Absence, Officer, Service
from protocol import lifecycle
from protocol.profile import Profile

KEEPERS = ("democratic_services", "administrator", "auditor")
FIRST = {
    "democratic_services": "Look at “How we are doing”, then at the breaches that nobody has explained.",
    "administrator": "See who can sign in. Cases stay closed to you.",
    "auditor": "Read who did what and when, and take it away to verify it; you see no case.",
}


@dataclass
class _Facts:
    """What the choice rests on, asked for once."""

    on: date
    profile: Profile | None
    holdings: list[Holding]
    away: frozenset[int]
    # By person: how many open enquiries they raised, and of those how many wait for them.
    raised: dict[int, int]
    waiting: dict[int, int]
    # By person: how many open enquiries are with them, and of those how many are due or late.
    owned: dict[int, int]
    pressing: dict[int, int]
    leaders: dict[int, str]
    portfolios: dict[int, str]
    chairs: frozenset[int]

    @cached_property
    def delegations(self) -> list[Delegation]:
        rows = Delegation.objects.on(self.on).select_related("delegate", "principal")
        return list(rows.order_by("pk"))

    @property
    def member(self) -> str:
        """What this council calls one of its members, to begin a line."""
        return (self.profile.terms.member if self.profile else "member").capitalize()

    @property
    def members(self) -> str:
        return (self.profile.terms.members if self.profile else "members").capitalize()


def groups() -> list[PersonaGroup]:
    """Members, then officers, then those who keep the house. At most twelve queries; empty groups left out."""
    facts = _gathered(timezone.localdate())
    chosen: set[int] = set()
    found = []
    for title, parts in (
        (facts.members, _members),
        ("Officers", _officers),
        ("Keeping it in order", _keepers),
    ):
        personas = list(_once(parts(facts, chosen), chosen))
        if personas:
            found.append(PersonaGroup(title, personas))
    return found


def find(value: str) -> Person | None:
    """The person of a button on the page; None for anybody who is not on it now."""
    shown = {persona.value for group in groups() for persona in group.personas}
    if value not in shown:
        return None
    return Person.objects.active().filter(pk=int(value)).first()


def part(request: HttpRequest) -> dict[str, object]:
    """What the sign-in page needs besides its form."""
    onward = request.GET.get("next", "")
    query = f"?{urlencode({'next': onward})}" if onward else ""
    found = [PersonaGroup(g.title, [_carrying(p, request) for p in g.personas]) for g in groups()]
    return {"groups": found, "action": reverse("demo-sign-in") + query}


def _carrying(persona: Persona, request: HttpRequest) -> Persona:
    """The button of whoever was here last takes on what they typed: nobody else could open it."""
    text = kept.carried(request)
    if not text or persona.value != str(kept.last_here(request)):
        return persona
    return replace(persona, hidden={kept.FIELD: text})


def _once(found: Iterable[Persona | None], chosen: set[int]) -> Iterator[Persona]:
    """Each person once, though they play two parts."""
    for persona in found:
        if persona is not None and int(persona.value) not in chosen:
            chosen.add(int(persona.value))
            yield persona


def _persona(person: Person, role: str, about: str) -> Persona:
    if person.mailed == Person.Mailed.DAILY:
        about = f"{about} Mailed once a day."
    return Persona(name=person.name, role=role, value=str(person.pk), about=about)


# Members ------------------------------------------------------------------------------------------


def _members(facts: _Facts, chosen: set[int]) -> Iterator[Persona | None]:
    rows = Member.objects.current(facts.on).filter(person__is_active=True, co_opted=False)
    members = list(rows.select_related("person", "group").order_by("pk"))

    def most(fits: Callable[[Member], bool]) -> Member | None:
        """Of those who fit, whoever has something waiting, then most on the go."""
        fitting = [m for m in members if m.person_id not in chosen and fits(m)]
        return max(fitting, key=lambda m: _busy(m.person_id, facts), default=None)

    backbench = most(
        lambda m: (
            m.group_id is not None
            and not {m.person_id} & {*facts.leaders, *facts.portfolios, *facts.chairs}
        )
    )
    if backbench:
        yield _persona(backbench.person, _in_group(backbench, facts), _first_of(backbench, facts))
    leader = most(lambda m: m.person_id in facts.leaders and m.person_id not in facts.portfolios)
    if leader:
        role = f"Leader of the {facts.leaders[leader.person_id]}"
        yield _persona(leader.person, role, "Raise an enquiry on a phone, in under a minute.")
    executive = most(lambda m: m.person_id in facts.portfolios)
    if executive:
        role = f"{executive.key_posts or facts.member}, {facts.portfolios[executive.person_id]}"
        yield _persona(executive.person, role, _first_of(executive, facts))
    alone = most(lambda m: m.group_id is None)
    if alone:
        yield _persona(
            alone.person,
            f"{facts.member} of no group",
            "See that you are served as the groups are.",
        )
    yield _in_the_chair(facts, members)
    yield _delegate(facts)
    yield _delegate_of_two(facts)


def _busy(person: int, facts: _Facts) -> tuple[int, int]:
    return facts.waiting.get(person, 0), facts.raised.get(person, 0)


def _in_group(member: Member, facts: _Facts) -> str:
    return f"{facts.member}, {member.group}"


def _first_of(member: Member, facts: _Facts) -> str:
    waiting = facts.waiting.get(member.person_id, 0)
    if waiting:
        return f"Reply to the officer’s question: {count(waiting, 'enquiry,enquiries')} waiting for you."
    return "See who has each of your enquiries, when it is due and why that day."


def _in_the_chair(facts: _Facts, members: list[Member]) -> Persona | None:
    """A member who holds a post that the protocol names, such as Town Mayor."""
    people = {m.person_id: m for m in members}
    held = (h for h in facts.holdings if h.person_id in people and h.deputy_order == 0)
    holding = next(held, None)
    if holding is None:
        return None
    about = "See what is brought to you when nobody answers in time."
    if not _reached(holding.post.key, facts):
        about = "Raise an enquiry, and see which clause says how long an answer may take."
    return _persona(holding.person, holding.post.title, about)


def _reached(post: str, facts: _Facts) -> bool:
    """Does the ladder end with this post?"""
    if facts.profile is None:
        return False
    ladder = facts.profile.ladder
    return any(post in step.posts for step in ladder.steps) or ladder.last_resort == f"post:{post}"


def _delegate(facts: _Facts) -> Persona | None:
    found = max(facts.delegations, key=lambda d: facts.raised.get(d.principal_id, 0), default=None)
    if found is None:
        return None
    role = f"Assistant to {found.principal.name}"
    about = f"Raise an enquiry for {found.principal.name}, and follow what is on the go."
    return _persona(found.delegate, role, about)


def _delegate_of_two(facts: _Facts) -> Persona | None:
    """Somebody who acts for two members, for one of them at a time."""
    of: dict[int, list[Delegation]] = {}
    for row in facts.delegations:
        of.setdefault(row.delegate_id, []).append(row)
    both = next((some for some in of.values() if len(some) == 2), None)
    if both is None:
        return None
    names = " and ".join(row.principal.name for row in both)
    about = "Look at what one of them raised, then change whom you act for at the top of the page."
    return _persona(both[0].delegate, f"Assistant to {names}", about)


# Officers -----------------------------------------------------------------------------------------


def _officers(facts: _Facts, chosen: set[int]) -> Iterator[Persona | None]:
    rows = Officer.objects.current(facts.on).with_names().order_by("pk")
    officers = [officer for officer in rows if officer.person_id not in facts.away]
    posted = {h.person_id for h in facts.holdings}
    hands = [o for o in officers if o.level == "officer" and o.person_id not in posted]
    busiest = max(hands, key=lambda o: _load(o, facts), default=None)
    if busiest:
        pressing = facts.pressing.get(busiest.person_id, 0)
        about = "Answer the first on your list" + (
            f": {pressing} due or late." if pressing else "."
        )
        yield _persona(busiest.person, f"{busiest.job_title}, on a busy morning", about)
    count_open = Count("cases", filter=Q(cases__state__in=sorted(lifecycle.OPEN)))
    rows = Service.objects.current(facts.on).with_leaders().annotate(open=count_open)
    services = list(rows.order_by("-open", "pk"))
    there = {officer.pk for officer in officers if officer.person_id not in posted}
    head = next((s.head for s in services if s.head_id in there), None)
    if head:
        about = "Look at your team’s work, and give what waits to somebody who is there."
        yield _persona(head.person, head.job_title, about)
    chief = next(
        (
            s.chief_officer
            for s in services
            if s.chief_officer_id in there and s.chief_officer != head
        ),
        None,
    )
    if chief:
        about = "Read what was brought to you because it is late, and refer or answer it."
        yield _persona(chief.person, chief.job_title, about)
    yield from _posted(facts, {officer.person_id for officer in officers})


def _load(officer: Officer, facts: _Facts) -> tuple[int, int]:
    return facts.pressing.get(officer.person_id, 0), facts.owned.get(officer.person_id, 0)


def _posted(facts: _Facts, there: set[int]) -> Iterator[Persona | None]:
    """Whoever advises on the protocol, decides under it, or is the last in the line."""
    if facts.profile is None:
        return
    wanted = [
        facts.profile.adviser.post,
        *(decider.post for decider in facts.profile.deciders.values() if decider.post),
        "monitoring_officer",
        "head_of_paid_service",
        facts.profile.adviser.in_absence or "",
    ]
    for key in dict.fromkeys(wanted):
        holding = next(
            (h for h in facts.holdings if h.post.key == key and h.person_id in there), None
        )
        if holding:
            yield _persona(holding.person, _titles(holding, facts), _advises(key, facts))


def _titles(holding: Holding, facts: _Facts) -> str:
    """Every post that this person holds, as one person may hold several."""
    held = [h for h in facts.holdings if h.person_id == holding.person_id and not h.deputy_order]
    return " and ".join(dict.fromkeys(h.post.title for h in held or [holding]))


def _advises(key: str, facts: _Facts) -> str:
    assert facts.profile is not None
    routed = {route.post for routes in facts.profile.routing.values() for route in routes}
    if key in routed:
        return "Pass on the enquiries that have come to you, each to the right officer."
    if key == facts.profile.adviser.post:
        return "See every enquiry under the protocol, and where a breach wants an explanation."
    return "See how the council is doing, and what has climbed all the way to you."


# Those who keep the house -------------------------------------------------------------------------


def _keepers(facts: _Facts, chosen: set[int]) -> Iterator[Persona | None]:
    for key in KEEPERS:
        held = [h for h in facts.holdings if h.post.key == key and h.person_id not in facts.away]
        holding = next((h for h in held if h.person_id not in chosen), None)
        if holding:
            yield _persona(holding.person, holding.post.title, FIRST[key])


# What is true now ---------------------------------------------------------------------------------


def _gathered(on: date) -> _Facts:
    adoption = Adoption.objects.in_force(on)
    held = Holding.objects.on(on).filter(person__is_active=True)
    leads = Leadership.objects.on(on).filter(role="leader").select_related("group", "member")
    portfolios = Portfolio.objects.on(on).annotate(person=F("member__person")).order_by("-pk")
    chairs = CommitteeSeat.objects.on(on).filter(role="chair")
    waiting = Count("pk", filter=Q(state=lifecycle.WITH_MEMBER))
    pressing = Count("pk", filter=Q(next_due__lte=on) & ~Q(state=lifecycle.PAUSED))
    raised = _counted("raised_by", waiting)
    owned = _counted("owner", pressing)
    return _Facts(
        on=on,
        profile=adoption.profile if adoption else None,
        holdings=list(held.select_related("post", "person").order_by("deputy_order", "pk")),
        away=frozenset(Absence.objects.on(on).values_list("officer__person_id", flat=True)),
        raised={pk: every for pk, every, _ in raised},
        waiting={pk: some for pk, _, some in raised},
        owned={pk: every for pk, every, _ in owned},
        pressing={pk: some for pk, _, some in owned},
        leaders={lead.member.person_id: lead.group.name for lead in leads},
        portfolios=dict(portfolios.values_list("person", "name")),
        chairs=frozenset(chairs.values_list("member__person_id", flat=True)),
    )


def _counted(by: str, some: Count) -> list[tuple[int, int, int]]:
    """(person, open enquiries, some of them)."""
    rows = Case.objects.open().filter(**{f"{by}__isnull": False}).order_by()
    return list(
        rows.values(by).annotate(every=Count("pk"), some=some).values_list(by, "every", "some")
    )
