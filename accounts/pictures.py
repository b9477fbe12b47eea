"""A person and their authority as pages show them: values for templates, no rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts import capacities, grants, mailing, rules, standing
from accounts.models import ACCESS, AddressChange, Person
from accounts.signing_in import connection, provider, second_step
from accounts.signing_in.connection import Connection
from accounts.signing_in.second_step import Held, SecondStep
from frontend.parts import Action, Column, Link, Row, State
from frontend.terms import said, say
from frontend.words import day, moment
from protocol import authority
from protocol.mail_hours import MailHours
from protocol.refusals import Refused

COLOURS = {
    "can_sign_in": "green",
    "invited": "yellow",
    "never_invited": "grey",
    "disabled": "red",
}
COLUMNS = [
    Column("Name", primary=True),
    Column("Email"),
    Column(said("{Member} or officer")),
    Column("Signing in"),
]


GRANTED = [
    Column("What", primary=True),
    Column("Roles it gives"),
    Column("From"),
    Column("Until"),
    Column("Recorded by"),
    Column("State"),
]


@dataclass(frozen=True)
class RolePicture:
    """A role in words; `because` is what gives it, to anybody or to one person."""

    key: str
    name: str
    description: str
    may: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True)
class PersonPicture:
    person: Person
    rows: list[Row]
    # Each role with its description and with what of theirs gives it.
    roles: list[Row]
    # What all of them together allow, in words.
    may: list[str]
    state: State


def state_of(person: Person) -> State:
    return State(ACCESS[person.access], COLOURS[person.access])


def people_rows(people: Iterable[Person]) -> list[list[object]]:
    """The cells of COLUMNS; the people are loaded with their capacities."""
    today = timezone.localdate()
    return [
        [
            Link(person.name, reverse("person-page", args=[person.pk])),
            person.email,
            capacities.in_words(person, today) or "Neither",
            state_of(person),
        ]
        for person in people
    ]


def picture_of(person: Person) -> PersonPicture:
    """Their details, posts and roles; `person` is loaded with their capacities."""
    mine = standing.whole(person)
    acts_as = capacities.in_words(person, timezone.localdate())
    posts = [authority.post_in_words(key) for key in sorted(mine.keys("post"))]
    acts_for = _names(mine.ids("acts_for"))
    rows = [
        Row("Name", person.name),
        Row("Email address", person.email),
        Row(say("{Member} or officer"), acts_as or "Neither"),
        Row("Posts held", posts or "None"),
        *([Row("Acts for", acts_for)] if acts_for else []),
        *([Row("Invited", _invited(person))] if person.invited_at else []),
        Row("Last signed in", moment(person.last_login) if person.last_login else "Never"),
    ]
    may = [say(words) for key, words in authority.PERMISSIONS.items() if key in mine.permissions]
    roles = [Row(role.name, [role.description, _why(role)]) for role in authority_of(person)]
    return PersonPicture(person, rows, roles, may, state_of(person))


def authority_of(person: Person) -> list[RolePicture]:
    """The roles this person holds today, whatever they act as, each with what of theirs gives it."""
    mine = standing.whole(person)
    return [_role(role, role.held_by & mine.facts) for role in mine.roles]


def grants_of(person: Person) -> list[list[object]]:
    """What they hold, held or will hold, for GRANTED."""
    return grants.rows(grants.every(person))


def lent_rows(person: Person) -> list[Row]:
    """Who acts for them today or later: what they may do, and until when."""
    return [Row(name, said) for name, said in grants.lent_by(person)]


def roles_in_words() -> list[RolePicture]:
    """Every role there is, with whatever would give it."""
    return [_role(role, role.held_by) for role in authority.ROLES]


def actions_for(person: Person, by: Person, waiting: AddressChange | None) -> list[Action]:
    """What somebody who keeps people may do with this one now; `waiting` is their new address."""
    here = [person.pk]
    edit = Action("Change name or email", reverse("person-edit", args=here))
    stop = [stop_action(waiting)] if waiting else []
    if not person.is_active:
        again = Action("Let them sign in again", reverse("person-enable", args=here))
        return [again, edit, *stop]
    found = [edit, *stop]
    if waiting and _may_approve(waiting, by):
        href = reverse("person-address", args=here)
        found.insert(0, Action("Approve the new address", href, primary=True))
    if person.email and not (person.has_password or person.connected):
        text = "Send another invitation" if person.invited_at else "Invite to sign in"
        href = reverse("person-invite", args=here)
        found.insert(0, Action(text, href, primary=waiting is None, post=True))
    if person.pk != by.pk and second_step.of(person):
        found.append(
            Action("Take their second step away", reverse("person-second-step", args=here))
        )
    if person.pk != by.pk and person.connected:
        href = reverse("person-connection", args=here)
        found.append(Action("Disconnect their single sign-on", href))
    if person.pk != by.pk:
        href = reverse("person-disable", args=here)
        found.append(Action("Stop them signing in", href, warning=True))
    return found


def mail_row(person: Person, hours: MailHours | None) -> list[Row]:
    """How they are mailed, for their own page."""
    return [Row("How you are mailed", mailing.in_words(person, hours))]


def second_step_rows(held: SecondStep) -> list[Row]:
    """What is asked of somebody besides their password, or their account of the council's provider."""
    if not held:
        return [Row("Second step", "None: nothing more is asked for")]
    rows = [Row("Authenticator app", _held(held.app))] if held.app else []
    rows += [Row("Passkey", [one.name, *_held(one)], action=_remove(one)) for one in held.passkeys]
    return [*rows, Row("Recovery codes left", str(held.codes_left))]


