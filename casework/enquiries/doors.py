"""What an enquiry can really be that no room here receives yet: what the protocol says to do with it now.

The product pretends nothing: it names whose it is, and gives words with which it is returned or answered.
What a room receives (casework/receiving.py) has no door here any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.urls import reverse
from django.utils.http import urlencode

from casework import phrases, receiving
from casework.models import Case
from council.posts import Roster, has_left
from frontend.parts import Cite, Link
from frontend.terms import say
from frontend.words import count
from officers.models import Service

COMPLAINT, ACCESS, WHISTLEBLOWING = "complaint", "access_request", "whistleblowing"
RESIDENTS = "residents_complaint"
LAW = (
    "Where it asks in writing for recorded information, it may be a request under the Freedom of Information "
    "Act already. That counts from the day it came, so tell whoever deals with those today."
)


@dataclass(frozen=True)
class Said:
    words: str
    cite: Cite | None = None


@dataclass(frozen=True)
class Door:
    """`words` are for the member; "" where nothing is to be written. `link` leads to where they are sent."""

    key: str
    title: str
    said: list[Said]
    words: str = ""
    link: Link | None = None


class Named:
    """Who holds a post, or leads the case's service, on a day: three queries at most, and only where asked."""

    def __init__(self, case: Case, on: date) -> None:
        self.case, self.profile, self.on = case, case.profile, on

    @cached_property
    def _roster(self) -> Roster:
        return Roster.load(on=self.on, profile=self.profile)

    @cached_property
    def _service(self) -> Service | None:
        found = Service.objects.filter(pk=self.case.service_id)
        return found.select_related("head__person", "chief_officer__person").first()

    def post(self, key: str) -> str:
        """ "the Monitoring Officer (Mona Murray)"."""
        found, title = self._roster.resolve(key), self.profile.posts[key].title
        return f"the {title} ({found.name})" if found else f"the {title}"

    def holder(self, to: str, post: str | None) -> str:
        """ "The Proper Officer is Prue Park."; "" where nobody can be named."""
        if to == "post" and post:
            found = self._roster.resolve(post)
            return f"The {self.profile.posts[post].title} is {found.name}." if found else ""
        leads = self._leads(to)
        what = "chief officer" if to == "chief_officer" else "senior officer"
        return f"The {what} of {self._service.name} is {leads}." if leads else ""

    def of_an_officer(self, to: str, *posts: str | None) -> str:
        """Who hears of something about an officer. Which officer that is nobody has said: it need not be one
        of the service that has the enquiry."""
        if to == "post":
            return " ".join(filter(None, (self.holder(to, post) for post in posts)))
        leads = self._leads(to)
        return f"Where the officer works in {self._service.name}, that is {leads}." if leads else ""

    def _leads(self, to: str) -> str:
        if to not in ("chief_officer", "senior_officer") or self._service is None:
            return ""
        chief, head = (
            one if one and not has_left(one.person, self.on) else None
            for one in (self._service.chief_officer, self._service.head)
        )
        leads = chief if to == "chief_officer" else head or chief
        return leads.person.name if leads else ""


def doors(case: Case, on: date, verbs: list[str]) -> list[Door]:
    """Of all that no room receives, with the way that is open to whoever may do `verbs`."""
    named = Named(case, on)
    found = [make(named) for key, make in _DOORS.items() if receiving.room(key) is None]
    return [_with_link(door, case, verbs) for door in found if door]


def words(case: Case, key: str, on: date) -> str:
    """What the member is told where it is that; "" where there is no such door."""
    if key not in _DOORS or receiving.room(key) is not None:
        return ""
    door = _DOORS[key](Named(case, on))
    return door.words if door else ""


def _with_link(door: Door, case: Case, verbs: list[str]) -> Door:
    ways = {
        "return": say("Return it to the {member} with these words"),
        "answer": "Answer it with these words",
    }
    verb = next((one for one in ways if one in verbs), None)
    if not door.words or verb is None:
        return door
    href = f"{reverse(f'enquiry-{verb}', args=[case.reference])}?{urlencode({'door': door.key})}"
    return Door(door.key, door.title, door.said, door.words, Link(ways[verb], href))


