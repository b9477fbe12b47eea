"""The facts of somebody with several capacities, parted: each belongs to one of them."""

from __future__ import annotations

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from protocol import authority, profile
from protocol.capacity import MEMBERS_POSTS, parted, principal

SEED = 23
FACTS = [
    "member",
    "group:3",
    "officer",
    "senior",
    "service:4",
    "heads:4",
    "covers:9",
    "post:town_mayor",
    "post:proper_officer",
    "post:protocol_adviser",
    "post:auditor",
    "post:own_tree_warden",
]
# What somebody is, and what they act as: each capacity with what it lets them do.
TABLE = {
    "member": {"member": "enquiry.follow enquiry.raise protocol.read"},
    "member post:town_mayor": {"member": "enquiry.follow enquiry.raise protocol.read"},
    "member post:auditor": {
        "member": "enquiry.follow enquiry.raise protocol.read",
        "post": "ledger.read protocol.read records.read",
    },
    # Bracknell: a councillor who is Proper Officer.
    "member post:proper_officer post:protocol_adviser": {
        "member": "enquiry.follow enquiry.raise protocol.read",
        "post": "council.configure enquiry.allocate enquiry.log enquiry.oversee enquiry.work protocol.read "
        "records.keep records.read",
    },
    "member officer service:4 post:administrator post:chair_of_council": {
        "member": "enquiry.follow enquiry.raise protocol.read",
        "officer": "council.configure directory.keep enquiry.log enquiry.work operations.read "
        "people.invite protocol.read records.read",
    },
    "officer post:auditor": {
        "officer": "enquiry.log enquiry.work ledger.read protocol.read records.read"
    },
    "post:town_mayor": {"post": ""},
    "delegate acts_for:7 acts_for:12 raise_for:12 answer_for:7 raises": {
        "for:7": "enquiry.follow protocol.read",
        "for:12": "enquiry.follow enquiry.raise protocol.read",
    },
    "officer delegate acts_for:7": {
        "officer": "enquiry.log enquiry.work protocol.read",
        "for:7": "enquiry.follow protocol.read",
    },
    "": {},
}


def test_what_each_capacity_of_somebody_lets_them_do():
    """Seen red with: a post given to the member where there is one; `raises` given to every delegate."""
    for facts, expected in TABLE.items():
        found = parted(facts.split())
        may = {
            key: " ".join(sorted(authority.permissions_for(some))) for key, some in found.items()
        }
        assert may == expected, facts
        assert list(found) == list(expected), "the first is what they act as before they choose"


@seed(SEED)
@settings(max_examples=200, deadline=None)
@given(
    st.sets(st.sampled_from(FACTS)), st.dictionaries(st.integers(1, 99), st.booleans(), max_size=4)
)
def test_every_fact_belongs_to_one_capacity_and_none_is_made_up(some, acts):
    """Seen red with: `heads` left out of the officer's; a set that the capacities share."""
    facts = set(some)
    for pk, raises in acts.items():
        facts |= {"delegate", f"acts_for:{pk}"} | (
            {f"raise_for:{pk}", "raises"} if raises else set()
        )
    found = parted(facts)
    shared = {"delegate", "raises"}
    listed = [fact for some in found.values() for fact in some if fact not in shared]
    assert sorted(listed) == sorted(facts - shared)
    assert set().union(*found.values()) == facts if found else not facts
    assert {principal(key) for key in found} - {None} == set(acts)
    for key, some in found.items():
        assert ("raises" in some) == (principal(key) is not None and acts[principal(key)])


def test_the_members_posts_are_posts_that_a_protocol_names_and_give_no_role():
    """Seen red with: proper_officer among them, which would let a member see all cases as a member."""
    profiles = [profile.load(key) for key in profile.LIBRARY]
    assert {key for one in profiles for key in one.posts} >= MEMBERS_POSTS
    assert not MEMBERS_POSTS & {one.adviser.post for one in profiles}
    assert not MEMBERS_POSTS & {one.adviser.in_absence for one in profiles}
    for post in MEMBERS_POSTS:
        assert authority.roles_for(frozenset({f"post:{post}"})) == ()