def connection_rows(connected: Connection | None) -> list[Row]:
    """Whether somebody signs in with the council's provider, for their own page; [] where it has none."""
    if not provider.offered():
        return []
    label, used = f"Signing in with {provider.name()}", "Not connected"
    page = "connection-remove" if connected else "connection-add"
    action = Link("Disconnect" if connected else "Connect", reverse(page), about=label)
    return [Row(label, _used(connected) if connected else used, action=action)]


def single_sign_on_rows(person: Person) -> list[Row]:
    """The same, for whoever keeps people."""
    if not provider.offered():
        return []
    connected = connection.of(person)
    return [Row("Single sign-on", _used(connected) if connected else "Not connected")]


def _used(connected: Connection) -> list[str]:
    since = f"Connected {day(timezone.localdate(connected.since))}"
    return [since, f"Last used {moment(connected.used_at)}"]


def _held(one: Held) -> list[str]:
    used = f"Last used {moment(one.used_at)}" if one.used_at else "Not used yet"
    return [f"Set up {day(timezone.localdate(one.since))}", used]


def _remove(one: Held) -> Link:
    return Link("Remove", reverse("passkey-remove", args=[one.pk]), about=one.name)


# A sign-in address that waits --------------------------------------------------------------------


def waiting_of(person: Person) -> AddressChange | None:
    """The change of address that waits for this person, with who asked for it."""
    waiting = AddressChange.objects.waiting().select_related("person", "asked_by")
    return waiting.filter(person=person).first()


def _may_approve(change: AddressChange, by: Person) -> bool:
    try:
        rules.may_approve_address(change, by, timezone.now())
    except Refused:
        return False
    return True


def stop_action(change: AddressChange) -> Action:
    href = reverse("person-address-cancel", args=[change.person_id])
    return Action("Stop the change of address", href, post=True, hidden={"change": str(change.pk)})


def address_rows(change: AddressChange) -> list[Row]:
    """What is asked, by whom, and what becomes of it where nobody answers."""
    last = "Lapses on" if change.needs_keeper else "Takes effect by itself on"
    return [
        Row("Address now", change.old or "None"),
        Row("New address", change.new),
        Row("Asked for by", change.asked_by.name if change.asked_by else "A command"),
        Row("Asked for on", moment(change.asked_at)),
        Row(last, day(change.ends_at)),
    ]


def address_waits(person: Person) -> str:
    """What the keeper who changed an address is told: what waits, for what. "" where nothing does."""
    change = waiting_of(person)
    if change is None:
        return ""
    until = (
        f"another keeper approves it. It lapses on {day(change.ends_at)}."
        if change.needs_keeper
        else f"nobody has stopped it by {day(change.ends_at)}."
    )
    how = "they confirm it from the mail that goes to the old one, or " if change.old else ""
    return (
        f"{person.name} has an account, so {change.new} is not their sign-in address yet: "
        f"{change.old or 'none'} stays until {how}{until}"
    )


def _role(role: authority.Role, because: Iterable[str]) -> RolePicture:
    return RolePicture(
        role.key,
        say(role.name),
        say(role.description),
        tuple(say(words) for key, words in authority.PERMISSIONS.items() if key in role.may),
        tuple(sorted(say(authority.in_words(fact)) for fact in because)),
    )


def _why(role: RolePicture) -> str:
    return f"Comes with {' and with '.join(role.because)}."


def _invited(person: Person) -> str:
    by = f", by {person.invited_by.name}" if person.invited_by else ""
    return f"{moment(person.invited_at)}{by}"


def _names(ids: Iterable[int]) -> list[str]:
    if not ids:
        return []
    return list(Person.objects.filter(pk__in=ids).values_list("name", flat=True))
