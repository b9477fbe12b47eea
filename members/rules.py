"""May this happen to the directory now? Each rule returns nothing, or a clean value, or raises Refused."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from accounts import standing
from accounts.models import Person
from frontend.terms import say
from frontend.words import count as counted
from frontend.words import day as written
from members.imports import cleaning
from members.models import Member, PartyGroup
from protocol.refusals import NotTheirs, Refused

PERMISSION = "directory.keep"
EARLIEST = date(1900, 1, 1)


def may_keep(by: Person | None) -> None:
    """`by` None is a command or the demonstration, run by whoever keeps the machine."""
    if by is not None and not standing.of(by).may(PERMISSION):
        raise NotTheirs(
            "You may not change the directory.",
            instead="Ask democratic services or an administrator to do it.",
        )


def words(text: str, what: str, longest: int) -> str:
    """One line that somebody typed, clean; Refused where it is blank or too long."""
    clean = cleaning.line(text)
    if not clean:
        raise Refused(f"Enter {what}.")
    if len(clean) > longest:
        raise Refused(f"Use {longest} characters or fewer for {what}.")
    return clean


def name_is_free(model, name: str, what: str, besides: int | None = None) -> None:
    """Names are told apart whatever their case, as people read them."""
    wanted = cleaning.key(name)
    for pk, taken, ended in model.objects.values_list("pk", "name", "ended_on"):
        if pk != besides and cleaning.key(taken) == wanted:
            raise Refused(
                f"There is already {what} called {taken}"
                + (", which has ended." if ended else "."),
                instead="Open it again instead of making a second one."
                if ended
                else "Give this one another name.",
            )


def first_day(day: date) -> date:
    if not EARLIEST <= day <= timezone.localdate() + timedelta(days=366):
        raise Refused(
            f"{written(day)} cannot be the first day.", instead="Check the year that you typed."
        )
    return day


def last_day(day: date, *, since: date | None = None) -> date:
    """Today or earlier: an end takes effect at once, so it cannot be set for later."""
    if day > timezone.localdate():
        raise Refused(
            f"{written(day)} has not come yet.",
            instead="Give a last day that is today or earlier, or come back on the day.",
        )
    if day < (since or EARLIEST):
        start = written(since or EARLIEST)
        raise Refused(
            f"The last day cannot be before the first, {start}.", instead="Give a later last day."
        )
    return day


def is_open(entry, called: str) -> None:
    if entry.ended_on is not None:
        raise Refused(
            f"{called} ended on {written(entry.ended_on)}.", instead="Open it again first."
        )


def member_is_open(member: Member) -> None:
    if member.ended_on is not None:
        raise Refused(
            say(
                "{name} is no longer a {member}: their last day was {day}.",
                name=member,
                day=written(member.ended_on),
            ),
            instead="Reinstate them first.",
        )


def not_a_member_yet(person: Person) -> None:
    """One person is a member once, for good: a second row would split their history."""
    member = Member.objects.filter(person=person).first()
    if member is None:
        return
    if member.ended_on is None:
        raise Refused(
            say("{name} has this email and is a {member} already.", name=person),
            instead=say("Change their entry, or give this {member} an email of their own."),
        )
    raise Refused(
        say(
            "{name} has this email and was a {member} until {day}.",
            name=person,
            day=written(member.ended_on),
        ),
        instead="Reinstate them instead of adding a second entry.",
    )


def same_person(person: Person, name: str) -> None:
    """The email is somebody's: only the same human being may become a member by it."""
    if not cleaning.share_a_word(person.name, name):
        raise Refused(
            f"The email belongs to {person.name}, who has another name.",
            instead="Type their name as it is there if they are the same person, or give another "
            "email.",
        )


def leads_own_group(member: Member, group: PartyGroup) -> None:
    if member.group_id != group.pk:
        raise Refused(
            f"{member} is not in {group}.",
            instead=say("Choose one of its {members}, or change theirs."),
        )


def nobody_left(number: int, called: str, what: str) -> None:
    if number:
        people = counted(number, say("{member},{members}"))
        raise Refused(f"{people} still {what} {called}.", instead="Move or end them first.")
