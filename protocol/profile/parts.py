"""The small tables that a profile is made of: one class a table, frozen, and nothing unknown in it.

A value that a council's protocol could state stands in a `Sourced` table, which says where it comes
from: a clause of the document, or the council's own choice. Never both, never neither.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from protocol.profile.base import (
    Aimed,
    Days,
    Key,
    Level,
    Promise,
    Recipient,
    Sourced,
    Table,
    Words,
)


class Clause(Table):
    """A clause that exists in the council's document, and what it is about in our words."""

    id: Words
    about: Words

    def citation(self, prefix: str) -> str:
        """How the clause is cited: "Br10f", "BrG2.1", "Bk Some general principles"."""
        numbered = re.match(r"[A-Z]?\d", self.id)
        return f"{prefix}{self.id}" if numbered else f"{prefix} {self.id}"


class Terms(Sourced):
    """The words that the council uses."""

    member: Words
    members: Words
    protocol: Words


class Receipt(Sourced):
    """When the count begins. `cut_off_hour`: from that hour on, received the next calendar day."""

    day_one: Literal["next_working_day"]
    cut_off_hour: Annotated[int, Field(ge=1, le=23)] | None = None


class Standard(Sourced):
    """One promise: so many working days, counted from the day after receipt."""

    days: Days
    calendar: Literal["working"]


class Target(Sourced):
    """The share that should be answered within the standard."""

    percent: Annotated[int, Field(ge=1, le=100)]


class Extension(Sourced):
    """May an officer give a later date? `most`: how many times; absent, as often as needed.

    `by_due_date`: only while the date stands. There is no later date without the date itself; and an
    answer by it is counted neither within the standard nor as a breach, whatever the council.
    """

    allowed: bool
    reason_required: bool
    by_due_date: bool
    most: Annotated[int, Field(ge=1, le=20)] | None = None


class Pausing(Sourced):
    """May the clock be stopped while somebody waits for the member? No known protocol says so."""

    allowed: bool


class AskingAgain(Sourced):
    """May a member ask again about an answer? Until so many days after it, `most` times for one enquiry.

    `count` says which days. The second answer has the standard of the first, or `answer_days` working
    days where the council says so.
    """

    allowed: bool
    days: Days
    count: Literal["working_days", "days"]
    most: Annotated[int, Field(ge=1, le=20)]
    answer_days: Days | None = None


class Closing(Sourced):
    """When whoever closes an enquiry has to say what was learned. At other times they may."""

    learning: Literal["after_a_breach", "always"]


class Contributions(Sourced):
    """May whoever has an enquiry ask another service for what they need? `days`: by when it is asked for,
    in working days, unless whoever asks says another date.
    """

    allowed: bool
    days: Days


class HandingOn(Sourced):
    """May what turns out to be a service request be handed on to the council's online reporting system? Where
    that is stands among the council's details.
    """

    service_requests: bool


class ConcernAboutOfficer(Aimed):
    """Whom a member takes a concern about an officer to, first. `words` tell the member so; the chief officer
    is that of the officer's service. `or_post`: another post that is named with the first.
    """

    to: Literal["post", "chief_officer"]
    or_post: Key | None = None
    words: Words


class ResidentsComplaint(Aimed):
    """What a member does with a complaint about an officer that a resident brings to them. `words` say so."""

    to: Literal["post", "chief_officer"]
    words: Words


class Route(Aimed):
    """Where a new case goes. `because` is the sentence that the member is shown."""

    when: Literal["always", "routine", "significant", "factual", "not_factual", "agreed_direct"]
    to: Literal["service", "senior_officer", "chief_officer", "post"]
    because: Words

    def matches(self, facts: frozenset[str] | set[str]) -> bool:
        """Does this rule apply to a case of which these facts are known?"""
        if self.when == "always":
            return True
        if self.when == "not_factual":
            return "factual" not in facts
        return self.when in facts


class Question(Sourced):
    """Does the form that logs an enquiry put this question?"""

    ask: bool


class Questions(Table):
    """The questions that the log form can put, besides what every enquiry needs."""

    significance: Question
    factual: Question
    agreed_direct: Question
    family_or_friend: Question
    member_of_parliament: Question
    third_party: Question
    private_and_confidential: Question


class WhoIsSenior(Sourced):
    """The levels of officer that the protocol calls senior."""

    levels: Annotated[tuple[Level, ...], Field(min_length=1)]


class ReferUpward(Sourced):
    """May an officer pass a case to a more senior colleague?"""

    allowed: bool


class InstructWarning(Sourced):
    """What a member is told who gives an officer an instruction."""

    text: Words


class Levels(Table):
    """Who is senior, and how a case moves between levels."""

    who_is_senior: WhoIsSenior
    refer_upward: ReferUpward
    instruct_warning: InstructWarning


