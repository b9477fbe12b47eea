"""The cases that a case is linked with, as one person may know of them.

Whoever may not see the other case learns nothing of it: no link, no event of it, and no number. Nor does
whoever sees the one as a member and the other as an officer (Bracknell): what officers write of a member's
enquiry is not theirs to read, and the link not theirs to take away.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from casework import scope
from casework.models import Case, CaseLink
from casework.scope import side
from ledger.models import Event
from protocol import lifecycle
from protocol.refusals import Refused

VERBS = frozenset({"enquiries_linked", "enquiries_unlinked"})


@dataclass(frozen=True)
class Linked:
    """A link as it reads from one of its cases. `repeats`: that one is a duplicate of `other`."""

    link: CaseLink
    other: Case
    repeats: bool

    @property
    def words(self) -> str:
        if self.link.kind == "related":
            return "Related to"
        return "This is a duplicate of" if self.repeats else "Has a duplicate"

    @property
    def may_end(self) -> bool:
        """What was closed as a duplicate stays linked with that which has the answer."""
        return not (self.link.kind == "duplicate" and self.link.case.state == lifecycle.DUPLICATE)


def look(case: Case, person) -> list[Linked]:
    """The links of a case that a person may see, whose other case they see on the same side; kept with it.

    One query, the same whether there is a link that they may not know of or none.
    """
    case.looked_for = person.pk
    rows = sorted(CaseLink.objects.seen_from(case, person), key=lambda row: row.pk)
    found = [
        Linked(
            link=row,
            other=row.other if row.case_id == case.pk else row.case,
            repeats=row.case_id == case.pk,
        )
        for row in rows
    ]
    where = side(case, person)
    case.linked = [one for one in found if side(one.other, person) == where]
    return case.linked


def looked(case: Case, person) -> list[Linked]:
    """The same, without looking twice for one page."""
    if getattr(case, "looked_for", None) != person.pk:
        look(case, person)
    return case.linked


def ends(case: Case) -> list[Linked]:
    """The links that can be taken away, of those that `look` found."""
    return [one for one in getattr(case, "linked", ()) if one.may_end]


def repeated(case: Case) -> list[Linked]:
    """What it is a duplicate of, and can be closed as, of what `look` found."""
    return [
        one
        for one in getattr(case, "linked", ())
        if one.repeats
        and one.link.kind == "duplicate"
        and one.other.raised_by_id == case.raised_by_id
    ]


def closable(case: Case) -> list[Linked]:
    """Of these, what it can be closed as a duplicate of now."""
    return [one for one in repeated(case) if _why_not(case, one.other) is None]


def repeats(case: Case) -> list[Linked]:
    """What was closed as a duplicate of it."""
    return [
        one
        for one in getattr(case, "linked", ())
        if not one.repeats
        and one.link.kind == "duplicate"
        and one.other.state == lifecycle.DUPLICATE
    ]


def goes_on(case: Case) -> Case | None:
    """What it was closed as a duplicate of, of what `look` found; None while it was not."""
    if case.state != lifecycle.DUPLICATE:
        return None
    return next((one.other for one in repeated(case)), None)


def readable(case: Case, person) -> list[Event]:
    """A case's events, newest first, without those of a link with a case that a person does not see as an
    officer. One query, the same whether there are such or none.
    """
    seen = Case.objects.visible_to(person).exclude(raised_by__in=scope.of(person).sides_with)
    other = Cast(OuterRef("data__case_other"), BigIntegerField())
    hidden = Q(verb__in=VERBS) & ~Exists(seen.filter(pk=other))
    return list(Event.objects.filter(stream__key=case.key).exclude(hidden).order_by("-seq"))


# May they be? -------------------------------------------------------------------------------------


def may_link(case: Case, other: Case, by) -> None:
    """Both are theirs to see, as an officer; and neither hint at the other to anybody else."""
    if other.pk == case.pk:
        raise Refused("That is this enquiry.", instead="Give the reference of the other one.")
    if not Case.objects.visible_to(by).filter(pk=other.pk).exists() or side(other, by) != "officer":
        # The same words for what is not there.
        raise Refused(
            "There is no enquiry with that reference that you may see.",
            instead="Check the reference.",
        )
    if CaseLink.objects.of(case).of(other).exists():
        raise Refused("These two are linked already.")


def may_repeat(state: str, kind: str) -> None:
    """While it is open a case may be a duplicate of several: it is closed as one of one, and leads there."""
    if kind == "duplicate" and state == lifecycle.DUPLICATE:
        raise Refused(
            "It was closed as a duplicate already.",
            instead="Say that the two are related, or link the other one from its own page.",
        )


def may_be_closed(case: Case) -> None:
    """Whether it can be closed as a duplicate of anything, of what `look` found: nobody is asked to write what
    must be refused.
    """
    found = repeated(case)
    if not found:
        raise Refused(
            "It is not linked as a duplicate of another enquiry.",
            instead="Link it with the other one first, as a duplicate of it.",
        )
    refused = [_why_not(case, one.other) for one in found]
    if all(refused):
        raise refused[0]


def _why_not(case: Case, other: Case) -> Refused | None:
    try:
        may_go_on(case, other)
    except Refused as refused:
        return refused
    return None


def may_close_as_duplicate(case: Case, other: Case, by) -> None:
    """The other is there for whoever closes it, and can go on in its place."""
    if case.pk == other.pk or other.raised_by_id != case.raised_by_id:
        raise Refused(
            "Each enquiry is answered to whoever raised it, so this cannot be closed as one."
        )
    if not Case.objects.visible_to(by).filter(pk=other.pk).exists():
        raise Refused("There is no enquiry with that reference that you may see.")
    may_go_on(case, other)


def may_go_on(case: Case, other: Case) -> None:
    """The member loses no answer by it: the other is owed or has its answer, and no later. Both are theirs."""
    if case.round > 1:
        raise Refused("It was answered before and asked about again, so it is answered here.")
    if other.state not in lifecycle.OPEN and other.state not in lifecycle.ANSWERED_ONCE:
        raise Refused(
            f"The other enquiry is “{other.words.lower()}”, so nothing is answered there.",
            instead="Answer this one.",
        )
    if other.state == lifecycle.PAUSED:
        raise Refused(
            "The clock of the other enquiry is paused, so there is no date for its answer.",
            instead="Start that clock again first, or answer this one.",
        )
    if other.is_open and other.next_due > case.next_due:
        raise Refused(
            "The other enquiry is to be answered later than this one.",
            instead="Close the other as a duplicate of this, so that the earlier date stands.",
        )
    if other.sensitivity != "ordinary" and case.sensitivity == "ordinary":
        raise Refused("The other enquiry is restricted, and whoever sees this would learn of it.")
