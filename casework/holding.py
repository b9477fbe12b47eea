"""Who has a case today, and who is told in their place: the one answer for actions and for chasing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from casework import apart
from casework.apart import Apart
from casework.models import Case, Escalation
from council.posts import Roster
from officers.lines import Lines

# Who hears of what is with nobody.
CLERK = "democratic_services"


@dataclass(frozen=True)
class Recipient:
    """A person to be told. `post` is the post they were told as the holder of, or "".

    `stands_in`: they cover for the owner, who is away, and so see the case without more.
    """

    person_id: int
    post: str = ""
    stands_in: bool = False

    @property
    def key(self) -> str:
        """As notices name them."""
        return f"person:{self.person_id}"


@dataclass(frozen=True)
class People:
    """Who is above whom, who holds what and who may not act for these members, each read once, when it is
    first asked for.
    """

    on: date
    members: frozenset[int]

    @classmethod
    def of(cls, cases: Iterable[Case], on: date) -> People:
        return cls(on, frozenset(case.raised_by_id for case in cases))

    @cached_property
    def lines(self) -> Lines:
        return Lines.load(self.on)

    @cached_property
    def roster(self) -> Roster:
        return Roster.load(on=self.on)

    @cached_property
    def _apart(self) -> dict[int, Apart]:
        return apart.of_many(self.members, self.on)

    def aside(self, case: Case) -> Apart:
        return self._apart[case.raised_by_id]


def holders(case: Case, people: People) -> list[Recipient]:
    """Whoever has a case, and whoever stands in for them today; of a queue, whoever gives it out.

    An owner who is away still hears of it, for when they are back; one who has left does not.
    """
    found = reached(case, ("owner",), people) or reached(case, (f"post:{CLERK}",), people)
    found = found or clerk_all_the_same(case, people)
    owner = case.owner_id
    if owner is None or people.lines.departed(owner):
        return found
    return list({one.person_id: one for one in [Recipient(owner), *found]}.values())


def brought(
    case: Case, told: Iterable[Recipient], people: People, at: datetime
) -> list[Escalation]:
    """What lets those see a case who are told in its owner's place and would not see it otherwise."""
    return [
        Escalation(case=case, person_id=one.person_id, post_key=one.post, at=at)
        for one in told
        if not _sees_by_place(case, one, people.lines)
    ]


def _sees_by_place(case: Case, told: Recipient, lines: Lines) -> bool:
    """Whether they have it, stand in for whoever has it, or work in its service or lead it."""
    person, service = told.person_id, case.service_id
    if person == case.owner_id:
        return True
    if case.sensitivity != "ordinary":
        return False
    leads = person in (lines.heads.get(service), lines.chiefs.get(service))
    return told.stands_in or leads or lines.works_in(person, service)


def reached(case: Case, asked: Iterable[str], people: People) -> list[Recipient]:
    """The people whom the words of a ladder ("owner", "manager", "post:town_clerk") lead to today.

    Whoever is away or has left is passed over, and so is whoever raised the case or may not act in it.
    """
    found: dict[int, Recipient] = {}
    for one in asked:
        recipient = _one(case, one, people)
        if recipient:
            found.setdefault(recipient.person_id, recipient)
    return list(found.values())


def clerk_all_the_same(case: Case, people: People) -> list[Recipient]:
    """Where nobody who may act is left: the clerk, even one who may not, so that somebody gives it on."""
    theirs = people.aside(case).theirs
    clerk = people.roster.resolve(CLERK, avoiding=theirs, profile=case.profile).person_id
    return [Recipient(clerk, CLERK)] if clerk else []


def _one(case: Case, asked: str, people: People) -> Recipient | None:
    if asked.startswith("post:"):
        post = asked.removeprefix("post:")
        avoiding = people.aside(case).everyone
        found = people.roster.resolve(post, avoiding=avoiding, profile=case.profile)
        return Recipient(found.person_id, post) if found.person_id else None
    person = _in_line(case, asked, people.lines, people.aside(case))
    if person is None:
        return None
    covering = people.lines.away.get(case.owner_id) == person
    return Recipient(person, stands_in=asked == "owner" and covering)


def _in_line(case: Case, asked: str, lines: Lines, aside: Apart) -> int | None:
    """The owner, their manager or the chief officer, or who acts for them today.

    An enquiry in a service's queue is its head's to give out, and else its chief officer's.
    """
    chief = lines.chief_officer(case.service_id)
    if asked == "chief_officer":
        return aside.first([chief])
    holder = case.owner_id or lines.service_head(case.service_id) or chief
    if not holder:
        return None
    # Whoever left, or may not act in it, is passed over for the next in line.
    above = lines.above(holder, case.service_id)
    return aside.first([lines.cover(holder), *above] if asked == "owner" else above)
