"""In what capacity somebody acts: the facts about a person, parted so that they act in one at a time.

A capacity is named by a key: `member`, `officer`, `post` (the posts of somebody who is no officer), and
`for:12` (for a member, as their delegate). docs/adr/0023-capacities-and-grants.md.
"""

from __future__ import annotations

from collections.abc import Iterable

MEMBER, OFFICER, POST, FOR = "member", "officer", "post", "for"
# Of a delegate: that they act for a member, and what they may do for them (`raise_for:12`).
DELEGATED = "delegate"
# Posts that a member holds as a member. Whatever a council adds besides is for officers.
MEMBERS_POSTS = frozenset(
    {
        "chair_of_council",
        "employment_committee_chairman",
        "scrutiny_chair",
        "town_mayor",
    }
)


def parted(facts: Iterable[str]) -> dict[str, frozenset[str]]:
    """The facts of each capacity, by its key, in the order in which one is chosen for somebody who has
    chosen none: member, officer, post, then those for whom they act.

    A post goes with the capacity that it belongs to: an officers' post with the officer, a member's with
    the member; with neither it is a capacity of its own.
    """
    facts = frozenset(facts)
    found: dict[str, set[str]] = {}
    for fact in facts - {DELEGATED, "raises"}:
        found.setdefault(_of(fact, facts), set()).add(fact)
    for key, some in found.items():
        if key.startswith(f"{FOR}:"):
            some.add(DELEGATED)
            some |= {"raises"} & facts if any(f.startswith("raise_for:") for f in some) else set()
    return {key: frozenset(found[key]) for key in sorted(found, key=_order)}


def _of(fact: str, facts: frozenset[str]) -> str:
    kind, _, of = fact.partition(":")
    if kind == "acts_for" or kind.endswith("_for"):
        return f"{FOR}:{of}"
    if kind == "post":
        if of in MEMBERS_POSTS and MEMBER in facts:
            return MEMBER
        return OFFICER if OFFICER in facts else POST
    return MEMBER if kind in ("member", "group") else OFFICER


def _order(key: str) -> tuple[int, int]:
    kind, _, of = key.partition(":")
    return (MEMBER, OFFICER, POST, FOR).index(kind), int(of or 0)


def principal(key: str) -> int | None:
    """Whom somebody acts for in a capacity: 12 of `for:12`, None of any other."""
    kind, _, of = key.partition(":")
    return int(of) if kind == FOR else None
