"""Who may have a copy of an officer's reply, and how the copy names them (rows 46 and 47)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from accounts import capacities, standing
from accounts.models import Person
from casework.models import Case
from frontend.terms import say as words
from protocol.profile import Profile
from protocol.refusals import Refused


def may_copy(
    case: Case, profile: Profile, people: Iterable, *, agreed: bool, reason: str
) -> str | None:
    """Whether an officer's reply may be copied to other members; the clause it rests on.

    Mo126: with the author's consent. We9.1: officers do not. Bk Correspondence: exceptionally, and the
    original councillor is told. Bl10.5: unless marked private and confidential; then the writer is
    consulted first, where the profile says so, and nobody is copied in where it does not. Blind copies
    do not exist.
    """
    if not list(people):
        return None
    rule = profile.copying.rule
    if rule.may_copy == "not_by_officers":
        raise Refused(
            words("Officers do not copy correspondence with one {member} to another."),
            clause=rule.clause,
            instead=words("The {member} can pass it on themselves."),
        )
    if rule.may_copy == "with_author_consent" and not agreed:
        raise Refused(
            f"Copy it only if {case.raised_by.name}, who wrote, means it to be copied or agrees.",
            clause=rule.clause,
            instead="Ask them first, then say that they agreed.",
        )
    if rule.may_copy == "exceptionally_named" and not reason.strip():
        raise Refused(
            words("Copies are the exception. Say why it is needed: the {member} sees who has one."),
            clause=rule.clause,
        )
    private, barred = case.enquiry.confidential, profile.confidential
    if private and rule.may_copy == "unless_private" and not rule.consult_writer:
        raise Refused(f"This is marked {barred.marking}, so it is not copied.", clause=rule.clause)
    if private and rule.consult_writer and not agreed:
        raise Refused(
            f"This is marked {barred.marking}: "
            f"{case.raised_by.name}, who wrote, must be asked before anybody has a copy.",
            clause=rule.clause_of("consult_writer"),
            instead="Ask them first, then say that they agreed.",
        )
    if private and barred.third_parties_barred and not agreed:
        raise Refused(
            f"This is marked {barred.marking}, so it goes to nobody else.",
            clause=barred.clause,
            instead=f"Ask {case.raised_by.name} first, then say that they agreed.",
        )
    return rule.clause


def may_have_copies(people: Iterable, on: date) -> None:
    """Members and officers of the day: the page of a copy opens to nobody else."""
    wanted = [person.pk for person in people]
    for person in Person.objects.with_capacities().filter(pk__in=wanted) if wanted else ():
        held = capacities.of(person).values()
        if not (person.is_active and any(not one.ended_on or one.ended_on >= on for one in held)):
            raise Refused(
                words("{name} is neither a {member} nor an officer today.", name=person.name),
                instead="Leave them out of the copies.",
            )


def with_foot(text: str, profile: Profile, people: Iterable) -> str:
    """The text with everyone copied named at its foot, where the profile says so (Bk Correspondence)."""
    named = [_at_the_foot(person) for person in people]
    if not named or not profile.copying.blind.name_at_foot:
        return text
    return text.rstrip() + "\n\n" + "\n".join(f"CC {one}" for one in named)


def _at_the_foot(person) -> str:
    """ "Councillor Erin Ellis"; an officer by name and post."""
    officer = getattr(person, "officer", None)
    if "member" in standing.of(person).facts:
        return words("{Member} {name}", name=person.name)
    return f"{person.name}, {officer.job_title}" if officer else person.name
