"""A letter: the message that was sent, and what a letter has besides, from the case and its profile.

It is written out of the message each time, so that it can say nothing that the message did not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from casework import attachments, phrases
from casework.letters import capacity
from casework.models import Case, Copy, Message
from council.models import Council
from documents.models import Document
from frontend.parts import Row
from frontend.terms import say
from frontend.words import day
from ledger.models import Event
from members.models import Seat
from protocol.profile import SET_BY_COUNCIL

HEADINGS = {
    "acknowledgement": "Your enquiry has arrived",
    "extension": "A later date for your answer",
    "answer": "The answer to your enquiry",
}
# Marks that turn the direction of what follows: on paper they would make a text read as it was not sent.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
# More spaces than these show nothing more, and a line of thousands takes seconds to set.
MOST_SPACES = 8
SPACES = re.compile(rf"[^\S\n]{{{MOST_SPACES},}}")
NEWLINES = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class Letter:
    """Plain text, to be escaped where it is drawn. `paragraphs` are lines of one paragraph each."""

    reference: str
    place: int
    kind: str
    sent_at: datetime
    council: str
    address: tuple[str, ...]
    email: str
    colour: str
    marking: str
    confidential: tuple[str, ...]
    to: str
    about: tuple[tuple[str, str], ...]
    heading: str
    greeting: str
    paragraphs: tuple[tuple[str, ...], ...]
    closing: str
    name: str
    title: str
    service: str
    copied: tuple[str, ...]
    enclosed: tuple[str, ...]
    foot: str

    @property
    def file_name(self) -> str:
        """By the reference alone: a subject has no place in a list of downloads."""
        return f"{self.reference}-letter-{self.place}.pdf"


def is_letter(case: Case, message: Message) -> bool:
    """Whether a message goes on paper: of a kind that the profile names, and in an officer's own name.

    Mo127, Mo129; We9.2, We9.3; Bk Correspondence; elsewhere set by the council. Costs no query where
    the author's officer came with the message.
    """
    letters = case.profile.letters
    if not message.salt:  # its text was erased
        return False
    if message.kind not in case.profile.on_letters.kinds or message.officers_only:
        return False
    if letters.officers_name or letters.never_obligations_in_member_name:
        members = message.acting_for_id is not None or message.author_id == case.raised_by_id
        return not members and capacity.signed(message)[0] != ""
    return True


def places(case: Case, written: Iterable[Message]) -> dict[int, int]:
    """Each letter's number within its case, by its message: the same whoever looks."""
    found = (message.pk for message in written if is_letter(case, message))
    return {pk: place for place, pk in enumerate(found, 1)}


def find(case: Case, person, place: int) -> Message | None:
    """The message behind a letter, through the door that its page uses: whoever may read the message there
    may have it on paper, and nobody else.

    Being copied in is no such door. It opens the message alone, and a letter says what the case is about.
    """
    kinds = sorted(Message.LETTERS)
    written = Message.objects.visible_in(case, person).filter(kind__in=kinds)
    written = list(written.select_related("author__officer__service"))
    numbers = places(case, written)
    return next((one for one in written if numbers.get(one.pk) == place), None)


def write(case: Case, message: Message, place: int, council: Council) -> Letter:
    """The letter of a message of this case. Costs at most five queries."""
    profile, copies = case.profile, _copies(message)
    text, copied = _split(plain(message.body), case, copies)
    title, service = map(plain, capacity.signed(message))
    name = plain(case.raised_by.name)
    return Letter(
        reference=case.reference,
        place=place,
        kind=message.kind,
        sent_at=timezone.localtime(message.at),
        council=council.name,
        address=tuple(council.postal_address.splitlines()),
        email=council.contact_email,
        colour=council.brand_colour,
        marking=profile.confidential.marking.capitalize() if case.enquiry.confidential else "",
        confidential=_confidential(case),
        to=profile.on_letters.addressee.replace("{name}", name),
        about=_about(case, message),
        heading=HEADINGS[message.kind],
        greeting=profile.on_letters.greeting.replace("{name}", name),
        paragraphs=paragraphs(text),
        closing=profile.on_letters.closing,
        name=plain(message.author.name),
        title=title,
        service=service,
        copied=copied,
        enclosed=_enclosed(message),
        foot=profile.on_letters.foot or "",
    )


def sources(case: Case, letter: Letter) -> list[Row]:
    """Why the letter looks as it does: each with its clause, or set by the council."""
    profile = case.profile
    held = [
        (
            "In whose name",
            say("The officer’s who wrote it, with their title and service. Never a {member}’s."),
            profile.letters.citation_of("officers_name"),
        ),
        ("Beginning, end and foot", "The council’s own words.", profile.on_letters.citation),
    ]
    if letter.kind == "extension":
        said = "Told with its reason and the new date."
        held.append(("A later date", said, profile.extension.citation))
    if any(key == WROTE_AS for key, _ in letter.about):
        said = say("A ward {member} who writes makes clear that they write as one.")
        held.append((WROTE_AS, said, profile.letters.citation_of("ward_capacity_stated")))
    if letter.marking:
        said = "Marked so, with what is confidential and why."
        held.append(("Confidential", said, profile.confidential.citation_of("say_what_and_why")))
    if letter.copied:
        key = "name_at_foot" if profile.copying.name_at_foot else "blind_copies"
        said = "Everybody who has a copy is named. There are no hidden copies."
        held.append(("Copies", said, profile.copying.blind.citation_of(key)))
    return [Row(key, said, cite=phrases.cite(case, source)) for key, said, source in held]


