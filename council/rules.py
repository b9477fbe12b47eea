"""May this happen now? Each rule returns nothing, or a clean value, or raises Refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from accounts import standing
from accounts.models import Person
from council.models import Council, Holding, Post
from council.posts import has_left
from frontend.words import day as written
from protocol import authority, profile
from protocol import mail_hours as hours
from protocol.authority import ROLES
from protocol.calendar import Calendar, OutOfCalendar
from protocol.refusals import NotTheirs, Refused

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
LONGEST_CLOSURE = 31
SHOWN_FAULTS = 20
# A post of these lets its holder keep the council's details; somebody must always hold one.
KEEPERS = frozenset(
    fact.removeprefix("post:")
    for role in ROLES
    if "council.configure" in role.may
    for fact in role.held_by
    if fact.startswith("post:") and fact != "post:protocol_adviser"
)


def may(by: Person | None, permission: str) -> None:
    """`by` None is a command, run by whoever keeps the machine."""
    if by is not None and not standing.of(by).may(permission):
        raise NotTheirs(
            "You may not do this.",
            instead="Ask democratic services or an administrator to do it.",
        )


def not_for_oneself(person: Person | None, by: Person | None, what: str) -> None:
    """An administrator administers and reads no case: so nobody gives themselves what would show them
    cases, unless they oversee all of them already.
    """
    own = by is not None and person is not None and person.pk == by.pk
    if own and not standing.of(by).may("enquiry.oversee"):
        raise NotTheirs(
            f"You cannot make yourself {what}: it could let you read cases.",
            instead="Ask democratic services to record it.",
        )


def may_open_cases(by: Person | None, post: Post, shows: Collection[str]) -> None:
    """`shows` holds the keys of the posts that open cases. Who lets people in must not let them see."""
    if by is not None and post.key in shows and not standing.of(by).may("enquiry.oversee"):
        raise NotTheirs(
            f"The post of {post.title} opens cases to whoever has it, and you cannot see them yourself.",
            instead="Ask democratic services to record it. Where nobody has that post, whoever "
            "installed the product names a clerk with manage.py setup_council.",
        )


def may_let_read(by: Person | None) -> None:
    """Whoever lets people in, and sees nothing, lets nobody act for another."""
    if by is not None and not standing.of(by).may("enquiry.oversee"):
        raise NotTheirs(
            "Whoever acts for somebody reads their cases, and you cannot see them yourself.",
            instead="Ask democratic services to record it.",
        )


def delegated(may: Collection[str]) -> str:
    """What a delegate may do, as a delegation keeps it."""
    if unknown := set(may) - authority.DELEGATED.keys():
        raise Refused(f"“{sorted(unknown)[0]}” is nothing that a delegate can be let do.")
    return " ".join(sorted(set(may)))


def may_open_cases_by_adopting(by: Person | None, opened: Holding | None) -> None:
    """`opened` is a holding that would see cases under the new profile, and does not yet."""
    if by is not None and opened is not None and not standing.of(by).may("enquiry.oversee"):
        raise Refused(
            f"This protocol would open cases to {opened.holder_name}, {opened.post.title}, and you "
            "cannot see them yourself.",
            instead="Ask democratic services to adopt it.",
        )


def words(text: str, what: str, longest: int) -> str:
    """One line that somebody typed, without the space around it."""
    text = " ".join((text or "").split())
    if not text:
        raise Refused(f"Enter {what}.")
    if len(text) > longest:
        raise Refused(f"Use {longest} characters or fewer for {what}.")
    if not text.isprintable():
        raise Refused(f"{what[:1].upper()}{what[1:]} has a character in it that cannot be saved.")
    return text


def web_address(text: str) -> str:
    """An address that members are led to: https alone, nobody's name or password in it, no unseen sign."""
    found = text.strip()
    try:
        _IS_HTTPS(found)
        host = found.removeprefix("https://").split("/")[0]
        if (
            not (found.isascii() and found.isprintable())
            or "@" in host
            or set(found) & set("\\<>\"'")
        ):
            raise ValidationError("")
    except ValidationError:
        raise Refused(
            "That is not a web address that people can be led to.",
            instead="Copy it from the browser, from https:// on.",
        ) from None
    return found


_IS_HTTPS = URLValidator(schemes=["https"])


def email(text: str) -> str:
    text = (text or "").strip()
    try:
        validate_email(text)
    except ValidationError:
        raise Refused("Enter an email address, like name@example.com.") from None
    return text


def nation(key: str) -> str:
    if key not in dict(Council.NATIONS):
        known = ", ".join(dict(Council.NATIONS))
        raise Refused(f"“{key}” is not a nation.", instead=f"Use one of: {known}.")
    return key


def colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise Refused(
            f"“{text}” is not a colour.", instead="Write # and six digits, such as #1d70b8."
        )
    return text.lower()


def sensible(day: date, what: str) -> date:
    if not EARLIEST <= day <= LATEST:
        raise Refused(
            f"{what} must be between {written(EARLIEST)} and {written(LATEST)}; "
            f"it is {written(day)}."
        )
    return day


def in_order(since: date, until: date | None, *, first: str, last: str) -> None:
    sensible(since, first)
    if until is not None and sensible(until, last) < since:
        raise Refused(f"{last} ({written(until)}) is before {first.lower()} ({written(since)}).")


