"""The words of the record of processing (UK GDPR, article 30): what a field may hold, and what for.

Every room says in its `processing.py`, table by table, which of these each of its fields holds. A test
walks the tables that are really there and fails on a field that nobody declared.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# How a level is guarded stands with it; a higher one has all that the lower ones have.
LEVELS: dict[int, tuple[str, str]] = {
    0: ("Nothing personal", "Kept whole by the database, its backups and the ledger."),
    1: (
        "Known in the council",
        "Shown to people who signed in, with a second step in production, over TLS, and never kept by a "
        "browser or a proxy.",
    ),
    2: (
        "Personal",
        "Shown to the person and to those whose work needs it, through one door (visible_to). In no mail, "
        "log or address of the product but those that the person is sent.",
    ),
    3: (
        "Confidential",
        "Shown to those alone who see the case. Never in a mail, a log or the ledger, which holds only "
        "proofs. Erased with its proof’s salt; restricted cases are seen by fewer.",
    ),
    4: (
        "Secret",
        "Shown to nobody. Hashed, or locked with the product’s secret key, which is not in the database.",
    ),
}


@dataclass(frozen=True)
class Content:
    """What a field holds: in words, of whom, and at which of LEVELS."""

    words: str
    whom: tuple[str, ...]
    level: int


RESIDENTS, OTHERS = "residents", "others whom a text names"
MEMBERS, OFFICERS, OUTSIDE = "{members}", "officers", "contacts of other bodies"
WORKERS = (MEMBERS, OFFICERS)

CONTENTS: dict[str, Content] = {
    "nothing": Content("Keys, states, dates and words of the {protocol}", (), 0),
    "acts": Content("Who did, has or may see something", WORKERS, 1),
    "directory": Content("Names, posts, wards, groups, services and terms", WORKERS, 1),
    "outside": Content("Names and addresses of outside contacts", (OUTSIDE,), 1),
    "contact": Content("Email and postal addresses and telephone numbers", WORKERS, 2),
    "declared": Content("Declared relationships and interests", WORKERS, 3),
    "absence": Content("When somebody is away, and who covers", (OFFICERS,), 2),
    "habits": Content("When somebody came, from where, and how they like it", WORKERS, 2),
    "resident": Content("Names and addresses of residents", (RESIDENTS,), 3),
    "text": Content(
        "What people wrote; it may hold health, beliefs or offences",
        (RESIDENTS, OTHERS, *WORKERS),
        3,
    ),
    "file": Content("Files, their names and what is known of them", (RESIDENTS, OTHERS), 3),
    "proof": Content("Salts and digests of texts", (), 3),
    "locked": Content("Passwords, second steps and sessions", WORKERS, 4),
}


@dataclass(frozen=True)
class Activity:
    """One purpose for which personal data is processed, as article 30 asks for it."""

    title: str
    purpose: str
    basis: str
    recipients: str
    kept: str


TASK = "Public task (UK GDPR, article 6(1)(e); Local Government Acts 1972 and 2000)"
ACTIVITIES: dict[str, Activity] = {
    "casework": Activity(
        "Casework",
        "To answer what {members} raise, for residents or of their own accord, by the dates of the {protocol}.",
        f"{TASK}. Special categories and offences: substantial public interest (article 9(2)(g), article 10; "
        "Data Protection Act 2018, Schedule 1, paragraphs 23 and 24: elected representatives).",
        "The {member}, those who act for them, the officers who deal with it, and those who oversee. Whoever "
        "was openly copied in, and the body that it was handed on to.",
        "Until the retention schedule brings it up and somebody decides, or it is erased on request.",
    ),
    "directory": Activity(
        "Directory",
        "To know who the {members} and officers are, who answers for what, and who acts for whom.",
        f"{TASK}. A home address or telephone number of a {{member}}: as they gave it for this.",
        "People who sign in. Home addresses: the keepers of the directory.",
        "While they serve. After that the name stays with what they did, as part of the record.",
    ),
    "signing_in": Activity(
        "Signing in",
        "To let in the right people, and to see when somebody else tries.",
        f"{TASK}; security of processing (article 32).",
        "The person themselves; keepers of people see whether somebody can sign in.",
        "Sessions at most 12 hours, tries a day, drafts 14 days unless set otherwise.",
    ),
    "record": Activity(
        "The ledger and its notices",
        "To show what was done, by whom and when, and to tell those who must be told.",
        f"{TASK}; accountability (article 5(2)).",
        "Auditors see counts and proofs, never a text. Mails name a case by its reference.",
        "For good: events hold numbers and proofs alone. Erasing a text leaves a proof of nothing.",
    ),
    "protection": Activity(
        "Data protection",
        "To keep no longer than needed, to hold what is needed as evidence, and to erase on request.",
        "Legal obligation (article 6(1)(c); articles 5(1)(e), 17, 18 and 30).",
        "Those who keep to the data protection rules (democratic services, the {protocol} adviser).",
        "What a request names, until it is closed. That something was erased, for good, without names.",
    ),
    "running": Activity(
        "Running the product",
        "To keep the council’s settings and to see that everything runs.",
        TASK,
        "Administrators, democratic services and the {protocol} adviser.",
        "As long as the product runs. A file that was read in, until it is confirmed or discarded.",
    ),
}


@dataclass(frozen=True)
class Table:
    """One table: `name` is "room.Model", `activity` a key of ACTIVITIES, `holds` the names of fields by what
    they hold (CONTENTS), each a string of names with spaces."""

    name: str
    activity: str
    holds: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """(name of a field, key of CONTENTS), a field twice where it is declared twice."""
        return [(name, key) for key, names in self.holds.items() for name in names.split()]


@dataclass(frozen=True)
class Beside:
    """What lies in no model: a table of a library or an engine, or a place outside the database.

    `tables` is a regular expression of whole names of tables, "" for what is no table.
    """

    words: str
    activity: str
    content: str
    kept: str
    tables: str = ""


def table(name: str, activity: str, **holds: str) -> Table:
    """Raises KeyError for a word that this vocabulary has not."""
    ACTIVITIES[activity]
    for key in holds:
        CONTENTS[key]
    return Table(name, activity, holds)
