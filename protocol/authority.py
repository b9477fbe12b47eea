"""Roles, what each may do, and which facts about a person give it: authority as data to read.

A fact is a short string that a room states about a person on a day: `member`, `officer`, `senior`,
`post:monitoring_officer`, `acts_for:12`. A role is held by whoever has any of its facts. In names and
descriptions `{member}` stands for what the council calls its members.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    key: str
    name: str
    description: str
    held_by: frozenset[str]
    may: frozenset[str]


def _role(key: str, name: str, description: str, held_by: str, may: str) -> Role:
    return Role(key, name, description, frozenset(held_by.split()), frozenset(may.split()))


ROLES: tuple[Role, ...] = (
    _role(
        "member",
        "{Member}",
        "Raises enquiries, follows their own casework and answers officers’ questions.",
        "member",
        "enquiry.raise enquiry.follow protocol.read",
    ),
    _role(
        "delegate",
        "Delegate",
        "Follows the casework of a named {member}, except restricted cases, and does for them what the "
        "grant says.",
        "delegate",
        "enquiry.follow protocol.read",
    ),
    _role(
        "delegate_raising",
        "Delegate who raises",
        "Raises enquiries for a named {member}, where the grant says so.",
        "raises",
        "enquiry.raise",
    ),
    _role(
        "officer",
        "Officer",
        "Logs enquiries for {members} and deals with those of their own service.",
        "officer",
        "enquiry.log enquiry.work protocol.read",
    ),
    _role(
        "manager",
        "Manager",
        "Gives out and passes on the enquiries of the services and officers that they manage.",
        "manager senior chief head_of_paid_service",
        "enquiry.log enquiry.work enquiry.allocate protocol.read",
    ),
    _role(
        "protocol_adviser",
        "Protocol adviser",
        "Advises on the protocol and sees every enquiry that is not restricted.",
        "post:protocol_adviser",
        "enquiry.log enquiry.work enquiry.allocate enquiry.oversee council.configure records.read "
        "records.keep protocol.read",
    ),
    _role(
        "head_of_paid_service",
        "Head of Paid Service",
        "Last in the officers’ line: sees every enquiry that is not restricted.",
        "post:head_of_paid_service",
        "enquiry.log enquiry.work enquiry.allocate enquiry.oversee protocol.read",
    ),
    _role(
        "democratic_services",
        "Democratic services",
        "Keeps the directories and sees how the council is doing; passes enquiries on.",
        "post:democratic_services",
        "enquiry.log enquiry.work enquiry.allocate enquiry.oversee directory.keep "
        "council.configure people.invite records.read records.keep protocol.read",
    ),
    _role(
        "administrator",
        "Administrator",
        "Keeps people, settings and operations, and reads no case.",
        "post:administrator",
        "directory.keep council.configure people.invite operations.read records.read protocol.read",
    ),
    _role(
        "auditor",
        "Auditor",
        "Reads the ledger, takes it away to verify it, and reads no case.",
        "post:auditor",
        "ledger.read records.read protocol.read",
    ),
)

PERMISSIONS: dict[str, str] = {
    "enquiry.raise": "Raise an enquiry as a {member}",
    "enquiry.follow": "Follow what a {member} raised",
    "enquiry.log": "Log an enquiry on a {member}’s behalf",
    "enquiry.work": "Deal with enquiries",
    "enquiry.allocate": "Give enquiries to officers and pass them on",
    "enquiry.oversee": "See every enquiry that is not restricted, and the figures",
    "directory.keep": "Keep {members}, officers, services, wards, groups and committees",
    "council.configure": "Keep the council’s details, adoptions, posts and closure days",
    "people.invite": "Invite people and let them sign in",
    "operations.read": "See how the product is running",
    "ledger.read": "Read the ledger: who did what and when, with nothing that anybody wrote in a case",
    "records.read": "Read the record of processing: what is kept of people, what for and how long",
    "records.keep": "Hold, keep, anonymise and erase enquiries that they see, and set how long each is kept",
    "protocol.read": "Read the protocol as the council adopted it",
}


FACTS: dict[str, str] = {
    "member": "being a {member} of the council",
    "delegate": "acting for a {member}",
    "raises": "acting for a {member} who lets them raise enquiries",
    "officer": "being an officer",
    "manager": "managing other officers",
    "senior": "being a senior officer",
    "chief": "being a chief officer",
    "head_of_paid_service": "being the Head of Paid Service",
}


# What a delegate may do for their member besides reading, by the key that a delegation keeps; in the
# council's ledger and in the fact `answer_for:12`.
DELEGATED: dict[str, str] = {
    "raise": "raise enquiries",
    "answer": "answer officers’ questions, add to enquiries and take files off",
    "ask_again": "ask again after an answer",
    "withdraw": "withdraw enquiries",
}
ALL_DELEGATED = " ".join(sorted(DELEGATED))


def delegated_in_words(keys: frozenset[str]) -> str:
    """What a delegate may do: "read what they raised, raise enquiries and withdraw enquiries"."""
    found = ["read what they raised", *(words for key, words in DELEGATED.items() if key in keys)]
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def in_words(fact: str) -> str:
    """What gives a role, in words: `post:town_clerk` is "holding the post of Town clerk"."""
    if fact.startswith("post:"):
        return f"holding the post of {post_in_words(fact.removeprefix('post:'))}"
    return FACTS[fact]


def post_in_words(key: str) -> str:
    """`democratic_services` is "Democratic services", whatever the council calls the post."""
    words = key.replace("_", " ").replace("head of paid service", "Head of Paid Service")
    return words[:1].upper() + words[1:]


def roles_for(facts: frozenset[str]) -> tuple[Role, ...]:
    """The roles that a set of facts gives, in the order of ROLES."""
    return tuple(role for role in ROLES if role.held_by & facts)


def permissions_for(facts: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(role.may for role in roles_for(facts)))