# Adoptions --------------------------------------------------------------------------------------


def profile_sound(text: str, name: str) -> profile.Profile:
    faults = profile.faults(text, name)
    if faults:
        listed = "\n".join(str(fault) for fault in faults[:SHOWN_FAULTS])
        more = len(faults) - SHOWN_FAULTS
        raise Refused(
            f"This profile cannot be adopted:\n{listed}"
            + (f"\nand {more} more." if more > 0 else "")
        )
    return profile.load_text(text)


def may_adopt_from(day: date, taken: Collection[date], today: date) -> None:
    """One adoption a day; and what was in force on a day that is past stays so."""
    sensible(day, "The date that it comes into force")
    if day in taken:
        raise Refused(
            f"An adoption already comes into force on {written(day)}.",
            instead="Choose another day, or withdraw that one if it has not come into force yet.",
        )
    if day < today and any(other < day for other in taken):
        raise Refused(
            f"{written(day)} is past, and another adoption was in force that day: what was in "
            "force cannot be changed afterwards.",
            instead=f"Choose {written(today)} or later.",
        )


def first_adoption_begins(day: date | None, today: date, *, later: bool) -> None:
    """With no protocol in force nothing can be logged: a later day must be meant."""
    if day is not None and day > today and not later:
        raise Refused(
            f"{written(day)} has not come yet, and until then nothing could be logged.",
            instead="Give the day from which the council has had this protocol. If it really begins "
            "later: manage.py setup_council with --begins-later.",
        )


def may_withdraw(day: date, today: date) -> None:
    if day <= today:
        raise Refused(
            f"This adoption came into force on {written(day)}, and cases rest on it.",
            instead="Record a new adoption instead.",
        )


# Closure days -----------------------------------------------------------------------------------


def days_to_close(
    first: date, last: date, calendar: Calendar, taken: Collection[date]
) -> tuple[date, ...]:
    """The working days among these, so that weekends and bank holidays are not closed twice."""
    if last < first:
        raise Refused(f"The last day ({written(last)}) is before the first ({written(first)}).")
    if (last - first).days >= LONGEST_CLOSURE:
        raise Refused(
            f"Add {LONGEST_CLOSURE} days at most at a time.",
            instead="Check the year, or add a longer closure in parts.",
        )
    span = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    try:
        found = tuple(day for day in span if calendar.is_working_day(day) and day not in taken)
        why = calendar.why_closed(first)
    except OutOfCalendar as error:
        raise Refused(str(error)) from None
    if not found and first == last:
        raise Refused(f"{written(first)} is not a working day already ({why}).")
    if not found:
        raise Refused("None of these days is a working day: there is nothing to add.")
    return found


def closed_already(first: date, last: date, calendar: Calendar, taken: Collection[date]) -> bool:
    """Whether the council is closed on some of these days and open on none. Past the calendar: no."""
    if last < first or (last - first).days >= LONGEST_CLOSURE:
        return False
    span = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    try:
        rest = [day for day in span if day not in taken and calendar.is_working_day(day)]
    except OutOfCalendar:
        return False
    return not rest and any(day in taken for day in span)


# Posts ------------------------------------------------------------------------------------------


def one_holder(person: Person | None, body: str, contact: str) -> None:
    if sum((person is not None, bool(body), bool(contact))) != 1:
        raise Refused("Choose one: a person, a body, or an outside contact.")


def may_hold(person: Person | None, contact: str, email: str, since: date) -> None:
    """Whoever has left answers for nothing, and a contact without an address would never be told."""
    if person is not None and has_left(person, since):
        raise Refused(
            f"{person.name} has left the council, or can no longer sign in, by {written(since)}.",
            instead="Choose somebody else; or, if that is wrong, put it right under “People”, "
            "“Officers” or “Members” first.",
        )
    if contact and not email:
        raise Refused(
            f"{contact} needs an email address: what comes to the post goes there.",
            instead="Give one, or record the body instead.",
        )


def not_held_twice(holding: Holding, others: Iterable[Holding]) -> None:
    """The same holder has no two holdings of one post on the same day."""
    for other in others:
        apart = (other.until is not None and other.until < holding.since) or (
            holding.until is not None and holding.until < other.since
        )
        same = (
            other.person_id == holding.person_id
            if holding.person_id or other.person_id
            else other.holder_name.lower() == holding.holder_name.lower()
        )
        if same and not apart:
            until = f" until {written(other.until)}" if other.until else ""
            raise Refused(
                f"{other.holder_name} is already recorded for this post from "
                f"{written(other.since)}{until}.",
                instead="End that first, or choose somebody else.",
            )


def somebody_keeps_the_council(holding: Holding, left: Iterable[Holding]) -> None:
    """The last who may keep the council's details may not be ended: nobody could mend it."""
    if holding.post.key in KEEPERS and not list(left):
        raise Refused(
            f"{holding.holder_name} is the last who may keep the council’s details.",
            instead="Give the post of Democratic Services or Administrator to somebody who can "
            "sign in first.",
        )


def mail_hours(*, quiet_from: int | None, quiet_until: int | None, daily_at: int | None) -> None:
    """The hours in which mail may go leave each working day its midday, and the daily mail goes in them."""
    found = hours.fault(quiet_from=quiet_from, quiet_until=quiet_until, daily_at=daily_at)
    if found:
        raise Refused(f"{found[1]}.")