# What it is made of ---------------------------------------------------------------------------------

WROTE_AS = "You wrote as"


def plain(text: str) -> str:
    """A text as paper can show it: usual line breaks, and nothing that turns its direction."""
    text = TURNING.sub("", NEWLINES.sub("\n", text)).replace("\t", "    ")
    return SPACES.sub(" " * MOST_SPACES, text)


def paragraphs(text: str) -> tuple[tuple[str, ...], ...]:
    """Lines by paragraph: an empty line parts two of them."""
    blocks = re.split(r"\n[ \u00a0]*\n\s*", text.strip("\n"))
    return tuple(tuple(block.split("\n")) for block in blocks if block.strip())


def _confidential(case: Case) -> tuple[str, ...]:
    """What is confidential and why, and that it goes no further (We9.4; Bk Correspondence)."""
    rule = case.profile.confidential
    if not case.enquiry.confidential:
        return ()
    said = []
    if rule.say_what_and_why and case.enquiry.confidential_why:
        said.append(f"What is confidential, and why: {plain(case.enquiry.confidential_why)}")
    if rule.third_parties_barred:
        said.append("Please do not pass this letter to anybody else.")
    return tuple(said)


def _about(case: Case, message: Message) -> tuple[tuple[str, str], ...]:
    rows = [
        ("Date", day(message.at)),
        ("Our reference", case.reference),
        ("Your enquiry", plain(case.subject)),
        ("Received", day(case.received_on)),
    ]
    if wrote_as := _capacity(case):
        rows.append((WROTE_AS, plain(wrote_as)))
    return (*rows, *_dates(case, message))


def _capacity(case: Case) -> str:
    """As what the member wrote, where the profile wants it said (Mo130): for their own ward only."""
    if not case.profile.letters.ward_capacity_stated or case.ward is None:
        return ""
    seats = Seat.objects.filter(member__person=case.raised_by_id, ward=case.ward_id)
    if not seats.on(case.received_on).exists():
        return ""
    return say("Ward {member} for {ward}", ward=case.ward.name)


def _dates(case: Case, message: Message) -> list[tuple[str, str]]:
    """Of a later date: which, by what rule, and what was due before by which standard; as it was recorded
    with this very text, whatever was done since."""
    if message.kind != "extension":
        return []
    given = Event.objects.filter(stream__key=case.key, verb="clock_extended")
    event = next((one for one in given if message.key in one.commitments), None)
    if event is None:
        return []
    promised, first = (
        date.fromisoformat(event.data[key]) for key in ("date_promised", "date_original")
    )
    rule = phrases.cite(case, case.profile.extension.clause or "")
    return [
        ("New date for the answer", f"{day(promised)} ({rule.label or SET_BY_COUNCIL})"),
        ("First due", f"{day(first)}{_standard(case, first)}"),
    ]


def _standard(case: Case, first: date) -> str:
    """Where a date that was first due came from: ", within 10 working days (Bl10.1)"."""
    clock = case.clocks.filter(promise="answer", original_due=first).first()
    if clock is None:
        return ""
    rule = phrases.cite(case, clock.clause)
    return f", {phrases.standard(clock)} ({rule.label or SET_BY_COUNCIL})"


def _copies(message: Message) -> list[Copy]:
    if not message.copied:
        return []
    copies = Copy.objects.filter(message=message)
    return list(copies.select_related("person__member", "person__officer"))


def _split(text: str, case: Case, copies: Sequence[Copy]) -> tuple[str, tuple[str, ...]]:
    """The text, and who has a copy of it: on a letter they stand below the name (Bk Correspondence).

    Where the message itself names them at its foot, those lines are taken from there.
    """
    if not copies:
        return text, ()
    lines = text.rstrip().split("\n")
    foot = lines[-len(copies) :]
    if case.profile.copying.name_at_foot and all(line.startswith("CC ") for line in foot):
        return "\n".join(lines[: -len(copies)]), tuple(foot)
    return text, tuple(f"Copied to {_named(copy.person)}" for copy in copies)


def _enclosed(message: Message) -> tuple[str, ...]:
    """What went with the message, by name; the files themselves are kept apart."""
    files = attachments.of([message]).get(message.pk, [])
    gone = Document.State.REMOVED
    names = ("a file that was removed since" if f.state == gone else plain(f.name) for f in files)
    return tuple(f"Sent with it: {name}" for name in names)


def _named(person) -> str:
    if hasattr(person, "member"):
        return say("{name}, {member}", name=plain(person.name))
    officer = getattr(person, "officer", None)
    return plain(f"{person.name}, {officer.job_title}" if officer else person.name)