def _complaint(named: Named) -> Door:
    """About a service, it is owed its answer (Br10f); about an officer, it goes first to whom the protocol
    says (Mo136; We11.3; Bk If things go wrong; Bl4.4: the chief officer of that officer's service).
    """
    title = "A complaint, or a concern about an officer"
    said = []
    if "answer" in named.profile.promises("complaint"):
        owed = named.profile.standard("complaint", "answer")
        within = count(owed.days, "working day")
        said.append(
            Said(
                f"A complaint about a service is answered here like an enquiry, within {within}.",
                phrases.cite(named.case, owed.clause or ""),
            )
        )
    rule = named.profile.concern_about_officer
    if rule is None:
        adviser = named.post(named.profile.adviser.post)
        said.append(Said(f"Ask {adviser} where a concern about an officer belongs."))
        return Door(COMPLAINT, title, said)
    who = named.of_an_officer(rule.to, rule.post, rule.or_post)
    said.append(Said(f"{rule.words} {who}".strip(), phrases.cite(named.case, rule.clause or "")))
    said.append(Said("Where it is about you, pass it to your manager instead of answering it."))
    told = "This is a concern about an officer, which is not dealt with as an enquiry."
    return Door(COMPLAINT, title, said, f"{told} {rule.words} {who}".strip())


def _residents(named: Named) -> Door | None:
    """A resident's complaint about an officer, which the member passes on (Bl4.5). Only where the profile
    says what is done with one."""
    rule = named.profile.residents_complaint
    if rule is None:
        return None
    way = f"{rule.words} {named.of_an_officer(rule.to, rule.post)}".strip()
    told = "This is a resident’s complaint about an officer, which is not dealt with as an enquiry."
    said = [
        Said(
            say("The {member} passes it on, as these words say."),
            phrases.cite(named.case, rule.clause or ""),
        ),
        Said("Where it is about you, pass it to your manager instead of answering it."),
    ]
    return Door(RESIDENTS, "A resident’s complaint about an officer", said, f"{told} {way}")


def _access(named: Named) -> Door:
    """Who decides what a member may see (Br22; Mo113; We7.3; Bk Councillors' access …; Bl9.4)."""
    decider = named.profile.decider("access_request")
    post = named.profile.posts[decider.post].title if decider.post else ""
    decides = {
        "post": f"The {post} decides what information you may see.",
        "holder": "Whoever holds the information decides whether you may see it.",
        "senior_officer": "A senior officer of the service decides what information you may see.",
        "chief_officer": "The chief officer of the service decides what information you may see.",
    }[decider.to]
    who = named.holder(decider.to, decider.post)
    told = f"This asks to see information that the council holds. {decides} {who}".strip()
    theirs = say(decides.replace(" you ", " the {member} "))
    return Door(
        ACCESS,
        "A request to see information or a document",
        [
            Said(f"{theirs} {who}".strip(), phrases.cite(named.case, decider.clause or "")),
            Said(LAW),
        ],
        f"{told} Write to them, and say what you need it for in your role.",
    )


def _whistleblowing(named: Named) -> Door:
    """A procedure of its own (Mo134; Bl2.5). Nothing is written here: every reader would read it."""
    rule = named.profile.diversions.whistleblowing
    to = named.post(rule.to_post)
    other = f", or to {named.post(rule.or_post)} if it is about them" if rule.or_post else ""
    return Door(
        WHISTLEBLOWING,
        "Whistleblowing: wrongdoing inside the council",
        [
            Said(
                f"Write nothing more about it here. Speak to {to}{other}, and to nobody else.",
                phrases.cite(named.case, rule.clause or ""),
            ),
            Said(
                "Whoever sees this enquiry goes on seeing it: it cannot be closed off here yet. Ask them "
                "what is to be done with it."
            ),
        ],
    )


_DOORS: dict[str, Callable[[Named], Door | None]] = {
    COMPLAINT: _complaint,
    RESIDENTS: _residents,
    ACCESS: _access,
    WHISTLEBLOWING: _whistleblowing,
}
