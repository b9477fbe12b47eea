"""May this be logged at all? Asked before anything of it is saved. Each rule raises Refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from accounts import standing
from casework import scope
from casework.enquiries.rules import KIND
from casework.models import Case, DirectContact
from documents.models import Document
from frontend.terms import say as words
from protocol.bank_holidays import EARLIEST
from protocol.calendar import say
from protocol.profile import Profile
from protocol.profile.parts import Diversion
from protocol.refusals import Refused


class Diverted(Refused):
    """This belongs somewhere else. Nothing of it is kept."""

    def __init__(
        self, reason: str, *, clause: str | None, post_key: str | None, or_post: str | None
    ):
        super().__init__(reason, clause=clause)
        # None where the words name a procedure, and nobody is to be gone to.
        self.post_key = post_key
        # Whom to go to where it is about the holder of the first post.
        self.or_post = or_post


class SentBefore(Refused):
    """This form was sent already, with other words. A form with a fresh key makes another enquiry."""


def says_the_same(
    first: Case, *, member, subject: str, body: str, by, files: Iterable[Document] = ()
) -> None:
    """A form sent twice is one enquiry only where it says the same both times: no text is dropped, and
    no file.
    """
    written = first.messages.filter(kind="enquiry").first()
    with_it = Document.objects.filter(attachment__message=written)
    known = set(with_it.values_list("sha256", flat=True)) if files else set()
    same = (first.raised_by_id, first.subject, written and written.body)
    if same == (member.pk, subject, body) and {file.sha256 for file in files} <= known:
        return
    # What an officer logged for another service is out of their sight, its reference too.
    seen = Case.objects.visible_to(by).filter(pk=first.pk).exists()
    made = f"enquiry {first.reference}" if seen else "an enquiry"
    raise SentBefore(
        f"You sent this form already, and it made {made}. What you changed since is not in it.",
        instead="Send it again to make a second enquiry with the words below.",
    )


def diversions(profile: Profile) -> dict[str, Diversion]:
    """By its nature, what goes elsewhere."""
    return {
        "whistleblowing": profile.diversions.whistleblowing,
        "own_employment": profile.diversions.own_employment,
    }


def may_be_logged(nature: str, profile: Profile) -> None:
    """Turns away what does not belong in casework, before anything is saved.

    Whistleblowing (Mo134; Bl2.5) and an officer's own job (Mo51; BrG2.3; Bl2.5) go to the post that the
    profile names; party-political and private business is refused (rows 36 and 57).
    """
    if away := diversions(profile).get(nature):
        raise Diverted(away.words, clause=away.clause, post_key=away.to_post, or_post=away.or_post)
    resources = profile.resources
    if nature == "political" and resources.political == "refused":
        raise Refused(
            "Officers and the council’s resources cannot be used for party-political or campaign work.",
            clause=resources.clause_of("political"),
            instead="If part of this is about a council service, raise that part on its own.",
        )
    if nature == "private" and resources.private == "refused":
        raise Refused(
            "The council’s resources cannot be used for private business.",
            clause=resources.clause_of("private"),
            instead="If it is about a council service, contact that service as any resident would.",
        )


def may_be_raised_for(member, by, on: date) -> None:
    """The member must be in office; whoever logs must be them, their delegate, or an officer."""
    theirs = standing.of(member, on)
    if "member" not in theirs.facts:
        raise Refused(
            words("{name} is not a {member} in office.", name=member.name),
            instead=words("Choose the {member} whose enquiry this is."),
        )
    where = standing.of(by)
    own = member.pk == by.pk and "member" in where.facts
    if own or member.pk in where.ids("raise_for"):
        return
    if member.pk in scope.of(by).sides_with:
        raise _not_so(member, by, where)
    if where.may("enquiry.log"):
        return
    raise Refused(f"You cannot raise an enquiry for {member.name}.")


def _not_so(member, by, where) -> Refused:
    """Nobody logs as an officer what is their own to raise, or what they could raise for a member."""
    if member.pk in where.ids("acts_for"):
        return Refused(
            f"{member.name} has not let you raise enquiries for them.",
            instead="Ask them, or ask democratic services to change what you may do.",
        )
    return Refused(
        "You cannot log your own enquiry as an officer."
        if member.pk == by.pk
        else f"You act for {member.name}, so you cannot log their enquiry as an officer.",
        instead="Change what you act as first: it stands at the top of the page.",
    )


def may_go_direct(case: Case, agreement: DirectContact | None) -> None:
    """Only what was agreed: with this member, for this service, while it lasts (We3.7; Bk Some general
    principles). Whether the enquiry is about the matter agreed is for whoever raises it to say.
    """
    if agreement is None:
        return
    on = case.received_on
    lasts = agreement.since <= on and (agreement.until is None or on <= agreement.until)
    theirs = (agreement.member_id, agreement.service_id) == (case.raised_by_id, case.service_id)
    if not (lasts and theirs):
        raise Refused(
            f"It was not agreed that this goes straight to a service on {say(on)}.",
            clause=case.profile.route(KIND, {"agreed_direct"}).clause,
            instead="Say that it is about something else: it then goes the usual way.",
        )


def received_in_time(received_on: date, today: date) -> None:
    if received_on > today:
        raise Refused(
            "The date of receipt is in the future.", instead="Enter the day it reached the council."
        )
    if received_on < EARLIEST:
        raise Refused(
            f"Working days cannot be counted from before {say(EARLIEST)}.",
            instead="Check the year of receipt.",
        )
