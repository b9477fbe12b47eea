"""Everything that a new council needs at first, in one act that can be done again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import actions as accounts
from accounts.models import Person
from council import rules
from council.actions import adoptions, closures, details, posts
from council.models import Adoption, ClosureDay, Council, Holding, Post
from council.people import person_for
from frontend.words import count
from frontend.words import day as written
from protocol import profile as protocol_profile
from protocol.calendar import Calendar
from protocol.refusals import Refused

CLERKS_POSTS = ("democratic_services", "administrator")


@dataclass(frozen=True)
class Wish:
    """What somebody wants the council to be. Empty fields stay as they are, or as the profile says.

    `text` is the profile's TOML and `source` what its faults call it. `begins_later` says that the
    first adoption really is in force from a later day only.
    """

    name: str = ""
    text: str = ""
    source: str = "profile"
    nation: str = ""
    colour: str = ""
    adopted_by: str = ""
    in_force_from: date | None = None
    clerk_name: str = ""
    clerk_email: str = ""
    begins_later: bool = False
    closures: tuple[tuple[date, str], ...] = ()


@dataclass
class Outcome:
    """What was done, a sentence each, and the clerk where one was named."""

    changes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    clerk: Person | None = None


@transaction.atomic
def set_up(*, wish: Wish, by: Person | None, only_first: bool = False) -> Outcome:
    """Make the council as wished: its row, first adoption, posts, closure days and clerk.

    Done again, it changes only what differs, and says what. `only_first` refuses where there is a
    council already.
    """
    done = Outcome()
    profile = rules.profile_sound(wish.text, wish.source) if wish.text else None
    if only_first and Council.objects.current() is not None:
        raise Refused("The council is already set up.", instead="Sign in to change it.")
    _council(wish, profile, by, done)
    if profile is not None:
        _adoption(wish, profile, by, done)
    _closures(wish, by, done)
    if wish.clerk_email or wish.clerk_name:
        _clerk(wish, by, done)
    return done


def _council(
    wish: Wish, profile: protocol_profile.Profile | None, by: Person | None, done: Outcome
) -> None:
    council = Council.objects.current()
    if council is None:
        if profile is None:
            raise Refused("Choose a profile: a new council needs the protocol that it adopted.")
        council = details.create(
            name=wish.name or profile.council,
            nation=wish.nation or profile.nation,
            colour=wish.colour or details.DEFAULT_COLOUR,
            by=by,
        )
        done.changes.append(f"Set up {council.name}, {council.get_nation_display()}.")
        return
    changed = details.change(
        council=council,
        name=wish.name or council.name,
        nation=wish.nation or council.nation,
        colour=wish.colour or council.brand_colour,
        by=by,
    )
    if changed:
        said = ", ".join(one.replace("brand_colour", "colour") for one in changed)
        done.changes.append(f"Changed the council’s {said}.")


def _adoption(
    wish: Wish, profile: protocol_profile.Profile, by: Person | None, done: Outcome
) -> None:
    today = timezone.localdate()
    first = not Adoption.objects.exists()
    if first:
        rules.first_adoption_begins(wish.in_force_from, today, later=wish.begins_later)
    day = wish.in_force_from or (first_day(today) if first else today)
    held = Adoption.objects.in_force(day)
    if held is not None and held.digest == Adoption.digest_of(wish.text):
        _posts(profile, done)
        return
    if held is not None and held.profile_key == profile.key and wish.in_force_from is None:
        done.remarks.append(
            f"The text of “{profile.key}” differs from the one that was adopted on "
            f"{written(held.in_force_from)}, which stays in force. To adopt the new text, give "
            "the date with --from, or use the page “Adoptions”."
        )
        return
    if held is not None and (wish.in_force_from is None or not wish.adopted_by):
        raise Refused(
            f"The council adopted “{held.profile_key}”, in force from {written(held.in_force_from)}.",
            instead="To adopt another protocol, say from when with --from and by which body with "
            "--adopted-by. The page “Adoptions” shows first what will change.",
        )
    adoption = adoptions.adopt(
        text=wish.text,
        body=wish.adopted_by or "The council",
        in_force_from=day,
        by=by,
        name=wish.source,
    )
    done.changes.append(
        f"Adopted {profile.title}, in force from {written(adoption.in_force_from)}; "
        f"{count(len(profile.posts), 'post')} named."
    )


def first_day(today: date) -> date:
    """1 January, so that a letter of last week can be logged; in January, that of last year."""
    return (today - timedelta(days=31)).replace(month=1, day=1)


def _posts(profile: protocol_profile.Profile, done: Outcome) -> None:
    added = adoptions.add_missing_posts(profile)
    if added:
        done.changes.append(f"Added {count(len(added), 'post')}.")


def _closures(wish: Wish, by: Person | None, done: Outcome) -> None:
    council = Council.objects.current()
    held = set(ClosureDay.objects.values_list("day", flat=True))
    calendar = Calendar.for_nation(council.nation, held)
    added = 0
    for day, name in dict(wish.closures).items():
        try:
            rules.days_to_close(day, day, calendar, held)
        except Refused:
            if day not in held:
                done.remarks.append(f"{written(day)} is not a working day already: not added.")
            continue
        closures.add(first=day, name=name, by=by)
        added += 1
    if added:
        done.changes.append(f"Added {count(added, 'closure day')}.")


def _clerk(wish: Wish, by: Person | None, done: Outcome) -> None:
    if not (wish.clerk_email and wish.clerk_name):
        raise Refused("Give both the clerk’s name and the clerk’s email address.")
    clerk, new = person_for(name=wish.clerk_name, email=wish.clerk_email, by=by)
    done.clerk = clerk
    if new:
        done.changes.append(f"Added {clerk.name}.")
    elif clerk.name != " ".join(wish.clerk_name.split()):
        done.remarks.append(
            f"{clerk.email} is the address of {clerk.name}, who keeps that name. Change it on their "
            "page under “People”, or give another address if this is somebody else."
        )
    today = timezone.localdate()
    for post in Post.objects.filter(key__in=CLERKS_POSTS):
        if not Holding.objects.on(today).filter(post=post, person=clerk).exists():
            posts.hold(post=post, person=clerk, since=today, by=by)
            done.changes.append(f"{clerk.name} now holds the post “{post.title}”.")
    if clerk.email and not clerk.has_password and (new or clerk.invited_at is None):
        accounts.invite(person=clerk, by=by)
        done.changes.append(f"Sent {clerk.name} a link to set a password.")