class Resources(Sourced):
    """Use of the council's resources for party politics or private business."""

    political: Literal["refused", "allowed"]
    private: Literal["refused", "allowed"]


class Diversion(Sourced):
    """Something that does not belong in casework. `or_post`: when it is about the first post."""

    to_post: Key
    or_post: Key | None = None
    words: Words


class OwnEmployment(Diversion):
    """An officer's own job. `own_ward_member_allowed`: as a resident, in their own time.

    Without `to_post` it goes to a procedure, as the words say, and to no post.
    """

    to_post: Key | None = None
    own_ward_member_allowed: bool

    @model_validator(mode="after")
    def _another_post_needs_a_first(self) -> OwnEmployment:
        if self.or_post and not self.to_post:
            raise PydanticCustomError(
                "post", "has or_post and no to_post: say which post it goes to first, or drop both."
            )
        return self


class Diversions(Table):
    """What the log form turns away before anything is saved, and to whom."""

    whistleblowing: Diversion
    own_employment: OwnEmployment


class FamilyOrFriend(Sourced):
    """A matter for the member's own family or a friend."""

    declare: bool
    offer_other_member: bool


class ThirdParty(Sourced):
    """What must hold before information goes to somebody whom a member asks for."""

    check: bool
    requires: tuple[Literal["public", "data_protection", "member_role"], ...] = ()


class MemberOfParliament(Sourced):
    """Who gets a copy of what a Member of Parliament raises, and of the reply."""

    copy_to: Literal["executive_member", "none"]


class Ground(Sourced):
    """What an officer can say of a demand. `exceptions`: when a member may instruct, all the same."""

    kind: Literal["unreasonable", "queue", "instruction"]
    text: Words
    exceptions: tuple[Words, ...] | None = None

    @model_validator(mode="after")
    def _exceptions_of_instructions(self) -> Ground:
        if self.exceptions is not None and self.kind != "instruction":
            raise PydanticCustomError(
                "exceptions", 'are of instructions alone: drop them, or write kind = "instruction".'
            )
        return self


class Demands(Aimed):
    """An officer may say that a demand is unreasonable, or an instruction: to whom that goes, on which
    grounds, and after how many working days whoever considers it is reminded, again and again.

    `group_leader`: may it be brought to the leader of the member's group?
    """

    flag: bool
    to: Literal["manager", "post"]
    remind_after_days: Days | None = None
    group_leader: bool | None = None
    grounds: tuple[Ground, ...] = ()

    @property
    def offered(self) -> tuple[Ground, ...]:
        """The grounds that an officer chooses from; in a profile from before there were any, one."""
        return self.grounds or (
            Ground(
                kind="unreasonable",
                text="More is asked than can reasonably be done.",
                clause=self.clause,
                set_by_council=self.set_by_council,
            ),
        )


class MemberQueries(Sourced):
    """Members answer what officers ask them: remind them after so many working days."""

    remind: bool
    after_days: Days


class Decider(Aimed):
    """Who decides a matter. `consult` is a post to be heard first; `final`: no further step."""

    to: Literal["post", "holder", "senior_officer", "chief_officer"]
    final: bool = False
    consult: Key | None = None


class Adviser(Sourced):
    """The post that says what the protocol means, and who does so in its absence."""

    post: Key
    in_absence: Key | None = None


class Review(Sourced):
    """How often the protocol is reviewed, and by which body."""

    body: Words
    months: Annotated[int, Field(ge=1, le=120)] | None = None
    new_administration: bool = False
    next: date | None = None

    @model_validator(mode="after")
    def _some_cycle(self) -> Review:
        if self.months is None and not self.new_administration:
            raise PydanticCustomError(
                "review", "gives no cycle: say months = N, or new_administration = true."
            )
        return self


class Post(Sourced):
    """A role that the protocol, or the product, names; never a person."""

    title: Words
    holder: Literal["person", "body", "contact"]
    about: Words
    statutory: bool = False
    same_holder_as: Key | None = None


class Step(Table):
    """One step of chasing. `offset` counts working days from the date due; 0 is that day."""

    key: Key
    promise: Promise
    offset: Annotated[int, Field(ge=-60, le=260)]
    kind: Literal["remind", "due", "breach", "escalate"]
    to: Annotated[tuple[Recipient, ...], Field(min_length=1)]

    @property
    def posts(self) -> tuple[str, ...]:
        """The keys of the posts among the recipients."""
        return tuple(one.removeprefix("post:") for one in self.to if one.startswith("post:"))


class Ladder(Sourced):
    """The steps, the hour (Europe/London) at which they are taken, and who is left at the end."""

    hour: Annotated[int, Field(ge=0, le=23)]
    last_resort: Recipient
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
